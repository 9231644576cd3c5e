/*
 * run.h: runs a kernel: windows of items, results in order, faults, output.
 */
#ifndef FURROW_RUN_H
#define FURROW_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/kernel.h>
#include <furrow/parallel.h>
#include <furrow/pool.h>
#include <furrow/progress.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Records of finished items that outlive the program: the driver's --resume. */
typedef struct furrow_journal furrow_journal;

/* Called for each item on the worker that runs it, so it must be thread-safe. `label` is the item's
 * label, or "", and lives for the call. */
typedef void (*furrow_item_event)(size_t item, const char *label, int worker, void *context);

/* All options. {0} or NULL runs well. Pointers are lent for the call. */
typedef struct furrow_run_options {
    furrow_plan plan;              /* a request: fields that are 0 are planned */
    int cpus;                      /* usable CPUs; 0: furrow_cpu_count() */
    int thread_limit;              /* OMP_THREAD_LIMIT; 0: furrow_cpu_thread_limit() */
    furrow_costs costs;            /* of OpenMP here; 0: typical ones */
    const furrow_variant *variant; /* runs instead of next and body; or NULL */
    const double *waits;  /* item i waits for waits[i % wait_count] seconds after it ran, */
    size_t wait_count;    /* to stand for a remote service; 0: no item waits */
    size_t max_items;     /* stop after this number of items; 0: run all */
    size_t shard, shards; /* run only part `shard` of `shards` equal parts, from 1 on, for kernels
                           * whose items are numbers; 0: all items; see furrow_run_part */
    bool halt;            /* stop at the first item that fails; false: go on, and count them */
    furrow_journal *journal; /* has the items that interrupted runs have finished, and gets those of
                              * this run; or NULL. Only the driver can make one (--resume) */
    furrow_writer *writer;   /* where emit writes; NULL: nothing is emitted */
    const furrow_kernel_format *format; /* an opened format; NULL: the first of records that has no
                                         * `open` */
    furrow_sink sink; /* where a format that is not records is written, in order; or NULL */
    int (*write_at)(const char *bytes, size_t size, uint64_t offset, void *context);
    void *sink_context; /* of both. write_at is called by any thread, `offset` bytes behind the
                         * begin; NULL: only sink is called */
    bool checks;        /* check what a format with `write` has made before it is written */
    bool unordered;     /* combine and emit take each range when it has finished, not in item order:
                         * for kernels without combine, or with FURROW_KERNEL_ANY_ORDER */
    furrow_item_event item_started, item_ended;
    void (*item_failed)(const furrow_error *fault, const char *label, void *context); /* in order */
    void *context;     /* of the three above */
    furrow_pool *pool; /* runs the items on its workers, whatever the plan's threads and backend
                        * (but serial), without its own scratch; or NULL */
    furrow_progress_event progress; /* of items, called by one worker at a time; or NULL */
    void *progress_context;
    furrow_cancel *cancel;
    furrow_trace *trace;
    furrow_site *site; /* the history from run to run; NULL: from window to window only */
} furrow_run_options;

typedef struct furrow_run_outcome {
    size_t items;     /* items that ran, failed ones included */
    size_t failed;    /* of the items that ran */
    size_t resumed;   /* the first items, which did not run because the journal has them */
    size_t recorded;  /* items that the journal has now, as far as it was read */
    bool halted;      /* options->halt was set, and the last of the items failed */
    bool whole;       /* the run came to the kernel's end; false where max_items stopped it before
                       * `next` said that there are no more */
    furrow_plan plan; /* of the largest window */
    furrow_usage usage;
    furrow_phase phases[FURROW_MAX_PHASES]; /* of the kernel, summed over all workers */
    double wall;                            /* seconds from the first next to the last emit */
} furrow_run_outcome;

/*
 * Runs the kernel to its end, as the serial program in kernel.h does: the same calls in the same
 * order, and the same output whatever the plan. The caller has called begin, and calls verify after
 * a run that was whole.
 *
 * Windows. Items run in windows, and a window ends before the next begins. A window is one call of
 * furrow_parallel_for at `site`, or at a site of the run's own, planned from what earlier windows
 * have shown. It has at least 4 * threads * chunk items. While a window takes less than 0.1 s and
 * its results less than 4 MiB (1 MiB on one thread), the next is up to 16 times as large; slots are
 * thus used again while they are in a cache. Its results never exceed 32 MiB. A kernel whose items
 * are numbers, and which does not iterate, begins with a window of all items, up to 1 MiB of
 * results (2^20 items that have none). Where only partials use the results (no combine, writer,
 * journal or halt), slots take 16 KiB a worker, and one window has all items.
 *
 * Bytes. A format with `write` (furrow_kernel_format) is made in pieces of about 256 KiB. With
 * write_at each worker writes the piece that it has made; otherwise pieces are written in order, at
 * most 64 at a time. No body, combine or partial is called then. A format with `finish` writes to
 * `sink` at the end.
 *
 * Halt. With options->halt, all items before the first that fails are combined and emitted, and no
 * other item, whatever has run. The code of the failed item comes back.
 *
 * Journal. Each item that has finished, and before which all items have, is written to the journal
 * before combine and emit get it: its slot, its fault, and a digest of the bytes that were fed and,
 * under FURROW_KERNEL_READS_FILES, of the file's size and time. Items that the journal has already
 * do not run; next, combine and emit are called for them as ever. So the output, and what the
 * kernel tells at the end, are those of a run that was never interrupted, whatever the plans of its
 * parts. Slots must mean the same in another process: they hold no pointers. FURROW_ECHANGED: the
 * input of such an item has changed, or the input ends before it. An item that had run but was not
 * recorded runs again, also under FURROW_KERNEL_SIDE_EFFECTS. That kernel, arguments and program
 * are the same is checked by the terms of the journal.
 *
 * `outcome` may be NULL. On failure it says how far the run came: all items before outcome->items
 * have been combined and emitted. Returns 0 (also with failed items: see outcome->failed), the code
 * of the body, combine, emit or next that stopped the run, a code of the journal, FURROW_ECANCELED,
 * FURROW_ECHANGED, FURROW_ENOMEM, or FURROW_ENOTSUP: for a kernel without a body where no variant
 * is chosen, for a variant with a journal, for a shard of a kernel that has `next`, and for
 * `unordered` with a journal, with halt, or with a combine that needs items in order.
 */
int furrow_run(furrow_run_outcome *outcome, const furrow_kernel *kernel, void *state,
               const furrow_run_options *options, furrow_error *error);

/* The items of a run with these options. A format is opened for this part. */
furrow_part furrow_run_part(const furrow_shape *shape, const furrow_run_options *options);

/* The facts that a run with these options gives the planner for each window: all but `items`. */
furrow_plan_facts furrow_run_facts(const furrow_shape *shape, const furrow_run_options *options);

#ifdef __cplusplus
}
#endif

#endif
