/* team.c: threads that begin together, models and images, and lines of figures. */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include <furrow/clock.h>
#include <furrow/measure.h>

#include "sections.h"

struct team {
    pthread_barrier_t start;
    cpu_set_t allowed;
    void (*work)(int member, void *context);
    void *context;
};

struct member {
    struct team *team;
    int index;
    double begin, end;
};

/* Binds a member to its own CPU: for work of milliseconds the system might leave two members on
 * one. */
static void bind_to_cpu(const cpu_set_t *allowed, int member)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, allowed) && member-- == 0)
            CPU_SET(cpu, &one);
    if (CPU_COUNT(&one) > 0)
        pthread_setaffinity_np(pthread_self(), sizeof one, &one);
}

static void *member_main(void *argument)
{
    struct member *own = argument;
    bind_to_cpu(&own->team->allowed, own->index);
    pthread_barrier_wait(&own->team->start);
    own->begin = furrow_clock_wall();
    own->team->work(own->index, own->team->context);
    own->end = furrow_clock_wall();
    return NULL;
}

double team_run(int members, void (*work)(int member, void *context), void *context)
{
    struct team team = {.work = work, .context = context};
    struct member all[MAX_TEAM];
    pthread_t threads[MAX_TEAM];
    pthread_getaffinity_np(pthread_self(), sizeof team.allowed, &team.allowed);
    pthread_barrier_init(&team.start, NULL, (unsigned)members);
    for (int i = 0; i < members; i++)
        all[i] = (struct member){.team = &team, .index = i};
    for (int i = 1; i < members; i++)
        bench_require(-pthread_create(&threads[i], NULL, member_main, &all[i]), "a thread");
    member_main(&all[0]);
    double begin = all[0].begin, end = all[0].end;
    for (int i = 1; i < members; i++) {
        pthread_join(threads[i], NULL);
        begin = all[i].begin < begin ? all[i].begin : begin;
        end = all[i].end > end ? all[i].end : end;
    }
    pthread_barrier_destroy(&team.start);
    pthread_setaffinity_np(pthread_self(), sizeof team.allowed, &team.allowed);
    return end - begin;
}

furrow_digits_model *net_new(const char *layers)
{
    furrow_digits_model *empty, *model;
    size_t count;
    bench_require(furrow_digits_model_new(&empty, layers, NULL, 0, NULL), layers);
    furrow_digits_model_parameters(empty, &count);
    furrow_digits_model_free(empty);
    float *parameters = malloc(count * sizeof *parameters);
    bench_require(parameters ? FURROW_OK : FURROW_ENOMEM, layers);
    for (size_t i = 0; i < count; i++)
        parameters[i] = (float)((double)(i * 2654435761u >> 8 & 1023) / 1023 - 0.5) * 0.25f;
    bench_require(furrow_digits_model_new(&model, layers, parameters, count, NULL), layers);
    free(parameters);
    return model;
}

void test_images(furrow_digits_samples *samples)
{
    furrow_error error = {0};
    int status = furrow_digits_samples_read(samples, DATA_FOLDER "/mnist/t10k-images-idx3-ubyte.gz",
                                            NULL, &error);
    bench_require(status, error.text);
}

void line_ratio(const char *name, int members, const double *rates, const double *over,
                const char *what, size_t rounds)
{
    furrow_summary rate, ratio;
    furrow_stats_summarise(&rate, rates, rounds);
    furrow_stats_ratio(&ratio, rates, over, rounds);
    printf("  %-30s %d %10.0f images/s   %6.3f [%.3f, %.3f] %s\n", name, members, rate.median,
           ratio.median, ratio.low, ratio.high, what);
    fflush(stdout);
}
