/*
 * progress.h: how far something has come, and a bar that shows it on a terminal or in a log.
 *
 *     squares:  42%|############                 | 42/100 [00:02<00:03, 20.1 items/s, 1 failed]
 *
 * Whatever takes a furrow_progress_event tells it, one call at a time and with `done` never
 * falling, and once more with `ended` when nothing further comes: also after a failure.
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

/* In place: one line, drawn over. By lines: a line each tenth of the total (unknown total: each
 * time the count has doubled). */
typedef enum furrow_bar_style {
    FURROW_BAR_AUTO, /* in place on a terminal, by lines elsewhere */
    FURROW_BAR_IN_PLACE,
    FURROW_BAR_LINES
} furrow_bar_style;

/* {0} or NULL runs well. */
typedef struct furrow_bar_options {
    const char *label; /* before the bar; copied, up to 31 bytes; NULL: none */
    const char *unit;  /* what is counted; copied likewise; NULL: "items" */
    furrow_bar_style style;
    int columns;           /* of the line; 0: the terminal's, else 80 */
    double interval;       /* seconds between two drawings in place; 0: 0.1 */
    double (*clock)(void); /* NULL: furrow_clock_wall */
} furrow_bar_options;

typedef struct furrow_bar furrow_bar;

/* A bar into `stream`, which is lent and may be unbuffered. The cursor is never hidden and no
 * setting of the terminal is touched, so a program that is killed leaves nothing to restore.
 * FURROW_ENOMEM; FURROW_EINVAL: no stream, or a negative option. */
int furrow_bar_new(furrow_bar **bar, FILE *stream, const furrow_bar_options *options);

/* A furrow_progress_event whose context is the bar: draws what has changed, not more often than
 * every `interval`, but always the end, with a line feed. For one thread at a time. */
void furrow_bar_show(const furrow_progress *progress, void *bar);

/* Ends the line if furrow_bar_show has not. */
void furrow_bar_free(furrow_bar *bar);

#ifdef __cplusplus
}
#endif

#endif
