#include "model.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <furrow/output.h>

#include "file.h"

static const char magic[16] = "furrow-digits";

enum {
    VERSION = 2,
    AT_VERSION = 16,
    AT_TEXT_SIZE = 20,
    AT_COUNT = 24,
    AT_STAGES = 28,
    CHECKSUM_SIZE = 4,
    STAGE_SIZE = 12
};

/* ---- reading ---- */

/* What the first bytes say about the rest. */
struct model_header {
    size_t text_at, text_size, count, stages;
    bool staged; /* the file has the numbers of the stages */
};

static int check_end(const unsigned char *bytes, size_t size, const struct model_header *header,
                     furrow_error *error)
{
    uint64_t expected = (uint64_t)header->text_at + header->text_size +
                        (uint64_t)sizeof(float) * header->count +
                        (uint64_t)STAGE_SIZE * header->stages + CHECKSUM_SIZE;
    if (size != expected)
        return furrow_error_set(error, FURROW_EFORMAT, "model length: expected %llu bytes, got %zu",
                                (unsigned long long)expected, size);
    uint32_t found = (uint32_t)crc32_z(0, bytes, size - CHECKSUM_SIZE);
    uint32_t stated = furrow__get(bytes + size - CHECKSUM_SIZE);
    if (found != stated)
        return furrow_error_set(error, FURROW_EFORMAT,
                                "model checksum: expected %08lx, got %08lx; the file is damaged",
                                (unsigned long)stated, (unsigned long)found);
    return FURROW_OK;
}

static int read_header(struct model_header *header, const unsigned char *bytes, size_t size,
                       furrow_error *error)
{
    if (size < AT_STAGES + CHECKSUM_SIZE || memcmp(bytes, magic, sizeof magic) != 0)
        return furrow_error_set(error, FURROW_EFORMAT,
                                "not a model: expected it to begin with \"%s\"", magic);
    uint32_t version = furrow__get(bytes + AT_VERSION);
    if (version < 1 || version > VERSION)
        return furrow_error_set(error, FURROW_EFORMAT, "model version: expected 1 or %d, got %lu",
                                VERSION, (unsigned long)version);
    *header = (struct model_header){
        .text_at = version == 1 ? AT_STAGES : AT_STAGES + sizeof(uint32_t),
        .text_size = furrow__get(bytes + AT_TEXT_SIZE),
        .count = furrow__get(bytes + AT_COUNT),
        .stages = version == 1 ? 0 : furrow__get(bytes + AT_STAGES),
        .staged = version > 1,
    };
    int status = check_end(bytes, size, header, error);
    if (!status && header->text_size >= FURROW__LAYERS_SIZE)
        status = furrow_error_set(error, FURROW_EFORMAT,
                                  "model layers: expected less than %d bytes", FURROW__LAYERS_SIZE);
    return status;
}

static int read_parameters(furrow_digits_model **model, const char *layers,
                           const unsigned char *bytes, size_t count, furrow_error *error)
{
    float *parameters = calloc(count + 1, sizeof *parameters); /* so that a count of 0 works too */
    if (!parameters)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for %zu parameters", count);
    for (size_t i = 0; i < count; i++)
        parameters[i] = furrow__get_real(bytes + i * sizeof *parameters);
    int status = furrow_digits_model_new(model, layers, parameters, count, error);
    free(parameters);
    return status;
}

static int read_stages(furrow_digits_model *model, const unsigned char *bytes, size_t count,
                       furrow_error *error)
{
    int status = FURROW_OK;
    if (count != model->cascade.stages)
        return furrow_error_set(error, FURROW_EFORMAT, "model stages: expected %zu, got %zu",
                                model->cascade.stages, count);
    for (size_t i = 0; i < count && !status; i++, bytes += STAGE_SIZE) {
        model->stages[i] = (furrow_digits_stage){
            .temperature = furrow__get_real(bytes),
            .threshold = furrow__get_real(bytes + 4),
            .share = furrow__get_real(bytes + 8),
        };
        status = furrow__stage_check(&model->stages[i], i, error);
    }
    return status;
}

static int read_contents(furrow_digits_model **model, const struct model_header *header,
                         const unsigned char *bytes, furrow_error *error)
{
    char layers[FURROW__LAYERS_SIZE] = {0};
    memcpy(layers, bytes + header->text_at, header->text_size);
    if (strlen(layers) != header->text_size)
        return furrow_error_set(error, FURROW_EFORMAT, "model layers: a zero byte within the text");
    const unsigned char *parameters = bytes + header->text_at + header->text_size;
    int status = read_parameters(model, layers, parameters, header->count, error);
    if (!status && header->staged)
        status =
            read_stages(*model, parameters + header->count * sizeof(float), header->stages, error);
    return status;
}

int furrow_digits_model_parse(furrow_digits_model **model, const void *data, size_t size,
                              furrow_error *error)
{
    struct model_header header;
    *model = NULL;
    int status = read_header(&header, data, size, error);
    if (!status)
        status = read_contents(model, &header, data, error);
    if (status == FURROW_EINVAL) {
        status = FURROW_EFORMAT;
        if (error)
            error->code = status;
    }
    if (status) {
        furrow_digits_model_free(*model);
        *model = NULL;
    }
    return status;
}

int furrow_digits_model_default(furrow_digits_model **model, furrow_error *error)
{
    return furrow_digits_model_parse(model, furrow__digits_embedded, furrow__digits_embedded_size,
                                     error);
}

/* Turns the error "TEXT" into "PATH: TEXT". */
static void prefix(furrow_error *error, const char *path)
{
    furrow_error inner;
    if (!error)
        return;
    inner = *error;
    furrow_error_set(error, inner.code, "%s: %s", path, inner.text);
}

int furrow_digits_model_load(furrow_digits_model **model, const char *path, furrow_error *error)
{
    unsigned char *bytes;
    size_t size;
    *model = NULL;
    int status = furrow__file_read(&bytes, &size, path, "a model", error);
    if (status)
        return status;
    status = furrow_digits_model_parse(model, bytes, size, error);
    if (status)
        prefix(error, path);
    free(bytes);
    return status;
}

/* ---- writing ---- */

static size_t file_size(const furrow_digits_model *model)
{
    const furrow__cascade *cascade = &model->cascade;
    return AT_STAGES + sizeof(uint32_t) + strlen(cascade->text) +
           cascade->parameters * sizeof(float) + cascade->stages * STAGE_SIZE + CHECKSUM_SIZE;
}

static void encode(unsigned char *bytes, const furrow_digits_model *model)
{
    const furrow__cascade *cascade = &model->cascade;
    size_t text_size = strlen(cascade->text);
    memcpy(bytes, magic, sizeof magic);
    furrow__put(bytes + AT_VERSION, VERSION);
    furrow__put(bytes + AT_TEXT_SIZE, (uint32_t)text_size);
    furrow__put(bytes + AT_COUNT, (uint32_t)cascade->parameters);
    furrow__put(bytes + AT_STAGES, (uint32_t)cascade->stages);
    unsigned char *to = bytes + AT_STAGES + sizeof(uint32_t);
    memcpy(to, cascade->text, text_size);
    to += text_size;
    for (size_t i = 0; i < cascade->parameters; i++, to += sizeof(float))
        furrow__put_real(to, model->parameters[i]);
    for (size_t i = 0; i < cascade->stages; i++, to += STAGE_SIZE) {
        furrow__put_real(to, model->stages[i].temperature);
        furrow__put_real(to + 4, model->stages[i].threshold);
        furrow__put_real(to + 8, model->stages[i].share);
    }
    furrow__put(to, (uint32_t)crc32_z(0, bytes, (size_t)(to - bytes)));
}

int furrow_digits_model_save(const furrow_digits_model *model, const char *path,
                             furrow_error *error)
{
    size_t size = file_size(model);
    unsigned char *bytes = malloc(size);
    if (!bytes)
        return furrow_error_set(error, FURROW_ENOMEM, "%s: no memory for a model of %zu bytes",
                                path, size);
    encode(bytes, model);
    int status = furrow_output_replace(path, bytes, size, error);
    free(bytes);
    return status;
}
