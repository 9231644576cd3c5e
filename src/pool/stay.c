#include "state.h"

static _Thread_local furrow__stay *innermost;

void furrow__stay_begin(furrow__stay *stay, const furrow_pool *pool, int worker, bool callback)
{
    void *scratch = worker >= 0 ? pool->slots[worker].scratch : NULL;
    *stay = (furrow__stay){pool, worker, callback, scratch, innermost};
    innermost = stay;
}

void furrow__stay_begin_alone(furrow__stay *stay, const furrow_pool *pool, void *scratch)
{
    *stay = (furrow__stay){pool, 0, false, scratch, innermost};
    innermost = stay;
}

void furrow__stay_end(furrow__stay *stay)
{
    innermost = stay->outer;
}

int furrow__pool_here(const furrow_pool *pool)
{
    for (const furrow__stay *stay = innermost; stay; stay = stay->outer)
        if (stay->pool == pool && stay->worker >= 0)
            return stay->worker;
    return -1;
}

bool furrow__pool_calling_back(const furrow_pool *pool)
{
    for (const furrow__stay *stay = innermost; stay; stay = stay->outer)
        if (stay->pool == pool && stay->callback)
            return true;
    return false;
}

void *furrow_pool_scratch(const furrow_pool *pool)
{
    for (const furrow__stay *stay = innermost; stay && pool; stay = stay->outer)
        if (stay->pool == pool && stay->worker >= 0)
            return stay->scratch;
    return NULL;
}
