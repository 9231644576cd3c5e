/* fork.h: whether this process was forked. */
#ifndef FURROW_LOOP_FORK_H
#define FURROW_LOOP_FORK_H

/* The number of forks between the process that loaded the library and this one. */
unsigned furrow__fork_generation(void);

#endif
