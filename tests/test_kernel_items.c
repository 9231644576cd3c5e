/* Items are data: a body finds all that it needs of them in its range. */
#include "kernel_commands.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/feed.h"

/* A range for a body, with all that it points to. */
struct work {
    size_t begin, count, result_size;
    furrow_item *items; /* NULL: they are numbers */
    char *results;
    furrow_faults *faults;
};

static int new_work(struct work *work, size_t begin, size_t count, size_t result_size)
{
    *work = (struct work){.begin = begin, .count = count, .result_size = result_size};
    work->results = calloc(count + 1, result_size + 1);
    return work->results ? furrow_faults_new(&work->faults) : FURROW_ENOMEM;
}

static void clear_work(struct work *work)
{
    free(work->results);
    furrow_faults_free(work->faults);
}

/* As one worker, one range. */
static int run_body(const struct work *work, const struct job *job)
{
    void *scratch = NULL;
    int status = job->kernel->worker_new ? job->kernel->worker_new(&scratch, job->state) : 0;
    const furrow_range range = {
        .begin = work->begin,
        .end = work->begin + work->count,
        .items = work->items,
        .results = work->result_size > 0 ? work->results : NULL,
        .result_size = work->result_size,
        .scratch = scratch,
        .faults = work->faults,
    };
    if (!status)
        status = job->kernel->body(&range, job->state);
    if (job->kernel->worker_free)
        job->kernel->worker_free(scratch);
    return status;
}

/* ---- the other process ---- */

static void get(int from, void *bytes, size_t size)
{
    for (char *to = bytes; size > 0;) {
        ssize_t got = read(from, to, size);
        if (got <= 0)
            _exit(0); /* the parent has closed the pipe */
        to += got;
        size -= (size_t)got;
    }
}

static void put(int to, const void *bytes, size_t size)
{
    for (const char *from = bytes; size > 0;) {
        ssize_t written = write(to, from, size);
        if (written <= 0)
            return;
        from += written;
        size -= (size_t)written;
    }
}

/* Runs bodies on the items that are sent to it, with the state as it was when this process was
 * forked. */
static void serve(const struct job *job, int from, int to)
{
    for (;;) {
        struct work work;
        size_t head[4]; /* begin, count, bytes of a result, whether items have bytes */
        get(from, head, sizeof head);
        if (new_work(&work, head[0], head[1], head[2]))
            _exit(1);
        work.items = head[3] ? calloc(work.count, sizeof *work.items) : NULL;
        for (size_t i = 0; work.items && i < work.count; i++) {
            get(from, &work.items[i].size, sizeof work.items[i].size);
            char *bytes = malloc(work.items[i].size + 1);
            if (!bytes)
                _exit(1);
            get(from, bytes, work.items[i].size);
            work.items[i].bytes = bytes;
        }
        int status = run_body(&work, job);
        put(to, &status, sizeof status);
        put(to, work.results, work.count * work.result_size);
        for (size_t i = 0; i < work.count; i++) {
            furrow_error fault = {0};
            furrow_faults_find(work.faults, work.begin + i, &fault);
            put(to, &fault.code, sizeof fault.code);
        }
    }
}

struct server {
    pid_t process;
    int to, from;
};

static void start(struct server *server, const struct job *job)
{
    int requests[2], answers[2];
    REQUIRE(pipe(requests) == 0 && pipe(answers) == 0);
    fflush(NULL);
    server->process = fork();
    REQUIRE(server->process >= 0);
    if (server->process == 0) {
        close(requests[1]);
        close(answers[0]);
        serve(job, requests[0], answers[1]);
    }
    close(requests[0]);
    close(answers[1]);
    server->to = requests[1];
    server->from = answers[0];
}

static void stop(const struct server *server)
{
    int status;
    close(server->to);
    close(server->from);
    EXPECT_EQUAL(waitpid(server->process, &status, 0), server->process);
    EXPECT_EQUAL(status, 0);
}

static bool receive(int from, void *bytes, size_t size)
{
    for (char *to = bytes; size > 0;) {
        ssize_t got = read(from, to, size);
        if (got <= 0)
            return false;
        to += got;
        size -= (size_t)got;
    }
    return true;
}

/* Lets the server run the same items, and expects the same results. */
static void expect_same(const struct server *server, const struct work *work, bool compared)
{
    const size_t head[4] = {work->begin, work->count, work->result_size, work->items != NULL};
    int status = -1, code = 0;
    char *results = calloc(work->count + 1, work->result_size + 1);
    REQUIRE(results != NULL);
    put(server->to, head, sizeof head);
    for (size_t i = 0; work->items && i < work->count; i++) {
        put(server->to, &work->items[i].size, sizeof work->items[i].size);
        put(server->to, work->items[i].bytes, work->items[i].size);
    }
    EXPECT(receive(server->from, &status, sizeof status));
    EXPECT_EQUAL(status, FURROW_OK);
    EXPECT(receive(server->from, results, work->count * work->result_size));
    EXPECT(!compared || memcmp(results, work->results, work->count * work->result_size) == 0);
    for (size_t i = 0; i < work->count; i++) {
        furrow_error fault = {0};
        furrow_faults_find(work->faults, work->begin + i, &fault);
        EXPECT(receive(server->from, &code, sizeof code));
        EXPECT_EQUAL(code, fault.code);
    }
    free(results);
}

/* Feeds at most 100 items by `next`; a kernel without `next` has numbers. */
static size_t feed_next(const struct job *job, furrow_feed *feed, size_t begin, size_t items)
{
    size_t left = items - begin;
    if (!job->kernel->next)
        return left < 100 ? left : 100;
    furrow__feed_open(feed, begin, 100);
    EXPECT_EQUAL(job->kernel->next(job->state, feed, 100, NULL), FURROW_OK);
    return furrow_feed_count(feed);
}

static void run_here_and_there(const struct job *job, const struct server *server)
{
    const furrow_kernel *kernel = job->kernel;
    const furrow_shape shape = furrow_kernel_shape(kernel, job->state);
    furrow_faults *faults;
    furrow_feed *feed;
    REQUIRE_EQUAL(furrow_faults_new(&faults), FURROW_OK);
    REQUIRE_EQUAL(furrow__feed_new(&feed, faults), FURROW_OK);
    for (size_t begin = 0, count, rounds = 0; rounds < 20; begin += count, rounds++) {
        struct work work;
        count = feed_next(job, feed, begin, shape.items);
        if (count == 0)
            break;
        REQUIRE_EQUAL(new_work(&work, begin, count, shape.result_size), FURROW_OK);
        work.items = kernel->next ? (furrow_item *)(uintptr_t)furrow__feed_items(feed) : NULL;
        EXPECT_EQUAL(run_body(&work, job), FURROW_OK);
        expect_same(server, &work, !(kernel->flags & FURROW_KERNEL_VARIES));
        const furrow_batch batch = {
            begin, begin + count, work.items, work.results, work.result_size, work.faults, NULL};
        if (kernel->combine)
            EXPECT_EQUAL(kernel->combine(job->state, &batch), FURROW_OK);
        clear_work(&work);
    }
    furrow__feed_free(feed);
    furrow_faults_free(faults);
}

static void runs_in_another_process(const struct command *command)
{
    furrow_error error = {0};
    struct server server = {0};
    struct job job;
    harness_case("%s %s", command->kernel, command->words);
    REQUIRE_EQUAL(begin_command(&job, command, &error), FURROW_OK);
    start(&server, &job);
    run_here_and_there(&job, &server);
    stop(&server);
    end_command(&job);
}

/* The other process never sees what next and combine do to the state. */
TEST(bodies_come_to_the_same_in_a_process_that_was_forked_before_next_was_asked)
{
    const struct command others[] = {
        {"sleep", "a=0.001 0 b=0", NULL},
        {"passwords", "1000", NULL},
        {"files", "one two three --count=250 --folder=.", NULL},
        {"digits", DIGITS "/17.png /no/such.png " DIGITS " --truth=name --explain=", NULL},
    };
    const char *folder = harness_folder();
    static char words[4200];
    for (size_t i = 0; i < COUNT(commands); i++)
        runs_in_another_process(&commands[i]);
    for (size_t i = 0; i < COUNT(others); i++) {
        struct command command = others[i];
        snprintf(words, sizeof words, "one two three --count=250 --folder=%s", folder);
        if (strcmp(command.kernel, "files") == 0)
            command.words = words;
        runs_in_another_process(&command);
    }
}

/* ---- the smallest kernel ---- */

/* A body and a count: the roots of 0 ... 99. */
static furrow_shape hundred(const void *state)
{
    (void)state;
    return (furrow_shape){.items = 100, .result_size = sizeof(double)};
}

static int square(const furrow_range *range, const void *state)
{
    (void)state;
    for (size_t i = range->begin; i < range->end; i++)
        FURROW_RESULT(range, double, i) = (double)i * (double)i;
    return FURROW_OK;
}

static int write_square(const void *state, const furrow_record *record, furrow_writer *writer)
{
    (void)state;
    furrow_writer_begin(writer);
    furrow_writer_real(writer, "square", *(const double *)record->result, 17);
    return furrow_writer_end(writer);
}

static const furrow_kernel smallest = {
    .abi = FURROW_KERNEL_ABI,
    .name = "smallest",
    .summary = "a body and a count, and what is written",
    .shape = hundred,
    .body = square,
    .formats = (const furrow_kernel_format[]){{.emit = write_square}, {0}},
};

TEST(a_body_and_a_count_are_a_kernel)
{
    static struct output output;
    furrow_run_options options = {0};
    furrow_args *args;
    void *state;
    output.size = 0;
    REQUIRE_EQUAL(furrow_args_new(&args, NULL), FURROW_OK);
    REQUIRE_EQUAL(furrow_kernel_setup(&state, &smallest, args, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_kernel_begin(&smallest, state, 0, NULL), FURROW_OK);
    REQUIRE_EQUAL(furrow_writer_new(&options.writer, FURROW_FORMAT_LIST, NULL, take, &output), 0);
    EXPECT_EQUAL(furrow_run(NULL, &smallest, state, &options, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_writer_finish(options.writer), FURROW_OK);
    EXPECT_CONTAINS(output.text, "[0, 1, 4, 9, 16, ");
    EXPECT_CONTAINS(output.text, ", 9604, 9801]\n");
    furrow_writer_free(options.writer);
    furrow_kernel_teardown(&smallest, state);
    furrow_args_free(args);
}
