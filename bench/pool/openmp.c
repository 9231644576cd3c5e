#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>

#include "peers.h"

static int threads;

static void start(int wanted)
{
    threads = wanted;
}

static void map(const struct job *job)
{
#pragma omp parallel for schedule(static) num_threads(threads)
    for (size_t i = 0; i < job->n; i++)
        run_item(job, i);
}

static void pair(const struct job *job)
{
#pragma omp parallel num_threads(2)
    run_item(job, (size_t)omp_get_thread_num());
}

static void tasks(const struct job *job)
{
#pragma omp parallel num_threads(threads)
#pragma omp single
    for (size_t i = 0; i < job->n; i++)
#pragma omp task firstprivate(i) shared(job)
        run_item(job, i);
}

static void submit(const struct job *job)
{
#pragma omp parallel num_threads(threads)
#pragma omp single
    {
#pragma omp task shared(job)
        run_item(job, 0);
#pragma omp taskwait
    }
}

const struct peer openmp_peer = {"OpenMP", start, NULL, map, pair, tasks, submit};

/* ---- one thread, and two with nothing to decide ---- */

static void loop(const struct job *job)
{
    for (size_t i = 0; i < job->n; i++)
        run_item(job, i);
}

const struct peer serial_peer = {"serial", NULL, NULL, loop, NULL, NULL, NULL};

static pthread_t helper;
static const struct job *_Atomic given;
static atomic_int state; /* 1: the helper may begin; 2: it is done */

static void *help(void *context)
{
    (void)context;
    while (atomic_load_explicit(&state, memory_order_acquire) != 1)
        ;
    const struct job *job = atomic_load(&given);
    for (size_t i = job->n / 2; i < job->n; i++)
        run_item(job, i);
    atomic_store_explicit(&state, 2, memory_order_release);
    return NULL;
}

static void start_split(int wanted)
{
    (void)wanted;
    atomic_store(&state, 0);
    pthread_create(&helper, NULL, help, NULL);
}

static void split(const struct job *job)
{
    atomic_store(&given, job);
    atomic_store_explicit(&state, 1, memory_order_release);
    for (size_t i = 0; i < job->n / 2; i++)
        run_item(job, i);
    while (atomic_load_explicit(&state, memory_order_acquire) != 2)
        ;
}

static void stop_split(void)
{
    static const struct job nothing;
    if (atomic_load(&state) == 0)
        split(&nothing);
    pthread_join(helper, NULL);
}

const struct peer split_peer = {"perfect split", start_split, stop_split, split, NULL, NULL, NULL};
