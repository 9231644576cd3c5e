/* cold.c: from the start of a process to 24 labels and its end, beside a process that does nothing.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/clock.h>
#include <furrow/measure.h>

#include "sections.h"

enum { ROUNDS = 41, SLOW_ROUNDS = 5 };

struct program {
    const char *name;
    const char *argv[6];
    int rounds;
};

/* Seconds; -1: it failed, as a program that is not installed does. */
static double run(const struct program *program)
{
    double start = furrow_clock_wall();
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_RDWR);
        dup2(nowhere, STDIN_FILENO);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        execv(program->argv[0], (char *const *)program->argv);
        _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status == 0 ? furrow_clock_wall() - start : -1;
}

static void show(const struct program *programs, size_t count)
{
    static double seconds[8][ROUNDS];
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < count; i++)
            if (round < programs[i].rounds && (round == 0 || seconds[i][0] > 0))
                seconds[i][round] = run(&programs[i]);
    for (size_t i = 0; i < count; i++) {
        furrow_summary time;
        if (seconds[i][0] < 0) {
            printf("  %-44s is not installed\n", programs[i].name);
            continue;
        }
        furrow_stats_summarise(&time, seconds[i], (size_t)programs[i].rounds);
        printf("  %-44s %8.2f ms [%.2f, %.2f], least %.2f\n", programs[i].name, 1e3 * time.median,
               1e3 * time.low, 1e3 * time.high, 1e3 * time.minimum);
    }
}

void section_cold(void)
{
    static const char images[] = DATA_FOLDER "/digits", python[] = "/usr/bin/python3";
    const struct program programs[] = {
        {"a program that does nothing", {"/bin/true"}, ROUNDS},
        {"furrow --version", {bench_driver, "--version"}, ROUNDS},
        {"furrow digits, 24 files", {bench_driver, "digits", images}, ROUNDS},
        {"furrow digits --threads 1, 24 files",
         {bench_driver, "digits", images, "--threads", "1"},
         ROUNDS},
        {"Python, OpenCV imread + dnn, 24 files",
         {python, PYTHON_PEER, "cold", "opencv", images},
         SLOW_ROUNDS},
        {"Python, Pillow + PyTorch, 24 files",
         {python, PYTHON_PEER, "cold", "torch", images},
         SLOW_ROUNDS},
    };
    printf("from the start of a process to its end\n");
    show(programs, sizeof programs / sizeof *programs);
}
