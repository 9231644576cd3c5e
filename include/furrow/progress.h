/*
 * progress.h: the progress of a loop or a run, and a bar that shows it on a terminal or in a log.
 *
 *     squares:  42%|############                 | 42/100 [00:02<00:03, 20.1 items/s, 1 failed]
 *
 * A function that takes a furrow_progress_event calls it from one thread at a time; `done` never
 * falls. The last call has `ended` set, also after a failure.
 */
#ifndef FURROW_PROGRESS_H
#define FURROW_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct furrow_progress {
    size_t done;   /* items that have ended, failed ones included */
    size_t failed; /* of the items that are done */
    size_t total;  /* 0: not known */
    bool ended;    /* the last call; `done` may be less than `total` after a stop */
} furrow_progress;

typedef void (*furrow_progress_event)(const furrow_progress *progress, void *context);

/* In place: one line, overwritten each time. By lines: a line for each tenth of the total, or,
 * where that is unknown, each time the count has doubled. */
typedef enum furrow_bar_style {
    FURROW_BAR_AUTO, /* in place on a terminal, by lines elsewhere */
    FURROW_BAR_IN_PLACE,
    FURROW_BAR_LINES
} furrow_bar_style;

/* {0} or NULL runs well. */
typedef struct furrow_bar_options {
    const char *label; /* before the bar; copied, up to 31 bytes; NULL: none */
    const char *unit;  /* the name of what is counted; copied likewise; NULL: "items" */
    furrow_bar_style style;
    int columns;           /* of the line; 0: the terminal's, else 80 */
    double interval;       /* seconds between two drawings in place; 0: 0.1 */
    double (*clock)(void); /* NULL: furrow_clock_wall */
} furrow_bar_options;

typedef struct furrow_bar furrow_bar;

/* A bar on `stream`, which must outlive it and may be unbuffered. It never hides the cursor and
 * changes no setting of the terminal, so a program that is killed leaves nothing to restore.
 * FURROW_ENOMEM; FURROW_EINVAL: no stream, or a negative option. */
int furrow_bar_new(furrow_bar **bar, FILE *stream, const furrow_bar_options *options);

/* A furrow_progress_event whose context is the bar. It draws changes, at most once in `interval`,
 * and always the end, with a newline. */
void furrow_bar_show(const furrow_progress *progress, void *bar);

/* Frees the bar, and ends its line if furrow_bar_show has not. */
void furrow_bar_free(furrow_bar *bar);

#ifdef __cplusplus
}
#endif

#endif
