/*
 * version.h: which Furrow this is. CMake and the packages read the numbers here.
 */
#ifndef FURROW_VERSION_H
#define FURROW_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/* Of the headers. While the first is 0, the second changes whenever programs must be rebuilt. */
#define FURROW_VERSION_MAJOR 0
#define FURROW_VERSION_MINOR 1
#define FURROW_VERSION_PATCH 0

/* As one number, for #if: 0.1.0 is 100. */
#define FURROW_VERSION                                                                             \
    (FURROW_VERSION_MAJOR * 10000 + FURROW_VERSION_MINOR * 100 + FURROW_VERSION_PATCH)

/* Of the library that is running, "0.1.0". Never NULL; a static string. */
const char *furrow_version(void);

#ifdef __cplusplus
}
#endif

#endif
