#include "state.h"

static _Thread_local furrow__stay *innermost;

void furrow__stay_begin(furrow__stay *stay, const furrow_pool *pool, int worker, bool callback)
{
    *stay = (furrow__stay){pool, worker, callback, innermost};
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
