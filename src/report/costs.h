/* costs.h: what OpenMP costs here, as lines or fields. */
#ifndef FURROW_REPORT_COSTS_H
#define FURROW_REPORT_COSTS_H

#include <furrow/writer.h>

#include "measure/calibrate.h"

/* What OpenMP costs, a line each, and how that was found. Returns what the sink returned. */
int furrow__report_calibration(const furrow__calibration *calibration, furrow_sink sink,
                               void *context);

/* Fields of an open record: cost_region, cost_thread, cost_extra, cost_share, cost_deal,
 * cost_dispatch, cost_contended (seconds), calibration_threads, calibration_samples,
 * calibration_disturbed, calibration_seconds. */
void furrow__report_calibration_fields(const furrow__calibration *calibration,
                                       furrow_writer *writer);

#endif
