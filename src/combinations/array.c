#include <sys/mman.h>

#include <furrow/status.h>

#include "internal.h"

static const size_t huge_page = (size_t)2 << 20;

/* The size in whole huge pages; 0: it does not fit. */
static size_t size_of(const furrow_combinations *all, size_t count)
{
    size_t max = SIZE_MAX / 2 - 2 * huge_page;
    if (all->row_size > 0 && count > max / all->row_size)
        return 0;
    return (count * all->row_size / huge_page + 1) * huge_page;
}

/* A huge page begins at a multiple of its size. So this maps one page more, and unmaps the rest. */
static void *map(size_t size)
{
    unsigned char *memory =
        mmap(NULL, size + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    size_t before = huge_page - (uintptr_t)memory % huge_page;
    if (before < huge_page)
        munmap(memory, before);
    else
        before = 0;
    munmap(memory + before + size, huge_page - before);
#ifdef MADV_HUGEPAGE
    madvise(memory + before, size, MADV_HUGEPAGE);
#endif
    return memory + before;
}

int furrow_combinations_array_new(void **rows, const furrow_combinations *all, furrow_wide from,
                                  size_t count, const furrow_plan *plan)
{
    *rows = NULL;
    if (!furrow__combinations_holds(all, from, count))
        return FURROW_ERANGE;
    size_t size = size_of(all, count);
    if (size == 0)
        return FURROW_EOVERFLOW;
    void *memory = map(size);
    if (!memory)
        return FURROW_ENOMEM;
    int status = furrow_combinations_write(memory, all, from, count, plan);
    if (status)
        munmap(memory, size);
    else
        *rows = memory;
    return status;
}

void furrow_combinations_array_free(void *rows, const furrow_combinations *all, size_t count)
{
    if (rows)
        munmap(rows, size_of(all, count));
}
