#include <furrow/range.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* More new entries than this are sorted together, fewer are inserted one by one. */
static const size_t few = 16;

struct fault_entry {
    furrow_error fault;
    size_t arrival; /* the number of the call that added it */
};

struct furrow_faults {
    pthread_mutex_t lock;
    struct fault_entry *entries; /* `sorted` entries by item, then new ones; all under the lock */
    size_t sorted, count, capacity;
    size_t arrivals;
    atomic_bool any; /* read without the lock: most runs have no faults */
};

int furrow_faults_new(furrow_faults **faults)
{
    *faults = calloc(1, sizeof **faults);
    if (!*faults)
        return FURROW_ENOMEM;
    pthread_mutex_init(&(*faults)->lock, NULL);
    return FURROW_OK;
}

void furrow_faults_free(furrow_faults *faults)
{
    if (!faults)
        return;
    pthread_mutex_destroy(&faults->lock);
    free(faults->entries);
    free(faults);
}

static int reserve(furrow_faults *faults, size_t count)
{
    if (count <= faults->capacity)
        return FURROW_OK;
    size_t capacity = count < 16 ? 16 : 2 * count;
    if (capacity > SIZE_MAX / sizeof *faults->entries)
        return FURROW_ENOMEM;
    struct fault_entry *grown = realloc(faults->entries, capacity * sizeof *grown);
    if (!grown)
        return FURROW_ENOMEM;
    faults->entries = grown;
    faults->capacity = capacity;
    return FURROW_OK;
}

int furrow_faults_add(furrow_faults *faults, const furrow_error *fault)
{
    pthread_mutex_lock(&faults->lock);
    int status = reserve(faults, faults->count + 1);
    if (status == FURROW_OK) {
        faults->entries[faults->count++] = (struct fault_entry){*fault, faults->arrivals++};
        atomic_store(&faults->any, true);
    }
    pthread_mutex_unlock(&faults->lock);
    return status;
}

/* The index of the first sorted entry whose item is not below `item`. */
static size_t lower_bound(const furrow_faults *faults, size_t item)
{
    size_t low = 0, high = faults->sorted;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (faults->entries[middle].fault.item < item)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const furrow_faults *faults, size_t index, size_t item)
{
    return index < faults->sorted && faults->entries[index].fault.item == item;
}

/* Moves the first new entry to its place, or drops it if its item is there already. */
static void insert_next(furrow_faults *faults)
{
    struct fault_entry *entries = faults->entries;
    struct fault_entry next = entries[faults->sorted];
    size_t at = lower_bound(faults, next.fault.item);
    if (is_at(faults, at, next.fault.item)) {
        size_t behind = --faults->count - faults->sorted;
        memmove(&entries[faults->sorted], &entries[faults->sorted + 1], behind * sizeof *entries);
        return;
    }
    memmove(&entries[at + 1], &entries[at], (faults->sorted - at) * sizeof *entries);
    entries[at] = next;
    faults->sorted++;
}

static int by_item(const void *left, const void *right)
{
    const struct fault_entry *a = left;
    const struct fault_entry *b = right;
    if (a->fault.item != b->fault.item)
        return a->fault.item < b->fault.item ? -1 : 1;
    return (a->arrival > b->arrival) - (a->arrival < b->arrival);
}

static void sort_all(furrow_faults *faults)
{
    struct fault_entry *entries = faults->entries;
    qsort(entries, faults->count, sizeof *entries, by_item);
    size_t kept = 0;
    for (size_t i = 0; i < faults->count; i++)
        if (kept == 0 || entries[i].fault.item != entries[kept - 1].fault.item)
            entries[kept++] = entries[i];
    faults->count = faults->sorted = kept;
}

/* Sorts the new entries and keeps the lock. Neither adding many faults nor looking up each of them
 * in between takes time that grows with their square. */
static furrow_faults *settle(const furrow_faults *unsettled)
{
    furrow_faults *faults = (furrow_faults *)unsettled;
    pthread_mutex_lock(&faults->lock);
    if (faults->count - faults->sorted > few)
        sort_all(faults);
    while (faults->sorted < faults->count)
        insert_next(faults);
    return faults;
}

static bool is_empty(const furrow_faults *faults)
{
    return !faults || !atomic_load(&((furrow_faults *)faults)->any);
}

size_t furrow_faults_count(const furrow_faults *unsettled)
{
    if (is_empty(unsettled))
        return 0;
    furrow_faults *faults = settle(unsettled);
    size_t count = faults->count;
    pthread_mutex_unlock(&faults->lock);
    return count;
}

/* Copies the fault at `index`, if there is one, and releases the lock that settle took. */
static bool take(furrow_faults *faults, size_t index, bool found, furrow_error *fault)
{
    if (found && fault)
        *fault = faults->entries[index].fault;
    pthread_mutex_unlock(&faults->lock);
    return found;
}

bool furrow_faults_at(const furrow_faults *unsettled, size_t index, furrow_error *fault)
{
    if (is_empty(unsettled))
        return false;
    furrow_faults *faults = settle(unsettled);
    return take(faults, index, index < faults->count, fault);
}

bool furrow_faults_find(const furrow_faults *unsettled, size_t item, furrow_error *fault)
{
    if (is_empty(unsettled))
        return false;
    furrow_faults *faults = settle(unsettled);
    size_t at = lower_bound(faults, item);
    return take(faults, at, is_at(faults, at, item), fault);
}

void furrow_faults_clear(furrow_faults *faults)
{
    if (!faults)
        return;
    faults->count = faults->sorted = 0;
    atomic_store(&faults->any, false);
}
