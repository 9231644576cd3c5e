/* session.h: one kernel, set up from a command line, run once or more. */
#ifndef FURROW_DRIVER_SESSION_H
#define FURROW_DRIVER_SESSION_H

#include <furrow/run.h>

#include "driver.h"
#include "options.h"
#include "output.h"

struct session {
    const struct options *options;
    const furrow_kernel *kernel;
    void *state;
    const furrow_kernel_format *format; /* open; NULL: the kernel writes nothing */
    furrow_part part;                   /* of the items, that runs */
    size_t round;                       /* the next run's */
    struct log log;
    furrow_costs costs;      /* of OpenMP; 0: typical */
    furrow_site *site;       /* shared by all runs; NULL: each begins without history */
    bool silent;             /* print nothing about a run but the error that stops it */
    furrow_journal *journal; /* of the run; NULL: none; opened by resume_open */
    struct output *output;   /* what the sink of the run writes to; NULL: something else */
    bool checked;            /* the output was checked before it was written */
    bool ended;              /* the last run did all that it was asked to */
    furrow_trace *trace;     /* of the runs so far; NULL: none; the command's own */
};

/* Sets the kernel up for its first run, and opens the format that the options ask for. Returns an
 * exit code, after a message if that is not DRIVER_OK. */
int session_open(struct session *session, const struct options *options);
void session_close(struct session *session);

/* Begins one more run. */
int session_begin(struct session *session);

/* What all runs of this command line share. */
furrow_run_options session_run_options(const struct options *options);

/* Measures what OpenMP costs here, for commands whose runs are timed; takes milliseconds. */
furrow_costs session_costs(void);

/* Runs to the end with `plan`, and writes all records into `sink` (NULL: none). Returns an exit
 * code, after a message if something stopped the run. */
int session_run(struct session *session, furrow_run_outcome *outcome, const furrow_plan *plan,
                furrow_sink sink, void *context);

/* Lets the kernel write its messages to stderr (unless --quiet), and the files that its arguments
 * name. Returns an exit code. */
int session_tell(struct session *session, furrow_moment moment);

/* Lets the kernel verify its results after a complete run. Returns DRIVER_FAILED after a message if
 * that fails. */
int session_verify(struct session *session, const furrow_run_outcome *outcome);

/* Writes the report of a command in the format and to the place that `options` ask for. Returns an
 * exit code, after a message if that is not DRIVER_OK. */
int session_report(const struct document *document, const struct options *options);

/* ---- resume.c: --resume FILE, the journal of a run ---- */

/* Opens the journal of --resume, if there is one, as session->journal. It comes before the output
 * is opened. Returns an exit code, after a message if that is not DRIVER_OK. */
int resume_open(struct session *session);

/* Closes the journal of a run that ended with `code`. If its output is `whole` the journal is
 * removed; otherwise it stays, with `recorded` items, and a line on stderr says how to continue.
 * Returns the exit code. */
int resume_close(struct session *session, bool whole, size_t recorded, int code);

#endif
