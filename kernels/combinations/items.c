/*
 * items.c: the items of the rows: N numbers, names between commas, or the lines of a file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

/* Takes over `names`, `size` bytes in which each name ends with a zero byte. */
static int set_names(struct combinations *all, char *names, size_t size, furrow_error *error)
{
    size_t count = 0, used = 0;
    all->names = names;
    for (size_t i = 0; i < size; i++)
        count += names[i] == '\0';
    if (count > UINT32_MAX)
        return furrow_error_set(error, FURROW_EOVERFLOW, "items: expected fewer than 2^32 names");
    all->labels = calloc(count + 1, sizeof *all->labels);
    if (!all->labels)
        return FURROW_ENOMEM;
    for (all->n = 0; all->n < count; used += strlen(names + used) + 1)
        all->labels[all->n++] = names + used;
    return FURROW_OK;
}

static int split(struct combinations *all, const char *items, furrow_error *error)
{
    size_t length = strlen(items);
    char *names = calloc(length + 1, 1);
    if (!names)
        return FURROW_ENOMEM;
    memcpy(names, items, length);
    for (char *at = names; (at = strchr(at, ',')) != NULL;)
        *at++ = '\0';
    int status = set_names(all, names, length + 1, error);
    for (uint32_t i = 0; !status && i < all->n; i++)
        if (all->labels[i][0] == '\0')
            status = furrow_error_set(error, FURROW_EINVAL,
                                      "--items: expected names between commas, got '%s'", items);
    return status;
}

/* Reads a whole stream and replaces each newline by a zero byte; the last byte is a zero too. */
static int read_lines(char **names, size_t *size, FILE *file, const char *path, furrow_error *error)
{
    size_t capacity = 0;
    *size = 0;
    for (size_t got = 1; got > 0; *size += got) {
        if (*size + 2 > capacity) {
            char *grown = realloc(*names, capacity = 2 * capacity + 4096);
            if (!grown)
                return FURROW_ENOMEM;
            *names = grown;
        }
        got = fread(*names + *size, 1, capacity - *size - 1, file);
    }
    if (ferror(file))
        return furrow_error_set(error, -errno, "%s: cannot read: %s", path, strerror(errno));
    if (memchr(*names, '\0', *size))
        return furrow_error_set(error, FURROW_EFORMAT, "%s: expected lines, got a zero byte", path);
    if (*size > 0 && (*names)[*size - 1] != '\n')
        (*names)[(*size)++] = '\n';
    for (size_t i = 0; i < *size; i++)
        if ((*names)[i] == '\n')
            (*names)[i] = '\0';
    return FURROW_OK;
}

static int read_names(struct combinations *all, FILE *file, const char *path, furrow_error *error)
{
    char *names = NULL;
    size_t size;
    int status = read_lines(&names, &size, file, path, error);
    if (status) {
        free(names);
        return status;
    }
    return set_names(all, names, size, error);
}

static int read_file(struct combinations *all, const char *path, const furrow_args *args,
                     furrow_error *error)
{
    if (strcmp(path, "-") == 0) {
        FILE *input = furrow_args_input(args);
        return input ? read_names(all, input, "standard input", error)
                     : furrow_error_set(error, FURROW_EINVAL, "--items-from -: there is no input");
    }
    FILE *file = fopen(path, "rb");
    if (!file)
        return furrow_error_set(error, -errno, "%s: cannot open: %s", path, strerror(errno));
    int status = read_names(all, file, path, error);
    fclose(file);
    return status;
}

int furrow__combinations_set_items(struct combinations *all, const furrow_args *args,
                                   furrow_error *error)
{
    const char *items = furrow_args_text(args, "items"),
               *path = furrow_args_text(args, "items-from");
    if (!items && !path) {
        all->n = (uint32_t)furrow_args_count(args, "n");
        return FURROW_OK;
    }
    if (items && path)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--items and --items-from: expected one of them");
    if (furrow_args_given(args, "n"))
        return furrow_error_set(error, FURROW_EINVAL,
                                "N and --%s: expected one of them; give K as --k",
                                items ? "items" : "items-from");
    return items ? split(all, items, error) : read_file(all, path, args, error);
}
