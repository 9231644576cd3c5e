#include "bar.h"

#include <stdio.h>
#include <unistd.h>

static bool is_wanted(const struct options *options)
{
    if (options->progress != PROGRESS_AUTO)
        return options->progress == PROGRESS_ALWAYS;
    bool events = options->events || options->kernel->flags & FURROW_KERNEL_SHOWS_ITEMS;
    bool alone = options->output || !isatty(STDOUT_FILENO);
    return isatty(STDERR_FILENO) && alone && !events && !options->quiet;
}

furrow_bar *bar_open(const struct options *options)
{
    furrow_bar *bar = NULL;
    const furrow_bar_options look = {.label = options->kernel->name};
    if (is_wanted(options))
        furrow_bar_new(&bar, stderr, &look);
    return bar;
}
