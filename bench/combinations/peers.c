/* Peers: C(40, 6) as bytes into a warm array, and many small inputs as in the third tutorial. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/combinations/combinations.h>
#include <furrow/combinations/rows.h>

enum { N = 40, K = 6, ROWS = 3838380 };

struct peers {
    furrow_combinations *all;
    uint8_t *rows, *theirs;
};

static void ours(void *context)
{
    static const furrow_plan alone = {.threads = 1};
    struct peers *peers = context;
    figure_require(
        furrow_combinations_write(peers->rows, peers->all, (furrow_wide){0}, ROWS, &alone),
        "write");
}

/* Six loops, each inside the one before. */
static void nested(void *context)
{
    struct peers *peers = context;
    uint8_t *to = peers->theirs;
    for (int a = 0; a < N; a++)
        for (int b = a + 1; b < N; b++)
            for (int c = b + 1; c < N; c++)
                for (int d = c + 1; d < N; d++)
                    for (int e = d + 1; e < N; e++)
                        for (int f = e + 1; f < N; f++, to += K) {
                            to[0] = (uint8_t)a;
                            to[1] = (uint8_t)b;
                            to[2] = (uint8_t)c;
                            to[3] = (uint8_t)d;
                            to[4] = (uint8_t)e;
                            to[5] = (uint8_t)f;
                        }
}

/* The next combination as in textbooks, for any k. */
static void straight(void *context)
{
    struct peers *peers = context;
    uint8_t row[K], *to = peers->theirs;
    for (int i = 0; i < K; i++)
        row[i] = (uint8_t)i;
    for (int i = 0; i >= 0; to += K) {
        memcpy(to, row, K);
        for (i = K - 1; i >= 0 && row[i] == N - K + i; i--)
            ;
        if (i >= 0)
            for (row[i]++; i + 1 < K; i++)
                row[i + 1] = (uint8_t)(row[i] + 1);
    }
}

static void gsl(void *context)
{
    peer_gsl(((struct peers *)context)->theirs, N, K);
}

static void pari(void *context)
{
    peer_pari(((struct peers *)context)->theirs, N, K);
}

static void show(struct peers *peers, const char *name, figure_work *theirs, const char *goal)
{
    ours(peers);
    memset(peers->theirs, 0, (size_t)ROWS * K);
    theirs(peers);
    figure_require(memcmp(peers->rows, peers->theirs, (size_t)ROWS * K) ? -1 : 0, name);
    figure_show(&(struct figure){name, ours, theirs, peers, ROWS, (double)ROWS * K, goal});
}

/* The seconds that a Python program prints; 0: it does not run. */
static double ask_python(const char *program)
{
    char command[1024];
    double seconds = 0;
    snprintf(command, sizeof command, "python3 -c '%s' 2>/dev/null", program);
    FILE *answer = popen(command, "r");
    if (!answer)
        return 0;
    if (fscanf(answer, "%lf", &seconds) != 1)
        seconds = 0;
    pclose(answer);
    return seconds;
}

static double time_of_ours(figure_work *work, void *context)
{
    double best = 1e9;
    for (int i = 0; i < 5; i++) {
        double start = furrow_clock_wall();
        work(context);
        double time = furrow_clock_wall() - start;
        best = time < best ? time : best;
    }
    return best;
}

static void show_python(const char *name, const char *program, figure_work *work, void *context,
                        const char *goal)
{
    double theirs = ask_python(program), mine = time_of_ours(work, context);
    if (theirs > 0)
        printf("%-34s %9.3f %36s %6.0f %15s  %s\n", name, 1e3 * mine,
               "against the best of 3:", theirs / mine, "", goal);
    fflush(stdout);
}

#define TIMED(setup, work)                                                                         \
    "import itertools as i, time as t, collections as c, multiprocessing as m\n" setup             \
    "best = 1e9\n"                                                                                 \
    "for r in range(3):\n"                                                                         \
    "    s = t.perf_counter(); " work "; best = min(best, t.perf_counter() - s)\n"                 \
    "print(best)\n"

struct many {
    uint32_t *elements, *rows;
};

static void map(void *context)
{
    static const furrow_plan alone = {.threads = 1};
    struct many *many = context;
    furrow_combinations_map(many->rows, many->elements, 100000, 6, 2, 4, &alone);
}

void section_peers(void)
{
    struct peers peers = {.rows = figure_memory((size_t)ROWS * K),
                          .theirs = figure_memory((size_t)ROWS * K)};
    struct many many = {.elements = calloc(600000, 4), .rows = figure_memory(12000000)};
    furrow_selection selection = {.n = N, .k = K};
    figure_require(furrow_combinations_new(&peers.all, &selection, NULL), "rows");
    figure_require(many.elements ? 0 : -12, "memory");
    figure_head("10. peers: C(40, 6) as bytes into a warm array, one thread");
    show(&peers, "against nested loops in C", nested, ">= 11");
    show(&peers, "against straight C, any k", straight, "");
    if (peer_gsl(peers.theirs, N, K))
        show(&peers, "against GSL", gsl, ">= 35");
    if (peer_pari(peers.theirs, N, K))
        show(&peers, "against PARI", pari, "");
    show_python("against CPython's itertools",
                TIMED("", "c.deque(i.combinations(range(40), 6), maxlen=0)"), ours, &peers,
                "(tuples, none kept)");
    show_python("the same, as bytes",
                TIMED("", "bytes(i.chain.from_iterable(i.combinations(range(40), 6)))"), ours,
                &peers, ">= 500");
    show_python("many inputs, against CPython",
                TIMED("x = [tuple(range(6 * j, 6 * j + 6)) for j in range(100000)]\n",
                      "list(map(lambda e: list(i.combinations(e, 2)), x))"),
                map, &many, ">= 400");
    show_python(
        "many inputs, against its Pool(2)",
        "import itertools as i, time as t, multiprocessing as m\n"
        "def f(e):\n    return list(i.combinations(e, 2))\n"
        "x = [tuple(range(6 * j, 6 * j + 6)) for j in range(100000)]\n"
        "best = 1e9\n"
        "with m.get_context(\"fork\").Pool(2) as p:\n"
        "    for r in range(3):\n"
        "        s = t.perf_counter(); p.map(f, x); best = min(best, t.perf_counter() - s)\n"
        "print(best)\n",
        map, &many, ">= 1000");
    furrow_combinations_free(peers.all);
    figure_memory_free(peers.rows, (size_t)ROWS * K);
    figure_memory_free(peers.theirs, (size_t)ROWS * K);
    figure_memory_free(many.rows, 12000000);
    free(many.elements);
}
