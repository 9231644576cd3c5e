/*
 * kernel.h: what a kernel is: a table of functions that turn ranges of items into results.
 *
 * A kernel runs as this serial program; every other way to run it gives the same output:
 *
 *     setup(&state, args);
 *     open(state, format, part);                        // which output is wanted
 *     begin(state, round);
 *     while (next(state, feed, capacity), feed has more items) {
 *         for each item i of the feed
 *             body({i, i + 1}, state);                  // in ranges, perhaps in parallel
 *         combine(state, all of them);
 *         for each item i
 *             emit(state, i, writer);
 *     }
 *     verify(state);
 *     teardown(state);
 *
 * To write a first kernel, copy kernels/hello. A kernel needs a name, a summary, and a body with
 * `shape` or `next`, which say how many items there are; or variants. All else may be NULL.
 *
 * Items are data. A body finds all that it needs of an item in its range: the item's number, and
 * the bytes that `next` has fed. It writes the result into the item's slot. All bodies share the
 * state, and what they read of it does not change between `begin` and the end. So a body gives the
 * same result on any thread and in any process. Only in a kernel that iterates
 * (FURROW_KERNEL_ITERATES) may `next` and `combine` change what bodies read: between batches.
 *
 * Bodies run in parallel: with each other, and with `next`, `combine` and `emit`, of which only one
 * runs at a time. One thread at a time calls the other functions, in the order above.
 */
#ifndef FURROW_KERNEL_H
#define FURROW_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <furrow/args.h>
#include <furrow/feed.h>
#include <furrow/plan.h>
#include <furrow/range.h>
#include <furrow/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes with the layout of furrow_kernel. Kernels with another number are refused: FURROW_EABI.
 */
#define FURROW_KERNEL_ABI 6u

/* Flags. */
enum {
    FURROW_KERNEL_SIDE_EFFECTS = 1, /* an item must not run twice */
    FURROW_KERNEL_SHOWS_ITEMS = 2,  /* the driver reports each item's start and end by default */
    FURROW_KERNEL_VARIES = 4,       /* results differ from run to run, and are not compared */
    FURROW_KERNEL_ITERATES = 8,     /* items depend on earlier results: combine takes each batch
                                     * whole, before next is called again */
    FURROW_KERNEL_ANY_ORDER = 16,   /* combine takes ranges in any order */
    FURROW_KERNEL_READS_FILES = 32, /* items are paths, ended by a zero byte, of files that bodies
                                     * read: a journal notices when a file has changed */
    FURROW_KERNEL_FILLS = 64,       /* bodies write every byte of a slot, unless the item fails:
                                     * slots need not be zero before */
};

/* ---- what there is to do ---- */

/* The number of items is known only once `next` has fed the last. */
#define FURROW_UNKNOWN SIZE_MAX

/* The most phases that a kernel may name. */
#define FURROW_MAX_PHASES 8

/* The declared work of a whole run. Reports divide it by time to get rates. 0: not declared. */
typedef struct furrow_work {
    double items; /* in the user's units: images, rows */
    double flops; /* floating point operations */
    double bytes; /* bytes read and written */
} furrow_work;

typedef struct furrow_shape {
    size_t items;              /* the number of items, or FURROW_UNKNOWN */
    size_t result_size;        /* bytes of an item's slot; 0: items have no results */
    size_t grain;              /* body is quickest on multiples of this number; 0: on any */
    furrow_work work;          /* as far as it is known; after the run, all of it */
    const char *const *phases; /* names of the phases of bodies (furrow_phase_add), at most
                                * FURROW_MAX_PHASES, ended by NULL; or NULL */
} furrow_shape;

/* The items [begin, end): one of several parts of a run. The outputs of the parts, one after the
 * other, are the output of the whole run. */
typedef struct furrow_part {
    size_t begin, end;
    bool first, last; /* output before all items, or behind them, belongs to this part */
} furrow_part;

/* Part `index` of `count` nearly equal parts, 1 <= index <= count. Where there are fewer items than
 * parts, the last parts are empty, and `last` is set in the last that is not; without items the
 * first part is both. */
furrow_part furrow_part_of(size_t items, size_t index, size_t count);

/* ---- results ---- */

/* The items [begin, end), which have run, and their results: read-only. */
typedef struct furrow_batch {
    size_t begin, end;           /* numbered over the whole run */
    const furrow_item *items;    /* from item `begin` on: see furrow_batch_item; or NULL */
    const void *results;         /* the slot of item `begin`; or NULL */
    size_t result_size;          /* from one slot to the next */
    const furrow_faults *faults; /* the items that failed; their slots hold nothing */
    furrow_error *error;         /* combine may say here why it fails; may be NULL */
} furrow_batch;

/* The bytes of item `i`, begin <= i < end; {NULL, 0} where the item is its number alone. */
static inline furrow_item furrow_batch_item(const furrow_batch *batch, size_t i)
{
    furrow_item none = {NULL, 0};
    return batch->items ? batch->items[i - batch->begin] : none;
}

/* The slot of item `i`, begin <= i < end. */
static inline const void *furrow_batch_slot(const furrow_batch *batch, size_t i)
{
    return (const char *)batch->results + (i - batch->begin) * batch->result_size;
}

/* The same as an rvalue: sum += FURROW_BATCH_RESULT(batch, double, i). */
#define FURROW_BATCH_RESULT(batch, type, i) (((const type *)(batch)->results)[(i) - (batch)->begin])

/*
 * An associative combine, made where the items ran, for kernels without `next`:
 *
 *     for each block of neighbouring items, in order
 *         add(a zeroed partial, the results of the block, state);    // blocks run in parallel
 *         fold(state, the partial);
 *
 * Blocks depend on the numbers of the items and on result_size alone, not on chunks, windows or
 * threads, so the outcome is the same to the last bit. The last block ends with the run. One thread
 * at a time calls `fold`, after combine has taken the items. Where nothing else uses the results,
 * slots are used again while they are in a cache.
 */
typedef struct furrow_partial {
    size_t size; /* bytes */
    int (*add)(void *partial, const furrow_batch *batch, const void *state);
    int (*fold)(void *state, const void *partial);
} furrow_partial;

/* One item that is emitted. */
typedef struct furrow_record {
    size_t number;
    furrow_item item;   /* its bytes; {NULL, 0}: its number alone */
    const void *result; /* its slot */
    const furrow_error
        *fault; /* why it failed, and then its slot holds nothing; NULL: it did not */
} furrow_record;

/* ---- output ---- */

/* A format of the output. It has one of `emit`, `write` and `finish`. */
typedef struct furrow_kernel_format {
    const char *name;  /* for --format; NULL: all formats that furrow_format_parse knows, which the
                        * writer makes of records: text, CSV, JSON */
    const char *field; /* the field that a list shows; NULL: the first of a record */

    /* Called before begin: the output will have this format, and this part. FURROW_ENOTSUP: not
     * with these arguments; the next entry of that name is tried. NULL: nothing to do. */
    int (*open)(void *state, const struct furrow_kernel_format *format, const furrow_part *part,
                furrow_error *error);

    /* Records. Writes a finished item. Called in item order, once for each item, after combine has
     * taken it. */
    int (*emit)(const void *state, const furrow_record *record, furrow_writer *writer);

    /*
     * Bytes, for kernels with many small results. The place of each item in the output is known
     * beforehand, so that any thread can write any items at any time. Bodies and combine are not
     * called. The whole output is
     *
     *     write(bytes, state, part.begin, part.end);        // or cut into ranges, in any order
     *
     * Output before the first item belongs to the first item, output behind the last to the last.
     *
     * offset: the bytes of the part before the item; for part.end all bytes, also without items.
     * FURROW_EOVERFLOW. write: the bytes between the offsets of two items, and no more; begin <
     * end, except without items. check: FURROW_EVERIFY unless a different algorithm makes the same
     * bytes. resume: the arguments that give the items from this one on, "--from 1000"; may be
     * NULL.
     */
    int (*offset)(uint64_t *offset, const void *state, size_t item);
    int (*write)(char *bytes, const void *state, size_t begin, size_t end);
    int (*check)(const char *bytes, const void *state, size_t begin, size_t end,
                 furrow_error *error);
    void (*resume)(const void *state, size_t item, char *text, size_t size);

    /* What only all results together make, such as a picture. Called after the last batch; after a
     * stop it writes what the items before the stop make. */
    int (*finish)(const void *state, furrow_sink sink, void *context);
} furrow_kernel_format;

/* ---- the kernel ---- */

/* A whole run in one function, written with OpenMP itself: reductions, tasks, recursion. It leaves
 * in the state what verify checks, and emits nothing. FURROW_ENOTSUP: not with these arguments;
 * benchmarks then leave it out. */
typedef struct furrow_variant {
    const char *name, *summary;
    int (*run)(void *state,
               const furrow_plan *plan); /* plan->threads is set, the rest is as requested */
} furrow_variant;

/* The moments at which `tell` is called. */
typedef enum furrow_moment {
    FURROW_BEFORE, /* before the first batch: a line on what will run, "C(40, 6) = 3838380 rows" */
    FURROW_AFTER,  /* after a run that was whole: a line on the result, "sum 55" */
    FURROW_REPORT  /* after that: tables, and the files that the arguments name */
} furrow_moment;

typedef struct furrow_kernel {
    uint32_t abi, flags;        /* FURROW_KERNEL_ABI; FURROW_KERNEL_... */
    const char *name;           /* one word, lower case, '-' between parts */
    const char *summary;        /* one line */
    const char *help;           /* paragraphs for --help, and examples; may be NULL */
    const furrow_param *params; /* ended by {0}; may be NULL */

    /* Makes the state from the arguments alone, which outlive it. On failure it frees what it made
     * and says why in `error`; teardown is not called. NULL: there is no state. */
    int (*setup)(void **state, const furrow_args *args, furrow_error *error);
    void (*teardown)(void *state);

    /* Called before each run, untimed. Round 0 is the first run since setup; a later round sets the
     * state back to what it was before round 0. FURROW_ENOTSUP: the input cannot be read again.
     * NULL: a run leaves nothing in the state that the next would notice. */
    int (*begin)(void *state, size_t round, furrow_error *error);

    /* What there is to do. Called after setup, since a format's open needs the part of the items,
     * and again after begin. All but `work` is constant during the run. */
    furrow_shape (*shape)(const void *state);

    /* Feeds at least one and at most `capacity` items, as long as the feed is not full; none: there
     * are no more. If it fails, the items that it had fed run before the run stops. NULL: items are
     * the numbers below shape().items. */
    int (*next)(void *state, furrow_feed *feed, size_t capacity, furrow_error *error);

    /* Computes the results of a range (range.h). Slots are zero before, unless the kernel has
     * FURROW_KERNEL_FILLS. */
    furrow_body body;

    /* A worker's scratch. The worker's thread makes it when it first needs it. */
    int (*worker_new)(void **scratch, const void *state);
    void (*worker_free)(void *scratch);

    /* Takes finished items in order, each once: sums them, counts them, makes the next step. Called
     * as soon as a prefix of the items has finished, while bodies run on the others; with
     * FURROW_KERNEL_ITERATES for each batch whole. */
    int (*combine)(void *state, const furrow_batch *batch);

    const furrow_partial *partial; /* an associative combine; may be NULL */

    const furrow_kernel_format *formats; /* ended by {0}; of entries with one name, the first whose
                                          * open is not FURROW_ENOTSUP is used; may be NULL */

    /* Called after the last batch: FURROW_EVERIFY unless a different algorithm confirms the result.
     * For one of several parts, only if the format has an open, which is given the part. */
    int (*verify)(const void *state, furrow_error *error);

    /* A digest of all that results depend on besides arguments and items, such as a model: a number
     * that changes with it, as a hash of its bytes does. A journal thereby notices a change. NULL:
     * there is nothing else. */
    uint64_t (*digest)(const void *state);

    /* Writes whole lines for the user to `log`; nothing if that is NULL. */
    int (*tell)(void *state, furrow_moment moment, FILE *log, furrow_error *error);

    const furrow_variant *variants; /* ended by {0}; may be NULL */
} furrow_kernel;

/* ---- calling a kernel ---- */

/* Makes the state of a kernel: checks the descriptor (FURROW_EABI, FURROW_EINVAL) and that the
 * arguments are complete, then calls setup. */
int furrow_kernel_setup(void **state, const furrow_kernel *kernel, const furrow_args *args,
                        furrow_error *error);
void furrow_kernel_teardown(const furrow_kernel *kernel, void *state);

/* Calls begin, if there is one. On failure the error always has a text. */
int furrow_kernel_begin(const furrow_kernel *kernel, void *state, size_t round,
                        furrow_error *error);

/* Calls shape. For a kernel without one, all but `items` is 0. */
furrow_shape furrow_kernel_shape(const furrow_kernel *kernel, const void *state);

/* The format after `format`, or the first for NULL; NULL after the last. */
const furrow_kernel_format *furrow_kernel_format_next(const furrow_kernel *kernel,
                                                      const furrow_kernel_format *format);

/* Chooses the format of that name in `*format`, and opens it for `part`. With `items`, formats that
 * have `write` are not considered, since bodies do not run then. `*format` is NULL where the kernel
 * has no format, and the name is one of furrow_format_parse. FURROW_EINVAL: the kernel has no
 * format of that name; FURROW_ENOTSUP: not with these arguments; or another code of open. */
int furrow_kernel_open(const furrow_kernel_format **format, const furrow_kernel *kernel,
                       void *state, const char *name, bool items, const furrow_part *part,
                       furrow_error *error);

/* Calls tell, if there is one. */
int furrow_kernel_tell(const furrow_kernel *kernel, void *state, furrow_moment moment, FILE *log,
                       furrow_error *error);

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
