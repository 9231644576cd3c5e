#include "talk.h"

#include <stdio.h>
#include <string.h>

#include <furrow/clock.h>

static void say_event(const char *event, size_t item, const char *label, int worker,
                      const struct talk *talk)
{
    char number[32];
    snprintf(number, sizeof number, "item %zu", item);
    fprintf(stderr, "%8.3f s  worker %d  %s  %s\n", furrow_clock_wall() - talk->start, worker,
            event, label[0] ? label : number);
}

void talk_item_started(size_t item, const char *label, int worker, void *context)
{
    say_event("starts  ", item, label, worker, context);
}

void talk_item_ended(size_t item, const char *label, int worker, void *context)
{
    say_event("finishes", item, label, worker, context);
}

void talk_item_failed(const furrow_error *fault, const char *label, void *context)
{
    const struct talk *talk = context;
    const char *text = fault->text[0] ? fault->text : furrow_status_text(fault->code);
    if (label[0] && !strstr(text, label))
        fprintf(stderr, "furrow: %s: item %zu (%s): %s\n", talk->kernel, fault->item, label, text);
    else
        fprintf(stderr, "furrow: %s: item %zu: %s\n", talk->kernel, fault->item, text);
}

void talk_error(const char *kernel, const furrow_error *error)
{
    fprintf(stderr, "furrow: %s: %s\n", kernel,
            error->text[0] ? error->text : furrow_status_text(error->code));
}
