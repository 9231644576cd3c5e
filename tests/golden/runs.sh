# shellcheck shell=sh
# shellcheck disable=SC2154 # furrow is that of `check`
# runs.sh: what `check` runs a case by. Each run leaves its output in out/NUMBER, what it said in
# errors/NUMBER, and a line in run.list: number, case, exit status, command.

runs=0
shape= # a filter for what varies from run to run, and for what else counts as output; or none

# Ways to run: options, a way a line.
few='-b serial
-b auto
-b for -t 3 -s dynamic -c 1
-b taskloop -t 2 -c 2
-b pool -t 3 -c 2'
all="$few
-b serial -c 7
-b for -t 2 -s static
-b for -t 4 -s guided -c 5
-b taskloop -t 3
-b pool -t 5"

# Times and workers: any number is 0.
without_numbers() { sed 's/[0-9][0-9.e-]*/0/g'; }

# Passwords are drawn at random: any character is X.
without_passwords() { sed 's/[A-Z0-9]/X/g'; }

# Records in any order, without what stands between them.
sorted() {
    sed 's/^\[\(.\)/\1/; s/\(.\)\]$/\1/; s/,$//; s/, \([0-9?-]\)/\
\1/g; s/, None/\
None/g' | sort
}

# ended NAME STATUS COMMAND ...: what the last run was.
ended() {
    ended_name=$1 ended_status=$2
    shift 2
    if [ -n "$shape" ]; then
        "$shape" <"out/$runs" >shaped
        mv shaped "out/$runs"
    fi
    printf '%s\t%s\t%s\tfurrow %s\n' "$runs" "$ended_name" "$ended_status" "$*" >>run.list
}

# once NAME ARGUMENT ...: one run of the case NAME.
once() {
    once_name=$1 status=0
    shift
    runs=$((runs + 1))
    "$furrow" "$@" </dev/null >"out/$runs" 2>"errors/$runs" || status=$?
    ended "$once_name" "$status" "$@"
}

# each NAME WAYS KERNEL ARGUMENT ...: a run in each of the ways.
each() {
    each_name=$1 ways=$2 kernel=$3
    shift 3
    while read -r way; do
        # shellcheck disable=SC2086 # a way is several options
        once "$each_name" "$kernel" -q $way "$@"
    done <<END
$ways
END
}

# filed NAME WAYS KERNEL ARGUMENT ...: likewise, into a file; a word on standard output counts, too.
filed() {
    filed_name=$1 ways=$2 kernel=$3
    shift 3
    while read -r way; do
        runs=$((runs + 1)) status=0
        # shellcheck disable=SC2086 # a way is several options
        set -- -q $way -o "out/$runs" "$@"
        "$furrow" "$kernel" "$@" </dev/null >stdout 2>"errors/$runs" || status=$?
        cat stdout >>"out/$runs"
        ended "$filed_name" "$status" "$kernel" "$@"
        # shellcheck disable=SC2086 # the way is taken off again
        count=$(printf '%s ' $way | wc -w)
        shift $((count + 3))
    done <<END
$ways
END
}

# parts NAME KERNEL ARGUMENT ...: the parts that --shard cuts the whole into, laid end to end.
parts() {
    parts_name=$1 kernel=$2
    shift 2
    for way in '-b serial' '-b pool -t 2' '-b for -t 3 -c 2'; do
        for of in 3 7; do
            runs=$((runs + 1)) status=0
            for part in $(seq $of); do
                # shellcheck disable=SC2086 # a way is several options
                "$furrow" "$kernel" -q $way --shard "$part/$of" "$@" 2>>"errors/$runs" || status=$?
            done >"out/$runs" </dev/null
            ended "$parts_name" "$status" "$kernel" "$way" --shard "1/$of ... $of/$of" "$@"
        done
    done
}

# whole NAME FORMATS KERNEL ARGUMENT ...: the case NAME.FORMAT to its end: in every way, on standard
# output and into a file.
whole() {
    whole_name=$1 formats=$2 kernel=$3
    shift 3
    for format in $formats; do
        each "$whole_name.$format" "$all" "$kernel" -f "$format" "$@"
        filed "$whole_name.$format" "$few" "$kernel" -f "$format" "$@"
    done
}

# most NAME FORMATS KERNEL ARGUMENT ...: the case NAME.FORMAT.most, its first items.
most() {
    most_name=$1 formats=$2 kernel=$3
    shift 3
    for format in $formats; do
        each "$most_name.$format.most" "$few" "$kernel" -f "$format" -m 5 "$@"
    done
}

# both: the two.
both() {
    whole "$@"
    most "$@"
}
