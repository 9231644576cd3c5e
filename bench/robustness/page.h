/* page.h: a digit on a page, drawn as people and scanners do it, and the page as a PNG file. */
#ifndef FURROW_BENCH_ROBUSTNESS_PAGE_H
#define FURROW_BENCH_ROBUSTNESS_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGIT_SIDE = 28, COLORS = 3 };

/* How the samples are stored. PALE_KEY: the paper's colour is the transparent one. */
enum encoding {
    GRAY_8,
    GRAY_1,
    GRAY_16,
    RGB_8,
    RGB_16,
    PALETTE_8,
    GRAY_KEY,
    ALPHA_8, /* ink in the alpha channel, of the ink's colour */
    ALPHA_16
};

/* The place of the digit's square of 28 x 28. */
enum place {
    MIDDLE,
    ANYWHERE, /* within the page */
    CROPPED,  /* the page is the box of the ink alone */
    MARGIN,   /* that and two pixels around it */
    STRETCHED /* the page is the box of the ink, made wider or narrower */
};

/* What is done to a digit. {0} draws it as MNIST has it. Lengths are in pixels of MNIST, shades
 * in parts of the contrast between ink and paper. */
struct look {
    size_t width, height; /* of the page; 0: 28 */
    double size;          /* of the digit's square on it; 0: the page's height */
    enum place place;
    double angle;  /* degrees, either way */
    double stroke; /* added to the strokes' radius */
    bool square;   /* cropped, but the page keeps its shape */
    bool two_tone; /* only ink and paper, nothing between */
    int cells;     /* a pixel counts how many of its cells x cells points are ink */
    bool skeleton; /* of strokes one pixel wide; with two_tone */

    bool colored; /* paper and ink are given; else black and white, or white and black: */
    bool dark_ink;
    unsigned char paper[COLORS], ink[COLORS];
    double contrast; /* 0: 1 */

    double grain;  /* standard deviation, of every pixel */
    double specks; /* share of the pixels that become black or white */
    int dust;      /* blots of radius 0.5 to 1 */
    int lines;     /* ruled lines across */
    bool squared;  /* and down */
    double cloudy; /* standard deviation of light and dark patches in the paper */
    double slope;  /* how much darker one side is */
    bool shadow;   /* one with a soft edge covers half of the page */
    double frame;  /* width of a dark frame */
    int blocks;    /* JPEG's quantisation: its step */
    double blur;   /* radius */

    enum encoding encoding;
    bool interlaced;
};

struct page {
    size_t width, height;
    float *colors; /* [height][width][COLORS], 0 to 1 */
    float *cover;  /* [height][width]: how much of a pixel is ink */
};

/* Draws the page; the same page for the same `*state`. False: no memory. In any case the caller
 * frees the page with page_clear. */
bool page_draw(struct page *page, const unsigned char *digit, const struct look *look,
               uint64_t *state);
void page_clear(struct page *page);

/* Damages the page as time, light and scanners do. */
void page_wear(struct page *page, const struct look *look, uint64_t *state);

/* The page as a PNG file in memory, which the caller frees; NULL: no memory. */
unsigned char *page_encode(size_t *size, const struct page *page, const struct look *look);

/* A random number in [0, 1), and one of the normal distribution. */
double page_random(uint64_t *state);
double page_normal(uint64_t *state);

/* ---- variants.c: the looks that the bench tries ---- */

struct variant {
    const char *name;
    struct look look;
};

extern const struct variant variants[];
extern const size_t variant_count;

#endif
