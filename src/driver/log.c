#include "log.h"

#include <stdio.h>
#include <string.h>

#include <furrow/clock.h>

enum { PLAIN = 1100 }; /* an error in which each character is escaped */

/* Names of files may hold newlines, and orders to the terminal. Returns `plain`. */
static const char *plainly(char plain[PLAIN], const char *text)
{
    size_t used = 0;
    for (; *text && used + 5 < PLAIN; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < ' ' || byte == 0x7f)
            used += (size_t)snprintf(plain + used, PLAIN - used, "\\%03o", (unsigned)byte);
        else
            plain[used++] = *text;
    }
    plain[used] = '\0';
    return plain;
}

static void say_event(const char *event, size_t item, const char *label, int worker,
                      const struct log *log)
{
    char number[32];
    snprintf(number, sizeof number, "item %zu", item);
    char plain[PLAIN];
    fprintf(stderr, "%8.3f s  worker %d  %s  %s\n", furrow_clock_wall() - log->start, worker, event,
            plainly(plain, label[0] ? label : number));
}

void log_item_started(size_t item, const char *label, int worker, void *context)
{
    say_event("starts  ", item, label, worker, context);
}

void log_item_ended(size_t item, const char *label, int worker, void *context)
{
    say_event("finishes", item, label, worker, context);
}

void log_item_failed(const furrow_error *fault, const char *label, void *context)
{
    const struct log *log = context;
    const char *text = fault->text[0] ? fault->text : furrow_status_text(fault->code);
    char plain[PLAIN], plain_label[PLAIN];
    plainly(plain, text);
    if (label[0] && !strstr(text, label))
        fprintf(stderr, "furrow: %s: item %zu (%s): %s\n", log->kernel, fault->item,
                plainly(plain_label, label), plain);
    else
        fprintf(stderr, "furrow: %s: item %zu: %s\n", log->kernel, fault->item, plain);
}

void log_error(const char *kernel, const furrow_error *error)
{
    char plain[PLAIN];
    fprintf(stderr, "furrow: %s: %s\n", kernel,
            plainly(plain, error->text[0] ? error->text : furrow_status_text(error->code)));
}
