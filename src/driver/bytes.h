/* bytes.h: a number of bytes in words. */
#ifndef FURROW_DRIVER_BYTES_H
#define FURROW_DRIVER_BYTES_H

/* "1.23 GB". Returns `text`. */
const char *bytes_text(char text[32], double bytes);

#endif
