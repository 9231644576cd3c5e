# shellcheck shell=sh
# shellcheck disable=SC2154 # furrow and runs are those of `check` and `runs.sh`
# journals.sh: runs that are killed, and finished from their journals.

cuts=0       # that have begun
not_resumed= # what should have gone on from a journal, and did not

# cut_short NAME KERNEL ARGUMENT ...: begins a run of the case NAME on each backend. Every tenth item
# waits for ever, so none of these runs ends.
cut_short() {
    cut_name=$1 kernel=$2
    waits=0ms,0ms,0ms,0ms,0ms,0ms,0ms,0ms,0ms,10min
    shift 2
    for way in '-b serial' '-b for -t 2' '-b taskloop -t 2' '-b pool -t 2'; do
        cuts=$((cuts + 1))
        # shellcheck disable=SC2086 # a way is several options
        "$furrow" "$kernel" -q $way -c 1 -w $waits -R "journal.$cuts" "$@" </dev/null >/dev/null 2>&1 &
        printf '%s\n' $! "$cut_name" "$way" "$kernel" "$@" >"cut.$cuts"
    done
}

# Waits until all journals are there and have not grown since the last look.
await_journals() {
    looks=0 sizes=
    while [ $looks -lt 100 ]; do
        before=$sizes
        sleep 0.2
        sizes=$(wc -c journal.*)
        [ "$sizes" != "$before" ] || [ "$(printf '%s\n' "$sizes" | wc -l)" -le $cuts ] || return 0
        looks=$((looks + 1))
    done
}

# libomp notes each process in shared memory, and takes the note away only where it ends by exit.
slay() {
    kill -9 "$1" 2>/dev/null || not_resumed="$not_resumed $2 (ended by itself)"
    wait "$1" 2>/dev/null || true
    rm -f "/dev/shm/__KMP_REGISTERED_LIB_$1_$(id -u)"
}

# finish NUMBER BACKEND: kills a run that was cut short, and brings it to its end.
finish() {
    number=$1 backend=$2
    set --
    while read -r line; do
        set -- "$@" "$line"
    done <"cut.$number"
    slay "$1" "$2"
    cut_name=$2 cut_way=$3 kernel=$4
    shift 4
    once "$cut_name" "$kernel" -b "$backend" -R "journal.$number" "$@"
    # Elsewhere the items that come first need not have run first.
    if [ "$cut_way" = "-b serial" ] && ! grep -q 'of them from the journal' "errors/$runs"; then
        not_resumed="$not_resumed $cut_name ($cut_way)"
    elif [ -e "journal.$number" ]; then
        not_resumed="$not_resumed $cut_name (then $backend)"
    fi
}

# Each that was cut short on one backend goes on on another.
finish_all() {
    await_journals
    for number in $(seq $cuts); do
        case $((number % 4)) in
        0) finish "$number" serial ;;
        1) finish "$number" pool ;;
        2) finish "$number" taskloop ;;
        3) finish "$number" for ;;
        esac
    done
}
