/* direct.h: output that a kernel makes as bytes: any part, by any thread, at its place. */
#ifndef FURROW_DRIVER_DIRECT_H
#define FURROW_DRIVER_DIRECT_H

#include "output.h"
#include "session.h"

/* What direct_run returns where the options, or the kernel, want records. */
enum { DIRECT_NONE = -1 };

/*
 * Writes the kernel's document into `output`: a file by all threads at exact offsets, anything else
 * in order, while other threads make what comes next. Says how large it will be, and refuses what
 * is beyond 64 GiB unless --yes. After a failure the file ends behind a whole item, and how to go
 * on from there is said. With --verify each part is checked before it is written; `*checked` says
 * that it was. An exit code, after a message.
 */
int direct_run(struct session *session, furrow_run_outcome *outcome, struct output *output,
               bool *checked);

#endif
