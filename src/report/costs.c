#include "text.h"

#include <furrow/report.h>

static void print_cost(furrow__text *text, const char *name, double seconds)
{
    char time[32];
    furrow__text_print(text, "  %-44s %9s\n", name, furrow_report_seconds(time, seconds, 3));
}

static void print_origin(furrow__text *text, const furrow__calibration *calibration)
{
    char time[32];
    if (calibration->samples == 0)
        furrow__text_print(text, "Costs of OpenMP: typical ones, there was nothing to measure\n");
    else
        furrow__text_print(text,
                           "Costs of OpenMP: measured with up to %d threads in %s, %zu samples and "
                           "%zu disturbed\n",
                           calibration->threads,
                           furrow_report_seconds(time, calibration->seconds, 3),
                           calibration->samples, calibration->disturbed);
}

void furrow__text_costs(furrow__text *text, const furrow__calibration *calibration)
{
    const furrow_costs *costs = &calibration->costs;
    print_origin(text, calibration);
    print_cost(text, "region of two threads", costs->region);
    print_cost(text, "each further thread", costs->thread);
    print_cost(text, "each thread beyond the CPUs", costs->extra);
    print_cost(text, "schedule that shares chunks, each region", costs->share);
    print_cost(text, "chunk of a static schedule", costs->deal);
    print_cost(text, "chunk taken by one thread alone", costs->dispatch);
    print_cost(text, "chunk taken while all threads take", costs->contended);
}

void furrow__report_costs(furrow_writer *writer, const furrow__calibration *calibration)
{
    const furrow_costs *costs = &calibration->costs;
    furrow_writer_real(writer, "cost_region", costs->region, 10);
    furrow_writer_real(writer, "cost_thread", costs->thread, 10);
    furrow_writer_real(writer, "cost_extra", costs->extra, 10);
    furrow_writer_real(writer, "cost_share", costs->share, 10);
    furrow_writer_real(writer, "cost_deal", costs->deal, 10);
    furrow_writer_real(writer, "cost_dispatch", costs->dispatch, 10);
    furrow_writer_real(writer, "cost_contended", costs->contended, 10);
    furrow_writer_count(writer, "calibration_threads", (uint64_t)calibration->threads);
    furrow_writer_count(writer, "calibration_samples", calibration->samples);
    furrow_writer_count(writer, "calibration_disturbed", calibration->disturbed);
    furrow_writer_real(writer, "calibration_seconds", calibration->seconds, 6);
}
