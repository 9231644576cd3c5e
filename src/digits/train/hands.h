/*
 * hands.h: digits as other hands write them.
 *
 * MNIST's writers learnt to write in the United States. Elsewhere a 1 begins with an upstroke and
 * may stand on a foot, a 7 has a bar through its stem, and a 9 ends in a hook.
 */
#ifndef FURROW_DIGITS_TRAIN_HANDS_H
#define FURROW_DIGITS_TRAIN_HANDS_H

#include <stdbool.h>
#include <stdint.h>

/* The image `from` with such strokes, where the label has any and chance (as often as `share`)
 * will have it so; its mass stays where it was, to half a pixel. Otherwise false, and nothing is
 * written. */
bool furrow__hand(unsigned char *to, const unsigned char *from, unsigned char label, double share,
                  uint64_t *key);

#endif
