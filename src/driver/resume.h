/* resume.h: --resume FILE: the journal of a run. */
#ifndef FURROW_DRIVER_RESUME_H
#define FURROW_DRIVER_RESUME_H

#include "session.h"

/* Opens the journal that the command line asks for, before the output is: session->journal, NULL
 * when none is asked for. An exit code, after a message if it is not DRIVER_OK. */
int resume_open(struct session *session);

/* After a run that ends with `code`: removes the journal of one whose output is whole; of another
 * it stays, with `recorded` items, and a line on stderr says how to go on. The exit code. */
int resume_close(struct session *session, bool whole, size_t recorded, int code);

#endif
