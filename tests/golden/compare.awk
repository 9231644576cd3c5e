# compare.awk: compares runs with the table.
#
#     awk -v record=yes|"" -f compare.awk table sums run.list
#
# Writes table.new, and what does not agree on standard output; then it ends with 1.

function shown(status, sum, size) {
    return sprintf("exit status %s, checksum %s, %s bytes", status, sum, size)
}

# The first lines of a file, indented; control characters are dots.
function head(path,    line, lines) {
    while (lines < 3 && (getline line < path) > 0) {
        gsub(/[^ -~]/, ".", line)
        print "    " substr(line, 1, 200)
        lines++
    }
    close(path)
}

FILENAME ~ /table$/ {
    expected[$1] = shown($2, $3, $4)
    machine[$1] = $3 == "-"
    next
}
FILENAME == "sums" {
    sum[$3] = $1
    size[$3] = $2
    next
}
FNR == 1 {
    FS = "\t"
    $0 = $0
}
{
    run = $1
    name = $2
    got = shown($3, sum[run], size[run])
    runs++
    if (record && name ~ /^digits-train\.model|\.png$|\.png\.most$/)
        machine[name] = 1 # as are zlib and the instructions
    if (!(name in seen)) {
        seen[name] = got
        if (machine[name])
            print name, $3, "-", "-" > "table.new"
        else
            print name, $3, sum[run], size[run] > "table.new"
    }
    if (!record && !(name in expected))
        wanted = "a line in the table"
    else
        wanted = record || machine[name] ? seen[name] : expected[name]
    if (got != wanted) {
        bad++
        print name ": " $4
        print "  expected " wanted
        print "  got      " got ", which begin"
        head("out/" run)
        print "  and on standard error"
        head("errors/" run)
    }
}
END {
    for (name in expected)
        if (!(name in seen)) {
            bad++
            print name ": is in the table, but no command of this name ran"
        }
    print "golden: " runs + 0 " runs, " bad + 0 " of them not as expected"
    exit bad > 0
}
