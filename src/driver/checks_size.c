#include <inttypes.h>
#include <stdio.h>

#include "checks.h"
#include "driver.h"
#include "words.h"

/* Nobody writes more than this by mistake. */
static const uint64_t max_size = (uint64_t)64 << 30;

static int refuse(const struct session *session, const char *size)
{
    fprintf(stderr,
            "furrow: %s: the output would be %s, expected at most %" PRIu64
            " bytes; write it with --yes, or less with --from and --to\n",
            session->kernel->name, size, max_size);
    return DRIVER_USAGE;
}

static bool writes_bytes(const furrow_kernel *kernel)
{
    const furrow_kernel_format *format = NULL;
    while ((format = furrow_kernel_format_next(kernel, format)) != NULL)
        if (format->write)
            return true;
    return false;
}

/* A record of a kernel that can also write bytes shows a whole result, and so is no shorter. */
static int limit_records(const struct session *session)
{
    const struct options *options = session->options;
    const furrow_shape shape = furrow_kernel_shape(session->kernel, session->state);
    size_t items = session->part.end - session->part.begin, width = shape.result_size;
    if (!writes_bytes(session->kernel) || options->variant || options->yes)
        return DRIVER_OK;
    if (options->max_items > 0 && options->max_items < items)
        items = options->max_items;
    if (width == 0 || items <= max_size / width)
        return DRIVER_OK;
    char text[128];
    snprintf(text, sizeof text, "%zu results of at least %zu byte%s", items, width,
             width == 1 ? "" : "s");
    return refuse(session, text);
}

/* For a size that cannot be computed. */
static int fail(const furrow_kernel *kernel, int status)
{
    furrow_error error;
    if (status == FURROW_EOVERFLOW)
        furrow_error_set(&error, status,
                         "the output would be larger than any file, 2^63 bytes; write less with "
                         "--from and --to");
    else
        furrow_error_set(&error, status, "%s", furrow_status_text(status));
    log_error(kernel->name, &error);
    return status == FURROW_EOVERFLOW ? DRIVER_USAGE : ending_code(status);
}

int checks_of_size(const struct session *session)
{
    const furrow_kernel *kernel = session->kernel;
    const struct options *options = session->options;
    char text[32], exact[64];
    uint64_t size = 0;
    if (!session->format || !session->format->write)
        return limit_records(session);
    int status = session->format->offset(&size, session->state, session->part.end);
    if (status)
        return fail(kernel, status);
    if (size < 1000)
        snprintf(exact, sizeof exact, "%" PRIu64 " byte%s", size, size == 1 ? "" : "s");
    else
        snprintf(exact, sizeof exact, "%" PRIu64 " bytes (%s)", size,
                 words_of_bytes(text, (double)size));
    if (size > max_size && !options->yes)
        return refuse(session, exact);
    if (!options->quiet)
        fprintf(stderr, "%s\n", exact);
    return DRIVER_OK;
}
