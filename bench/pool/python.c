/* Python's Pool behind peers.h. It is another process, which gets its orders over a pipe (about 50
 * us). */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "peers.h"

static FILE *to, *from;
static pid_t child;

static void start(int threads)
{
    if (child)
        return;
    int there[2], back[2];
    if (pipe(there) || pipe(back))
        exit(1);
    child = fork();
    if (child == 0) {
        char count[16];
        snprintf(count, sizeof count, "%d", threads);
        dup2(there[0], STDIN_FILENO);
        dup2(back[1], STDOUT_FILENO);
        close(there[1]);
        close(back[0]);
        execlp("python3", "python3", PYTHON_PEER, count, (char *)NULL);
        _exit(127);
    }
    close(there[0]);
    close(back[1]);
    to = fdopen(there[1], "w");
    from = fdopen(back[0], "r");
}

static void ask(const char *what, const struct job *job)
{
    char line[16];
    fprintf(to, "%s %zu\n", what, job->n);
    if (fflush(to) != 0 || !fgets(line, sizeof line, from)) {
        fprintf(stderr, "bench-pool: python3 with multiprocessing did not answer\n");
        exit(1);
    }
}

static void map(const struct job *job)
{
    ask("map", job);
}

static void tasks(const struct job *job)
{
    ask("tasks", job);
}

static void submit(const struct job *job)
{
    struct job one = *job;
    one.n = 1;
    ask("tasks", &one);
}

const struct peer python_peer = {"Python's Pool", start, NULL, map, NULL, tasks, submit};
