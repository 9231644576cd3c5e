/*
 * normalise/internal.h: what the files of this folder share. page.c reduces a picture to a map of
 * its ink; paper.c says what is paper, by tones.c's counts of grays and light.c's local paper;
 * lines.c finds ruled lines, clean.c what else of the ink is no digit; draw.c places the rest as
 * MNIST does, scale.c draws it so from rows.c's rows of ink, and stroke.c looks after strokes;
 * normalise.c puts them in order.
 */
#ifndef FURROW_DIGITS_NORMALISE_INTERNAL_H
#define FURROW_DIGITS_NORMALISE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/digits/digits.h>

enum {
    SIDE = FURROW_DIGITS_SIDE,
    BOX = 20,          /* the ink's longer side */
    MIN_CONTRAST = 16, /* gray levels between paper and the strongest ink */
    MIN_INK = 32,      /* of 255: what the box is drawn around */
    MAP = 96,          /* the most cells along a side */
    ROW = 1024,        /* the most pixels of a row that are worked on at once */
    SMALL = 20         /* pictures whose shorter side is below it hold a digit and no more */
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
    float paper[MAP * MAP]; /* what they would be without ink; the first, if all are the same */
    float ink[MAP * MAP];   /* 0 ... 255; less than 0: of a ruled line */
    bool kept[MAP * MAP];   /* cells of the digit, and those around them that are of nothing else */
};

/* How gray becomes ink: its difference from the paper, less `min`, times `scale`, between 0 and
 * 255. */
struct ink {
    float sign; /* 1: brighter than the paper; -1: darker */
    float min, scale;
    bool is_uneven;  /* the paper differs from place to place: */
    float brightest; /* paper, where the ink is darker */
    bool is_grainy;
    bool is_doubtful; /* the paper may be another: where ink touches the border */
};

/* How often each gray level occurs, and all together. */
struct levels {
    unsigned counts[256], all;
};

/* The nearest gray level. */
static inline int furrow__digits_level(float gray)
{
    float level = gray + 0.5F;
    return level < 0 ? 0 : level > 255 ? 255 : (int)level;
}

void furrow__digits_count(struct levels *levels, const float *grays, size_t n);

/* The smallest value that at least this part of the counted ones do not exceed. */
int furrow__digits_quantile(const struct levels *levels, double part);

int furrow__digits_paper_spread(const struct levels *all);
bool furrow__digits_is_half_lit(const struct levels *away, int range);
int furrow__digits_paper_of_two(bool *is_doubtful, const struct levels *border,
                                const struct levels *all, bool swapped);

/* Of the darker or the brighter tone (of all where there is one tone): what a fifth of it is as
 * dark or as bright as. */
int furrow__digits_outer_level(const struct levels *all, bool is_dark);

void furrow__digits_map_picture(struct map *map, const struct view *view);

/* The paper of every cell, from the grays of those around it, for bright ink or dark. */
void furrow__digits_local_paper(struct map *map, bool is_bright);

/* Every cell with its neighbours, twice as much with those beside it, four times with itself. */
void furrow__digits_smooth(struct map *map);

/* Finds the paper of every cell; false: there is no ink on it. `swapped`: what seems paper is ink.
 */
bool furrow__digits_find_ink(struct map *map, struct ink *ink, bool swapped);

/* What ink the grays are, 0 ... 255, on papers of their own, or (NULL) on one. Less light on the
 * paper is less light on the ink. */
void furrow__digits_find_inks(float *inks, const struct ink *ink, const float *grays,
                              const float *papers, float paper, size_t n);

/* Leaves out ruled lines; true: there is one so strong that it may be a stroke. The ink of others
 * becomes less than 0. */
bool furrow__digits_erase_lines(struct map *map);

/* Decides which cells are kept; true: ink that may be a stroke was taken for dirt. */
bool furrow__digits_clean(struct map *map);

/* Keeps every cell but those of faint ruled lines. */
void furrow__digits_keep_all(struct map *map);

/* Whether the ink is a sheet within a frame, and where the sheet lies, in cells. */
struct box {
    size_t left, top, right, bottom; /* right and bottom are beyond it */
};
bool furrow__digits_find_sheet(struct box *sheet, const struct map *map);

/* The pixels of the cells of a box. */
struct box furrow__digits_pixels_of(const struct box *box, const struct map *map,
                                    const struct view *view);

/* What is drawn from: the pixels of the picture, by the decisions taken on the map. */
struct source {
    const struct map *map;
    const struct ink *ink;
    const struct view *view;
    float across, down; /* cells per pixel */
};

/* The ink that is kept of the pixels [left, right) of row y, at most ROW of them. */
void furrow__digits_ink_row(float *to, const struct source *source, size_t y, size_t left,
                            size_t right);

/* Where the drawing lies in the picture: its corner, and how many pixels of the picture its own are
 * wide and high. */
struct frame {
    double left, top, across, down;
};

/* Draws the ink of a box. */
void furrow__digits_scale(float drawn[FURROW_DIGITS_PIXELS], const struct source *source,
                          const struct frame *frame, const struct box *box);

/* Scaling down leaves thin strokes pale: MNIST's are full in their middle. False: nothing shows. */
bool furrow__digits_strengthen(unsigned char *pixels, const float drawn[FURROW_DIGITS_PIXELS]);

/* Draws the ink that is kept, in MNIST's form. */
bool furrow__digits_draw(unsigned char *pixels, const struct map *map, const struct ink *ink,
                         const struct view *view);

/* Whether strokes seem broader (heavy) or thinner than MNIST's; draws them otherwise. */
bool furrow__digits_find_stroke(bool *is_heavy, const unsigned char *pixels);
void furrow__digits_restroke(unsigned char *to, const unsigned char *from, bool is_heavy);

#endif
