#include "neighbour.h"

#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/clock.h>

enum { MAX_NEIGHBOURS = 512, STEPS = 100000 };

static pid_t neighbours[MAX_NEIGHBOURS];
static int count;

/* A child looks for its parent every 0.1 ms or so: no signal or failure leaves one behind. */
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
    for (count = 0; count < wanted && count < MAX_NEIGHBOURS; count++) {
        pid_t child = fork();
        if (child == 0)
            spin_while(parent);
        if (child < 0) {
            neighbours_stop();
            return 0;
        }
        neighbours[count] = child;
    }
    furrow_clock_sleep(until_they_run);
    return count;
}

void neighbours_stop(void)
{
    for (int i = 0; i < count; i++)
        kill(neighbours[i], SIGKILL);
    for (int i = 0; i < count; i++)
        waitpid(neighbours[i], NULL, 0);
    count = 0;
}
