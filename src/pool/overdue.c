#include "overdue.h"

#include <math.h>

#include <furrow/clock.h>
#include <furrow/status.h>

#include "wait.h"

/* Under the lock: the unreported try that is due first. */
static furrow__try *find_next(const furrow__overdue *overdue)
{
    furrow__try *next = NULL;
    for (furrow__try *one = overdue->first; one; one = one->after)
        if (!one->reported && (!next || one->due < next->due))
            next = one;
    return next;
}

/* The report is made without the lock, for other tries must go on; this one may end meanwhile. */
static void *look(void *context)
{
    furrow__overdue *overdue = context;
    pthread_mutex_lock(&overdue->lock);
    while (!overdue->ends) {
        furrow__try *next = find_next(overdue);
        if (next && furrow_clock_wall() >= next->due) {
            next->reported = true;
            furrow__try late = *next;
            pthread_mutex_unlock(&overdue->lock);
            overdue->report(&late, overdue->context);
            pthread_mutex_lock(&overdue->lock);
        } else {
            furrow__condition_wait(&overdue->changed, &overdue->lock,
                                   next ? next->due : (double)INFINITY);
        }
    }
    pthread_mutex_unlock(&overdue->lock);
    return NULL;
}

int furrow__overdue_begin(furrow__overdue *overdue)
{
    if (!(overdue->seconds > 0))
        return FURROW_OK;
    pthread_mutex_init(&overdue->lock, NULL);
    furrow__condition_init(&overdue->changed);
    int failure = pthread_create(&overdue->thread, NULL, look, overdue);
    if (failure)
        overdue->seconds = 0;
    return -failure;
}

void furrow__overdue_end(furrow__overdue *overdue)
{
    if (!(overdue->seconds > 0))
        return;
    pthread_mutex_lock(&overdue->lock);
    overdue->ends = true;
    pthread_cond_signal(&overdue->changed);
    pthread_mutex_unlock(&overdue->lock);
    pthread_join(overdue->thread, NULL);
    pthread_mutex_destroy(&overdue->lock);
    pthread_cond_destroy(&overdue->changed);
}

void furrow__try_begin(furrow__overdue *overdue, furrow__try *now)
{
    if (!(overdue->seconds > 0))
        return;
    now->due = furrow_clock_wall() + overdue->seconds;
    now->reported = false;
    now->before = NULL;
    pthread_mutex_lock(&overdue->lock);
    now->after = overdue->first;
    if (overdue->first)
        overdue->first->before = now;
    overdue->first = now;
    pthread_cond_signal(&overdue->changed); /* it may sleep without end */
    pthread_mutex_unlock(&overdue->lock);
}

void furrow__try_end(furrow__overdue *overdue, furrow__try *now)
{
    if (!(overdue->seconds > 0))
        return;
    pthread_mutex_lock(&overdue->lock);
    *(now->before ? &now->before->after : &overdue->first) = now->after;
    if (now->after)
        now->after->before = now->before;
    pthread_mutex_unlock(&overdue->lock);
}
