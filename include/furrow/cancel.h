/*
 * cancel.h: a request to stop, which any thread or signal handler may make of a run.
 */
#ifndef FURROW_CANCEL_H
#define FURROW_CANCEL_H

#ifdef __cplusplus
extern "C" {
#endif

/* {0} to start with. */
typedef struct furrow_cancel {
    int requested;                         /* read and set it by the functions below */
    const struct furrow_cancel *others[2]; /* their requests count for this one too; or NULL */
} furrow_cancel;

/* Requests it: items that have not started will not start. From any thread, and from a signal
 * handler. */
void furrow_cancel_request(furrow_cancel *cancel);

/* Nonzero after a request; 0 for NULL. */
int furrow_cancel_requested(const furrow_cancel *cancel);

/* Sleeps for `seconds`, and returns 0; after a request it returns FURROW_ECANCELED within 50 ms.
 * NULL: sleeps for all of `seconds`. */
int furrow_cancel_sleep(const furrow_cancel *cancel, double seconds);

#ifdef __cplusplus
}
#endif

#endif
