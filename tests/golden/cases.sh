# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # shape, few, all and furrow are those of `runs.sh` and `check`
# cases.sh: what is run: every kernel in every format, with what only it can do.

records='text csv tsv json jsonl list'
numbers=$(seq -20 0.75 20)

run_cases() {
    small_kernels
    files
    combinations
    digits
    training
    journals
}

small_kernels() {
    both hello "$records" hello 23
    both squares "$records" squares 1009
    # shellcheck disable=SC2086 # a list
    both sigmoid "$records" sigmoid -- $numbers
    shape=without_numbers
    both sleep "$records" sleep a=.001 b=0 c=.002 d=0 e=.001 f=0 g=.001
    shape=without_passwords
    both passwords "$records" passwords 20
    shape=
    each hello.none.json "$few" hello -f json 0
}

# The files that a run makes are output, too. A folder in the place of one makes it fail; then those
# behind it may have been made or not, and do not count.
made() {
    cat
    find made -type f | sort -V | xargs cat
    rm -rf made
    mkdir made
}
made_around_folder() {
    made
    mkdir made/file_7.txt
}
made_before_folder() {
    rm -f made/file_[89].txt made/file_??.txt
    made_around_folder
}
files() {
    mkdir made
    shape=made
    both files "$records" files one 'two words' three --count 23 --folder made
    mkdir made/file_7.txt
    for format in $records; do
        shape=made_around_folder
        each "files.failed.$format" "$few" files -f "$format" one two --count 23 --folder made
        shape=made_before_folder
        each "files.stop.$format" "$few" files -f "$format" -E stop one two --count 23 --folder made
    done
    shape=
}

combinations() {
    whole combinations "$records u8 u16 u32 npy" combinations 9 4
    most combinations "$records" combinations 9 4
    both combinations.names "$records" combinations --items 'red,green,"b,c"' --k 2 --permutations
    whole combinations.product "$records u8" combinations --sizes 3,1,4
    whole combinations.inputs "text csv jsonl" combinations 6 --inputs 12 --k 2,3,4 --seed 3
    each combinations.sample.csv "$few" combinations -f csv 40 6 --sample 37 --seed 2
    each combinations.none.json "$few" combinations -f json 3 4
    for format in $records u8 npy; do
        parts "combinations.$format" combinations -f "$format" 9 4
    done
    shape=sorted
    for format in text csv json jsonl; do
        each "combinations.$format.sorted" "$few" combinations -f "$format" -u 9 4
    done
    shape=
}

digits() {
    mkdir broken
    cp data/digits/1*.png data/digits/3*.png broken
    head -c 200 data/digits/44.png >broken/125.png
    echo text >broken/40.png
    both digits "$records" digits data/digits
    both digits.top "csv jsonl" digits data/digits --top 3 --reject .9995
    both digits.explain "text csv jsonl png" digits data/digits --explain
    each digits.idx.text "$few" digits --idx data/mnist/t10k-images-idx3-ubyte.gz -m 60
    for format in $records; do
        each "digits.failed.$format" "$all" digits -f "$format" broken
        each "digits.stop.$format" "$all" digits -f "$format" -E stop broken
    done
    digits_sorted
    digits_sheet
}

digits_sorted() {
    shape=sorted
    for format in $records; do
        each "digits.$format.sorted" '-b serial' digits -f "$format" data/digits
        each "digits.$format.sorted" "$few" digits -f "$format" -u data/digits
        each "digits.failed.$format.sorted" "$few" digits -f "$format" -u broken
    done
    shape=
}

# The page of mistakes is the output; the truth is wrong about each 8.
sheet() { cat - page.html; }
digits_sheet() {
    "$furrow" digits data/digits -q -f csv | sed 's/,8,/,9,/' >truth.csv
    shape=sheet
    each digits.sheet.text "$few" digits data/digits --truth truth.csv --sheet page.html
    shape=
}

# MNIST's test images stand in for the training images.
model() {
    cat >/dev/null
    cat trained.model
}
training() {
    mkdir mnist
    for kind in images-idx3 labels-idx1; do
        ln -s "../data/mnist/t10k-$kind-ubyte.gz" mnist
        ln -s "../data/mnist/t10k-$kind-ubyte.gz" "mnist/train-$kind-ubyte.gz"
    done
    set -- --data mnist --limit 128 --epochs 2 --layers 'conv5x4 pool dense10'
    for format in $records; do
        each "digits-train.$format" "$few" digits-train -f "$format" "$@"
    done
    shape=model
    each digits-train.model "$few" digits-train "$@" --model trained.model
    shape=
}

journals() {
    for format in text jsonl; do
        cut_short "squares.$format" squares -f "$format" 1009
        cut_short "combinations.$format" combinations -f "$format" 9 4
        cut_short "digits.$format" digits -f "$format" data/digits
        # shellcheck disable=SC2086 # a list
        cut_short "sigmoid.$format" sigmoid -f "$format" -- $numbers
    done
    cut_short digits.top.csv digits -f csv data/digits --top 3 --reject .9995
    cut_short combinations.inputs.csv combinations -f csv 6 --inputs 12 --k 2,3,4 --seed 3
    finish_all
}
