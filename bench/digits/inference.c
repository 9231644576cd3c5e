/*
 * inference.c: from images in memory to labels: as a share of the multiply-adds that the same cores
 * did a moment before, and beside peers.
 *
 * The count is a multiplication and an addition per weight and pixel, without pooling, softmax and
 * the transposition into lanes. A cascade counts its average, on MNIST's test images; each of its
 * nets has a line too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/measure.h>

#include "peak.h"
#include "peers.h"
#include "sections.h"

enum { ROUNDS = 15, IMAGES = 1024, PEAK_ROUNDS = 1000000 };

struct run {
    const furrow_digits_model *model;
    furrow_digits_scratch *scratch[MAX_TEAM];
    const unsigned char *images;
    furrow_digits_answer answers[MAX_TEAM][BATCH];
    const struct peak *peak;
    double flops[MAX_TEAM];
};

static void classify_work(int member, void *context)
{
    struct run *run = context;
    for (size_t done = 0; done < IMAGES; done += BATCH)
        furrow_digits_classify(run->model, run->scratch[member],
                               run->images + done * FURROW_DIGITS_PIXELS, BATCH,
                               run->answers[member]);
}

static void single_work(int member, void *context)
{
    struct run *run = context;
    for (size_t i = 0; i < IMAGES; i++)
        furrow_digits_classify(run->model, run->scratch[member],
                               run->images + i * FURROW_DIGITS_PIXELS, 1, run->answers[member]);
}

static void peak_work(int member, void *context)
{
    struct run *run = context;
    float sum;
    run->flops[member] = run->peak->run(PEAK_ROUNDS, &sum);
}

static void begin(struct run *run, const furrow_digits_model *model, const char *isa)
{
    run->model = model;
    for (int i = 0; i < MAX_TEAM; i++)
        bench_require(furrow_digits_scratch_new(&run->scratch[i], model, isa), isa);
}

static void end(struct run *run)
{
    for (int i = 0; i < MAX_TEAM; i++)
        furrow_digits_scratch_free(run->scratch[i]);
}

static void show_share(struct run *run, int members)
{
    double images[ROUNDS], flops[ROUNDS], limits[ROUNDS];
    double each = 2.0 * (double)furrow_digits_model_multiplications(run->model);
    team_run(members, classify_work, run);
    for (int i = 0; i < ROUNDS; i++) {
        limits[i] = members / team_run(members, peak_work, run) * run->flops[0];
        images[i] = members * IMAGES / team_run(members, classify_work, run);
        flops[i] = images[i] * each;
    }
    furrow_summary rate, flop, peak, share;
    furrow_stats_summarise(&rate, images, ROUNDS);
    furrow_stats_summarise(&flop, flops, ROUNDS);
    furrow_stats_summarise(&peak, limits, ROUNDS);
    furrow_stats_ratio(&share, flops, limits, ROUNDS);
    printf("  %-8s %d %10.0f images/s  %6.1f of %6.1f GFLOP/s  %5.1f %% [%.1f, %.1f]\n",
           run->peak->isa, members, rate.median, flop.median / 1e9, peak.median / 1e9,
           100 * share.median, 100 * share.low, 100 * share.high);
    fflush(stdout);
}

static void show_net(const char *name, const furrow_digits_model *model,
                     const unsigned char *images)
{
    printf("%s: %s, %zu multiplications an image; by instruction set and threads\n", name,
           furrow_digits_model_layers(model), furrow_digits_model_multiplications(model));
    for (size_t i = 0; i < peak_count && furrow_digits_isa(i); i++) {
        struct run run = {.images = images, .peak = &peaks[i]};
        begin(&run, model, peaks[i].isa);
        for (int members = 1; members <= MAX_TEAM; members++)
            show_share(&run, members);
        double seconds[ROUNDS];
        furrow_summary single;
        for (int round = 0; round < ROUNDS; round++)
            seconds[round] = team_run(1, single_work, &run) / IMAGES;
        furrow_stats_summarise(&single, seconds, ROUNDS);
        printf("  %-8s one image at a time: %.1f us [%.1f, %.1f]\n", peaks[i].isa,
               1e6 * single.median, 1e6 * single.low, 1e6 * single.high);
        end(&run);
    }
}

static void show_peer(const struct peer *peer, struct run *run)
{
    double ours[ROUNDS], theirs[ROUNDS];
    for (int members = 1; members <= MAX_TEAM; members++) {
        if (!(peer->infer(members, run->images, IMAGES) > 0)) {
            printf("  %-28s is not installed\n", peer->name);
            return;
        }
        for (int i = 0; i < ROUNDS; i++) {
            theirs[i] = IMAGES / peer->infer(members, run->images, IMAGES);
            ours[i] = members * IMAGES / team_run(members, classify_work, run);
        }
        furrow_summary rate, ratio;
        furrow_stats_summarise(&rate, theirs, ROUNDS);
        furrow_stats_ratio(&ratio, ours, theirs, ROUNDS);
        printf("  %-28s %d %10.0f images/s  ours is %5.2f [%.2f, %.2f] times as fast\n", peer->name,
               members, rate.median, ratio.median, ratio.low, ratio.high);
        fflush(stdout);
    }
}

/* Each net of a model with several, once. */
static void show_parts(const char *layers, const unsigned char *images)
{
    char net[512], last[512] = "";
    while (*layers) {
        const char *stage = strstr(layers, " / "), *other = strstr(layers, " + ");
        const char *next = stage && (!other || stage < other) ? stage : other;
        size_t length = next ? (size_t)(next - layers) : strlen(layers);
        snprintf(net, sizeof net, "%.*s", (int)length, layers);
        if (strcmp(net, last) != 0) {
            furrow_digits_model *model = net_new(net);
            show_net("one net", model, images);
            furrow_digits_model_free(model);
        }
        memcpy(last, net, sizeof last);
        layers += length + (next ? 3 : 0);
    }
}

void section_inference(void)
{
    furrow_digits_model *shipped, *lenet = net_new(LENET);
    furrow_digits_samples samples;
    bench_require(furrow_digits_model_default(&shipped, NULL), "the model that ships");
    test_images(&samples);
    const char *layers = furrow_digits_model_layers(shipped);
    if (strstr(layers, " / ") || strstr(layers, " + "))
        show_parts(layers, samples.images);
    show_net("the model that ships", shipped, samples.images);
    show_net("LeNet-5", lenet, samples.images);
    printf("LeNet-5 by others, in batches of %d; threads\n", BATCH);
    struct run run = {.images = samples.images};
    begin(&run, lenet, NULL);
    show_peer(&peer_dnnl, &run);
    show_peer(&peer_opencv, &run);
    show_peer(&peer_torch, &run);
    end(&run);
    furrow_digits_samples_clear(&samples);
    furrow_digits_model_free(shipped);
    furrow_digits_model_free(lenet);
}
