#include <furrow/progress.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <furrow/clock.h>
#include <furrow/status.h>

enum { LABEL = 32, LINE = 512, LEAST_COLUMNS = 10 };

struct furrow_bar {
    FILE *stream;
    char label[LABEL], unit[LABEL];
    bool in_place;
    int columns;
    double interval;
    double (*clock)(void);

    double start, drawn; /* readings of the clock */
    size_t shown;        /* done, when it was last drawn */
    size_t due;          /* by lines: the count that draws the next line */
    int width;           /* of the line on the terminal */
    bool ended;
};

static int columns_of(FILE *stream)
{
    struct winsize size;
    return ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > LEAST_COLUMNS
               ? size.ws_col
               : 80;
}

int furrow_bar_new(furrow_bar **out, FILE *stream, const furrow_bar_options *options)
{
    static const furrow_bar_options defaults = {0};
    *out = NULL;
    if (!options)
        options = &defaults;
    if (!stream || options->columns < 0 || !(options->interval >= 0) ||
        (unsigned)options->style > FURROW_BAR_LINES)
        return FURROW_EINVAL;
    furrow_bar *bar = calloc(1, sizeof *bar);
    if (!bar)
        return FURROW_ENOMEM;
    bar->stream = stream;
    snprintf(bar->label, sizeof bar->label, "%s", options->label ? options->label : "");
    snprintf(bar->unit, sizeof bar->unit, "%s", options->unit ? options->unit : "items");
    bar->in_place = options->style == FURROW_BAR_IN_PLACE ||
                    (options->style == FURROW_BAR_AUTO && isatty(fileno(stream)));
    bar->columns = options->columns ? options->columns : columns_of(stream);
    bar->interval = options->interval > 0 ? options->interval : 0.1;
    bar->clock = options->clock ? options->clock : furrow_clock_wall;
    bar->start = bar->clock();
    bar->drawn = -INFINITY;
    *out = bar;
    return FURROW_OK;
}

/* "02:05", "1:02:05". */
static void write_time(char text[static 32], double seconds)
{
    if (!(seconds < 1e6)) {
        snprintf(text, 32, "?");
        return;
    }
    long s = lround(seconds);
    if (s < 3600)
        snprintf(text, 32, "%02ld:%02ld", s / 60, s % 60);
    else
        snprintf(text, 32, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
}

/* "20.1 items/s", or below one a second "3.2 s/items", as tqdm writes it. */
static void write_rate(char text[static 64], const furrow_bar *bar, double rate)
{
    if (!(rate > 0))
        snprintf(text, 64, "? %s/s", bar->unit);
    else if (rate >= 1)
        snprintf(text, 64, rate >= 1e5 ? "%.3g %s/s" : "%.1f %s/s", rate, bar->unit);
    else
        snprintf(text, 64, "%.1f s/%s", 1 / rate, bar->unit);
}

/* The text after the bar: "42/100 [00:02<00:03, 20.1 items/s, 1 failed]". */
static void write_tail(char text[static LINE / 2], const furrow_bar *bar,
                       const furrow_progress *progress)
{
    double elapsed = bar->clock() - bar->start;
    double rate = elapsed > 0 ? (double)progress->done / elapsed : 0;
    char counted[64], past[32], left[34] = "", speed[64], failed[40] = "";
    write_time(past, elapsed);
    write_rate(speed, bar, rate);
    if (progress->total > 0) {
        snprintf(counted, sizeof counted, "%zu/%zu", progress->done, progress->total);
        double rest = (double)(progress->total - progress->done);
        char time[32];
        write_time(time, rate > 0 ? rest / rate : INFINITY);
        snprintf(left, sizeof left, "<%s", time);
    } else {
        snprintf(counted, sizeof counted, "%zu", progress->done);
    }
    if (progress->failed > 0)
        snprintf(failed, sizeof failed, ", %zu failed", progress->failed);
    snprintf(text, LINE / 2, "%s [%s%s, %s%s]", counted, past, left, speed, failed);
}

static double part_of(const furrow_progress *progress)
{
    return progress->total > 0 ? (double)progress->done / (double)progress->total : 0;
}

/* "label:  42%|####      | ", as wide as the line has room besides the tail. */
static int write_head(char *text, size_t size, const furrow_bar *bar,
                      const furrow_progress *progress, int tail)
{
    const char *colon = bar->label[0] ? ": " : "";
    if (progress->total == 0)
        return snprintf(text, size, "%s%s", bar->label, colon);
    int percent = (int)(100 * part_of(progress));
    int length = snprintf(text, size, "%s%s%3d%%|", bar->label, colon, percent);
    int room = bar->columns - 1 - length - 2 - tail;
    int width = room > LEAST_COLUMNS ? room : 0;
    int full = (int)(width * part_of(progress));
    for (int i = 0; i < width && length + 3 < (int)size; i++)
        text[length++] = i < full ? '#' : ' ';
    return length + snprintf(text + length, size - (size_t)length, "| ");
}

/* Overwrites the line on the terminal, and clears the rest of a longer one. */
static void draw_in_place(furrow_bar *bar, const furrow_progress *progress)
{
    char tail[LINE / 2], line[2 * LINE];
    write_tail(tail, bar, progress);
    int length = write_head(line, LINE, bar, progress, (int)strlen(tail));
    length += snprintf(line + length, sizeof line - (size_t)length, "%s", tail);
    if (length >= bar->columns)
        length = bar->columns - 1;
    line[length] = '\0';
    fprintf(bar->stream, "\r%s%*s", line, bar->width > length ? bar->width - length : 0, "");
    bar->width = length;
    if (progress->ended)
        fputc('\n', bar->stream);
}

static void draw_line(furrow_bar *bar, const furrow_progress *progress)
{
    char tail[LINE / 2];
    write_tail(tail, bar, progress);
    const char *colon = bar->label[0] ? ": " : "";
    if (progress->total > 0)
        fprintf(bar->stream, "%s%s%3d%% %s\n", bar->label, colon, (int)(100 * part_of(progress)),
                tail);
    else
        fprintf(bar->stream, "%s%s%s\n", bar->label, colon, tail);
}

/* The count of the next tenth; where the total is unknown, twice the count. */
static size_t next_due(const furrow_progress *progress)
{
    if (progress->total == 0)
        return progress->done > 0 ? 2 * progress->done : 1;
    size_t tenth = (size_t)(10 * part_of(progress)) + 1;
    return (size_t)ceil((double)tenth * (double)progress->total / 10);
}

static bool is_due(furrow_bar *bar, const furrow_progress *progress)
{
    if (progress->ended)
        return true;
    if (bar->due == 0)
        bar->due = next_due(&(furrow_progress){.total = progress->total});
    if (!bar->in_place) /* the last line comes with the end */
        return progress->done >= bar->due && progress->done != progress->total;
    return progress->done != bar->shown && bar->clock() - bar->drawn >= bar->interval;
}

void furrow_bar_show(const furrow_progress *progress, void *context)
{
    furrow_bar *bar = context;
    if (bar->ended || !is_due(bar, progress))
        return;
    bar->drawn = bar->clock();
    bar->shown = progress->done;
    bar->ended = progress->ended;
    if (bar->in_place)
        draw_in_place(bar, progress);
    else
        draw_line(bar, progress);
    bar->due = next_due(progress);
    fflush(bar->stream);
}

void furrow_bar_free(furrow_bar *bar)
{
    if (!bar)
        return;
    if (!bar->ended && bar->in_place && bar->width > 0) {
        fputc('\n', bar->stream);
        fflush(bar->stream);
    }
    free(bar);
}
