#include "costs.h"

#include <furrow/report.h>

#include "say.h"

static int say_cost(furrow_sink sink, void *context, const char *name, double seconds)
{
    char text[32];
    return furrow__report_say(sink, context, "  %-44s %9s\n", name,
                              furrow_report_seconds(text, seconds, 3));
}

static int say_origin(const furrow__calibration *calibration, furrow_sink sink, void *context)
{
    char text[32];
    if (calibration->samples == 0)
        return furrow__report_say(sink, context,
                                  "Costs of OpenMP: typical ones, there was nothing to measure\n");
    return furrow__report_say(
        sink, context,
        "Costs of OpenMP: measured with up to %d threads in %s, %zu samples and %zu disturbed\n",
        calibration->threads, furrow_report_seconds(text, calibration->seconds, 3),
        calibration->samples, calibration->disturbed);
}

int furrow__report_calibration(const furrow__calibration *calibration, furrow_sink sink,
                               void *context)
{
    const furrow_costs *costs = &calibration->costs;
    const struct {
        const char *name;
        double seconds;
    } rows[] = {
        {"region of two threads", costs->region},
        {"each further thread", costs->thread},
        {"each thread beyond the CPUs", costs->extra},
        {"handing out rather than dealing, each region", costs->share},
        {"chunk dealt beforehand", costs->deal},
        {"chunk taken while nobody else asks", costs->dispatch},
        {"from chunk to chunk while all ask", costs->contended},
    };
    int status = say_origin(calibration, sink, context);
    for (size_t i = 0; i < sizeof rows / sizeof *rows && status == FURROW_OK; i++)
        status = say_cost(sink, context, rows[i].name, rows[i].seconds);
    return status;
}

void furrow__report_calibration_fields(const furrow__calibration *calibration,
                                       furrow_writer *writer)
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
