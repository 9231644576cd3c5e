/* Python's peers: peer.py, another process, which gets commands over a pipe and answers with times.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "peers.h"

/* The Python of the distribution, which has the packages of the distribution. */
static const char *const python = "/usr/bin/python3";

static FILE *to, *from;

static void start(void)
{
    int there[2], back[2];
    signal(SIGPIPE, SIG_IGN);
    if (pipe(there) || pipe(back))
        exit(1);
    if (fork() == 0) {
        dup2(there[0], STDIN_FILENO);
        dup2(back[1], STDOUT_FILENO);
        close(there[1]);
        close(back[0]);
        execl(python, python, PYTHON_PEER, (char *)NULL);
        _exit(127);
    }
    close(there[0]);
    close(back[1]);
    to = fdopen(there[1], "w");
    from = fdopen(back[0], "r");
}

double python_ask(const char *line, double *labels)
{
    char answer[64];
    double seconds, sum;
    if (!to)
        start();
    fprintf(to, "%s\n", line);
    if (fflush(to) != 0 || !fgets(answer, sizeof answer, from) ||
        sscanf(answer, "%lf %lf", &seconds, &sum) != 2)
        return -1;
    if (labels)
        *labels = sum;
    return seconds;
}

static double ask_infer(const char *peer, int threads, size_t images)
{
    char line[64];
    snprintf(line, sizeof line, "infer %s %d %zu", peer, threads, images);
    return python_ask(line, NULL);
}

static double infer_opencv(int threads, const unsigned char *pixels, size_t images)
{
    (void)pixels;
    return ask_infer("opencv", threads, images);
}

static double infer_torch(int threads, const unsigned char *pixels, size_t images)
{
    (void)pixels;
    return ask_infer("torch", threads, images);
}

const struct peer peer_opencv = {"OpenCV's dnn", infer_opencv};
const struct peer peer_torch = {"PyTorch", infer_torch};
