/*
 * args.h: a table of a kernel's parameters, and the values that a user gave them.
 *
 * The table is the only description of the parameters: the driver makes its options and help from
 * it, and tests and programs set values by name. Setting a value parses it and checks its bounds.
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

/* The kind of file that a text, or each text of a list, names. Before setup a driver checks that
 * every file to be written can be written, that the command reads or writes it under no other name,
 * and that it would not be read as one of many inputs. It asks the file system, not the kernel. */
typedef enum furrow_param_file {
    FURROW_PARAM_NO_FILE,
    FURROW_PARAM_READ,      /* a file */
    FURROW_PARAM_PATHS,     /* files, folders of them and lists, as paths.h has them */
    FURROW_PARAM_PATHS0,    /* a file with such paths, each ended by a zero byte */
    FURROW_PARAM_RECURSIVE, /* a flag: FURROW_PARAM_PATHS includes folders within folders */
    FURROW_PARAM_WRITTEN,   /* a file, written as by output.h */
    FURROW_PARAM_FOLDER,    /* a folder of numbered files: see furrow_output_numbered */
    FURROW_PARAM_STATE /* the kernel's own file to continue from, where a journal of the results
                        * would be too large; a driver refuses a journal and names this instead */
} furrow_param_file;

/* One parameter; a table of them ends with {0}. */
typedef struct furrow_param {
    const char *name; /* as in --name; lower case, words joined by '-' */
    furrow_param_type type;
    const char *value;         /* the default, as text; NULL: 0, NULL, false or empty */
    double minimum, maximum;   /* bounds of each number; both 0: none; a maximum below the minimum:
                                * no upper bound */
    const char *help;          /* one line, starting lower case; units named */
    const char *argument;      /* the name of the value in help ("K", "SECONDS"); NULL: its type */
    bool positional, required; /* positional: also taken in table order without --name */
    char letter;               /* as in -r; 0: none. An option of the command itself goes first */
    furrow_param_file file;
    const char *suffix; /* PATHS, PATHS0: the ending of files in folders; FOLDER: of its files */
} furrow_param;

typedef struct furrow_args furrow_args;

/* Values for the table `params`, which must outlive them; all have their defaults. FURROW_EINVAL: a
 * default is not valid for its own parameter; FURROW_ENOMEM. */
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

/* Whether the user set the parameter, by name or by position. */
bool furrow_args_given(const furrow_args *args, const char *name);

/* The values. The table must have the name, with that type: anything else is a mistake in the
 * kernel and stops a debug build. Strings belong to `args`. */
uint64_t furrow_args_count(const furrow_args *args, const char *name);
double furrow_args_real(const furrow_args *args, const char *name);
const char *furrow_args_text(const furrow_args *args, const char *name);
bool furrow_args_flag(const furrow_args *args, const char *name);
size_t furrow_args_list(const furrow_args *args, const char *name, const char *const **elements);
size_t furrow_args_counts(const furrow_args *args, const char *name, const uint64_t **numbers);
size_t furrow_args_reals(const furrow_args *args, const char *name, const double **numbers);

/* Prints the value so that values can be compared: one text as it is, no text as "nothing"; of
 * several texts, or of one that does not fit, the beginning, the number, and a digest of all.
 * Returns `text`. */
const char *furrow_args_print(const furrow_args *args, const char *name, char *text, size_t size);

/* The stream that "-" names, for kernels that read a list of items: the driver sets stdin; NULL:
 * there is none. The caller keeps ownership. */
FILE *furrow_args_input(const furrow_args *args);
void furrow_args_set_input(furrow_args *args, FILE *input);

#ifdef __cplusplus
}
#endif

#endif
