/*
 * normalise/internal.h: what the files of this folder share.
 *
 * normalise.c runs the steps. page.c reduces a picture to a map. paper.c finds the paper and the
 * ink, with tones.c, which counts grays, and light.c, which finds the paper of each cell. lines.c
 * erases ruled lines, and clean.c other ink that is no digit. draw.c places the digit as MNIST
 * does, scale.c draws it from the rows of ink of rows.c, and stroke.c corrects the strokes.
 */
#ifndef FURROW_DIGITS_NORMALISE_INTERNAL_H
#define FURROW_DIGITS_NORMALISE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/digits/digits.h>

enum {
    SIDE = FURROW_DIGITS_SIDE,
    BOX = 20,          /* pixels of the longer side of the ink */
    MIN_CONTRAST = 16, /* gray levels between the paper and the strongest ink */
    MIN_INK = 32,      /* of 255; weaker ink is outside the box */
    MAP = 96,          /* the maximum of cells along a side */
    ROW = 1024,        /* the maximum of pixels of a row in work at once */
    SMALL = 20         /* a picture with a shorter side than this has a digit and nothing else */
};

/* A picture, or a part of one. */
struct view {
    const unsigned char *pixels;
    size_t width, height, stride;
};

/* The picture in cells of one pixel or more. All decisions are made on it. */
struct map {
    size_t width, height;
    float gray[MAP * MAP];  /* the mean of each cell's pixels */
    float paper[MAP * MAP]; /* gray without ink; only [0] is set if all are the same */
    float ink[MAP * MAP];   /* 0 ... 255; below 0 in ruled lines */
    bool kept[MAP * MAP]; /* cells of the digit, and cells around it that belong to nothing else */
};

/* How gray becomes ink: (difference from the paper - min) * scale, limited to 0 ... 255. */
struct ink {
    float sign; /* 1: brighter than the paper; -1: darker */
    float min, scale;
    bool is_uneven;  /* each cell has its own paper: */
    float brightest; /* the brightest paper, used if the ink is darker */
    bool is_grainy;
    bool is_doubtful; /* the paper may be another, since ink touches the border */
};

/* The number of times that each gray level occurs, and their sum. */
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

/* The smallest level that is not exceeded by at least this part of the counted values. */
int furrow__digits_quantile(const struct levels *levels, double part);

int furrow__digits_paper_spread(const struct levels *all);
bool furrow__digits_is_half_lit(const struct levels *away, int range);
int furrow__digits_paper_of_two(bool *is_doubtful, const struct levels *border,
                                const struct levels *all, bool swapped);

/* A fifth of the darker tone is at least as dark as this level (`is_dark`), or a fifth of the
 * brighter tone as bright. If there is only one tone, it counts. */
int furrow__digits_outer_level(const struct levels *all, bool is_dark);

void furrow__digits_map_picture(struct map *map, const struct view *view);

/* Finds the paper of every cell by the grays around it, for bright ink or dark. */
void furrow__digits_local_paper(struct map *map, bool is_bright);

/* Averages every cell with its neighbours, with weights of 1, 2 (beside it) and 4 (itself). */
void furrow__digits_smooth(struct map *map);

/* Finds paper and ink. `swapped`: the tone that seems to be paper is ink. False: there is no
 * ink. */
bool furrow__digits_find_ink(struct map *map, struct ink *ink, bool swapped);

/* Turns grays into ink, 0 ... 255. `papers` has the paper of each gray; if it is NULL, `paper` is
 * that of all. Where the paper is darker, ink is taken to be darker too. */
void furrow__digits_find_inks(float *inks, const struct ink *ink, const float *grays,
                              const float *papers, float paper, size_t n);

/* Erases ruled lines. The ink of faint ones becomes negative. True: a line is so strong that it may
 * be a stroke. */
bool furrow__digits_erase_lines(struct map *map);

/* Decides which cells are kept. True: the dropped ink may be a stroke. */
bool furrow__digits_clean(struct map *map);

/* Keeps every cell, except those of faint ruled lines. */
void furrow__digits_keep_all(struct map *map);

/* A box of cells, or of pixels. */
struct box {
    size_t left, top, right, bottom; /* right and bottom are not included */
};

/* Whether the ink is a sheet within a frame. `*sheet` is the box of the sheet, in cells. */
bool furrow__digits_find_sheet(struct box *sheet, const struct map *map);

/* The pixels of the cells of a box. */
struct box furrow__digits_pixels_of(const struct box *box, const struct map *map,
                                    const struct view *view);

/* The source of a drawing: the pixels of the picture, and the decisions made on the map. */
struct drawing_source {
    const struct map *map;
    const struct ink *ink;
    const struct view *view;
    float across, down; /* cells per pixel */
};

/* Computes the kept ink of the pixels [left, right) of row y, at most ROW pixels. */
void furrow__digits_ink_row(float *to, const struct drawing_source *source, size_t y, size_t left,
                            size_t right);

/* The place of the drawing in the picture: its corner, and the width and height of a pixel of the
 * drawing in pixels of the picture. */
struct frame {
    double left, top, across, down;
};

/* Draws the ink of a box. */
void furrow__digits_scale(float drawn[FURROW_DIGITS_PIXELS], const struct drawing_source *source,
                          const struct frame *frame, const struct box *box);

/* Makes strokes stronger: scaling down leaves thin strokes pale, but MNIST's are full in their
 * middle. False: there is no ink. */
bool furrow__digits_strengthen(unsigned char *pixels, const float drawn[FURROW_DIGITS_PIXELS]);

/* Draws the kept ink in MNIST's form. False: there is none. */
bool furrow__digits_draw(unsigned char *pixels, const struct map *map, const struct ink *ink,
                         const struct view *view);

/* Whether strokes are broader (`*is_heavy`) or thinner than MNIST's; and draws them thinner or
 * broader. */
bool furrow__digits_find_stroke(bool *is_heavy, const unsigned char *pixels);
void furrow__digits_restroke(unsigned char *to, const unsigned char *from, bool is_heavy);

#endif
