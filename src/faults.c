#include <furrow/faults.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct furrow_faults {
    pthread_mutex_t lock;
    furrow_error *sorted; /* by item; all under the lock but the count, which only grows in it */
    atomic_size_t count;
    size_t capacity;
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
    free(faults->sorted);
    free(faults);
}

/* The index of the first fault whose item is not below `item`. */
static size_t lower_bound(const furrow_faults *faults, size_t count, size_t item)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (faults->sorted[middle].item < item)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int reserve(furrow_faults *faults, size_t count)
{
    if (count <= faults->capacity)
        return FURROW_OK;
    size_t capacity = count < 16 ? 16 : 2 * count;
    if (capacity > SIZE_MAX / sizeof *faults->sorted)
        return FURROW_ENOMEM;
    furrow_error *grown = realloc(faults->sorted, capacity * sizeof *grown);
    if (!grown)
        return FURROW_ENOMEM;
    faults->sorted = grown;
    faults->capacity = capacity;
    return FURROW_OK;
}

static int insert(furrow_faults *faults, const furrow_error *fault)
{
    size_t count = atomic_load(&faults->count);
    size_t at = lower_bound(faults, count, fault->item);
    if (at < count && faults->sorted[at].item == fault->item)
        return FURROW_OK;
    int status = reserve(faults, count + 1);
    if (status)
        return status;
    memmove(&faults->sorted[at + 1], &faults->sorted[at], (count - at) * sizeof *faults->sorted);
    faults->sorted[at] = *fault;
    atomic_store(&faults->count, count + 1);
    return FURROW_OK;
}

int furrow_faults_add(furrow_faults *faults, const furrow_error *fault)
{
    pthread_mutex_lock(&faults->lock);
    int status = insert(faults, fault);
    pthread_mutex_unlock(&faults->lock);
    return status;
}

size_t furrow_faults_count(const furrow_faults *faults)
{
    return faults ? atomic_load(&((furrow_faults *)faults)->count) : 0;
}

bool furrow_faults_at(const furrow_faults *faults, size_t index, furrow_error *fault)
{
    if (index >= furrow_faults_count(faults))
        return false;
    pthread_mutex_t *lock = &((furrow_faults *)faults)->lock;
    pthread_mutex_lock(lock);
    if (fault)
        *fault = faults->sorted[index];
    pthread_mutex_unlock(lock);
    return true;
}

bool furrow_faults_find(const furrow_faults *faults, size_t item, furrow_error *fault)
{
    if (furrow_faults_count(faults) == 0)
        return false;
    pthread_mutex_t *lock = &((furrow_faults *)faults)->lock;
    pthread_mutex_lock(lock);
    size_t count = furrow_faults_count(faults);
    size_t at = lower_bound(faults, count, item);
    bool found = at < count && faults->sorted[at].item == item;
    if (found && fault)
        *fault = faults->sorted[at];
    pthread_mutex_unlock(lock);
    return found;
}

void furrow_faults_clear(furrow_faults *faults)
{
    if (faults)
        atomic_store(&faults->count, 0);
}
