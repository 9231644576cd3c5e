/*
 * overdue.h: tries of tasks that have been running for long, reported while they run.
 *
 * A thread of its own sleeps until the first try that has not been reported is due. A thread cannot
 * be stopped from outside, so a report is all that comes of it.
 */
#ifndef FURROW_POOL_OVERDUE_H
#define FURROW_POOL_OVERDUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* A try while it runs; on its worker's stack. */
typedef struct furrow__try {
    size_t task, number;
    double due; /* by the wall clock */
    bool reported;
    struct furrow__try *before, *after;
} furrow__try;

typedef struct furrow__overdue {
    double seconds; /* that a try may take; 0: nobody looks, and nothing of the rest is used */
    void (*report)(const furrow__try *late, void *context);
    void *context;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    furrow__try *first;
    bool ends;
} furrow__overdue;

/* Starts and ends the thread. FURROW_EAGAIN and others of pthread_create: there is none. */
int furrow__overdue_begin(furrow__overdue *overdue);
void furrow__overdue_end(furrow__overdue *overdue);

/* Around a try, on its worker. */
void furrow__try_begin(furrow__overdue *overdue, furrow__try *now);
void furrow__try_end(furrow__overdue *overdue, furrow__try *now);

#endif
