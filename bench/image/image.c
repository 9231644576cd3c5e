/*
 * bench-image: what it costs to read a small PNG file, beside the unavoidable part (open, read,
 * close) and beside other decoders, if the build found them.
 *
 *     $ bench-image [IMAGES]
 *
 * The images of a file in MNIST's format (default: its test images) are written as 10,000 PNG
 * files by libpng and read in the order of their names, with a warm page cache, by every way in
 * turn, round after round. Figures are CPU times of the thread, which other load disturbs little:
 * medians of the rounds, and of their ratios, with 95 % intervals. Before that the pixels of every
 * way are compared with the images.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <furrow/clock.h>
#include <furrow/digits/image.h>
#include <furrow/digits/training.h>
#include <furrow/measure.h>

#include "peers.h"

enum { ROUNDS = 15, MAX_FILES = 10000, MAX_WAYS = 6, PATH_SIZE = 64 };

struct files {
    char folder[32];
    size_t count;
    char (*paths)[PATH_SIZE];
    furrow_digits_samples samples;
};

struct way {
    const char *name;
    bool (*read)(unsigned char *pixels, const char *path);
    double seconds[ROUNDS]; /* a file */
};

static furrow_image_reader *reader;

/* ---- ways ---- */

static bool read_only(unsigned char *pixels, const char *path)
{
    unsigned char bytes[65536];
    size_t size = peer_read_file(bytes, sizeof bytes, path);
    memset(pixels, 0, PEER_PIXELS);
    return size > 0;
}

static bool take(unsigned char *pixels, const furrow_image *image)
{
    if (image->width != PEER_SIDE || image->height != PEER_SIDE)
        return false;
    memcpy(pixels, image->pixels, PEER_PIXELS);
    return true;
}

static bool read_kept(unsigned char *pixels, const char *path)
{
    static furrow_image image; /* its memory is kept, as a worker does */
    return furrow_image_reader_read(&image, reader, path, NULL) == 0 && take(pixels, &image);
}

static bool read_alone(unsigned char *pixels, const char *path)
{
    furrow_image image = {0};
    bool read = furrow_image_read(&image, path, NULL, NULL) == 0 && take(pixels, &image);
    furrow_image_clear(&image);
    return read;
}

static size_t list_ways(struct way ways[MAX_WAYS])
{
    const struct way all[MAX_WAYS] = {
        {.name = "open, read, close", .read = read_only},
        {.name = "furrow_image_reader_read", .read = read_kept},
        {.name = "furrow_image_read", .read = read_alone},
        {.name = "libpng", .read = peer_libpng},
        {.name = "libspng", .read = peer_spng},
        {.name = "OpenCV imread", .read = peer_opencv},
    };
    size_t count = 0;
    for (size_t i = 0; i < MAX_WAYS; i++)
        if (all[i].read)
            ways[count++] = all[i];
    return count;
}

/* ---- files ---- */

static const char *write_files(struct files *files, const char *images)
{
    furrow_error error;
    if (furrow_digits_samples_read(&files->samples, images, NULL, &error) != 0)
        return "cannot read the images; name a file of MNIST's format";
    size_t count = files->samples.count;
    files->count = count < MAX_FILES ? count : MAX_FILES;
    files->paths = calloc(files->count, sizeof *files->paths);
    strcpy(files->folder, "bench-image-XXXXXX");
    if (!files->paths || !mkdtemp(files->folder))
        return "cannot make a folder here";
    for (size_t i = 0; i < files->count; i++) {
        snprintf(files->paths[i], PATH_SIZE, "%s/%05zu.png", files->folder, i);
        if (!peer_libpng_write(files->paths[i], files->samples.images + i * PEER_PIXELS))
            return "cannot write files here";
    }
    return NULL;
}

static void remove_files(struct files *files)
{
    for (size_t i = 0; files->paths && i < files->count; i++)
        unlink(files->paths[i]);
    rmdir(files->folder);
    free(files->paths);
    furrow_digits_samples_clear(&files->samples);
}

/* ---- measuring ---- */

static bool check(const struct way *way, const struct files *files)
{
    unsigned char pixels[PEER_PIXELS];
    for (size_t i = 0; i < files->count; i++) {
        const unsigned char *expected = files->samples.images + i * PEER_PIXELS;
        if (!way->read(pixels, files->paths[i]) ||
            (way->read != read_only && memcmp(pixels, expected, PEER_PIXELS) != 0))
            return false;
    }
    return true;
}

static double time_of(const struct way *way, const struct files *files)
{
    unsigned char pixels[PEER_PIXELS];
    double start = furrow_clock_thread_cpu();
    for (size_t i = 0; i < files->count; i++)
        way->read(pixels, files->paths[i]);
    return (furrow_clock_thread_cpu() - start) / (double)files->count;
}

static void report(const struct way *way, const struct way *io, const struct way *ours)
{
    double bounds[ROUNDS];
    furrow_summary time, bound, ratio;
    for (int i = 0; i < ROUNDS; i++)
        bounds[i] = io->seconds[i] + 4.5e-6;
    furrow_stats_summarise(&time, way->seconds, ROUNDS);
    furrow_stats_ratio(&bound, way->seconds, bounds, ROUNDS);
    furrow_stats_ratio(&ratio, way->seconds, ours->seconds, ROUNDS);
    printf("%-26s %6.2f [%.2f, %.2f] %8.2f [%.2f, %.2f] %8.2f [%.2f, %.2f]\n", way->name,
           1e6 * time.median, 1e6 * time.low, 1e6 * time.high, bound.median, bound.low, bound.high,
           ratio.median, ratio.low, ratio.high);
}

static const char *measure(struct files *files)
{
    struct way ways[MAX_WAYS];
    size_t count = list_ways(ways);
    for (size_t i = 0; i < count; i++)
        if (!check(&ways[i], files))
            return ways[i].name;
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < count; i++)
            ways[i].seconds[round] = time_of(&ways[i], files);
    printf("%zu files, %d rounds, one thread\n", files->count, ROUNDS);
    printf("%-26s %21s %23s %23s\n", "way", "us a file", "/ (I/O + 4.5 us)", "/ reader");
    for (size_t i = 0; i < count; i++)
        report(&ways[i], &ways[0], &ways[1]);
    return NULL;
}

int main(int argc, char **argv)
{
    struct files files = {.count = 0};
    const char *failed = write_files(&files, argc > 1 ? argv[1] : TEST_IMAGES);
    if (!failed && furrow_image_reader_new(&reader, NULL, NULL) != 0)
        failed = "no memory";
    if (!failed)
        failed = measure(&files);
    if (failed)
        fprintf(stderr, "bench-image: %s\n", failed);
    furrow_image_reader_free(reader);
    remove_files(&files);
    return failed ? 1 : 0;
}
