/*
 * cancel.h: a wish to stop, shared by who wishes and who runs.
 */
#ifndef FURROW_CANCEL_H
#define FURROW_CANCEL_H

#ifdef __cplusplus
extern "C" {
#endif

/* {0} to start with. */
typedef struct furrow_cancel {
    int requested;                         /* through the functions only */
    const struct furrow_cancel *others[2]; /* whose request counts as one of this, too; or NULL */
} furrow_cancel;

/* What has not started will not. From any thread, and from a signal handler. */
void furrow_cancel_request(furrow_cancel *cancel);

/* Nonzero once it was requested; 0 for NULL. */
int furrow_cancel_requested(const furrow_cancel *cancel);

/* Sleeps for `seconds`, but no longer than 50 ms after a request: 0 when they are over,
 * FURROW_ECANCELED when they are not. NULL: furrow_clock_sleep. */
int furrow_cancel_sleep(const furrow_cancel *cancel, double seconds);

#ifdef __cplusplus
}
#endif

#endif
