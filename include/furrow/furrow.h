/*
 * furrow.h: all of Furrow. Every header also stands alone; start with parallel.h.
 */
#ifndef FURROW_FURROW_H
#define FURROW_FURROW_H

/* Loops over independent items, and how they are run. */
#include <furrow/calibrate.h>
#include <furrow/cancel.h>
#include <furrow/faults.h>
#include <furrow/loop.h>
#include <furrow/parallel.h>
#include <furrow/plan.h>
#include <furrow/pool.h>
#include <furrow/pool_imap.h>
#include <furrow/pool_result.h>
#include <furrow/progress.h>
#include <furrow/range.h>
#include <furrow/schedule.h>
#include <furrow/site.h>
#include <furrow/task.h>
#include <furrow/trace.h>

/* Kernels, and how they are run. */
#include <furrow/args.h>
#include <furrow/feed.h>
#include <furrow/kernel.h>
#include <furrow/run.h>
#include <furrow/writer.h>

/* How long they take. */
#include <furrow/measure.h>
#include <furrow/report.h>

/* What is useful by itself. */
#include <furrow/base64.h>
#include <furrow/combinations.h>
#include <furrow/combinations_many.h>
#include <furrow/combinations_rows.h>
#include <furrow/combinations_sums.h>
#include <furrow/combinations_text.h>
#include <furrow/digest.h>
#include <furrow/digits.h>
#include <furrow/digits_training.h>
#include <furrow/idx.h>
#include <furrow/image.h>
#include <furrow/journal.h>
#include <furrow/output.h>
#include <furrow/paths.h>
#include <furrow/selection.h>
#include <furrow/wide.h>

/* The machine, time, and what went wrong. */
#include <furrow/clock.h>
#include <furrow/cpu.h>
#include <furrow/stats.h>
#include <furrow/status.h>
#include <furrow/version.h>

#endif
