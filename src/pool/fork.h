/* fork.h: which process this is, in a line of descent. */
#ifndef FURROW_POOL_FORK_H
#define FURROW_POOL_FORK_H

/* How many forks lie between this process and the first that asked. */
unsigned furrow__fork_generation(void);

#endif
