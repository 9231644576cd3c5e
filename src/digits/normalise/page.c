#include <string.h>

#include "internal.h"

void furrow__digits_map_picture(struct map *map, const struct view *view)
{
    float counts[MAP * MAP];
    map->width = view->width < MAP ? view->width : MAP;
    map->height = view->height < MAP ? view->height : MAP;
    if (view->width > view->height && view->width > MAP)
        map->height = (view->height * MAP + view->width - 1) / view->width;
    if (view->height > view->width && view->height > MAP)
        map->width = (view->width * MAP + view->height - 1) / view->height;
    memset(counts, 0, sizeof counts);
    memset(map->gray, 0, sizeof map->gray);
    for (size_t y = 0; y < view->height; y++) {
        const unsigned char *row = view->pixels + y * view->stride;
        size_t line = y * map->height / view->height * map->width;
        for (size_t x = 0; x < view->width; x++) {
            size_t cell = line + x * map->width / view->width;
            map->gray[cell] += row[x];
            counts[cell]++;
        }
    }
    for (size_t i = 0; i < map->width * map->height; i++)
        map->gray[i] /= counts[i];
}
