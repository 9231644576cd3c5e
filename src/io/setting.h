/* setting.h: the value of one parameter: parsed from text, and checked against its bounds. */
#ifndef FURROW_IO_SETTING_H
#define FURROW_IO_SETTING_H

#include <furrow/args.h>

typedef struct furrow__setting {
    bool given;
    uint64_t count;
    double real;
    bool flag;
    char **texts; /* LIST has any number, TEXT, COUNTS and REALS at most one */
    size_t text_count;
    uint64_t *counts; /* of COUNTS; `number_count` of them */
    double *reals;    /* of REALS */
    size_t number_count;
} furrow__setting;

/* Sets the value from text; a LIST that was given before gains one more element. FURROW_EINVAL,
 * FURROW_ERANGE, FURROW_ENOMEM: the value stays as it was. */
int furrow__setting_set(furrow__setting *own, const furrow_param *param, const char *text,
                        furrow_error *error);

void furrow__setting_clear(furrow__setting *own);

#endif
