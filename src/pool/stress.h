/*
 * stress.h: where threads meet, a stress build (FURROW_STRESS) lets them yield at random, so that
 * tests and race detectors see orders that a quiet machine never shows. Elsewhere it is nothing.
 */
#ifndef FURROW_POOL_STRESS_H
#define FURROW_POOL_STRESS_H

#ifdef FURROW_STRESS

/* Other seeds, other orders. */
void furrow__stress_seed(unsigned seed);

/* Between two steps that another thread may come between: perhaps yields. */
void furrow__stress_point(void);

/* Work has been made public: yields until others must have seen it, so that they really share. */
void furrow__stress_start(void);

#else

static inline void furrow__stress_point(void)
{
}

static inline void furrow__stress_start(void)
{
}

#endif

#endif
