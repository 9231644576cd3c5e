#include "times.h"

#include <pthread.h>
#include <stdlib.h>

#include <furrow/status.h>

struct furrow__times {
    pthread_mutex_t lock;
    struct furrow__lap sum;
};

int furrow__times_new(struct furrow__times **times)
{
    *times = calloc(1, sizeof **times);
    if (!*times)
        return FURROW_ENOMEM;
    pthread_mutex_init(&(*times)->lock, NULL);
    return FURROW_OK;
}

void furrow__times_free(struct furrow__times *times)
{
    if (!times)
        return;
    pthread_mutex_destroy(&times->lock);
    free(times);
}

void furrow__times_reset(struct furrow__times *times)
{
    times->sum = (struct furrow__lap){0};
}

void furrow__times_add(struct furrow__times *times, const struct furrow__lap *lap)
{
    pthread_mutex_lock(&times->lock);
    for (int i = 0; i < FURROW__PHASES; i++)
        times->sum.seconds[i] += lap->seconds[i];
    times->sum.timed += lap->timed;
    times->sum.inferred += lap->inferred;
    pthread_mutex_unlock(&times->lock);
}

void furrow__times_means(double means[FURROW__PHASES], struct furrow__times *times)
{
    pthread_mutex_lock(&times->lock);
    for (int i = 0; i < FURROW__PHASES; i++) {
        size_t count = i == FURROW__INFER ? times->sum.inferred : times->sum.timed;
        means[i] = count ? times->sum.seconds[i] / (double)count : 0;
    }
    pthread_mutex_unlock(&times->lock);
}
