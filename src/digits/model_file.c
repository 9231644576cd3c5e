#include "model.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "embedded.h"

static const char magic[16] = "furrow-digits";

enum {
    VERSION = 1,
    AT_VERSION = 16,
    AT_TEXT_SIZE = 20,
    AT_COUNT = 24,
    AT_TEXT = 28,
    CHECKSUM_SIZE = 4,
    MOST_BYTES = 1 << 26 /* far above any net of FURROW__MOST_STAGES that is of use */
};

static uint32_t get(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static void put(unsigned char *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(value >> 8 * i);
}

/* ---- reading ---- */

static int check(const unsigned char *bytes, size_t size, furrow_error *error)
{
    if (size < AT_TEXT + CHECKSUM_SIZE || memcmp(bytes, magic, sizeof magic) != 0)
        return furrow_error_set(error, FURROW_EFORMAT,
                                "not a model: expected it to begin with \"%s\"", magic);
    if (get(bytes + AT_VERSION) != VERSION)
        return furrow_error_set(error, FURROW_EFORMAT, "model version: expected %d, got %lu",
                                VERSION, (unsigned long)get(bytes + AT_VERSION));
    uint64_t expected = (uint64_t)AT_TEXT + get(bytes + AT_TEXT_SIZE) +
                        (uint64_t)sizeof(float) * get(bytes + AT_COUNT) + CHECKSUM_SIZE;
    if (size != expected)
        return furrow_error_set(error, FURROW_EFORMAT, "model length: expected %llu bytes, got %zu",
                                (unsigned long long)expected, size);
    uint32_t found = (uint32_t)crc32_z(0, bytes, size - CHECKSUM_SIZE);
    uint32_t stated = get(bytes + size - CHECKSUM_SIZE);
    if (found != stated)
        return furrow_error_set(error, FURROW_EFORMAT,
                                "model checksum: expected %08lx, got %08lx; the file is damaged",
                                (unsigned long)stated, (unsigned long)found);
    if (get(bytes + AT_TEXT_SIZE) >= FURROW__TEXT_SIZE)
        return furrow_error_set(error, FURROW_EFORMAT, "model layers: expected less than %d bytes",
                                FURROW__TEXT_SIZE);
    return FURROW_OK;
}

static int read_parameters(furrow_digits_model **model, const char *layers,
                           const unsigned char *bytes, size_t count, furrow_error *error)
{
    float *parameters = calloc(count + 1, sizeof *parameters); /* of any count, 0 as well */
    if (!parameters)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for %zu parameters", count);
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = get(bytes + i * sizeof bits);
        memcpy(&parameters[i], &bits, sizeof bits);
    }
    int status = furrow_digits_model_new(model, layers, parameters, count, error);
    free(parameters);
    if (status == FURROW_EINVAL) {
        status = FURROW_EFORMAT;
        if (error)
            error->code = status;
    }
    return status;
}

int furrow_digits_model_parse(furrow_digits_model **model, const void *data, size_t size,
                              furrow_error *error)
{
    const unsigned char *bytes = data;
    *model = NULL;
    int status = check(bytes, size, error);
    if (status)
        return status;
    char layers[FURROW__TEXT_SIZE] = {0};
    size_t text_size = get(bytes + AT_TEXT_SIZE);
    memcpy(layers, bytes + AT_TEXT, text_size);
    if (strlen(layers) != text_size)
        return furrow_error_set(error, FURROW_EFORMAT, "model layers: a zero byte within the text");
    return read_parameters(model, layers, bytes + AT_TEXT + text_size, get(bytes + AT_COUNT),
                           error);
}

int furrow_digits_model_default(furrow_digits_model **model, furrow_error *error)
{
    return furrow_digits_model_parse(model, furrow__digits_embedded, furrow__digits_embedded_size,
                                     error);
}

static int refuse(furrow_error *error, const char *verb, const char *path)
{
    int code = errno ? errno : EIO;
    return furrow_error_set(error, -code, "%s: cannot %s: %s", path, verb,
                            furrow_status_text(-code));
}

/* The whole of an open file, with one byte more than fstat said to see that it ended. */
static int read_file(unsigned char **bytes, size_t *size, int file, const char *path,
                     furrow_error *error)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return refuse(error, "read", path);
    if (!S_ISREG(status.st_mode) || status.st_size > MOST_BYTES)
        return furrow_error_set(error, FURROW_EFORMAT, "%s: not a model: %s", path,
                                S_ISREG(status.st_mode) ? "larger than 64 MiB" : "not a file");
    size_t capacity = (size_t)status.st_size + 1;
    *bytes = malloc(capacity);
    if (!*bytes)
        return furrow_error_set(error, FURROW_ENOMEM, "%s: no memory for %zu bytes", path,
                                capacity);
    ssize_t some = 1;
    for (*size = 0; *size < capacity && some > 0; *size += (size_t)some) {
        errno = 0;
        some = read(file, *bytes + *size, capacity - *size);
        if (some < 0)
            return refuse(error, "read", path);
    }
    return FURROW_OK;
}

/* "PATH: what was wrong" */
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
    unsigned char *bytes = NULL;
    size_t size = 0;
    *model = NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return refuse(error, "open", path);
    int status = read_file(&bytes, &size, file, path, error);
    close(file);
    if (!status) {
        status = furrow_digits_model_parse(model, bytes, size, error);
        if (status)
            prefix(error, path);
    }
    free(bytes);
    return status;
}

/* ---- writing ---- */

static size_t file_size(const furrow_digits_model *model)
{
    return AT_TEXT + strlen(model->net.text) + model->net.parameters * sizeof(float) +
           CHECKSUM_SIZE;
}

static void encode(unsigned char *bytes, const furrow_digits_model *model)
{
    size_t text_size = strlen(model->net.text);
    memcpy(bytes, magic, sizeof magic);
    put(bytes + AT_VERSION, VERSION);
    put(bytes + AT_TEXT_SIZE, (uint32_t)text_size);
    put(bytes + AT_COUNT, (uint32_t)model->net.parameters);
    memcpy(bytes + AT_TEXT, model->net.text, text_size);
    unsigned char *to = bytes + AT_TEXT + text_size;
    for (size_t i = 0; i < model->net.parameters; i++, to += sizeof(float)) {
        uint32_t bits;
        memcpy(&bits, &model->parameters[i], sizeof bits);
        put(to, bits);
    }
    put(to, (uint32_t)crc32_z(0, bytes, (size_t)(to - bytes)));
}

static int write_file(const unsigned char *bytes, size_t size, const char *path)
{
    FILE *file = fopen(path, "wbe");
    if (!file)
        return -1;
    bool written =
        fwrite(bytes, 1, size, file) == size && fflush(file) == 0 && fsync(fileno(file)) == 0;
    int reason = errno;
    bool closed = fclose(file) == 0;
    if (!written)
        errno = reason;
    return written && closed ? 0 : -1;
}

static int save(const unsigned char *bytes, size_t size, const char *path, const char *partial,
                furrow_error *error)
{
    errno = 0;
    if (write_file(bytes, size, partial) != 0)
        return refuse(error, "write", partial);
    if (rename(partial, path) != 0)
        return refuse(error, "write", path);
    return FURROW_OK;
}

int furrow_digits_model_save(const furrow_digits_model *model, const char *path,
                             furrow_error *error)
{
    static const char suffix[] = ".partial";
    size_t size = file_size(model);
    unsigned char *bytes = malloc(size);
    char *partial = malloc(strlen(path) + sizeof suffix);
    int status = FURROW_ENOMEM;
    if (bytes && partial) {
        strcpy(partial, path);
        strcat(partial, suffix);
        encode(bytes, model);
        status = save(bytes, size, path, partial, error);
    } else {
        furrow_error_set(error, status, "%s: no memory for a model of %zu bytes", path, size);
    }
    free(partial);
    free(bytes);
    return status;
}
