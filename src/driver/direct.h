/* direct.h: output that a kernel makes as bytes: any part, by any thread, at its place. */
#ifndef FURROW_DRIVER_DIRECT_H
#define FURROW_DRIVER_DIRECT_H

#include "output.h"
#include "session.h"

/* What direct_open returns where the options, or the kernel, want records. */
enum { DIRECT_NONE = -1 };

/*
 * Opens the kernel's document. Says how large it will be, and refuses what is beyond 64 GiB unless
 * --yes: before the output is opened, so that a refusal leaves that as it is. DRIVER_OK,
 * DIRECT_NONE, or an exit code, after a message.
 */
int direct_open(struct session *session, uint64_t *size);

/*
 * Writes the document, of `size` bytes, into `output`: a file by all threads at exact offsets,
 * anything else in order, while other threads make what comes next. After a failure the file ends
 * behind a whole item, and how to go on from there is said. With --verify each part is checked
 * before it is written; `*checked` says that it was. An exit code, after a message.
 */
int direct_run(struct session *session, furrow_run_outcome *outcome, struct output *output,
               uint64_t size, bool *checked);

#endif
