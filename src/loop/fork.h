/* fork.h: which process this is, in a line of descent. */
#ifndef FURROW_LOOP_FORK_H
#define FURROW_LOOP_FORK_H

/* How many forks lie between this process and the one that loaded the library. */
unsigned furrow__fork_generation(void);

#endif
