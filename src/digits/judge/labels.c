#include "truth.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

#include "csv.h"

enum { LABEL_BITS = 4, NO_LABEL = -1 };

/* ---- the table ---- */

/* FNV-1a, mixed by the finalizer of MurmurHash3 (A. Appleby, 2011). The lowest 4 bits are 0: they
 * hold the label. */
static uint64_t hash(const char *text)
{
    uint64_t h = furrow__digest_bytes(FURROW__DIGEST_START, text, strlen(text));
    h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return (h ^ h >> 33) >> LABEL_BITS << LABEL_BITS;
}

/* The entry with this hash, or the free entry where it belongs. */
static uint64_t *place(const struct furrow__labels *labels, uint64_t key)
{
    size_t at = (size_t)(key >> LABEL_BITS) & (labels->room - 1);
    while (labels->entries[at] && (labels->entries[at] ^ key) >> LABEL_BITS)
        at = (at + 1) & (labels->room - 1);
    return &labels->entries[at];
}

/* Keeps the table at most three quarters full. */
static int grow(struct furrow__labels *labels)
{
    struct furrow__labels grown = {.count = labels->count,
                                   .room = labels->room ? 2 * labels->room : 1024};
    if (labels->count < labels->room / 4 * 3)
        return FURROW_OK;
    grown.entries = calloc(grown.room, sizeof *grown.entries);
    if (!grown.entries)
        return FURROW_ENOMEM;
    for (size_t i = 0; i < labels->room; i++)
        if (labels->entries[i])
            *place(&grown, labels->entries[i] >> LABEL_BITS << LABEL_BITS) = labels->entries[i];
    free(labels->entries);
    *labels = grown;
    return FURROW_OK;
}

/* FURROW_EINVAL: the path has another label already. */
static int add(struct furrow__labels *labels, const char *path, int label)
{
    int status = grow(labels);
    if (status)
        return status;
    uint64_t key = hash(path), entry = key | (uint64_t)(label + 1);
    uint64_t *at = place(labels, key);
    if (*at)
        return *at == entry ? FURROW_OK : FURROW_EINVAL;
    *at = entry;
    labels->count++;
    return FURROW_OK;
}

int furrow__labels_find(const struct furrow__labels *labels, const char *path)
{
    for (const char *end = path; labels->count > 0 && end;) {
        uint64_t entry = *place(labels, hash(end));
        if (entry)
            return (int)(entry & ((1 << LABEL_BITS) - 1)) - 1;
        end = strchr(end, '/');
        end = end ? end + strspn(end, "/") : NULL;
    }
    return NO_LABEL;
}

void furrow__labels_clear(struct furrow__labels *labels)
{
    free(labels->entries);
    *labels = (struct furrow__labels){0};
}

/* ---- the file ---- */

/* The columns that are read. */
struct columns {
    size_t path, label;
};

static bool is_digit(const char *text)
{
    return *text >= '0' && *text <= '9' && !text[1];
}

/* Whether the first row is a heading. If it names the columns, they are set. */
static bool read_heading(struct columns *columns, const struct furrow__csv *csv)
{
    size_t path = csv->count, label = csv->count;
    for (size_t i = 0; i < csv->count; i++) {
        const char *field = furrow__csv_field(csv, i);
        if (strcmp(field, "path") == 0)
            path = i;
        if (strcmp(field, "label") == 0)
            label = i;
    }
    if (path < csv->count && label < csv->count) {
        *columns = (struct columns){path, label};
        return true;
    }
    return csv->count > 1 && !is_digit(furrow__csv_field(csv, 1));
}

static int refuse(const struct furrow__csv *csv, const char *expected, const char *got,
                  furrow_error *error)
{
    return furrow_error_set(error, FURROW_EFORMAT, "%s: line %zu: expected %s, got \"%s\"",
                            csv->name, csv->line, expected, got);
}

/* `find .` begins every path with "./". */
static const char *skip_here(const char *path)
{
    while (path[0] == '.' && path[1] == '/')
        path += 1 + strspn(path + 1, "/");
    return path;
}

static int add_row(struct furrow__labels *labels, const struct columns *columns,
                   const struct furrow__csv *csv, furrow_error *error)
{
    if (csv->count == 1 && !*furrow__csv_field(csv, 0))
        return FURROW_OK; /* an empty line */
    if (columns->path >= csv->count || columns->label >= csv->count)
        return refuse(csv, "a path and a label", furrow__csv_field(csv, 0), error);
    const char *label = furrow__csv_field(csv, columns->label);
    if (!*label || strcmp(label, "?") == 0)
        return FURROW_OK;
    if (!is_digit(label))
        return refuse(csv, "a label, 0 to 9", label, error);
    const char *path = skip_here(furrow__csv_field(csv, columns->path));
    int status = add(labels, path, *label - '0');
    if (status == FURROW_EINVAL)
        return refuse(csv, "one label a path, and this is the second for the same path", path,
                      error);
    return status ? furrow_error_set(error, status, "%s: no memory for its rows", csv->name)
                  : FURROW_OK;
}

static int read_rows(struct furrow__labels *labels, struct furrow__csv *csv, furrow_error *error)
{
    struct columns columns = {0, 1};
    for (bool first = true;; first = false) {
        bool ended;
        int status = furrow__csv_next(csv, &ended, error);
        if (status || ended)
            return status;
        if (first && read_heading(&columns, csv))
            continue;
        status = add_row(labels, &columns, csv, error);
        if (status)
            return status;
    }
}

int furrow__labels_read(struct furrow__labels *labels, const char *path, furrow_error *error)
{
    struct furrow__csv csv;
    *labels = (struct furrow__labels){0};
    int status = furrow__csv_open(&csv, path, error);
    if (status == FURROW_OK)
        status = read_rows(labels, &csv, error);
    furrow__csv_close(&csv);
    if (status)
        furrow__labels_clear(labels);
    return status;
}
