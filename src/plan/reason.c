#include <furrow/plan.h>

#include <stdarg.h>
#include <stdio.h>

/* A sentence that is being written. */
struct sentence {
    char *text;
    size_t length;
};

__attribute__((format(printf, 2, 3))) static void say(struct sentence *sentence, const char *format,
                                                      ...)
{
    size_t room = FURROW_PLAN_REASON_SIZE - sentence->length;
    va_list arguments;
    va_start(arguments, format);
    int added = vsnprintf(sentence->text + sentence->length, room, format, arguments);
    va_end(arguments);
    sentence->length += added < 0 ? 0 : (size_t)added < room ? (size_t)added : room - 1;
}

/* Writes "12.3 us": three digits and the unit that fits the rounded value. Many seconds are written
 * whole. */
static const char *in_words(double seconds, char text[static 32])
{
    static const struct {
        double scale;
        const char *unit;
    } units[] = {{1e9, "ns"}, {1e6, "us"}, {1e3, "ms"}, {1, "s"}};
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof *units && seconds * units[i].scale >= 999.5)
        i++;
    double value = seconds * units[i].scale;
    const char *format = value >= 999.5 && value < 1e6 ? "%.0f %s" : "%.3g %s";
    snprintf(text, 32, format, value, units[i].unit);
    return text;
}

/* Says "24 items took 19 us each", of a loop that has run. */
static void say_measured(struct sentence *sentence, const furrow_reason *reason, const char *before)
{
    char each[32], work[32];
    if (reason->took > 0 && reason->items > 0)
        say(sentence, "%s%zu item%s took %s each, %s of work", before, reason->items,
            reason->items == 1 ? "" : "s", in_words(reason->item, each),
            in_words(reason->serial, work));
}

static void say_work(struct sentence *sentence, const furrow_reason *reason)
{
    char first[32], second[32];
    if (reason->calls > 0)
        say(sentence, "%s predicted from %zu earlier call%s, %s on one thread",
            in_words(reason->predicted, first), reason->calls, reason->calls == 1 ? "" : "s",
            in_words(reason->serial, second));
    else if (reason->took > 0)
        say_measured(sentence, reason, "");
    else
        say(sentence, "%s of work in items of %s", in_words(reason->serial, first),
            in_words(reason->item, second));
}

static void say_unknown(struct sentence *sentence, const furrow_plan *plan)
{
    const furrow_reason *reason = &plan->reason;
    if (plan->backend == FURROW_BACKEND_SERIAL) {
        say(sentence, "run alone once, for earlier calls were all shared");
        say_measured(sentence, reason, "; ");
    } else if (reason->took > 0)
        say_measured(sentence, reason, "");
    else
        say(sentence, "nothing is known of the %zu items yet", reason->items);
}

static void say_small(struct sentence *sentence, const furrow_reason *reason)
{
    char work[32];
    say(sentence, "%s of work is less than it costs to share it", in_words(reason->serial, work));
}

/* Says how many items a worker of a pool takes at a time. */
static void say_share(struct sentence *sentence, const furrow_plan *plan)
{
    if (plan->chunk > 0)
        say(sentence, "%zu item%s at a time, as asked", plan->chunk, plan->chunk == 1 ? "" : "s");
    else
        say(sentence, "items at a time by what they take");
}

/* The text of causes that need no figures. */
static const char *const plain_causes[FURROW_CAUSE_POOL + 1] = {
    [FURROW_CAUSE_EMPTY] = ": there is nothing to do",
    [FURROW_CAUSE_SERIAL] = ": the serial loop, as asked",
    [FURROW_CAUSE_REQUEST] = ", as asked",
    [FURROW_CAUSE_ONE_ITEM] = ": there is one item",
    [FURROW_CAUSE_NESTED] = ": OpenMP nests no region here",
    [FURROW_CAUSE_NO_OPENMP] = ": built without OpenMP",
    [FURROW_CAUSE_LOSS] = ": earlier calls took no less time when they were shared",
    [FURROW_CAUSE_VARIANT] = ": a variant cuts its own work",
    [FURROW_CAUSE_POOL] = ": the workers of a pool; ",
    [FURROW_CAUSE_UNKNOWN] = ": ",
    [FURROW_CAUSE_SMALL] = ": ",
    [FURROW_CAUSE_WORK] = ": ",
};

static void say_cause(struct sentence *sentence, const furrow_plan *plan)
{
    const furrow_reason *reason = &plan->reason;
    char time[32];
    if (plain_causes[reason->cause])
        say(sentence, "%s", plain_causes[reason->cause]);
    if (reason->cause == FURROW_CAUSE_LIMIT)
        say(sentence, ": %d as asked, but OMP_THREAD_LIMIT allows no more", reason->asked);
    else if (reason->cause == FURROW_CAUSE_ONE_CPU)
        say(sentence, reason->cpus > 1 ? ": OMP_THREAD_LIMIT is 1" : ": there is one usable CPU");
    else if (reason->cause == FURROW_CAUSE_UNKNOWN)
        say_unknown(sentence, plan);
    else if (reason->cause == FURROW_CAUSE_SMALL)
        say_small(sentence, reason);
    else if (reason->cause == FURROW_CAUSE_LOSS)
        say_measured(sentence, reason, "; ");
    else if (reason->cause == FURROW_CAUSE_WORK)
        say_work(sentence, reason);
    else if (reason->cause == FURROW_CAUSE_WAIT && reason->item > 0)
        say(sentence, ": each item takes %s and mostly waits", in_words(reason->item, time));
    else if (reason->cause == FURROW_CAUSE_WAIT)
        say(sentence, ": items mostly waited in earlier calls");
    else if (reason->cause == FURROW_CAUSE_POOL)
        say_share(sentence, plan);
}

/* Whether the sentence gives the number of CPUs. */
static bool names_cpus(furrow_cause cause)
{
    return cause == FURROW_CAUSE_UNKNOWN || cause == FURROW_CAUSE_WORK ||
           cause == FURROW_CAUSE_WAIT || cause == FURROW_CAUSE_VARIANT;
}

static void say_schedule(struct sentence *sentence, const furrow_plan *plan)
{
    const char *items = plan->chunk == 1 ? "item" : "items";
    if (plan->backend == FURROW_BACKEND_POOL && plan->chunk == 0)
        say(sentence, "; each thread takes what it has time for");
    else if (plan->backend == FURROW_BACKEND_TASKLOOP)
        say(sentence, "; tasks of %zu %s", plan->chunk, items);
    else if (plan->schedule == FURROW_SCHEDULE_GUIDED)
        say(sentence, "; guided, at least %zu %s at a time", plan->chunk, items);
    else if (plan->schedule == FURROW_SCHEDULE_STATIC && plan->chunk == 0)
        say(sentence, "; static, one block each");
    else
        say(sentence, "; %s, %zu %s at a time", furrow_schedule_name(plan->schedule), plan->chunk,
            items);
    if (plan->reason.environment)
        say(sentence, ", as OMP_SCHEDULE says");
    else if (plan->reason.requested)
        say(sentence, ", as asked");
}

const char *furrow_plan_reason(char text[FURROW_PLAN_REASON_SIZE], const furrow_plan *plan)
{
    const furrow_reason *reason = &plan->reason;
    struct sentence sentence = {text, 0};
    text[0] = '\0';
    if (reason->cause == FURROW_CAUSE_NONE)
        return text;
    say(&sentence, "%d thread%s", plan->threads, plan->threads == 1 ? "" : "s");
    if (names_cpus(reason->cause))
        say(&sentence, " for %d CPU%s", reason->cpus, reason->cpus == 1 ? "" : "s");
    say_cause(&sentence, plan);
    bool cuts = plan->backend >= FURROW_BACKEND_FOR && reason->cause != FURROW_CAUSE_EMPTY;
    if (cuts && reason->cause != FURROW_CAUSE_VARIANT && reason->cause != FURROW_CAUSE_POOL)
        say_schedule(&sentence, plan);
    return text;
}
