/* Text in memory; and by the driver to a pipe and a file, against programs that only write. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/combinations/rows.h>
#include <furrow/combinations/selection.h>

#include "bench.h"

enum { WINDOW = 256 << 10 };

struct text {
    furrow_combinations_text *text;
    char *window;
    uint64_t count, size, step;
    const char *path;
    char *arguments[16];
};

static void make_text(void *context)
{
    const struct text *text = context;
    for (uint64_t from = 0; from < text->count; from += text->step) {
        uint64_t count = text->count - from < text->step ? text->count - from : text->step;
        figure_require(
            furrow_combinations_text_write(text->window, text->text, (furrow_wide){from, 0}, count),
            "text");
    }
}

/* Writes as many bytes as the text has: the window, again and again. */
static void write_bytes(int file, const struct text *text)
{
    for (uint64_t left = text->size; left > 0;) {
        ssize_t written = write(file, text->window, left < WINDOW ? left : WINDOW);
        if (written < 0)
            _exit(1);
        left -= (uint64_t)written;
    }
}

/* Runs a child with its standard output in a pipe, which this process reads to the end. */
static void read_child(const struct text *text, void (*child)(const struct text *text))
{
    static char sink[1 << 20];
    int ends[2], status;
    figure_require(pipe(ends), "pipe");
    fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
    pid_t pid = fork();
    figure_require(pid < 0, "fork");
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        child(text);
        _exit(1);
    }
    close(ends[1]);
    uint64_t got = 0;
    for (ssize_t size; (size = read(ends[0], sink, sizeof sink)) > 0;)
        got += (uint64_t)size;
    close(ends[0]);
    waitpid(pid, &status, 0);
    figure_require(status || got != text->size, bench_driver);
}

static void run_driver(const struct text *text)
{
    execv(bench_driver, text->arguments);
}

static void only_write(const struct text *text)
{
    write_bytes(STDOUT_FILENO, text);
    _exit(0);
}

static void pipe_driver(void *context)
{
    read_child(context, run_driver);
}

static void pipe_writes(void *context)
{
    read_child(context, only_write);
}

static void wait_for(void (*child)(const struct text *text), const struct text *text)
{
    int status;
    pid_t pid = fork();
    figure_require(pid < 0, "fork");
    if (pid == 0) {
        child(text);
        _exit(1);
    }
    waitpid(pid, &status, 0);
    figure_require(status, bench_driver);
}

/* Writes as many bytes as the driver, in the same way: two processes, each one half of the file. */
static void write_half(const struct text *text, int file, uint64_t from, uint64_t to)
{
    while (from < to) {
        ssize_t written =
            pwrite(file, text->window, to - from < WINDOW ? to - from : WINDOW, (off_t)from);
        if (written < 0)
            _exit(1);
        from += (uint64_t)written;
    }
}

static void write_file(const struct text *text)
{
    char partial[4096];
    snprintf(partial, sizeof partial, "%s.partial", text->path);
    int status, file = open(partial, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    pid_t pid = fork();
    if (file < 0 || pid < 0)
        _exit(1);
    write_half(text, file, pid ? 0 : text->size / 2, pid ? text->size / 2 : text->size);
    if (pid == 0)
        _exit(0);
    waitpid(pid, &status, 0);
    if (status || fsync(file) || close(file) || rename(partial, text->path))
        _exit(1);
    _exit(0);
}

static void file_driver(void *context)
{
    wait_for(run_driver, context);
}

static void file_writes(void *context)
{
    wait_for(write_file, context);
}

static void show_made(struct text *text, uint32_t n, uint32_t k)
{
    char name[64];
    uint64_t size;
    furrow_wide rows;
    furrow_combinations_style style = {"(", ", ", ")\n"};
    furrow_selection_count(&rows, &(furrow_selection){.n = n, .k = k});
    figure_require(furrow_combinations_text_new(&text->text, &(furrow_selection){.n = n, .k = k},
                                                NULL, &style),
                   "text");
    text->count = rows.low < 8000000 ? rows.low : 8000000;
    furrow_combinations_text_size(&size, text->text, (furrow_wide){rows.low - 1, 0}, 1);
    text->step = WINDOW / size;
    furrow_combinations_text_size(&size, text->text, (furrow_wide){0}, text->count);
    snprintf(name, sizeof name, "made, C(%u, %u)", n, k);
    figure_show(&(struct figure){name, make_text, NULL, text, (double)text->count, (double)size,
                                 ">= 30 GB/s"});
    furrow_combinations_text_free(text->text);
}

void section_text(void)
{
    static char path[] = "/dev/shm/bench-combinations", other[] = "./bench-combinations.text";
    struct text text = {.window = malloc(WINDOW)};
    figure_require(text.window ? 0 : -12, "memory");
    memset(text.window, 'x', WINDOW);
    figure_head("6. text as Python prints it");
    show_made(&text, 40, 6);
    show_made(&text, 64, 5);
    show_made(&text, 30, 10);
    show_made(&text, 10, 5);
    show_made(&text, 300, 3);
    text.path = access("/dev/shm", W_OK) == 0 ? path : other;
    text.size = 508037010; /* of C(40, 7) */
    const char *piped[] = {bench_driver, "combinations", "40", "7", "-q", NULL};
    const char *filed[] = {bench_driver, "combinations", "40", "7", "-q", "-o", text.path, NULL};
    memcpy(text.arguments, piped, sizeof piped);
    figure_show(&(struct figure){"C(40, 7) to a pipe, against write", pipe_driver, pipe_writes,
                                 &text, 18643560, (double)text.size, ">= 0.90"});
    memcpy(text.arguments, filed, sizeof filed);
    figure_show(&(struct figure){"C(40, 7) to a file, against pwrite", file_driver, file_writes,
                                 &text, 18643560, (double)text.size, ">= 0.90"});
    unlink(text.path);
    free(text.window);
}
