/*
 * checkpoint.c: the state of a training at the end of an epoch, in a file.
 *
 * Random numbers depend on seed, net, epoch and sample only, so the file has just the weights and
 * the position. The version also changes when sums are added in another order. All numbers are
 * little-endian:
 *
 *     offset 0   "furrow-training", a zero byte; uint32 version, 3
 *            20  uint32 bytes of the recipe, the data and the build, each
 *            32  uint32 net, epoch and step that come next; uint32 number of weights
 *            48  the three texts; the weights (binary32) of all nets, then the learner's arrays
 *     last 4     uint32 CRC-32 of all bytes before
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <furrow/output.h>

#include "digits/net/file.h"
#include "trainer.h"

static const char magic[16] = "furrow-training";

enum {
    VERSION = 3,
    TEXTS = 3,
    TEXT_SIZE = 1024,
    AT_VERSION = 16,
    AT_SIZES = 20,
    AT_NET = 32,
    AT_EPOCH = 36,
    AT_STEP = 40,
    AT_COUNT = 44,
    AT_TEXTS = 48,
    CHECKSUM_SIZE = 4
};

/* What must be the same when a training goes on. */
struct identity {
    char texts[TEXTS][TEXT_SIZE];
};

static const char *const names[TEXTS] = {"recipe", "data", "build"};

static void describe_recipe(char *text, const furrow_digits_recipe *recipe)
{
    const double numbers[] = {recipe->warmup,     recipe->decay,      recipe->smoothing,
                              recipe->averaging,  recipe->rotation,   recipe->scaling,
                              recipe->shearing,   recipe->shifting,   recipe->elasticity,
                              recipe->thickening, recipe->grain,      recipe->widening,
                              recipe->pens,       recipe->coarsening, recipe->handwriting};
    size_t used = (size_t)snprintf(text, TEXT_SIZE, "%s; seed %llu, batch %zu, epochs, rates",
                                   recipe->layers, (unsigned long long)recipe->seed, recipe->batch);
    for (size_t i = 0; i < FURROW_DIGITS_STAGES; i++)
        used += (size_t)snprintf(text + used, TEXT_SIZE - used, " %zu, %.9g;", recipe->epochs[i],
                                 recipe->rate[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        used += (size_t)snprintf(text + used, TEXT_SIZE - used, " %.9g", numbers[i]);
}

static unsigned long checksum(const furrow_digits_samples *samples)
{
    if (samples->count == 0)
        return 0;
    uLong sum = crc32_z(0, samples->images, samples->count * FURROW_DIGITS_PIXELS);
    return crc32_z(sum, samples->labels, samples->count);
}

static void identify(struct identity *identity, const furrow_digits_trainer *trainer)
{
    describe_recipe(identity->texts[0], &trainer->recipe);
    snprintf(identity->texts[1], TEXT_SIZE, "%zu samples of checksum %08lx",
             trainer->training.count, checksum(&trainer->training));
    snprintf(identity->texts[2], TEXT_SIZE, "%s by %s", trainer->isa->id.name, __VERSION__);
}

static size_t weights_of(const furrow_digits_trainer *trainer)
{
    const furrow__cascade *cascade = &trainer->cascade;
    size_t learning = trainer->net < cascade->count ? cascade->nets[trainer->net].parameters : 0;
    return cascade->parameters + FURROW__LEARNER_ARRAYS * learning;
}

/* ---- writing ---- */

static unsigned char *put_weights(unsigned char *to, const float *weights, size_t count)
{
    for (size_t i = 0; i < count; i++, to += sizeof(float))
        furrow__put_real(to, weights[i]);
    return to;
}

static void encode(unsigned char *bytes, const furrow_digits_trainer *trainer,
                   const struct identity *identity)
{
    size_t weights = weights_of(trainer), all = trainer->cascade.parameters;
    memcpy(bytes, magic, sizeof magic);
    furrow__put(bytes + AT_VERSION, VERSION);
    furrow__put(bytes + AT_NET, (uint32_t)trainer->net);
    furrow__put(bytes + AT_EPOCH, (uint32_t)trainer->epoch);
    furrow__put(bytes + AT_STEP, (uint32_t)trainer->learner.step);
    furrow__put(bytes + AT_COUNT, (uint32_t)weights);
    unsigned char *to = bytes + AT_TEXTS;
    for (size_t i = 0; i < TEXTS; i++) {
        size_t length = strlen(identity->texts[i]);
        furrow__put(bytes + AT_SIZES + 4 * i, (uint32_t)length);
        memcpy(to, identity->texts[i], length);
        to += length;
    }
    to = put_weights(to, trainer->finished, all);
    to = put_weights(to, trainer->learner.memory, weights - all);
    furrow__put(to, (uint32_t)crc32_z(0, bytes, (size_t)(to - bytes)));
}

int furrow_digits_trainer_save(const furrow_digits_trainer *trainer, const char *path,
                               furrow_error *error)
{
    struct identity identity = {0};
    if (trainer->position > 0 || trainer->evaluating)
        return furrow_error_set(error, FURROW_EINVAL,
                                "a checkpoint can be saved at the end of an epoch only");
    identify(&identity, trainer);
    size_t size = AT_TEXTS + weights_of(trainer) * sizeof(float) + CHECKSUM_SIZE;
    for (size_t i = 0; i < TEXTS; i++)
        size += strlen(identity.texts[i]);
    unsigned char *bytes = malloc(size);
    if (!bytes)
        return furrow_error_set(error, FURROW_ENOMEM, "%s: no memory for a checkpoint", path);
    encode(bytes, trainer, &identity);
    int status = furrow_output_replace(path, bytes, size, error);
    free(bytes);
    return status;
}

/* ---- reading ---- */

static int check_whole(const unsigned char *bytes, size_t size, const char *path,
                       furrow_error *error)
{
    if (size < AT_TEXTS + CHECKSUM_SIZE || memcmp(bytes, magic, sizeof magic) != 0)
        return furrow_error_set(error, FURROW_EFORMAT, "%s: not a checkpoint of a training", path);
    if (furrow__get(bytes + size - CHECKSUM_SIZE) !=
        (uint32_t)crc32_z(0, bytes, size - CHECKSUM_SIZE))
        return furrow_error_set(error, FURROW_EFORMAT,
                                "%s: checkpoint checksum: the file is damaged; remove it to train "
                                "from the beginning",
                                path);
    if (furrow__get(bytes + AT_VERSION) != VERSION)
        return furrow_error_set(error, FURROW_EFORMAT,
                                "%s: checkpoint version: expected %d, got %lu; remove it to train "
                                "from the beginning",
                                path, VERSION, (unsigned long)furrow__get(bytes + AT_VERSION));
    uint64_t expected =
        AT_TEXTS + CHECKSUM_SIZE + (uint64_t)sizeof(float) * furrow__get(bytes + AT_COUNT);
    for (size_t i = 0; i < TEXTS; i++)
        expected += furrow__get(bytes + AT_SIZES + 4 * i);
    if (size != expected)
        return furrow_error_set(error, FURROW_EFORMAT,
                                "%s: checkpoint length: expected %llu "
                                "bytes, got %zu",
                                path, (unsigned long long)expected, size);
    return FURROW_OK;
}

static int check_identity(const unsigned char *bytes, const furrow_digits_trainer *trainer,
                          const char *path, furrow_error *error)
{
    struct identity identity = {0};
    const unsigned char *text = bytes + AT_TEXTS;
    identify(&identity, trainer);
    for (size_t i = 0; i < TEXTS; i++) {
        const char *expected = identity.texts[i];
        size_t length = furrow__get(bytes + AT_SIZES + 4 * i);
        if (length != strlen(expected) || memcmp(text, expected, length) != 0)
            return furrow_error_set(error, FURROW_EINVAL,
                                    "%s: a checkpoint of another %s: expected \"%.80s\", got "
                                    "\"%.*s\"; remove it, or train as it says",
                                    path, names[i], expected, length < 80 ? (int)length : 80,
                                    (const char *)text);
        text += length;
    }
    return FURROW_OK;
}

static const unsigned char *get_weights(float *weights, const unsigned char *from, size_t count)
{
    for (size_t i = 0; i < count; i++, from += sizeof(float))
        weights[i] = furrow__get_real(from);
    return from;
}

/* Whether the trainer, which is at the beginning of the net, can go on from this epoch. */
static bool fits(const furrow_digits_trainer *trainer, size_t epoch, size_t weights)
{
    bool ended = trainer->net == trainer->cascade.count;
    return weights == weights_of(trainer) &&
           (ended ? epoch == 0 : epoch < trainer->recipe.epochs[trainer->stage]);
}

static int take_up(furrow_digits_trainer *trainer, const unsigned char *bytes, const char *path,
                   furrow_error *error)
{
    size_t net = furrow__get(bytes + AT_NET), epoch = furrow__get(bytes + AT_EPOCH);
    const unsigned char *from = bytes + AT_TEXTS;
    size_t all = trainer->cascade.parameters, weights = furrow__get(bytes + AT_COUNT);
    furrow_digits_trainer_reset(trainer);
    if (net <= trainer->cascade.count)
        furrow__trainer_enter(trainer, net, 0);
    if (net > trainer->cascade.count || !fits(trainer, epoch, weights)) {
        furrow_digits_trainer_reset(trainer);
        return furrow_error_set(error, FURROW_EFORMAT,
                                "%s: checkpoint: expected one of %zu nets within its epochs, got "
                                "net %zu, epoch %zu",
                                path, trainer->cascade.count, net, epoch);
    }
    for (size_t i = 0; i < TEXTS; i++)
        from += furrow__get(bytes + AT_SIZES + 4 * i);
    from = get_weights(trainer->finished, from, all);
    if (net < trainer->cascade.count) {
        get_weights(trainer->learner.memory, from, weights - all);
        trainer->learner.step = furrow__get(bytes + AT_STEP);
        furrow__learner_pack(&trainer->learner);
        if (epoch > 0)
            furrow__trainer_enter(trainer, net, epoch);
    }
    return FURROW_OK;
}

int furrow_digits_trainer_load(furrow_digits_trainer *trainer, const char *path,
                               furrow_error *error)
{
    unsigned char *bytes;
    size_t size;
    int status = furrow__file_read(&bytes, &size, path, "a checkpoint", error);
    if (status)
        return status;
    status = check_whole(bytes, size, path, error);
    if (!status)
        status = check_identity(bytes, trainer, path, error);
    if (!status)
        status = take_up(trainer, bytes, path, error);
    free(bytes);
    return status;
}
