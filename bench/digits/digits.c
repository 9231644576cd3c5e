/*
 * bench-digits: how fast digits are classified, beside the peak of the machine and beside peers.
 *
 *     $ bench-digits [inference end-to-end cold training ...]
 *
 * `inference` compares images in memory with the peak of fused multiply-adds and, for LeNet-5, with
 * oneDNN, OpenCV and PyTorch; `end-to-end` reads 10,000 PNG files; `cold` starts programs;
 * `training` learns. All that a line compares runs in turn, round after round, in the same minute,
 * and ratios are medians over rounds with 95 % intervals, because shared machines change too much
 * for anything else. Peers that are not installed are named and left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sections.h"

static const struct {
    const char *name;
    void (*show)(void);
} sections[] = {
    {"inference", section_inference},
    {"end-to-end", section_files},
    {"cold", section_cold},
    {"training", section_training},
};

const char *bench_driver;

void bench_require(int status, const char *what)
{
    if (status == 0)
        return;
    fprintf(stderr, "bench-digits: %s: %s\n", what, furrow_status_text(status));
    exit(1);
}

static int show(const char *name)
{
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (strcmp(sections[i].name, name) == 0) {
            sections[i].show();
            return 0;
        }
    fprintf(stderr,
            "bench-digits: there is no section \"%s\"; expected inference, end-to-end, cold, "
            "training\n",
            name);
    return 2;
}

int main(int argc, char **argv)
{
    static char driver[4096];
    const char *slash = strrchr(argv[0], '/');
    snprintf(driver, sizeof driver, "%.*sfurrow", slash ? (int)(slash - argv[0] + 1) : 0, argv[0]);
    bench_driver = driver;
    if (argc < 2)
        for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
            sections[i].show();
    for (int i = 1; i < argc; i++)
        if (show(argv[i]))
            return 2;
    return 0;
}
