/*
 * args.h: a kernel's parameters as a table, and the values that a user gave them.
 *
 * The table is the only description: the driver makes options and help of it, tests and programs
 * set values by name. Values are parsed and checked against their bounds as they are set.
 */
#ifndef FURROW_ARGS_H
#define FURROW_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum furrow_param_type {
    FURROW_PARAM_COUNT = 1, /* 0 ... 2^64-1; "1000000" or, up to 2^53, "1e6" */
    FURROW_PARAM_REAL,      /* a finite double, in decimal */
    FURROW_PARAM_TEXT,      /* any string */
    FURROW_PARAM_FLAG,      /* true when given, without a value */
    FURROW_PARAM_LIST,      /* any number of strings; positional: all that remain */
    FURROW_PARAM_COUNTS,    /* counts between commas: "2,3,4" */
    FURROW_PARAM_REALS      /* reals between commas: "0.5,1e-3" */
} furrow_param_type;

/* What a text, or each of a list, names. A driver sees to it, before setup, that what is written
 * can be, and is none of what the same command reads or writes besides, nor would be read as one of
 * many inputs; it asks the file system, not the kernel. */
typedef enum furrow_param_file {
    FURROW_PARAM_NO_FILE,
    FURROW_PARAM_READ,      /* a file */
    FURROW_PARAM_PATHS,     /* files, folders of them and lists, as paths.h has them */
    FURROW_PARAM_PATHS0,    /* a file with such paths, each ended by a zero byte */
    FURROW_PARAM_RECURSIVE, /* a flag: folders within folders of FURROW_PARAM_PATHS count as well */
    FURROW_PARAM_WRITTEN,   /* a file, as output.h writes */
    FURROW_PARAM_FOLDER,    /* a folder for numbered files, as furrow_output_numbered has them */
    FURROW_PARAM_STATE /* the kernel's own file to go on from, for results that a journal would be
                        * too large for; a driver that is asked for a journal points to it */
} furrow_param_file;

/* One parameter; a table of them ends with {0}. */
typedef struct furrow_param {
    const char *name; /* as in --name; lower case, words joined by '-' */
    furrow_param_type type;
    const char *value;         /* the default, in text; NULL: unset (0, NULL, false, empty) */
    double minimum, maximum;   /* bounds of each number; both 0: none; a maximum
                                * below the minimum: none above */
    const char *help;          /* one line, starting lower case; units named */
    const char *argument;      /* what help calls the value ("K", "SECONDS"); NULL: its type */
    bool positional, required; /* positional: also taken in table order without --name */
    char letter;               /* as in -r; 0: none. It yields to a letter of the command's own */
    furrow_param_file file;
    const char
        *suffix; /* of PATHS and PATHS0, what files in folders end in; of FOLDER, its files */
} furrow_param;

typedef struct furrow_args furrow_args;

/* Values for the parameters of `params` (which must outlive them), all at their defaults.
 * FURROW_ENOMEM; FURROW_EINVAL: a default does not fit its own parameter. */
int furrow_args_new(furrow_args **args, const furrow_param *params);
void furrow_args_free(furrow_args *args);

/* Sets `name` from text; a LIST gains one more element. FLAG ignores the text (NULL will do).
 * FURROW_EINVAL: no such parameter (the error names the nearest), or not of its type;
 * FURROW_ERANGE: out of its bounds; FURROW_ENOMEM. On an error the value stays as it was. */
int furrow_args_set(furrow_args *args, const char *name, const char *text, furrow_error *error);

/* Sets the next positional parameter that has no value yet. FURROW_EINVAL: there is none. */
int furrow_args_add(furrow_args *args, const char *text, furrow_error *error);

/* FURROW_EINVAL when a required parameter has no value; the error says which. */
int furrow_args_check(const furrow_args *args, furrow_error *error);

/* Whether the user set it, by name or by position. */
bool furrow_args_given(const furrow_args *args, const char *name);

/* The values. The name must be in the table, with that type: anything else is a mistake in the
 * kernel and stops a debug build. Strings belong to `args`. */
uint64_t furrow_args_count(const furrow_args *args, const char *name);
double furrow_args_real(const furrow_args *args, const char *name);
const char *furrow_args_text(const furrow_args *args, const char *name);
bool furrow_args_flag(const furrow_args *args, const char *name);
size_t furrow_args_list(const furrow_args *args, const char *name, const char *const **elements);
size_t furrow_args_counts(const furrow_args *args, const char *name, const uint64_t **numbers);
size_t furrow_args_reals(const furrow_args *args, const char *name, const double **numbers);

/* The value as text, for comparing: of no text "nothing", of one the text, of several, or of one
 * that does not fit, the beginning, and how many there are with a digest of all. Returns `text`. */
const char *furrow_args_print(const furrow_args *args, const char *name, char *text, size_t size);

/* The stream that "-" means, for kernels that read a list of items: stdin when the driver gives it;
 * NULL when there is none. Not owned. */
FILE *furrow_args_input(const furrow_args *args);
void furrow_args_set_input(furrow_args *args, FILE *input);

#ifdef __cplusplus
}
#endif

#endif
