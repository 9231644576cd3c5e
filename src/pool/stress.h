/* stress.h: a stress build (FURROW_STRESS) lets threads yield at random where they meet. So tests
 * and race detectors see orders that a quiet machine never shows. In other builds these functions
 * do nothing. */
#ifndef FURROW_POOL_STRESS_H
#define FURROW_POOL_STRESS_H

#ifdef FURROW_STRESS

/* Another seed gives other orders. */
void furrow__stress_seed(unsigned seed);

/* Where another thread may come between two steps: yields at random. */
void furrow__stress_point(void);

/* After work was made public: yields until other threads must have seen it, so that they share. */
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
