/* Ruled lines: ink along whole rows and columns. */
#include "internal.h"

/* Ruled lines are seldom as strong as a pen: of 255. Ink below 0 is theirs. */
enum { FAINT = 170, RULED = -1 };

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

/* Where a line of the rows [first, end) is not crossed by ink above and below; and its mean there.
 */
static float find_bare(bool bare[MAP], const struct turned *turned, size_t first, size_t end)
{
    float sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < turned->length; i++) {
        bool above = first > 0 && has_ink_near(turned, i, first - 1);
        bool below = end < turned->count && has_ink_near(turned, i, end);
        bare[i] = !(above && below);
        for (size_t row = first; row < end && bare[i]; row++, count++)
            sum += turned->map->ink[cell(turned, i, row)];
    }
    return count > 0 ? sum / (float)count : 0;
}

/* What is crossed stays; a strong line may be a stroke, and is reported. */
static size_t erase_line(const struct turned *turned, size_t first, size_t end)
{
    bool bare[MAP];
    bool is_faint = find_bare(bare, turned, first, end) < FAINT;
    size_t strong = 0;
    for (size_t i = 0; i < turned->length; i++)
        for (size_t row = first; row < end && bare[i]; row++) {
            strong += !is_faint && has_ink(turned, i, row);
            turned->map->ink[cell(turned, i, row)] = is_faint ? RULED : 0;
            turned->map->kept[cell(turned, i, row)] = false;
        }
    return strong;
}

/* As thick as an eighth of the picture at most: digits are not. */
static size_t erase_lines(const struct turned *turned)
{
    size_t strong = 0, row = 0;
    while (row < turned->count) {
        size_t end = row;
        while (end < turned->count && is_line(turned, end))
            end++;
        if (end > row && 8 * (end - row) <= turned->count)
            strong += erase_line(turned, row, end);
        row = end + 1;
    }
    return strong;
}

bool furrow__digits_erase_lines(struct map *map)
{
    const struct turned rows = {map, false, map->width, map->height};
    const struct turned columns = {map, true, map->height, map->width};
    size_t strong = erase_lines(&rows);
    strong += erase_lines(&columns);
    return strong > 0;
}
