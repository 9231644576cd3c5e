#include "driver.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <furrow/clock.h>

enum { ESCAPED = 1100 }; /* room for an error whose every character is escaped */

/* Escapes control characters: names of files may hold newlines, and commands to the terminal.
 * Returns `escaped`. */
static const char *escape(char escaped[ESCAPED], const char *text)
{
    size_t used = 0;
    for (; *text && used + 5 < ESCAPED; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < ' ' || byte == 0x7f)
            used += (size_t)snprintf(escaped + used, ESCAPED - used, "\\%03o", (unsigned)byte);
        else
            escaped[used++] = *text;
    }
    escaped[used] = '\0';
    return escaped;
}

static void print_event(const char *event, size_t item, const char *label, int worker,
                        const struct log *log)
{
    char number[32], escaped[ESCAPED];
    snprintf(number, sizeof number, "item %zu", item);
    fprintf(stderr, "%8.3f s  worker %d  %s  %s\n", furrow_clock_wall() - log->start, worker, event,
            escape(escaped, label[0] ? label : number));
}

void log_item_started(size_t item, const char *label, int worker, void *context)
{
    print_event("starts  ", item, label, worker, context);
}

void log_item_ended(size_t item, const char *label, int worker, void *context)
{
    print_event("finishes", item, label, worker, context);
}

void log_item_failed(const furrow_error *fault, const char *label, void *context)
{
    const struct log *log = context;
    const char *text = fault->text[0] ? fault->text : furrow_status_text(fault->code);
    char escaped[ESCAPED], escaped_label[ESCAPED];
    escape(escaped, text);
    if (label[0] && !strstr(text, label))
        fprintf(stderr, "furrow: %s: item %zu (%s): %s\n", log->kernel, fault->item,
                escape(escaped_label, label), escaped);
    else
        fprintf(stderr, "furrow: %s: item %zu: %s\n", log->kernel, fault->item, escaped);
}

void log_error(const char *kernel, const furrow_error *error)
{
    char escaped[ESCAPED];
    const char *text = error->text[0] ? error->text : furrow_status_text(error->code);
    fprintf(stderr, "furrow: %s: %s\n", kernel, escape(escaped, text));
}

static bool wants_bar(const struct options *options)
{
    if (options->progress != PROGRESS_AUTO)
        return options->progress == PROGRESS_ALWAYS;
    bool events = options->events || options->kernel->flags & FURROW_KERNEL_SHOWS_ITEMS;
    bool alone = options->output || !isatty(STDOUT_FILENO);
    return isatty(STDERR_FILENO) && alone && !events && !options->quiet;
}

furrow_bar *log_open_bar(const struct options *options)
{
    furrow_bar *bar = NULL;
    const furrow_bar_options style = {.label = options->kernel->name};
    if (wants_bar(options))
        furrow_bar_new(&bar, stderr, &style);
    return bar;
}
