/* GLib's GThreadPool behind peers.h. It has tasks only, and no results. */
#include <glib.h>

#include "peers.h"

static GThreadPool *pool;
static GMutex lock;
static GCond changed;
static gsize ended;

struct call {
    const struct job *job;
    size_t item;
};

static struct call calls[10000];

static void run(gpointer data, gpointer context)
{
    const struct call *call = data;
    (void)context;
    run_item(call->job, call->item);
    g_mutex_lock(&lock);
    if (++ended == call->job->n)
        g_cond_signal(&changed);
    g_mutex_unlock(&lock);
}

static void start(int threads)
{
    pool = g_thread_pool_new(run, NULL, threads, TRUE, NULL);
}

static void stop(void)
{
    g_thread_pool_free(pool, FALSE, TRUE);
}

static void tasks(const struct job *job)
{
    ended = 0;
    for (size_t i = 0; i < job->n; i++) {
        calls[i] = (struct call){job, i};
        g_thread_pool_push(pool, &calls[i], NULL);
    }
    g_mutex_lock(&lock);
    while (ended < job->n)
        g_cond_wait(&changed, &lock);
    g_mutex_unlock(&lock);
}

static void submit(const struct job *job)
{
    struct job one = *job;
    one.n = 1;
    tasks(&one);
}

const struct peer glib_peer = {"GThreadPool", start, stop, NULL, NULL, tasks, submit};
