#include "idx.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <furrow/digits/training.h>

static int refuse(furrow_error *error, const char *path)
{
    int code = errno ? errno : EIO;
    return furrow_error_set(error, -code, "%s: cannot read: %s", path, furrow_status_text(-code));
}

/* Reads exactly `size` bytes. */
static int read_bytes(gzFile file, void *bytes, size_t size, const char *path, furrow_error *error)
{
    errno = 0;
    size_t got = gzfread(bytes, 1, size, file);
    if (got == size)
        return FURROW_OK;
    int code;
    const char *reason = gzerror(file, &code);
    if (code == Z_ERRNO)
        return refuse(error, path);
    if (code != Z_OK && code != Z_STREAM_END)
        return furrow_error_set(error, FURROW_EFORMAT, "%s: broken gzip data: %s", path, reason);
    return furrow_error_set(error, FURROW_EFORMAT,
                            "%s: ends early: expected %zu more bytes, got %zu", path, size, got);
}

/* Reads the end of the stream, where zlib compares the checksum. */
static int read_end(gzFile file, const char *path, furrow_error *error)
{
    unsigned char extra;
    int code;
    int got = gzread(file, &extra, 1);
    if (got > 0)
        return furrow_error_set(error, FURROW_EFORMAT, "%s: more bytes than its header says", path);
    const char *reason = gzerror(file, &code);
    if (got < 0 || (code != Z_OK && code != Z_STREAM_END))
        return furrow_error_set(error, FURROW_EFORMAT, "%s: broken gzip data: %s", path, reason);
    return FURROW_OK;
}

static int read_header(furrow__idx *idx, gzFile file, const char *path, furrow_error *error)
{
    unsigned char magic[4], lengths[FURROW__IDX_MAX_DIMENSIONS][4];
    int status = read_bytes(file, magic, sizeof magic, path, error);
    if (status)
        return status;
    if (magic[0] || magic[1] || magic[2] != 8 || !magic[3] || magic[3] > FURROW__IDX_MAX_DIMENSIONS)
        return furrow_error_set(error, FURROW_EFORMAT,
                                "%s: not an IDX file of bytes: expected 00 00 08 01 ... 04, got "
                                "%02x %02x %02x %02x",
                                path, magic[0], magic[1], magic[2], magic[3]);
    idx->dimensions = magic[3];
    status = read_bytes(file, lengths, idx->dimensions * 4, path, error);
    if (status)
        return status;
    idx->size = 1;
    for (size_t i = 0; i < idx->dimensions; i++) {
        const unsigned char *b = lengths[i];
        idx->lengths[i] = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
        if (idx->lengths[i] && idx->size > FURROW__IDX_MAX_SIZE / idx->lengths[i])
            return furrow_error_set(error, FURROW_EFBIG, "%s: larger than 1 GiB", path);
        idx->size *= idx->lengths[i];
    }
    return FURROW_OK;
}

static int read_array(furrow__idx *idx, gzFile file, const char *path, furrow_error *error)
{
    int status = read_header(idx, file, path, error);
    if (status)
        return status;
    idx->bytes = malloc(idx->size + 1);
    if (!idx->bytes)
        return furrow_error_set(error, FURROW_ENOMEM, "%s: no memory for %zu bytes", path,
                                idx->size);
    status = read_bytes(file, idx->bytes, idx->size, path, error);
    return status ? status : read_end(file, path, error);
}

/* Opens a regular file and returns its descriptor. Never waits for the other end of a FIFO. */
static int open_file(const char *path, furrow_error *error)
{
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        int code = refuse(error, path);
        if (descriptor >= 0)
            close(descriptor);
        return code;
    }
    if (S_ISREG(status.st_mode))
        return descriptor;
    close(descriptor);
    return furrow_error_set(error, FURROW_EINVAL, "%s: not a file", path);
}

int furrow__idx_read(furrow__idx *idx, const char *path, furrow_error *error)
{
    *idx = (furrow__idx){0};
    int descriptor = open_file(path, error);
    if (descriptor < 0)
        return descriptor;
    gzFile file = gzdopen(descriptor, "rb");
    if (!file) {
        close(descriptor);
        return furrow_error_set(error, FURROW_ENOMEM, "%s: no memory to read it", path);
    }
    int status = read_array(idx, file, path, error);
    gzclose_r(file);
    if (status)
        furrow__idx_clear(idx);
    return status;
}

void furrow__idx_clear(furrow__idx *idx)
{
    free(idx->bytes);
    *idx = (furrow__idx){0};
}

/* ---- samples ---- */

static int check_images(const furrow__idx *images, const char *path, furrow_error *error)
{
    if (images->dimensions == 3 && images->lengths[1] == FURROW_DIGITS_SIDE &&
        images->lengths[2] == FURROW_DIGITS_SIDE)
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EFORMAT, "%s: expected images of 28 x 28 bytes", path);
}

static int check_labels(const furrow__idx *labels, size_t images, const char *path,
                        furrow_error *error)
{
    if (labels->dimensions != 1 || labels->size != images)
        return furrow_error_set(error, FURROW_EFORMAT, "%s: expected %zu labels, one per image",
                                path, images);
    for (size_t i = 0; i < labels->size; i++)
        if (labels->bytes[i] >= FURROW_DIGITS_CLASSES)
            return furrow_error_set(error, FURROW_EFORMAT, "%s: label %zu: expected 0 to 9, got %d",
                                    path, i, labels->bytes[i]);
    return FURROW_OK;
}

int furrow_digits_samples_read(furrow_digits_samples *samples, const char *images_path,
                               const char *labels_path, furrow_error *error)
{
    furrow__idx images, labels = {0};
    *samples = (furrow_digits_samples){0};
    int status = furrow__idx_read(&images, images_path, error);
    if (!status)
        status = check_images(&images, images_path, error);
    if (!status && labels_path)
        status = furrow__idx_read(&labels, labels_path, error);
    if (!status && labels_path)
        status = check_labels(&labels, images.lengths[0], labels_path, error);
    if (status) {
        furrow__idx_clear(&images);
        furrow__idx_clear(&labels);
        return status;
    }
    *samples = (furrow_digits_samples){images.bytes, labels.bytes, images.lengths[0]};
    return FURROW_OK;
}

void furrow_digits_samples_clear(furrow_digits_samples *samples)
{
    free((void *)samples->images);
    free((void *)samples->labels);
    *samples = (furrow_digits_samples){0};
}
