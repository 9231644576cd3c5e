/* identity.c: for journals, what results come from besides the arguments. */
#include <string.h>

#include <furrow/digest.h>

#include "digits.h"

static uint64_t add_file(uint64_t digest, const char *path)
{
    return path ? furrow_digest_file(digest, path) : digest;
}

/* The model, number by number; the instruction sets of this machine, whose last bits differ; the
 * files that the arguments name. */
static uint64_t shared_identity(const struct digits *digits)
{
    size_t count, stages, levels = 0;
    const float *parameters = furrow_digits_model_parameters(digits->model, &count);
    const furrow_digits_stage *stage = furrow_digits_model_stages(digits->model, &stages);
    const char *layers = furrow_digits_model_layers(digits->model);
    uint64_t digest = furrow_digest_bytes(FURROW_DIGEST_START, layers, strlen(layers));
    for (const char *level; (level = furrow_digits_level(levels)); levels++)
        digest = furrow_digest_bytes(digest, level, strlen(level));
    digest = furrow_digest_bytes(digest, parameters, count * sizeof *parameters);
    digest = furrow_digest_bytes(digest, stage, stages * sizeof *stage);
    digest = add_file(add_file(digest, digits->idx), digits->labels);
    return add_file(digest, digits->table);
}

uint64_t furrow__digits_identity(const void *state, size_t item)
{
    const struct digits *digits = state;
    if (item == FURROW_NO_ITEM)
        return shared_identity(digits);
    if (!digits->paths)
        return 0;
    const char *path = furrow__digits_path(digits, item);
    return furrow_digest_file(furrow_digest_bytes(FURROW_DIGEST_START, path, strlen(path)), path);
}
