/*
 * files.c: 10,000 PNG files, written once and then in the page cache, to labels.
 *
 * The stages add up: open, read and close alone, the lower bound of every reader; decoding; the
 * form of MNIST and the classification. Then the driver as users run it, and peers.
 */
#include <fcntl.h>
#include <png.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/clock.h>
#include <furrow/digits/image.h>
#include <furrow/measure.h>

#include "peers.h"
#include "sections.h"

enum { ROUNDS = 5, PATH_SIZE = 256 };

/* ---- the files ---- */

struct files {
    char folder[PATH_SIZE];
    size_t count;
    char (*paths)[PATH_SIZE];
    const char *stage;
    const furrow_digits_model *model; /* NULL: decode only */
    atomic_size_t next, labels;       /* files taken, the sum of all labels */
};

/* Written as by most programs: no filter, the default level of zlib. */
static void write_file(const char *path, const unsigned char *pixels)
{
    FILE *file = fopen(path, "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    bench_require(file && info ? 0 : FURROW_ENOMEM, path);
    png_init_io(png, file);
    png_set_IHDR(png, info, FURROW_DIGITS_SIDE, FURROW_DIGITS_SIDE, 8, PNG_COLOR_TYPE_GRAY,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (size_t y = 0; y < FURROW_DIGITS_SIDE; y++)
        png_write_row(png, pixels + y * FURROW_DIGITS_SIDE);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    bench_require(fclose(file) == 0 ? 0 : FURROW_ENOMEM, path);
}

static void write_files(struct files *files)
{
    furrow_digits_samples samples;
    const char *parent = getenv("TMPDIR");
    snprintf(files->folder, PATH_SIZE, "%.150s/bench-digits-XXXXXX", parent ? parent : P_tmpdir);
    bench_require(mkdtemp(files->folder) ? 0 : FURROW_EINVAL, files->folder);
    test_images(&samples);
    files->count = samples.count;
    files->paths = calloc(files->count, sizeof *files->paths);
    bench_require(files->paths ? 0 : FURROW_ENOMEM, "paths");
    for (size_t i = 0; i < samples.count; i++) {
        snprintf(files->paths[i], PATH_SIZE, "%.200s/%05zu.png", files->folder, i);
        write_file(files->paths[i], samples.images + i * FURROW_DIGITS_PIXELS);
    }
    furrow_digits_samples_clear(&samples);
}

static void remove_files(struct files *files)
{
    for (size_t i = 0; i < files->count; i++)
        unlink(files->paths[i]);
    rmdir(files->folder);
    free(files->paths);
}

/* ---- ours ---- */

static void read_work(int member, void *context)
{
    struct files *files = context;
    char bytes[4096];
    (void)member;
    for (size_t i; (i = atomic_fetch_add(&files->next, 1)) < files->count;) {
        const char *path = files->paths[i];
        int file = open(path, O_RDONLY | O_CLOEXEC);
        bench_require(file >= 0 && read(file, bytes, sizeof bytes) > 0 ? 0 : FURROW_EINVAL, path);
        close(file);
    }
}

struct worker {
    furrow_image_reader *reader;
    furrow_image image;
    furrow_digits_scratch *scratch;
    unsigned char pixels[BATCH][FURROW_DIGITS_PIXELS];
    furrow_digits_answer answers[BATCH];
};

static void take_batch(struct files *files, struct worker *worker, size_t first, size_t count)
{
    furrow_error error = {0};
    for (size_t i = 0; i < count; i++) {
        const char *path = files->paths[first + i];
        bench_require(furrow_image_reader_read(&worker->image, worker->reader, path, &error),
                      error.text);
        if (files->model)
            bench_require(furrow_digits_normalise(worker->pixels[i], &worker->image, &error), path);
    }
    if (!files->model)
        return;
    furrow_digits_classify(files->model, worker->scratch, worker->pixels[0], count,
                           worker->answers);
    size_t labels = 0;
    for (size_t i = 0; i < count; i++)
        labels += (size_t)worker->answers[i].digit;
    atomic_fetch_add(&files->labels, labels);
}

static void label_work(int member, void *context)
{
    struct files *files = context;
    struct worker *worker = calloc(1, sizeof *worker);
    (void)member;
    bench_require(worker ? 0 : FURROW_ENOMEM, "a worker");
    bench_require(furrow_image_reader_new(&worker->reader, NULL, NULL), "a reader");
    if (files->model)
        bench_require(furrow_digits_scratch_new(&worker->scratch, files->model, NULL), "scratch");
    for (size_t i; (i = atomic_fetch_add(&files->next, BATCH)) < files->count;)
        take_batch(files, worker, i, files->count - i < BATCH ? files->count - i : BATCH);
    furrow_image_reader_free(worker->reader);
    furrow_image_clear(&worker->image);
    furrow_digits_scratch_free(worker->scratch);
    free(worker);
}

/* The driver, from its start to its end. */
static double run_driver(const struct files *files, int threads)
{
    char count[16];
    double start = furrow_clock_wall();
    pid_t child = fork();
    if (child == 0) {
        snprintf(count, sizeof count, "%d", threads);
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        execl(bench_driver, "furrow", "digits", files->folder, "--threads", count, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    bench_require(waitpid(child, &status, 0) == child && status == 0 ? 0 : FURROW_EINVAL,
                  bench_driver);
    return furrow_clock_wall() - start;
}

/* ---- in turn ---- */

enum { READ, DECODE, LENET_COST, SHIPPED, DRIVER, OPENCV, PILLOW, PILLOW_ONE, WAYS };

static const char *const names[WAYS] = {
    [READ] = "open, read, close",
    [DECODE] = "and decode",
    [LENET_COST] = "and normalise, LeNet-5",
    [SHIPPED] = "the same, model that ships",
    [DRIVER] = "furrow digits DIR >/dev/null",
    [OPENCV] = "OpenCV imread + dnn, Pool",
    [PILLOW] = "Pillow + PyTorch, Pool, by 64",
    [PILLOW_ONE] = "Pillow + PyTorch, Pool.map",
};

struct models {
    furrow_digits_model *lenet, *shipped;
};

static double ask_python(const struct files *files, const char *peer, int threads, double *labels)
{
    char line[2 * PATH_SIZE];
    snprintf(line, sizeof line, "files %s %d %s", peer, threads, files->folder);
    return python_ask(line, labels);
}

/* Seconds; the sum of the labels of ways with LeNet-5. */
static double run_way(int way, struct files *files, const struct models *models, int threads,
                      double *labels)
{
    static const char *const peers[WAYS] = {
        [OPENCV] = "opencv", [PILLOW] = "pillow", [PILLOW_ONE] = "pillow-one"};
    if (peers[way])
        return ask_python(files, peers[way], threads, labels);
    if (way == DRIVER)
        return run_driver(files, threads);
    files->model = way == LENET_COST ? models->lenet : way == SHIPPED ? models->shipped : NULL;
    atomic_store(&files->next, 0);
    atomic_store(&files->labels, 0);
    double seconds = team_run(threads, way == READ ? read_work : label_work, files);
    *labels = (double)atomic_load(&files->labels);
    return seconds;
}

static void check_labels(int way, double labels, double expected)
{
    double apart = labels > expected ? labels - expected : expected - labels;
    if (way >= OPENCV && way < WAYS && apart > 0)
        printf("  %s: the sum of its labels is %.0f, ours %.0f\n", names[way], labels, expected);
}

static void show_threads(struct files *files, const struct models *models, int threads)
{
    static double rates[WAYS][ROUNDS];
    bool missing[WAYS] = {false};
    double labels = 0, ours = 0;
    int ways = threads < MAX_TEAM ? OPENCV : WAYS; /* peers on all threads only: they take long */
    for (int round = -1; round < ROUNDS; round++)  /* the first warms up */
        for (int way = 0; way < ways; way++) {
            if (missing[way])
                continue;
            double seconds = run_way(way, files, models, threads, &labels);
            missing[way] = seconds <= 0;
            ours = way == LENET_COST ? labels : ours;
            if (round >= 0 && !missing[way])
                rates[way][round] = (double)files->count / seconds;
            else if (!missing[way])
                check_labels(way, labels, ours);
        }
    for (int way = 0; way < ways; way++)
        if (missing[way])
            printf("  %-30s is not installed\n", names[way]);
        else
            line_ratio(names[way], threads, rates[way], rates[way < OPENCV ? READ : LENET_COST],
                       way < OPENCV ? "of reading alone" : "of ours with LeNet-5", ROUNDS);
}

void section_files(void)
{
    struct files files = {.count = 0};
    struct models models = {.lenet = net_new(LENET)};
    bench_require(furrow_digits_model_default(&models.shipped, NULL), "the model that ships");
    write_files(&files);
    printf("%zu PNG files to labels; threads\n", files.count);
    for (int threads = 1; threads <= MAX_TEAM; threads++)
        show_threads(&files, &models, threads);
    remove_files(&files);
    furrow_digits_model_free(models.lenet);
    furrow_digits_model_free(models.shipped);
}
