/*
 * kernel.h: what a kernel is: a table of functions that turns ranges of items into results.
 *
 * A kernel is run as this serial program; every other way to run it gives the same output:
 *
 *     setup(&state, args);
 *     while (next(state, capacity, &count), count > 0) {
 *         body({begin, begin + count}, state);          // cut into ranges, perhaps in parallel
 *         combine(state, {begin, begin + count});
 *         emit(state, {begin, begin + count}, writer);
 *         begin += count;
 *     }
 *     verify(state);
 *     teardown(state);
 *
 * Only `body` runs in parallel: with itself, and, where a kernel streams, with `combine` and
 * `emit`. All other functions are called by one thread at a time, in this order. Needed are `name`,
 * `summary`, `setup`, `body` and either `items`, how many there are, or `next`, batch by batch (or
 * `variants` in the place of the last three); the rest may be NULL. To write one, copy
 * kernels/hello.
 */
#ifndef FURROW_KERNEL_H
#define FURROW_KERNEL_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <furrow/args.h>
#include <furrow/plan.h>
#include <furrow/range.h>
#include <furrow/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever the layout of furrow_kernel does: others are refused with FURROW_EABI. */
#define FURROW_KERNEL_ABI 5u

/* Flags: an item must not run twice (for who retries; nothing does yet); the driver reports each
 * item's start and end by default; results differ from run to run and are not compared; bodies read
 * nothing that combine writes (see combine); combine takes ranges in any order (see
 * furrow_run_options.unordered). */
#define FURROW_KERNEL_SIDE_EFFECTS 1u
#define FURROW_KERNEL_SHOWS_ITEMS  2u
#define FURROW_KERNEL_TELLS_TIME   4u
#define FURROW_KERNEL_STREAMS      8u
#define FURROW_KERNEL_ANY_ORDER    16u

/* Results of the items [begin, end): finished, in order, read-only. */
typedef struct furrow_batch {
    size_t begin, end;           /* numbered over the whole run */
    const void *results;         /* the slot of item `begin` */
    size_t result_size;          /* from one slot to the next */
    const furrow_faults *faults; /* the slot of an item that failed holds nothing */
    furrow_error *error;         /* where combine and emit may say why they fail; may be NULL */
} furrow_batch;

/* What one whole run does, declared: reports divide by time to get rates. 0: not declared. */
typedef struct furrow_work {
    double items; /* what the user counts: images, rows */
    double flops; /* floating point operations */
    double bytes; /* bytes read and written */
} furrow_work;

/* A whole run in one function, where the lesson or the speed is in the OpenMP itself: reductions,
 * tasks, recursion. Leaves in the state what verify checks; emits nothing. FURROW_ENOTSUP: it
 * cannot do these arguments; benchmarks then leave it out. */
typedef struct furrow_variant {
    const char *name, *summary;
    int (*run)(void *state, const furrow_plan *plan); /* plan->threads is set; the rest advises */
} furrow_variant;

/*
 * The output of kernels whose results are many and small, as bytes instead of records: where each
 * item's begin is known before it is made, so any items can be made anywhere, at any time, on any
 * thread. For kernels with `items`. The whole document is
 *
 *     open(state, format);
 *     write(bytes, state, 0, items(state));          // or cut into ranges, in any order
 *
 * What stands before the first item belongs to it, what stands behind the last to the last.
 */
typedef struct furrow_document {
    /* Ended by NULL. One that furrow_format_parse knows gives the same bytes as emit would; others
     * are the kernel's own. */
    const char *const *formats;

    /* Chooses formats[format], for the calls below. FURROW_ENOTSUP: with these arguments there are
     * only records. */
    int (*open)(void *state, size_t format, furrow_error *error);

    /* Bytes before the item; of all, for items(state), also where that is 0. FURROW_EOVERFLOW. */
    int (*offset)(uint64_t *offset, const void *state, size_t item);

    /* Writes what lies between the offsets of two items, and nothing behind it. begin < end, but
     * where there are no items. */
    int (*write)(char *bytes, const void *state, size_t begin, size_t end);

    /* FURROW_EVERIFY unless `bytes` are what a different algorithm makes of these items. */
    int (*check)(const char *bytes, const void *state, size_t begin, size_t end,
                 furrow_error *error);

    /* Which part of several this is, also of records: see furrow_writer_part. NULL: the whole. */
    void (*part)(const void *state, bool *first, bool *last);

    /* How to get the items from this one on, in arguments: "--from 1000". */
    void (*resume)(const void *state, size_t item, char *text, size_t size);
} furrow_document;

/*
 * Output that only all results together make, in the place of records: a picture of them, say. The
 * run is as ever, but that nothing is emitted; combine keeps what is needed, and after the last
 * batch comes
 *
 *     write(state, sink, context);
 */
typedef struct furrow_whole {
    const char *format; /* the format's name, "png"; none that furrow_format_parse knows */

    /* Before the first batch: this is what is wanted. */
    int (*open)(void *state, furrow_error *error);

    /* Writes it all; of a run that was stopped, what came of the items before. */
    int (*write)(const void *state, furrow_sink sink, void *context);
} furrow_whole;

typedef struct furrow_kernel {
    uint32_t abi, flags;        /* FURROW_KERNEL_ABI; FURROW_KERNEL_... */
    const char *name;           /* one word, lower case, '-' between parts */
    const char *summary;        /* one line */
    const char *help;           /* paragraphs for --help, and examples; may be NULL */
    const char *value;          /* the field that --format list shows; NULL: the first */
    const furrow_param *params; /* ended by {0}; may be NULL */
    size_t grain;               /* body is quickest on multiples of it; 0: any */

    /* Makes the state from the arguments alone, which outlive it; on failure frees what it made,
     * says why in `error`, and teardown is not called. */
    int (*setup)(void **state, const furrow_args *args, furrow_error *error);
    void (*teardown)(void *state);

    /* Back to how setup left it, before every timed run (untimed). NULL: torn down and set up. */
    int (*reset)(void *state);

    /* One line on what will be done, before the first batch ("C(40, 6) = 3838380 rows"), and on
     * what came out, after the last ("sum 55"). An empty text says nothing. */
    void (*describe)(const void *state, char *text, size_t size);
    void (*conclude)(const void *state, char *text, size_t size);

    /* How many items there are, for kernels that know from the start: batches are then cut by who
     * runs them. NULL: next tells, batch by batch. */
    size_t (*items)(const void *state);

    /* The next batch: at most `capacity` items (at least 1), `*count` 0 at the end. May depend on
     * what combine did: iterative kernels give a step at a time. The batch stays readable by body,
     * combine, emit and label until the next call. */
    int (*next)(void *state, size_t capacity, size_t *count, furrow_error *error);

    /* Bytes of an item's result slot; constant during a run. NULL: items have no results. */
    size_t (*result_size)(const void *state);

    /* The state is constant here. Slots come zeroed. */
    furrow_body body;

    /* A worker's scratch, made on its own thread when it first needs it. */
    int (*worker_new)(void **scratch, const void *state);
    void (*worker_free)(void *scratch);

    /* Takes finished items in order, each once, on one thread at a time: sum, count, step, swap.
     * After a whole batch; with FURROW_KERNEL_STREAMS as soon as a prefix of it is finished, while
     * body still runs on the rest. */
    int (*combine)(void *state, const furrow_batch *batch);

    /* Writes finished items in order, each once: after combine has taken them; without combine, as
     * with FURROW_KERNEL_STREAMS. */
    int (*emit)(const void *state, const furrow_batch *batch, furrow_writer *writer);

    /* After the last batch: FURROW_EVERIFY unless the result stands by a different algorithm. */
    int (*verify)(const void *state, furrow_error *error);

    /* After a run that was whole, what there is to tell besides its results: tables to `talk`
     * (NULL: be quiet), and whatever goes into files that the arguments name. */
    int (*report)(void *state, FILE *talk, furrow_error *error);

    furrow_work (*work)(const void *state);

    /* What to call an item of the current batch in messages: a path, a name. */
    void (*label)(const void *state, size_t item, char *text, size_t size);

    /* A digest (digest.h) of what an item of the current batch is computed from besides the
     * arguments: a name, the size and time of a file, a number that was read. FURROW_NO_ITEM: of
     * what all items share: a model. A journal keeps them, to find that the input has changed.
     * Called by workers, after the body. NULL: there is nothing besides. */
    uint64_t (*identity)(const void *state, size_t item);

    /* Before setup, of a file that is to be written: FURROW_EINVAL where it is among what the
     * arguments name, in a list or a folder, or would be read there once it is written; `error`
     * says where, "expected another place than ...". Writes nothing, and opens lists that can
     * be read again, and the file. NULL: all files are named by parameters (furrow_param.file). */
    int (*may_write)(const furrow_args *args, const char *path, furrow_error *error);

    const furrow_variant *variants; /* ended by {0}; may be NULL */

    const furrow_document *document; /* may be NULL */
    const furrow_whole *whole;       /* may be NULL */

    /* The parameter that names the kernel's own file to go on from, for results that a journal
     * would be too large for; a driver refuses a journal, and points to it. NULL: there is none. */
    const char *checkpoint;
} furrow_kernel;

/* Makes the state of a kernel: checks the descriptor (FURROW_EABI, FURROW_EINVAL) and that the
 * arguments are complete, then calls setup. */
int furrow_kernel_setup(void **state, const furrow_kernel *kernel, const furrow_args *args,
                        furrow_error *error);
void furrow_kernel_teardown(const furrow_kernel *kernel, void *state);

/* The kernel of that name in a NULL-ended table; NULL when there is none, and then `*nearest`
 * (which may be NULL) is the one whose name is most like it, or NULL when none is. */
const furrow_kernel *furrow_kernel_find(const furrow_kernel *const *kernels, const char *name,
                                        const furrow_kernel **nearest);

/* The variant of that name; NULL when there is none. */
const furrow_variant *furrow_kernel_variant(const furrow_kernel *kernel, const char *name);

#ifdef __cplusplus
}
#endif

#endif
