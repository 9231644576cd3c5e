#include <furrow/schedule.h>

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/status.h>

static const char *const names[] = {"auto", "static", "dynamic", "guided"};

const char *furrow_schedule_name(furrow_schedule schedule)
{
    return (unsigned)schedule < sizeof names / sizeof *names ? names[schedule] : "unknown";
}

static bool parse_chunk(size_t *chunk, const char *text)
{
    if (*text < '0' || *text > '9')
        return false;
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || *end || value == 0 || value > SIZE_MAX)
        return false;
    *chunk = (size_t)value;
    return true;
}

bool furrow_schedule_parse(furrow_schedule *schedule, size_t *chunk, const char *text)
{
    static const char *const modifiers[] = {"monotonic:", "nonmonotonic:"};
    for (size_t i = 0; i < sizeof modifiers / sizeof *modifiers; i++)
        if (strncmp(text, modifiers[i], strlen(modifiers[i])) == 0) {
            text += strlen(modifiers[i]);
            break;
        }
    size_t length = strcspn(text, ",");
    size_t size = 0;
    if (text[length] == ',' && !parse_chunk(&size, text + length + 1))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == length && strncmp(text, names[i], length) == 0) {
            *schedule = (furrow_schedule)i;
            *chunk = size;
            return true;
        }
    return false;
}

/* Every thread starts at once and is never idle before its last chunk, so the time that it has
 * worked is also the time when it is next free. */
struct players {
    int count;
    double *busy;
};

static int earliest(const struct players *players)
{
    int best = 0;
    for (int i = 1; i < players->count; i++)
        if (players->busy[i] < players->busy[best])
            best = i;
    return best;
}

static size_t next_size(furrow_schedule schedule, size_t chunk, size_t remaining, size_t threads)
{
    size_t size = chunk;
    if (schedule == FURROW_SCHEDULE_GUIDED) {
        size_t share = remaining / threads + (remaining % threads != 0);
        size = share > chunk ? share : chunk;
    }
    return size < remaining ? size : remaining;
}

/* What dealing beforehand gives thread `index` as its next size: one block each, the first
 * items % threads of them one item longer. */
static size_t block_size(size_t items, size_t threads, size_t index)
{
    return items / threads + (index < items % threads);
}

static size_t play(struct players *players, furrow_schedule schedule, size_t chunk,
                   const double *costs, size_t items, double dispatch)
{
    size_t threads = (size_t)players->count;
    bool dealt = schedule == FURROW_SCHEDULE_STATIC;
    size_t chunks = 0;
    for (size_t begin = 0; begin < items; chunks++) {
        size_t size = dealt && chunk == 0
                          ? block_size(items, threads, chunks)
                          : next_size(schedule, chunk ? chunk : 1, items - begin, threads);
        int player = dealt ? (int)(chunks % threads) : earliest(players);
        double time = dealt ? 0 : dispatch;
        for (size_t i = begin; i < begin + size; i++)
            time += costs[i];
        players->busy[player] += time;
        begin += size;
    }
    return chunks;
}

static void conclude(furrow_simulation *simulation, const struct players *players, double region)
{
    double longest = 0, sum = 0;
    for (int i = 0; i < players->count; i++) {
        longest = fmax(longest, players->busy[i]);
        sum += players->busy[i];
    }
    simulation->makespan = region + longest;
    simulation->imbalance = longest > 0 ? 1 - sum / players->count / longest : 0;
}

int furrow_schedule_simulate(furrow_simulation *simulation, furrow_schedule schedule, size_t chunk,
                             int threads, const double *costs_of_items, size_t items,
                             const furrow_costs *costs)
{
    memset(simulation, 0, sizeof *simulation);
    if (threads < 1 || schedule < FURROW_SCHEDULE_STATIC || schedule > FURROW_SCHEDULE_GUIDED)
        return FURROW_EINVAL;
    for (size_t i = 0; i < items; i++)
        if (!(costs_of_items[i] >= 0) || isinf(costs_of_items[i]))
            return FURROW_EINVAL;
    double *times = calloc((size_t)threads, sizeof *times);
    if (!times)
        return FURROW_ENOMEM;
    struct players players = {threads, times};
    simulation->chunks = play(&players, schedule, chunk, costs_of_items, items, costs->dispatch);
    conclude(simulation, &players, costs->region);
    free(times);
    return FURROW_OK;
}
