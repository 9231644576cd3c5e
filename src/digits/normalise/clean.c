/* clean.c: finds ink that is not of the digit: specks, shapes at the border, and a frame. */
#include <string.h>

#include "internal.h"

enum { CELLS = MAP * MAP, MAX_PARTS = 1024 };

static bool is_ink(const struct map *map, size_t x, size_t y)
{
    return map->ink[y * map->width + x] >= MIN_INK;
}

void furrow__digits_keep_all(struct map *map)
{
    for (size_t i = 0; i < map->width * map->height; i++)
        map->kept[i] = map->ink[i] >= 0;
}

/* ---- connected parts ---- */

struct component {
    double weight;
    size_t left, top, right, bottom; /* right and bottom are included */
    bool is_kept;
};

/* The cells have a rim without ink, so that every cell has eight neighbours. */
enum { STRIDE = MAP + 2, RIMMED = STRIDE * STRIDE };

struct parts {
    unsigned char waiting[RIMMED]; /* ink that is in no part yet */
    short labels[RIMMED];          /* the number of the part, from 1; 0: none */
    struct component list[MAX_PARTS + 1];
    size_t count;
};

static size_t rimmed(size_t x, size_t y)
{
    return (y + 1) * STRIDE + x + 1;
}

static void grow(struct component *part, const struct map *map, size_t x, size_t y)
{
    part->weight += (double)map->ink[y * map->width + x];
    part->left = x < part->left ? x : part->left;
    part->right = x > part->right ? x : part->right;
    part->top = y < part->top ? y : part->top;
    part->bottom = y > part->bottom ? y : part->bottom;
}

/* Makes a part of all ink that is connected to a cell, also by corners. */
static void flood(struct parts *parts, const struct map *map, size_t start)
{
    static const int around[] = {-STRIDE - 1, -STRIDE,    -STRIDE + 1, -1,
                                 1,           STRIDE - 1, STRIDE,      STRIDE + 1};
    unsigned short queue[CELLS];
    size_t waiting = 0, done = 0;
    struct component *part = &parts->list[++parts->count];
    *part = (struct component){.left = MAP, .top = MAP};
    parts->waiting[start] = false;
    queue[waiting++] = (unsigned short)start;
    while (done < waiting) {
        int at = queue[done++];
        parts->labels[at] = (short)parts->count;
        grow(part, map, (size_t)(at % STRIDE - 1), (size_t)(at / STRIDE - 1));
        for (int i = 0; i < 8; i++)
            if (parts->waiting[at + around[i]]) {
                parts->waiting[at + around[i]] = false;
                queue[waiting++] = (unsigned short)(at + around[i]);
            }
    }
}

/* Parts beyond MAX_PARTS get no number: the picture has nothing but specks. */
static void find_parts(struct parts *parts, const struct map *map)
{
    const size_t size = (map->height + 2) * STRIDE;
    parts->count = 0;
    memset(parts->waiting, 0, size * sizeof *parts->waiting);
    memset(parts->labels, 0, size * sizeof *parts->labels);
    for (size_t y = 0; y < map->height; y++)
        for (size_t x = 0; x < map->width; x++)
            parts->waiting[rimmed(x, y)] = is_ink(map, x, y);
    for (size_t y = 0; y < map->height; y++) {
        const unsigned char *row = parts->waiting + rimmed(0, y), *next;
        while (parts->count < MAX_PARTS && (next = memchr(row, 1, map->width)) != NULL)
            flood(parts, map, (size_t)(next - parts->waiting));
    }
}

/* Whether the part belongs to the border: it runs along most of a side, or lies flat against it. */
static bool is_edge(const struct component *part, const struct map *map)
{
    size_t width = part->right - part->left + 1, height = part->bottom - part->top + 1;
    bool across = part->top == 0 || part->bottom + 1 == map->height;
    bool down = part->left == 0 || part->right + 1 == map->width;
    return (across && 10 * width >= 7 * map->width && 5 * height <= map->height) ||
           (down && 10 * height >= 7 * map->height && 5 * width <= map->width) ||
           (across && 2 * height <= width && 10 * height <= map->height) ||
           (down && 2 * width <= height && 10 * width <= map->width);
}

/* The distance between the boxes of two parts. */
static size_t distance(const struct component *a, const struct component *b)
{
    size_t across = a->left > b->right   ? a->left - b->right
                    : b->left > a->right ? b->left - a->right
                                         : 0;
    size_t down = a->top > b->bottom   ? a->top - b->bottom
                  : b->top > a->bottom ? b->top - a->bottom
                                       : 0;
    return across > down ? across : down;
}

static const struct component *heaviest(const struct parts *parts, const struct map *map)
{
    const struct component *best = NULL;
    for (int edges = 0; edges < 2 && !best; edges++)
        for (size_t i = 1; i <= parts->count; i++) {
            const struct component *part = &parts->list[i];
            if ((edges || !is_edge(part, map)) && (!best || part->weight > best->weight))
                best = part;
        }
    return best;
}

/* Keeps the heaviest part, and those that may be strokes of it: with a sixth of its weight, or a
 * thirtieth and close by. A five may be in two parts. Returns the dropped weight, as a part of the
 * heaviest one's. */
static double choose(struct parts *parts, const struct map *map)
{
    const struct component *main = heaviest(parts, map);
    double dropped = 0;
    if (!main)
        return 0;
    size_t width = main->right - main->left + 1, height = main->bottom - main->top + 1;
    size_t near = (width > height ? width : height) / 6 + 1;
    for (size_t i = 1; i <= parts->count; i++) {
        struct component *part = &parts->list[i];
        bool is_close = distance(part, main) <= near;
        part->is_kept = part == main ||
                        (!is_edge(part, map) &&
                         ((is_close && 30 * part->weight >= main->weight) ||
                          (distance(part, main) <= 3 * near && 6 * part->weight >= main->weight)));
        dropped += part->is_kept ? 0 : part->weight;
    }
    return dropped / main->weight;
}

/* Marks the cells of the digit in a row, and the cells beside them. */
static void mark_row(unsigned char *digit, unsigned char *beside, const struct parts *parts,
                     size_t y, size_t width)
{
    const short *labels = parts->labels + rimmed(0, y);
    for (size_t x = 0; x < width; x++)
        digit[x] = labels[x] > 0 && parts->list[labels[x]].is_kept;
    beside[0] = digit[0];
    for (size_t x = 1; x < width; x++)
        beside[x] = digit[x - 1] | digit[x];
    for (size_t x = 0; x + 1 < width; x++)
        beside[x] |= digit[x + 1];
}

/* Keeps the parts and the faint edges around them. */
static void mark_kept(struct map *map, const struct parts *parts)
{
    unsigned char digit[CELLS], beside[CELLS];
    const size_t width = map->width;
    for (size_t y = 0; y < map->height; y++)
        mark_row(digit + y * width, beside + y * width, parts, y, width);
    for (size_t y = 0; y < map->height; y++) {
        const unsigned char *row = beside + y * width;
        const unsigned char *above = y > 0 ? row - width : row;
        const unsigned char *below = y + 1 < map->height ? row + width : row;
        for (size_t x = 0; x < width; x++) {
            bool is_near = above[x] | row[x] | below[x];
            bool is_other = (map->ink[y * width + x] >= MIN_INK) & !digit[y * width + x];
            map->kept[y * width + x] &= is_near & !is_other;
        }
    }
}

bool furrow__digits_clean(struct map *map)
{
    struct parts parts;
    furrow__digits_keep_all(map);
    if (map->width < SMALL || map->height < SMALL)
        return false;
    bool may_be_stroke = furrow__digits_erase_lines(map);
    find_parts(&parts, map);
    double dropped = choose(&parts, map);
    mark_kept(map, &parts);
    return may_be_stroke || dropped > 0.01;
}

/* ---- a sheet within a frame ---- */

static struct box ink_box(const struct map *map)
{
    struct box box = {.left = map->width, .top = map->height};
    for (size_t y = 0; y < map->height; y++) {
        size_t left = 0, right = map->width;
        while (left < right && !is_ink(map, left, y))
            left++;
        if (left == right)
            continue;
        while (!is_ink(map, right - 1, y))
            right--;
        box.left = left < box.left ? left : box.left;
        box.right = right > box.right ? right : box.right;
        box.top = y < box.top ? y : box.top;
        box.bottom = y + 1;
    }
    return box;
}

/* A sheet fills its box to the edges, which no digit does. */
bool furrow__digits_find_sheet(struct box *sheet, const struct map *map)
{
    *sheet = ink_box(map);
    size_t width = sheet->right - sheet->left, height = sheet->bottom - sheet->top;
    if (sheet->right == 0 || 2 * width < map->width || 2 * height < map->height || width < SMALL ||
        height < SMALL)
        return false;
    size_t edge = 0, all = 0;
    for (size_t x = sheet->left + 1; x + 1 < sheet->right; x++, all += 2)
        edge += (size_t)is_ink(map, x, sheet->top + 1) + is_ink(map, x, sheet->bottom - 2);
    for (size_t y = sheet->top + 1; y + 1 < sheet->bottom; y++, all += 2)
        edge += (size_t)is_ink(map, sheet->left + 1, y) + is_ink(map, sheet->right - 2, y);
    sheet->left += 1;
    sheet->top += 1;
    sheet->right -= 1;
    sheet->bottom -= 1;
    return 10 * edge >= 9 * all;
}
