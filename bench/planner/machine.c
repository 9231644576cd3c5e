#include "machine.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/clock.h>

/* Writes the make of the CPUs from Linux on x86; elsewhere the name of the architecture. */
static void make_of_cpus(char text[128])
{
    struct utsname system;
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(text, 128, "%s", uname(&system) < 0 ? "unknown" : system.machine);
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        snprintf(text, 128, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    if (file)
        fclose(file);
}

void machine_print(int cpus, int neighbours)
{
#ifdef __clang__
    const char *compiler = "clang", *version = __clang_version__;
#else
    const char *compiler = "gcc", *version = __VERSION__;
#endif
    const char *policy = getenv("OMP_WAIT_POLICY");
    char make[128];
    make_of_cpus(make);
    printf("%d CPUs of %s; %s %.*s; wait policy %s; ", cpus, make, compiler,
           (int)strcspn(version, " "), version, policy ? policy : "as the runtime has it");
    if (neighbours > 0)
        printf("beside a busy neighbour (%d spinning)\n\n", neighbours);
    else
        printf("quiet\n\n");
    fflush(stdout);
}

/* ---- neighbours ---- */

enum { MAX_NEIGHBOURS = 512, STEPS = 100000 };

static pid_t neighbours[MAX_NEIGHBOURS];
static int neighbour_count;

/* A child looks for its parent about every 0.1 ms, so that it always ends with its parent. */
static void spin_while(pid_t parent)
{
    volatile uint64_t x = 1;
    while (getppid() == parent)
        for (int i = 0; i < STEPS; i++)
            x = x * 3;
    _exit(0);
}

int neighbours_start(int cpus)
{
    const double until_they_run = 0.05;
    const pid_t parent = getpid();
    int wanted = cpus < 2 ? 1 : cpus / 2;
    for (neighbour_count = 0; neighbour_count < wanted && neighbour_count < MAX_NEIGHBOURS;
         neighbour_count++) {
        pid_t child = fork();
        if (child == 0)
            spin_while(parent);
        if (child < 0) {
            neighbours_stop();
            return 0;
        }
        neighbours[neighbour_count] = child;
    }
    furrow_clock_sleep(until_they_run);
    return neighbour_count;
}

void neighbours_stop(void)
{
    for (int i = 0; i < neighbour_count; i++)
        kill(neighbours[i], SIGKILL);
    for (int i = 0; i < neighbour_count; i++)
        waitpid(neighbours[i], NULL, 0);
    neighbour_count = 0;
}
