/* size.h: how large the output will be, where that is known beforehand. */
#ifndef FURROW_DRIVER_SIZE_H
#define FURROW_DRIVER_SIZE_H

#include "session.h"

/* Says it, and refuses what is beyond 64 GiB unless --yes: before the output is opened, so that a
 * refusal leaves that as it is. DRIVER_OK, or an exit code, after a message. */
int size_check(const struct session *session);

#endif
