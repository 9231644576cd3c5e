/* lines.c: erases ruled lines: ink along whole rows and columns. */
#include "internal.h"

/* Ink of 255: ruled lines are seldom as strong as a pen. Erased cells of faint lines get RULED. */
enum { FAINT = 170, RULED = -1 };

/* A map, seen by rows or by columns: a column then counts as a row. */
struct scan {
    struct map *map;
    bool by_columns;
    size_t length, count; /* of a row, and of rows */
};

static size_t cell(const struct scan *scan, size_t along, size_t row)
{
    return scan->by_columns ? along * scan->map->width + row : row * scan->map->width + along;
}

static bool has_ink(const struct scan *scan, size_t along, size_t row)
{
    return scan->map->ink[cell(scan, along, row)] >= MIN_INK;
}

static bool is_line(const struct scan *scan, size_t row)
{
    size_t ink = 0;
    for (size_t i = 0; i < scan->length; i++)
        ink += has_ink(scan, i, row);
    return 10 * ink >= 8 * scan->length;
}

/* Whether the row has ink here or in a cell beside. */
static bool has_ink_near(const struct scan *scan, size_t along, size_t row)
{
    return has_ink(scan, along, row) || (along > 0 && has_ink(scan, along - 1, row)) ||
           (along + 1 < scan->length && has_ink(scan, along + 1, row));
}

/* Finds where the line of the rows [first, end) is bare: no ink above and below crosses it. Returns
 * its mean ink there. */
static float find_bare(bool bare[MAP], const struct scan *scan, size_t first, size_t end)
{
    float sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < scan->length; i++) {
        bool above = first > 0 && has_ink_near(scan, i, first - 1);
        bool below = end < scan->count && has_ink_near(scan, i, end);
        bare[i] = !(above && below);
        for (size_t row = first; row < end && bare[i]; row++, count++)
            sum += scan->map->ink[cell(scan, i, row)];
    }
    return count > 0 ? sum / (float)count : 0;
}

/* Erases a line where no ink crosses it. Returns the number of erased cells with strong ink, which
 * may be of a stroke. */
static size_t erase_line(const struct scan *scan, size_t first, size_t end)
{
    bool bare[MAP];
    bool is_faint = find_bare(bare, scan, first, end) < FAINT;
    size_t strong = 0;
    for (size_t i = 0; i < scan->length; i++)
        for (size_t row = first; row < end && bare[i]; row++) {
            strong += !is_faint && has_ink(scan, i, row);
            scan->map->ink[cell(scan, i, row)] = is_faint ? RULED : 0;
            scan->map->kept[cell(scan, i, row)] = false;
        }
    return strong;
}

/* A line is at most an eighth of the picture thick; digits are thicker. */
static size_t erase_lines(const struct scan *scan)
{
    size_t strong = 0, row = 0;
    while (row < scan->count) {
        size_t end = row;
        while (end < scan->count && is_line(scan, end))
            end++;
        if (end > row && 8 * (end - row) <= scan->count)
            strong += erase_line(scan, row, end);
        row = end + 1;
    }
    return strong;
}

bool furrow__digits_erase_lines(struct map *map)
{
    const struct scan rows = {map, false, map->width, map->height};
    const struct scan columns = {map, true, map->height, map->width};
    size_t strong = erase_lines(&rows);
    strong += erase_lines(&columns);
    return strong > 0;
}
