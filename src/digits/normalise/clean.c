/* What of the ink is no digit: ruled lines, specks, what reaches in from the border. */
#include <string.h>

#include "internal.h"

enum { CELLS = MAP * MAP, MOST_PARTS = 1024 };

static bool is_ink(const struct map *map, size_t x, size_t y)
{
    return map->ink[y * map->width + x] >= LEAST_INK;
}

void furrow__digits_keep_all(struct map *map)
{
    memset(map->kept, 1, sizeof map->kept);
}

/* ---- ruled lines ---- */

/* A map seen along its rows, or turned so that its columns are rows. */
struct turned {
    struct map *map;
    bool columns;
    size_t length, count; /* of a row, and of rows */
};

static size_t cell(const struct turned *turned, size_t along, size_t row)
{
    return turned->columns ? along * turned->map->width + row : row * turned->map->width + along;
}

static bool has_ink(const struct turned *turned, size_t along, size_t row)
{
    return turned->map->ink[cell(turned, along, row)] >= LEAST_INK;
}

static bool is_line(const struct turned *turned, size_t row)
{
    size_t ink = 0;
    for (size_t i = 0; i < turned->length; i++)
        ink += has_ink(turned, i, row);
    return 10 * ink >= 8 * turned->length;
}

/* Ink in the row, here or beside here. */
static bool has_ink_near(const struct turned *turned, size_t along, size_t row)
{
    return has_ink(turned, along, row) || (along > 0 && has_ink(turned, along - 1, row)) ||
           (along + 1 < turned->length && has_ink(turned, along + 1, row));
}

/* A line of the rows [first, end): what is crossed by ink above and below stays. */
static size_t erase_line(const struct turned *turned, size_t first, size_t end)
{
    size_t erased = 0;
    for (size_t i = 0; i < turned->length; i++) {
        bool above = first > 0 && has_ink_near(turned, i, first - 1);
        bool below = end < turned->count && has_ink_near(turned, i, end);
        for (size_t row = first; row < end && !(above && below); row++) {
            erased += has_ink(turned, i, row);
            turned->map->ink[cell(turned, i, row)] = 0;
            turned->map->kept[cell(turned, i, row)] = false;
        }
    }
    return erased;
}

/* As thick as an eighth of the picture at most: digits are not. */
static size_t erase_lines(const struct turned *turned)
{
    size_t erased = 0, row = 0;
    while (row < turned->count) {
        size_t end = row;
        while (end < turned->count && is_line(turned, end))
            end++;
        if (end > row && 8 * (end - row) <= turned->count)
            erased += erase_line(turned, row, end);
        row = end + 1;
    }
    return erased;
}

/* ---- connected parts ---- */

struct part {
    double weight;
    size_t left, top, right, bottom; /* right and bottom are within */
    bool is_kept;
};

struct parts {
    short labels[CELLS]; /* 0: none; else the number of the part, from 1 */
    struct part list[MOST_PARTS + 1];
    size_t count;
};

static void grow(struct part *part, const struct map *map, size_t x, size_t y)
{
    part->weight += (double)map->ink[y * map->width + x];
    part->left = x < part->left ? x : part->left;
    part->right = x > part->right ? x : part->right;
    part->top = y < part->top ? y : part->top;
    part->bottom = y > part->bottom ? y : part->bottom;
}

/* All ink that hangs together with (x, y), corners included. */
static void flood(struct parts *parts, const struct map *map, size_t x, size_t y)
{
    unsigned short queue[CELLS];
    size_t waiting = 0, done = 0;
    struct part *part = &parts->list[++parts->count];
    *part = (struct part){.left = x, .right = x, .top = y, .bottom = y};
    parts->labels[y * map->width + x] = (short)parts->count;
    queue[waiting++] = (unsigned short)(y * map->width + x);
    while (done < waiting) {
        size_t at = queue[done++];
        x = at % map->width;
        y = at / map->width;
        grow(part, map, x, y);
        for (size_t j = y > 0 ? y - 1 : 0; j <= y + 1 && j < map->height; j++)
            for (size_t i = x > 0 ? x - 1 : 0; i <= x + 1 && i < map->width; i++)
                if (is_ink(map, i, j) && parts->labels[j * map->width + i] == 0) {
                    parts->labels[j * map->width + i] = (short)parts->count;
                    queue[waiting++] = (unsigned short)(j * map->width + i);
                }
    }
}

/* Parts beyond MOST_PARTS have no number: specks of a picture that is all specks. */
static void find_parts(struct parts *parts, const struct map *map)
{
    parts->count = 0;
    memset(parts->labels, 0, sizeof parts->labels);
    for (size_t y = 0; y < map->height; y++)
        for (size_t x = 0; x < map->width; x++)
            if (is_ink(map, x, y) && parts->labels[y * map->width + x] == 0 &&
                parts->count < MOST_PARTS)
                flood(parts, map, x, y);
}

/* Reaches in from the border: along most of a side, or flat against it. */
static bool is_edge(const struct part *part, const struct map *map)
{
    size_t width = part->right - part->left + 1, height = part->bottom - part->top + 1;
    bool across = part->top == 0 || part->bottom + 1 == map->height;
    bool down = part->left == 0 || part->right + 1 == map->width;
    return (across && 10 * width >= 7 * map->width && 5 * height <= map->height) ||
           (down && 10 * height >= 7 * map->height && 5 * width <= map->width) ||
           (across && 2 * height <= width && 10 * height <= map->height) ||
           (down && 2 * width <= height && 10 * width <= map->width);
}

/* How far the boxes of two parts are apart. */
static size_t distance(const struct part *a, const struct part *b)
{
    size_t across = a->left > b->right   ? a->left - b->right
                    : b->left > a->right ? b->left - a->right
                                         : 0;
    size_t down = a->top > b->bottom   ? a->top - b->bottom
                  : b->top > a->bottom ? b->top - a->bottom
                                       : 0;
    return across > down ? across : down;
}

static const struct part *heaviest(const struct parts *parts, const struct map *map)
{
    const struct part *best = NULL;
    for (int edges = 0; edges < 2 && !best; edges++)
        for (size_t i = 1; i <= parts->count; i++) {
            const struct part *part = &parts->list[i];
            if ((edges || !is_edge(part, map)) && (!best || part->weight > best->weight))
                best = part;
        }
    return best;
}

/* The heaviest part, and what may be a stroke of it: a sixth of its weight, or a thirtieth close
 * by. A five may come in two. */
static double choose(struct parts *parts, const struct map *map)
{
    const struct part *main = heaviest(parts, map);
    double dropped = 0;
    if (!main)
        return 0;
    size_t width = main->right - main->left + 1, height = main->bottom - main->top + 1;
    size_t near = (width > height ? width : height) / 6 + 1;
    for (size_t i = 1; i <= parts->count; i++) {
        struct part *part = &parts->list[i];
        bool is_close = distance(part, main) <= near;
        part->is_kept = part == main ||
                        (!is_edge(part, map) &&
                         ((is_close && 30 * part->weight >= main->weight) ||
                          (distance(part, main) <= 3 * near && 6 * part->weight >= main->weight)));
        dropped += part->is_kept ? 0 : part->weight;
    }
    return dropped / main->weight;
}

/* Faint edges around what is kept belong to it. */
static void mark_kept(struct map *map, const struct parts *parts)
{
    for (size_t y = 0; y < map->height; y++)
        for (size_t x = 0; x < map->width; x++) {
            size_t at = y * map->width + x;
            bool is_near = false;
            for (size_t j = y > 0 ? y - 1 : 0; j <= y + 1 && j < map->height; j++)
                for (size_t i = x > 0 ? x - 1 : 0; i <= x + 1 && i < map->width; i++) {
                    short label = parts->labels[j * map->width + i];
                    is_near = is_near || (label > 0 && parts->list[label].is_kept);
                }
            bool is_other = is_ink(map, x, y) &&
                            (parts->labels[at] == 0 || !parts->list[parts->labels[at]].is_kept);
            map->kept[at] = map->kept[at] && is_near && !is_other;
        }
}

bool furrow__digits_clean(struct map *map)
{
    struct parts parts;
    const struct turned rows = {map, false, map->width, map->height};
    const struct turned columns = {map, true, map->height, map->width};
    furrow__digits_keep_all(map);
    if (map->width < SMALL || map->height < SMALL)
        return false;
    size_t erased = erase_lines(&rows) + erase_lines(&columns);
    find_parts(&parts, map);
    double dropped = choose(&parts, map);
    mark_kept(map, &parts);
    return erased > 0 || dropped > 0.01;
}

/* ---- a sheet within a frame ---- */

static struct box ink_box(const struct map *map)
{
    struct box box = {.left = map->width, .top = map->height};
    for (size_t y = 0; y < map->height; y++)
        for (size_t x = 0; x < map->width; x++)
            if (is_ink(map, x, y)) {
                box.left = x < box.left ? x : box.left;
                box.right = x + 1 > box.right ? x + 1 : box.right;
                box.top = y < box.top ? y : box.top;
                box.bottom = y + 1;
            }
    return box;
}

/* A sheet fills its box to the edges; no digit does that. */
bool furrow__digits_find_sheet(struct box *sheet, const struct map *map)
{
    *sheet = ink_box(map);
    size_t width = sheet->right - sheet->left, height = sheet->bottom - sheet->top;
    if (sheet->right == 0 || 2 * width < map->width || 2 * height < map->height || width < 8 ||
        height < 8)
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
