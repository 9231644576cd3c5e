/*
 * furrow.h: all headers of the core library, and its version. Each header can also be included
 * alone; start reading at parallel.h. The libraries furrow-digits and furrow-combinations have
 * folders of their own.
 */
#ifndef FURROW_FURROW_H
#define FURROW_FURROW_H

/* Loops over independent items. */
#include <furrow/cancel.h>
#include <furrow/loop.h>
#include <furrow/parallel.h>
#include <furrow/plan.h>
#include <furrow/pool.h>
#include <furrow/pool_async.h>
#include <furrow/progress.h>
#include <furrow/range.h>
#include <furrow/task.h>

/* Processes, and what carries data between them. */
#include <furrow/pipe.h>
#include <furrow/process.h>
#include <furrow/queue.h>

/* Kernels and their runs. */
#include <furrow/args.h>
#include <furrow/feed.h>
#include <furrow/kernel.h>
#include <furrow/run.h>
#include <furrow/writer.h>

/* Measurements. */
#include <furrow/measure.h>
#include <furrow/report.h>

/* Files and folders. */
#include <furrow/output.h>
#include <furrow/paths.h>

/* The machine, time, statistics and errors. */
#include <furrow/clock.h>
#include <furrow/cpu.h>
#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the headers. While the major number is 0, the minor number changes whenever
 * programs must be rebuilt. CMake and the packages read these lines. */
#define FURROW_VERSION_MAJOR 0
#define FURROW_VERSION_MINOR 1
#define FURROW_VERSION_PATCH 0

/* The version as one number, for #if: 0.1.0 is 100. */
#define FURROW_VERSION                                                                             \
    (FURROW_VERSION_MAJOR * 10000 + FURROW_VERSION_MINOR * 100 + FURROW_VERSION_PATCH)

/* The version of the library that is running, "0.1.0". Never NULL; a static string. */
const char *furrow_version(void);

#ifdef __cplusplus
}
#endif

#endif
