/*
 * paths/internal.h: what the files of this folder share. paths.c owns the stream; list.c reads
 * lists, folder.c the names of one folder, order.c compares them.
 */
#ifndef FURROW_PATHS_INTERNAL_H
#define FURROW_PATHS_INTERNAL_H

#include <stdint.h>

#include <furrow/paths.h>

/* A list that is being read; {.file = -1} is none. */
typedef struct furrow__list {
    int file;
    bool owned;       /* closed with the list */
    char end;         /* what ends a name: '\n' or '\0' */
    const char *name; /* for errors */
    char *buffer;
    size_t begin, size, room; /* of what has been read and not been given */
    bool begun, ended;
} furrow__list;

/* Lists are closed before others are opened; the buffer stays until _clear. */
void furrow__list_open(furrow__list *list, int file, bool owned, char end, const char *name);
void furrow__list_close(furrow__list *list);
void furrow__list_clear(furrow__list *list);

/* The next name that is not empty, valid until the next call; NULL at the end. */
int furrow__list_next(furrow__list *list, const char **name, furrow_error *error);

/* Whether there is something to read, if only the end. */
bool furrow__list_ready(const furrow__list *list);

typedef enum furrow__kind {
    FURROW__KIND_NONE, /* does not count */
    FURROW__KIND_FILE, /* or whatever else is to be given as it is */
    FURROW__KIND_FOLDER,
    FURROW__KIND_UNKNOWN /* the folder does not say */
} furrow__kind;

/* The names of one folder in natural order, within a budget of memory. */
typedef struct furrow__folder {
    const furrow_paths_options *options;
    size_t budget;
    char *text; /* of each name its kind, itself and a NUL */
    size_t text_size, text_room;
    uint32_t *starts; /* of the names held, in `text` */
    size_t count, room;
    size_t at, sorted;  /* names given, and those in order at the beginning of `starts` */
    size_t fences[64];  /* between them starts are in order, from the last fence to the first */
    size_t fence_count; /* the last is above `sorted` */
    uint32_t highest;   /* start of the highest name held, when `more` */
    bool more;          /* there are names above it */
    char *given;        /* the last name of an earlier pass: those above it are next */
    int failure;        /* of a pass that did not come to the folder's end */
    bool unopened;      /* or that did not begin */
} furrow__folder;

/* Opens the folder at `path`; `*opened` is false where there is none. One that cannot be opened has
 * no names, and -errno behind them. FURROW_ENOMEM. In every case _clear frees it. */
int furrow__folder_open(furrow__folder *folder, bool *opened, const char *path,
                        const furrow_paths_options *options, size_t budget, furrow_error *error);
void furrow__folder_clear(furrow__folder *folder);

/* The next name, valid until the next call, or NULL after the last: and then -errno, if there may
 * be more that could not be read. `path` is the folder's. FURROW_ENOMEM. */
int furrow__folder_next(furrow__folder *folder, const char **name, furrow__kind *kind,
                        const char *path, furrow_error *error);

/* Whether it ends in the suffix, and is more than that. */
bool furrow__paths_match(const furrow_paths_options *options, const char *path);

/* Bytes that it holds. */
size_t furrow__folder_memory(const furrow__folder *folder);

#endif
