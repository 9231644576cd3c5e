#include <furrow/digits.h>

#include <math.h>
#include <string.h>

enum {
    SIDE = FURROW_DIGITS_SIDE,
    BOX = 20,           /* the ink's longer side */
    LEAST_CONTRAST = 16 /* gray levels between paper and the darkest ink */
};

/* Where MNIST has the centre of mass, in pixels from the corner: in [14, 15), so 14.5 on average.
 * (Its boxes and centres were measured on the 60,000 training images.) */
static const double centre = 14.5;

/* A picture, and how much ink each gray value stands for: 0 paper ... 255. */
typedef struct picture {
    const furrow_image *image;
    unsigned char paper;
    float ink[256];
} picture;

/* Where the ink is, in pixels from the corner. */
typedef struct ink_spot {
    size_t left, top, right, bottom; /* of the ink that counts: right and bottom are within */
    double x, y;                     /* the centre of mass */
} ink_spot;

/* ---- paper and ink ---- */

/* The smallest value that at least half of the counted ones do not exceed. */
static unsigned char median(const size_t counts[256])
{
    size_t all = 0, below = 0;
    for (int value = 0; value < 256; value++)
        all += counts[value];
    int value = 0;
    while ((below += counts[value]) < (all + 1) / 2)
        value++;
    return (unsigned char)value;
}

static void count_border(size_t counts[256], const furrow_image *image)
{
    const unsigned char *last = image->pixels + (image->height - 1) * image->width;
    for (size_t x = 0; x < image->width; x++) {
        counts[image->pixels[x]]++;
        counts[last[x]]++;
    }
    for (size_t y = 1; y + 1 < image->height; y++) {
        counts[image->pixels[y * image->width]]++;
        counts[image->pixels[(y + 1) * image->width - 1]]++;
    }
}

/* Three times the median deviation of the border from the paper: what is not yet ink. */
static int grain(const size_t border[256], int paper)
{
    size_t deviations[256] = {0};
    for (int value = 0; value < 256; value++)
        deviations[value > paper ? value - paper : paper - value] += border[value];
    return 3 * median(deviations);
}

static int strongest(const furrow_image *image, int paper)
{
    int most = 0;
    for (size_t i = 0; i < image->width * image->height; i++) {
        int difference = image->pixels[i] - paper;
        difference = difference < 0 ? -difference : difference;
        most = difference > most ? difference : most;
    }
    return most;
}

static int find_ink(picture *page, const furrow_image *image, furrow_error *error)
{
    size_t border[256] = {0};
    count_border(border, image);
    page->image = image;
    page->paper = median(border);
    int least = grain(border, page->paper);
    int most = strongest(image, page->paper);
    if (most - least < LEAST_CONTRAST)
        return furrow_error_set(error, FURROW_EFORMAT,
                                "no ink found: all %zu x %zu pixels are within %d of the border's "
                                "gray, %d",
                                image->width, image->height, most, page->paper);
    for (int value = 0; value < 256; value++) {
        int difference = value > page->paper ? value - page->paper : page->paper - value;
        float ink = (float)(difference - least) * 255 / (float)(most - least);
        page->ink[value] = ink > 0 ? ink : 0;
    }
    return FURROW_OK;
}

/* The box of all pixels with an eighth of the strongest ink, which MNIST's digits fill 20 x 20
 * with, and the centre of mass of what is in it. There is such a pixel. */
static ink_spot find_spot(const picture *page)
{
    const furrow_image *image = page->image;
    ink_spot found = {.left = image->width, .top = image->height};
    double mass = 0;
    for (size_t y = 0; y < image->height; y++) {
        const unsigned char *row = image->pixels + y * image->width;
        double row_mass = 0;
        for (size_t x = 0; x < image->width; x++) {
            double ink = (double)page->ink[row[x]];
            if (ink < 32)
                continue;
            found.left = x < found.left ? x : found.left;
            found.right = x > found.right ? x : found.right;
            found.top = y < found.top ? y : found.top;
            found.bottom = y;
            found.x += ink * ((double)x + 0.5);
            row_mass += ink;
        }
        found.y += row_mass * ((double)y + 0.5);
        mass += row_mass;
    }
    found.x /= mass;
    found.y /= mass;
    return found;
}

static size_t longer_side(const ink_spot *spot)
{
    size_t width = spot->right - spot->left + 1;
    size_t height = spot->bottom - spot->top + 1;
    return width > height ? width : height;
}

static bool is_normal(const picture *page, const ink_spot *spot)
{
    size_t side = longer_side(spot);
    return page->image->width == SIDE && page->image->height == SIDE && page->paper < 16 &&
           side <= BOX && side >= BOX - 2 && fabs(spot->x - centre) < 1 &&
           fabs(spot->y - centre) < 1;
}

/* ---- scaling ---- */

static double ink_at(const picture *page, long x, long y)
{
    const furrow_image *image = page->image;
    if (x < 0 || y < 0 || (size_t)x >= image->width || (size_t)y >= image->height)
        return 0;
    return (double)page->ink[image->pixels[(size_t)y * image->width + (size_t)x]];
}

/* Between four pixels. */
static double interpolate(const picture *page, double x, double y)
{
    double left = floor(x - 0.5), top = floor(y - 0.5);
    double right = x - 0.5 - left, below = y - 0.5 - top;
    long i = (long)left, j = (long)top;
    double upper = ink_at(page, i, j) * (1 - right) + ink_at(page, i + 1, j) * right;
    double lower = ink_at(page, i, j + 1) * (1 - right) + ink_at(page, i + 1, j + 1) * right;
    return upper * (1 - below) + lower * below;
}

/* How much of the pixel [at, at + 1) lies within [begin, end). */
static double overlap(long at, double begin, double end)
{
    return fmin((double)at + 1, end) - fmax((double)at, begin);
}

/* The mean over a square of `side` around (x, y), pixels at its edge in part. */
static double average(const picture *page, double x, double y, double side)
{
    double left = x - side / 2, right = x + side / 2;
    double top = y - side / 2, bottom = y + side / 2;
    long first = (long)fmax(floor(left), 0);
    long end = (long)fmin(ceil(right), (double)page->image->width);
    long last = (long)fmin(ceil(bottom), (double)page->image->height);
    double sum = 0;
    for (long j = (long)fmax(floor(top), 0); j < last; j++) {
        double row = 0;
        for (long i = first; i < end; i++)
            row += ink_at(page, i, j) * overlap(i, left, right);
        sum += row * overlap(j, top, bottom);
    }
    return sum / (side * side);
}

int furrow_digits_normalise(unsigned char *pixels, const furrow_image *image, furrow_error *error)
{
    picture page;
    if (image->width == 0 || image->height == 0)
        return furrow_error_set(error, FURROW_EFORMAT, "no ink found: the picture is empty");
    int status = find_ink(&page, image, error);
    if (status)
        return status;
    ink_spot spot = find_spot(&page);
    if (is_normal(&page, &spot)) {
        memcpy(pixels, image->pixels, FURROW_DIGITS_PIXELS);
        return FURROW_OK;
    }
    double step = (double)longer_side(&spot) / BOX; /* pixels of the picture per pixel of ours */
    for (int j = 0; j < SIDE; j++)
        for (int i = 0; i < SIDE; i++) {
            double x = spot.x + (i + 0.5 - centre) * step;
            double y = spot.y + (j + 0.5 - centre) * step;
            double ink = step > 1 ? average(&page, x, y, step) : interpolate(&page, x, y);
            *pixels++ = (unsigned char)(ink + 0.5);
        }
    return FURROW_OK;
}
