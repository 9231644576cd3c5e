/*
 * normalise/internal.h: what the files of this folder share. page.c reduces a picture to a map of
 * its ink, paper.c says what is paper, clean.c what of the ink is no digit, draw.c draws the rest
 * as MNIST does; normalise.c puts them in order.
 */
#ifndef FURROW_DIGITS_NORMALISE_INTERNAL_H
#define FURROW_DIGITS_NORMALISE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/digits.h>

enum {
    SIDE = FURROW_DIGITS_SIDE,
    BOX = 20,            /* the ink's longer side */
    LEAST_CONTRAST = 16, /* gray levels between paper and the strongest ink */
    LEAST_INK = 32,      /* of 255: what the box is drawn around */
    MAP = 96,            /* the most cells along a side */
    SMALL = 20           /* pictures whose shorter side is below it hold a digit and no more */
};

/* A picture, or a part of one. */
struct view {
    const unsigned char *pixels;
    size_t width, height, stride;
};

/* The picture in cells of one pixel or more: what all decisions are taken on. */
struct map {
    size_t width, height;
    float gray[MAP * MAP];  /* means of the cells' pixels */
    float paper[MAP * MAP]; /* what they would be without ink */
    float ink[MAP * MAP];   /* 0 ... 255 */
    bool kept[MAP * MAP];   /* cells of the digit, and those around them that are of nothing else */
};

/* How gray becomes ink: its difference from the paper, less `least`, times `scale`, between 0 and
 * 255. */
struct ink {
    float sign; /* 1: brighter than the paper; -1: darker */
    float least, scale;
    bool is_uneven;  /* the paper differs from place to place: */
    float brightest; /* paper, where the ink is darker */
    bool is_grainy;
    bool is_doubtful; /* the paper may be another: where ink touches the border */
};

/* The smallest value that at least this part of the counted ones do not exceed. */
int furrow__digits_quantile(const size_t counts[256], double part);

void furrow__digits_map_picture(struct map *map, const struct view *view);

/* Finds the paper of every cell; false: there is no ink on it. `turned`: what seems paper is ink.
 */
bool furrow__digits_find_ink(struct map *map, struct ink *ink, bool turned);

/* How far a gray is from the paper towards the ink. Less light on the paper is less light on the
 * ink. */
float furrow__digits_difference(const struct ink *ink, float gray, float paper);

/* Decides which cells are kept; true: ink was taken for dirt. */
bool furrow__digits_clean(struct map *map);

/* Keeps every cell. */
void furrow__digits_keep_all(struct map *map);

/* Whether the ink is a sheet within a frame, and where the sheet lies, in cells. */
struct box {
    size_t left, top, right, bottom; /* right and bottom are beyond it */
};
bool furrow__digits_find_sheet(struct box *sheet, const struct map *map);

/* Draws the ink that is kept, in MNIST's form. */
bool furrow__digits_draw(unsigned char *pixels, const struct map *map, const struct ink *ink,
                         const struct view *view);

/* Whether strokes seem broader (heavy) or thinner than MNIST's; draws them otherwise. */
bool furrow__digits_find_stroke(bool *is_heavy, const unsigned char *pixels);
void furrow__digits_restroke(unsigned char *to, const unsigned char *from, bool is_heavy);

#endif
