#include "process_helpers.h"

#include <pthread.h>
#include <sys/resource.h>

#include <furrow/pipe.h>

struct ends {
    furrow_pipe *a, *b;
};

static struct ends new_pipe(bool duplex)
{
    struct ends ends;
    EXPECT_EQUAL(furrow_pipe_new(&ends.a, &ends.b, duplex), 0);
    return ends;
}

static void free_pipe(const struct ends *ends)
{
    furrow_pipe_free(ends->a);
    furrow_pipe_free(ends->b);
}

/* Receives a message that must be `text`. */
static void expect_message(furrow_pipe *end, const char *text)
{
    void *message;
    size_t size;
    EXPECT_EQUAL(furrow_pipe_receive(&message, &size, end, FURROW_FOREVER), 0);
    EXPECT_EQUAL(size, strlen(text));
    EXPECT_TEXT(message, text);
    free(message);
}

static int receive_status(furrow_pipe *end, double timeout)
{
    void *message;
    size_t size;
    int status = furrow_pipe_receive(&message, &size, end, timeout);
    EXPECT(status == 0 || (message == NULL && size == 0));
    free(message);
    return status;
}

static int say_hello(void *context)
{
    struct ends *ends = context;
    furrow_pipe_free(ends->a);
    int status = furrow_pipe_send(ends->b, "Hello, team!", 12, FURROW_FOREVER);
    furrow_pipe_free(ends->b);
    return status;
}

TEST(a_message_of_a_process_arrives_and_then_the_end)
{
    struct ends ends = new_pipe(false);
    furrow_process *sender = start_process(say_hello, &ends);
    furrow_pipe_free(ends.b);
    expect_message(ends.a, "Hello, team!");
    EXPECT_EQUAL(receive_status(ends.a, FURROW_FOREVER), FURROW_END);
    EXPECT_EQUAL(receive_status(ends.a, 0), FURROW_END);
    EXPECT_EQUAL(end_process(sender).code, 0);
    furrow_pipe_free(ends.a);
}

static int answer(void *context)
{
    struct ends *ends = context;
    void *message;
    size_t size;
    furrow_pipe_free(ends->a);
    int status;
    while ((status = furrow_pipe_receive(&message, &size, ends->b, FURROW_FOREVER)) == 0) {
        status = furrow_pipe_send(ends->b, message, size, FURROW_FOREVER);
        free(message);
        if (status)
            return status;
    }
    furrow_pipe_free(ends->b);
    return status == FURROW_END ? 0 : status;
}

TEST(messages_of_any_length_go_both_ways_and_come_back_whole)
{
    const size_t sizes[] = {0, 1, 7, 8, 9, 4096, 65537, (size_t)3 << 20, 5};
    struct ends ends = new_pipe(true);
    furrow_process *child = start_process(answer, &ends);
    furrow_pipe_free(ends.b);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned char *sent = malloc(sizes[i] + 1);
        void *message;
        size_t size;
        harness_case("%zu bytes", sizes[i]);
        for (size_t j = 0; j < sizes[i]; j++)
            sent[j] = (unsigned char)(j * 31 + i);
        EXPECT_EQUAL(furrow_pipe_send(ends.a, sent, sizes[i], FURROW_FOREVER), 0);
        REQUIRE_EQUAL(furrow_pipe_receive(&message, &size, ends.a, FURROW_FOREVER), 0);
        EXPECT_EQUAL(size, sizes[i]);
        EXPECT(memcmp(message, sent, size) == 0);
        EXPECT_EQUAL(((char *)message)[size], '\0');
        free(message);
        free(sent);
    }
    furrow_pipe_free(ends.a);
    EXPECT_EQUAL(end_process(child).code, 0);
}

static int wait_with_end(void *context)
{
    struct ends *ends = context;
    furrow_pipe_free(ends->a);
    return wait_for_go(new_board());
}

TEST(a_peer_that_is_killed_is_the_end)
{
    struct ends ends = new_pipe(true);
    furrow_process *child = start_process(wait_with_end, &ends);
    furrow_pipe_free(ends.b);
    EXPECT_EQUAL(receive_status(ends.a, 0), FURROW_EAGAIN);
    EXPECT_EQUAL(furrow_pipe_send(ends.a, "unread", 6, 0), 0);
    furrow_process_kill(child);
    EXPECT_EQUAL(receive_status(ends.a, FURROW_FOREVER), FURROW_END);
    EXPECT_EQUAL(furrow_pipe_send(ends.a, "x", 1, FURROW_FOREVER), FURROW_ECLOSED);
    EXPECT_EQUAL(end_process(child).signal, SIGKILL);
    furrow_pipe_free(ends.a);
}

TEST(nothing_is_sent_to_an_end_that_is_closed_and_no_signal_is_raised)
{
    struct ends ends = new_pipe(false);
    furrow_pipe_free(ends.a);
    EXPECT_EQUAL(furrow_pipe_send(ends.b, "x", 1, FURROW_FOREVER), FURROW_ECLOSED);
    EXPECT_EQUAL(furrow_pipe_send(ends.b, "x", 1, 0), FURROW_ECLOSED);
    furrow_pipe_free(ends.b);
}

TEST(an_end_of_a_pipe_that_goes_one_way_does_one_thing)
{
    struct ends ends = new_pipe(false);
    EXPECT_EQUAL(furrow_pipe_send(ends.a, "x", 1, 0), FURROW_EINVAL);
    EXPECT_EQUAL(receive_status(ends.b, 0), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_pipe_poll(ends.b, 0), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_pipe_send(ends.b, "x", 1, 0), 0);
    expect_message(ends.a, "x");
    free_pipe(&ends);
    furrow_pipe_free(NULL);
}

TEST(a_call_whose_time_is_over_says_so)
{
    struct ends ends = new_pipe(false);
    EXPECT_EQUAL(furrow_pipe_poll(ends.a, 0), FURROW_EAGAIN);
    EXPECT_EQUAL(furrow_pipe_poll(ends.a, 1e-3), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(furrow_pipe_poll(ends.a, NAN), FURROW_EINVAL);
    EXPECT_EQUAL(receive_status(ends.a, 0), FURROW_EAGAIN);
    EXPECT_EQUAL(receive_status(ends.a, 1e-3), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(receive_status(ends.a, NAN), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_pipe_send(ends.b, "x", 1, NAN), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_pipe_send(ends.b, "x", 1, 1e12), 0);
    EXPECT_EQUAL(furrow_pipe_poll(ends.a, FURROW_FOREVER), 0);
    expect_message(ends.a, "x");
    furrow_pipe_free(ends.b);
    EXPECT_EQUAL(furrow_pipe_poll(ends.a, FURROW_FOREVER), 0);
    EXPECT_EQUAL(receive_status(ends.a, 0), FURROW_END);
    furrow_pipe_free(ends.a);
}

TEST(a_message_that_was_given_up_half_way_goes_on_at_both_ends)
{
    const size_t size = (size_t)4 << 20;
    struct ends ends = new_pipe(false);
    unsigned char *sent = malloc(size);
    void *message = NULL;
    size_t got = 0;
    int sending, receiving, pieces = 0;
    for (size_t i = 0; i < size; i++)
        sent[i] = (unsigned char)(i * 7 + (i >> 9));
    EXPECT_EQUAL(furrow_pipe_send(ends.b, sent, size, 1e-3), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(furrow_pipe_send(ends.b, sent, size - 1, 0), FURROW_EINVAL);
    do {
        receiving = furrow_pipe_receive(&message, &got, ends.a, 0);
        sending = furrow_pipe_send(ends.b, sent, size, 0);
        pieces++;
    } while (receiving == FURROW_EAGAIN && sending == FURROW_EAGAIN);
    EXPECT_EQUAL(sending, 0);
    EXPECT(pieces > 2);
    if (receiving == FURROW_EAGAIN)
        receiving = furrow_pipe_receive(&message, &got, ends.a, 0);
    EXPECT_EQUAL(receiving, 0);
    EXPECT_EQUAL(got, size);
    EXPECT(message && memcmp(message, sent, size) == 0);
    free(message);
    free(sent);
    EXPECT_EQUAL(furrow_pipe_send(ends.b, "next", 4, 0), 0);
    expect_message(ends.a, "next");
    free_pipe(&ends);
}

TEST(an_end_within_a_message_is_an_error)
{
    const size_t size = (size_t)4 << 20;
    struct ends ends = new_pipe(false);
    char *sent = calloc(1, size);
    EXPECT_EQUAL(furrow_pipe_send(ends.b, sent, size, 0), FURROW_EAGAIN);
    furrow_pipe_free(ends.b);
    EXPECT_EQUAL(receive_status(ends.a, FURROW_FOREVER), FURROW_EIO);
    furrow_pipe_free(ends.a);
    free(sent);
}

TEST(a_message_that_there_is_no_memory_for_stays)
{
    struct ends ends = new_pipe(false);
    EXPECT_EQUAL(furrow_pipe_send(ends.b, "stays", 5, 0), 0);
    harness_fail_allocation(1);
    EXPECT_EQUAL(receive_status(ends.a, 0), FURROW_ENOMEM);
    harness_fail_allocation(0);
    expect_message(ends.a, "stays");
    free_pipe(&ends);
}

TEST(a_pipe_that_cannot_be_made_leaves_nothing)
{
    furrow_pipe *a, *b;
    struct rlimit before, few;
    for (size_t i = 1; i <= 2; i++) {
        harness_fail_allocation(i);
        EXPECT_EQUAL(furrow_pipe_new(&a, &b, true), FURROW_ENOMEM);
        EXPECT(!a && !b);
    }
    harness_fail_allocation(0);
    int next = dup(0);
    close(next);
    getrlimit(RLIMIT_NOFILE, &before);
    few = (struct rlimit){(rlim_t)next + 1, before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &few);
    int status = furrow_pipe_new(&a, &b, true);
    setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQUAL(status, -EMFILE);
    EXPECT(!a && !b);
    EXPECT_EQUAL(dup(0), next);
    close(next);
}

enum { SENDERS = 4, MESSAGES = 200, LARGE = 20000 };

/* A message is a byte, LARGE times. */
static void *send_many(void *context)
{
    static atomic_int next;
    char message[LARGE];
    memset(message, 'a' + atomic_fetch_add(&next, 1) % SENDERS, sizeof message);
    for (int i = 0; i < MESSAGES; i++)
        EXPECT_EQUAL(furrow_pipe_send(context, message, sizeof message, FURROW_FOREVER), 0);
    return NULL;
}

TEST(messages_of_threads_that_share_an_end_do_not_mix)
{
    struct ends ends = new_pipe(false);
    pthread_t threads[SENDERS];
    int counts[SENDERS] = {0};
    for (int i = 0; i < SENDERS; i++)
        pthread_create(&threads[i], NULL, send_many, ends.b);
    for (int i = 0; i < SENDERS * MESSAGES; i++) {
        void *message;
        size_t size, same = 0;
        REQUIRE_EQUAL(furrow_pipe_receive(&message, &size, ends.a, FURROW_FOREVER), 0);
        const char *bytes = message;
        while (same < size && bytes[same] == bytes[0])
            same++;
        EXPECT_EQUAL(same, LARGE);
        counts[bytes[0] - 'a']++;
        free(message);
    }
    for (int i = 0; i < SENDERS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_EQUAL(counts[i], MESSAGES);
    }
    free_pipe(&ends);
}
