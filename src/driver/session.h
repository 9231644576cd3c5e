/* session.h: one kernel, set up from a command line, run once or more. */
#ifndef FURROW_DRIVER_SESSION_H
#define FURROW_DRIVER_SESSION_H

#include <furrow/run.h>

#include "log.h"
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
    furrow_site *site;       /* of all runs; NULL: each begins without one */
    bool silent;             /* of a run, only what stops it is said */
    furrow_journal *journal; /* of the run, if one is kept; the command's own */
    struct output *output;   /* what the sink of the run writes to, if that is one */
    bool checked;            /* what was written was checked before it was */
    bool ended;              /* the last run came as far as it was asked to */
    furrow_trace *trace;     /* of the runs so far, if one is wanted; the command's own */
};

/* Sets the kernel up for its first run, and opens the format that the options ask for; an exit
 * code, after a message if it is not DRIVER_OK. */
int session_open(struct session *session, const struct options *options);
void session_close(struct session *session);

/* Begins one more run. */
int session_begin(struct session *session);

/* What all runs of this command line share. */
furrow_run_options session_run_options(const struct options *options);

/* What OpenMP costs here, for commands whose runs are timed; measuring it takes milliseconds. */
furrow_costs session_costs(void);

/* Runs to the end with `plan`, writing all records into `sink` (NULL: none); an exit code, after a
 * message if something stopped the run. */
int session_run(struct session *session, furrow_run_outcome *outcome, const furrow_plan *plan,
                furrow_sink sink, void *context);

/* What the kernel tells, on stderr, unless quiet; also into files that the arguments name; an exit
 * code. */
int session_tell(struct session *session, furrow_moment moment);

/* Runs the kernel's verify after a run that was whole; DRIVER_FAILED after a message if it fails.
 */
int session_verify(struct session *session, const furrow_run_outcome *outcome);

#endif
