/*
 * internal.h: the parts of a stream of paths. paths.c owns the stream; list.c reads lists, folder.c
 * reads the names of one folder, order.c compares names.
 */
#ifndef FURROW_PATHS_INTERNAL_H
#define FURROW_PATHS_INTERNAL_H

#include <stdint.h>

#include <furrow/paths.h>

/* A list that is being read; {.file = -1} is none. */
typedef struct furrow__list {
    int file;
    bool owned;       /* closed with the list */
    char end;         /* ends each name: '\n' or '\0' */
    const char *name; /* for errors */
    char *buffer;
    size_t begin, size, room; /* of the bytes that were read and not yet returned */
    bool begun, ended;
} furrow__list;

/* Close a list before the next is opened; the buffer stays until _clear. */
void furrow__list_open(furrow__list *list, int file, bool owned, char end, const char *name);
void furrow__list_close(furrow__list *list);
void furrow__list_clear(furrow__list *list);

/* The next name that is not empty, valid until the next call; NULL at the end. */
int furrow__list_next(furrow__list *list, const char **name, furrow_error *error);

/* Whether _next would not wait: there is a name to read, or the end. */
bool furrow__list_ready(const furrow__list *list);

typedef enum furrow__path_kind {
    FURROW__KIND_NONE, /* to be skipped */
    FURROW__KIND_FILE, /* or anything else that is returned as it is */
    FURROW__KIND_FOLDER,
    FURROW__KIND_UNKNOWN /* the file system does not tell */
} furrow__path_kind;

/* The names of one folder in natural order, within a budget of memory. */
typedef struct furrow__folder {
    const furrow_paths_options *options;
    size_t budget;
    char *text; /* for each name: its kind, the name, a NUL */
    size_t text_size, text_room;
    uint32_t *starts; /* of the names in `text` */
    size_t count, room;
    size_t at, sorted; /* names returned; names at the beginning of `starts` that are in order */
    size_t
        fences[64]; /* ends of parts of `starts`, each part above the one before, last part first */
    size_t fence_count; /* the last fence is above `sorted` */
    uint32_t highest;   /* start of the highest name here, when `more` */
    bool more;          /* the folder has names above that one */
    char *given;        /* the last name of an earlier pass: this one holds names above it */
    int failure;        /* of a pass that did not reach the end of the folder */
    bool unopened;      /* the failure was to open it */
} furrow__folder;

/* Opens the folder at `path`; `*opened` is false if that is no folder. A folder that cannot be
 * opened has no names and fails with -errno after them. FURROW_ENOMEM. In every case _clear frees
 * it. */
int furrow__folder_open(furrow__folder *folder, bool *opened, const char *path,
                        const furrow_paths_options *options, size_t budget, furrow_error *error);
void furrow__folder_clear(furrow__folder *folder);

/* The next name, valid until the next call. NULL after the last one, with -errno if not all names
 * could be read. `path` is that of the folder. FURROW_ENOMEM. */
int furrow__folder_next(furrow__folder *folder, const char **name, furrow__path_kind *kind,
                        const char *path, furrow_error *error);

/* Whether the path ends in the suffix and has more than that. */
bool furrow__paths_match(const furrow_paths_options *options, const char *path);

/* The bytes of memory that the folder holds. */
size_t furrow__folder_memory(const furrow__folder *folder);

#endif
