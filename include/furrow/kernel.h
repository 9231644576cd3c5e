/*
 * kernel.h: what a kernel is: a table of functions that turns ranges of items into results.
 *
 * A kernel is run as this serial program; every other way to run it gives the same output:
 *
 *     setup(&state, args);
 *     open(state, format, part);                        // what is wanted of the output
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
 * Items are data. What a body needs of an item is in its range: its number, and the bytes that
 * `next` has fed; what it makes goes into its slot. The state is what all bodies share, and nobody
 * changes what they read of it between `begin` and the end, so that a body gives the same on any
 * thread and in any process. Only of a kernel that iterates (FURROW_KERNEL_ITERATES) may `next` and
 * `combine` change what bodies read: between batches.
 *
 * Bodies run in parallel: with each other, and with `next`, `combine` and `emit`, of which only one
 * runs at a time. All other functions are called by one thread at a time, in the order above.
 * Needed are a name, a summary, and either a body with how many items there are (shape or next), or
 * variants; everything else may be NULL. To write a kernel, copy kernels/hello.
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

/* Changes whenever the layout of furrow_kernel does: others are refused with FURROW_EABI. */
#define FURROW_KERNEL_ABI 6u

/* Flags. */
enum {
    FURROW_KERNEL_SIDE_EFFECTS = 1, /* an item must not run twice */
    FURROW_KERNEL_SHOWS_ITEMS = 2,  /* a driver reports each item's start and end by default */
    FURROW_KERNEL_VARIES = 4,       /* results differ from run to run, and are not compared */
    FURROW_KERNEL_ITERATES = 8,     /* what is computed next depends on what came out: combine takes
                                     * each batch whole, before next is asked again */
    FURROW_KERNEL_ANY_ORDER = 16,   /* combine takes ranges in any order */
    FURROW_KERNEL_READS_FILES = 32, /* items are paths, ended by a zero byte, of files that bodies
                                     * read: a journal notices when one has changed */
    FURROW_KERNEL_FILLS = 64,       /* bodies write every byte of an item's slot, unless it fails:
                                     * slots need not come zeroed */
};

/* ---- what there is to do ---- */

/* As many items as `next` gives. */
#define FURROW_UNKNOWN SIZE_MAX

/* The most phases that a kernel may name. */
#define FURROW_MAX_PHASES 8

/* What one whole run does, declared: reports divide by time to get rates. 0: not declared. */
typedef struct furrow_work {
    double items; /* what the user counts: images, rows */
    double flops; /* floating point operations */
    double bytes; /* bytes read and written */
} furrow_work;

typedef struct furrow_shape {
    size_t items;              /* how many there will be, or FURROW_UNKNOWN */
    size_t result_size;        /* bytes of an item's slot; 0: items have no results */
    size_t grain;              /* body is quickest on multiples of it; 0: any */
    furrow_work work;          /* as far as it is known: after the run, all of it */
    const char *const *phases; /* names of what bodies spend time on (furrow_phase_add), at most
                                * FURROW_MAX_PHASES, ended by NULL; or NULL */
} furrow_shape;

/* Some of a run's items, [begin, end): one of several parts, whose outputs concatenate to the
 * whole. */
typedef struct furrow_part {
    size_t begin, end;
    bool first, last; /* what stands before all items, or behind them, belongs to this part */
} furrow_part;

/* Part `index` of `count` that are as equal as can be, 1 <= index <= count. Behind the last item
 * parts are empty, and the last that is not is `last`; without items the first is both. */
furrow_part furrow_part_of(size_t items, size_t index, size_t count);

/* ---- what came out ---- */

/* Items [begin, end) that have run, and what came of them: read-only. */
typedef struct furrow_batch {
    size_t begin, end;           /* numbered over the whole run */
    const furrow_item *items;    /* of item `begin` on: see furrow_batch_item; or NULL */
    const void *results;         /* the slot of item `begin`; or NULL */
    size_t result_size;          /* from one slot to the next */
    const furrow_faults *faults; /* the slot of an item that failed holds nothing */
    furrow_error *error;         /* where combine may say why it fails; may be NULL */
} furrow_batch;

/* What was fed as item `i`, begin <= i < end; {NULL, 0} where there is nothing but its number. */
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
 * An associative combine, made where the items ran:
 *
 *     for each block of neighbouring items, in order
 *         add(a zeroed partial, what came out of the block, state);    // many at once
 *         fold(state, the partial);
 *
 * Where blocks begin depends on the numbers of their items and on result_size alone, never on
 * chunks, windows or threads, so that it comes to the same to the last bit; the last one ends with
 * the run. `fold` is called by one thread at a time, when combine has had the items. Where nothing
 * else asks for results, their slots are used again while they are in a cache. For kernels without
 * `next`.
 */
typedef struct furrow_partial {
    size_t size; /* bytes */
    int (*add)(void *partial, const furrow_batch *batch, const void *state);
    int (*fold)(void *state, const void *partial);
} furrow_partial;

/* One item as it is emitted. */
typedef struct furrow_record {
    size_t number;
    furrow_item item;   /* what was fed; {NULL, 0}: nothing but its number */
    const void *result; /* its slot */
    const furrow_error
        *fault; /* why it failed, and then its slot holds nothing; NULL: it did not */
} furrow_record;

/* ---- how it is written ---- */

/* A form of the output, in one of three ways: `emit`, `write` or `finish`. */
typedef struct furrow_kernel_format {
    const char *name;  /* as --format has it; NULL: all that furrow_format_parse knows, as records
                        * of which the writer makes text, CSV or JSON */
    const char *field; /* the field that a list shows; NULL: the first of each record */

    /* Before begin: this entry is what is wanted, of this part. FURROW_ENOTSUP: not with these
     * arguments, and the next entry of that name counts. NULL: there is nothing to do. */
    int (*open)(void *state, const struct furrow_kernel_format *format, const furrow_part *part,
                furrow_error *error);

    /* Records: writes finished items in order, each once, after combine has taken them. */
    int (*emit)(const void *state, const furrow_record *record, furrow_writer *writer);

    /*
     * Bytes, for kernels whose results are many and small: where each item begins is known before
     * it is made, so that any items can be written anywhere, at any time, by any thread. There are
     * then no bodies and no combine. The whole is
     *
     *     write(bytes, state, part.begin, part.end);        // or cut into ranges, in any order
     *
     * What stands before the first item belongs to it, what stands behind the last to the last.
     *
     * offset: bytes of the part before the item; all of them for part.end, also where there are no
     * items. FURROW_EOVERFLOW. write: what lies between the offsets of two items, and nothing
     * behind it; begin < end, but where there are no items. check: FURROW_EVERIFY unless `bytes`
     * are what a different algorithm makes of these items. resume: how to get the items from this
     * one on, in arguments: "--from 1000"; may be NULL.
     */
    int (*offset)(uint64_t *offset, const void *state, size_t item);
    int (*write)(char *bytes, const void *state, size_t begin, size_t end);
    int (*check)(const char *bytes, const void *state, size_t begin, size_t end,
                 furrow_error *error);
    void (*resume)(const void *state, size_t item, char *text, size_t size);

    /* What only all results together make, a picture of them, say: called after the last batch; of
     * a run that was stopped it writes what came of the items before. */
    int (*finish)(const void *state, furrow_sink sink, void *context);
} furrow_kernel_format;

/* ---- the kernel ---- */

/* A whole run in one function, where the lesson or the speed is in the OpenMP itself: reductions,
 * tasks, recursion. Leaves in the state what verify checks; emits nothing. FURROW_ENOTSUP: it
 * cannot do these arguments; benchmarks then leave it out. */
typedef struct furrow_variant {
    const char *name, *summary;
    int (*run)(void *state, const furrow_plan *plan); /* plan->threads is set; the rest advises */
} furrow_variant;

/* When a kernel is asked what it has to tell. */
typedef enum furrow_moment {
    FURROW_BEFORE, /* before the first batch: a line on what will be done, "C(40, 6) = 3838380 rows"
                    */
    FURROW_AFTER,  /* after a run that was whole: a line on what came out, "sum 55" */
    FURROW_REPORT  /* then: tables, and what goes into files that the arguments name */
} furrow_moment;

typedef struct furrow_kernel {
    uint32_t abi, flags;        /* FURROW_KERNEL_ABI; FURROW_KERNEL_... */
    const char *name;           /* one word, lower case, '-' between parts */
    const char *summary;        /* one line */
    const char *help;           /* paragraphs for --help, and examples; may be NULL */
    const furrow_param *params; /* ended by {0}; may be NULL */

    /* Makes the state from the arguments alone, which outlive it; on failure frees what it made,
     * says why in `error`, and teardown is not called. NULL: there is no state. */
    int (*setup)(void **state, const furrow_args *args, furrow_error *error);
    void (*teardown)(void *state);

    /* Before each run, untimed. Round 0 is the first since setup, and keeps what that has loaded;
     * of a later one the state becomes what it was then. FURROW_ENOTSUP: what has been read cannot
     * be read again. NULL: no run leaves anything behind that the next would see. */
    int (*begin)(void *state, size_t round, furrow_error *error);

    /* What there is to do, asked after begin; all but `work` stays as it is during the run. */
    furrow_shape (*shape)(const void *state);

    /* Feeds the next at most `capacity` items (at least 1); none: there are no more. A feed that is
     * full takes no more of them. When it fails, what it had fed runs first. NULL: items are the
     * numbers below shape().items. */
    int (*next)(void *state, furrow_feed *feed, size_t capacity, furrow_error *error);

    /* Slots come zeroed, but where FURROW_KERNEL_FILLS says that it does not matter. */
    furrow_body body;

    /* A worker's scratch, made on its own thread when it first needs it. */
    int (*worker_new)(void **scratch, const void *state);
    void (*worker_free)(void *scratch);

    /* Takes finished items in order, each once: sum, count, step, swap. As soon as a prefix has
     * finished, while bodies run on the rest; with FURROW_KERNEL_ITERATES each batch whole. */
    int (*combine)(void *state, const furrow_batch *batch);

    const furrow_partial *partial; /* likewise, block by block; may be NULL */

    const furrow_kernel_format *formats; /* ended by {0}; of entries with one name the first counts
                                          * whose open is not FURROW_ENOTSUP; may be NULL */

    /* After the last batch: FURROW_EVERIFY unless the result stands by a different algorithm. Of
     * one of several parts only where open was told which. */
    int (*verify)(const void *state, furrow_error *error);

    /* A digest (digest.h) of what all results depend on besides arguments and items: a model. For a
     * journal, to find that it has changed. NULL: there is nothing. */
    uint64_t (*digest)(const void *state);

    /* Writes what it has to tell to `log`, whole lines; nothing where that is NULL. */
    int (*tell)(void *state, furrow_moment moment, FILE *log, furrow_error *error);

    const furrow_variant *variants; /* ended by {0}; may be NULL */
} furrow_kernel;

/* Makes the state of a kernel: checks the descriptor (FURROW_EABI, FURROW_EINVAL) and that the
 * arguments are complete, then calls setup. */
int furrow_kernel_setup(void **state, const furrow_kernel *kernel, const furrow_args *args,
                        furrow_error *error);
void furrow_kernel_teardown(const furrow_kernel *kernel, void *state);

/* Calls begin, where there is one; the error has a text in every case. */
int furrow_kernel_begin(const furrow_kernel *kernel, void *state, size_t round,
                        furrow_error *error);

/* What there is to do; {0} of a kernel that does not say, but for `items`. */
furrow_shape furrow_kernel_shape(const furrow_kernel *kernel, const void *state);

/* The entry behind `format`, NULL for the first; NULL when there is none: to go through them all.
 */
const furrow_kernel_format *furrow_kernel_format_next(const furrow_kernel *kernel,
                                                      const furrow_kernel_format *format);

/* Chooses the format of that name and opens it for `part`, with `items` only such as need every
 * item to run by itself, not those with `write`: `*format`; NULL: the kernel writes no records.
 * FURROW_EINVAL: it has no such format of its own; FURROW_ENOTSUP: it cannot write it with these
 * arguments; what else open returned. */
int furrow_kernel_open(const furrow_kernel_format **format, const furrow_kernel *kernel,
                       void *state, const char *name, bool items, const furrow_part *part,
                       furrow_error *error);

/* Lets the kernel tell, where it has something. */
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
