#include <inttypes.h>
#include <stdio.h>

#include "bytes.h"
#include "driver.h"
#include "size.h"

/* What nobody writes by mistake. */
static const uint64_t most_size = (uint64_t)64 << 30;

static int refuse(const struct session *session, const char *size)
{
    fprintf(stderr,
            "furrow: %s: %s: expected at most %" PRIu64
            "; --yes writes them, --from and --to choose fewer\n",
            session->kernel->name, size, most_size);
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

/* Records of a kernel that also writes bytes show each result, in no fewer bytes than it has. */
static int limit_records(const struct session *session)
{
    const struct options *options = session->options;
    const furrow_shape shape = furrow_kernel_shape(session->kernel, session->state);
    size_t items = session->part.end - session->part.begin, width = shape.result_size;
    if (!writes_bytes(session->kernel) || options->variant || options->yes)
        return DRIVER_OK;
    if (options->most > 0 && options->most < items)
        items = options->most;
    if (width == 0 || items <= most_size / width)
        return DRIVER_OK;
    char text[128];
    snprintf(text, sizeof text, "%zu results of at least %zu byte%s", items, width,
             width == 1 ? "" : "s");
    return refuse(session, text);
}

/* The size is not known. */
static int fail(const furrow_kernel *kernel, int status)
{
    furrow_error error;
    if (status == FURROW_EOVERFLOW)
        furrow_error_set(&error, status,
                         "expected at most 2^63 bytes, which is more than any file holds; --from "
                         "and --to choose fewer");
    else
        furrow_error_set(&error, status, "%s", furrow_status_text(status));
    log_error(kernel->name, &error);
    return status == FURROW_EOVERFLOW ? DRIVER_USAGE : driver_code(status);
}

int size_check(const struct session *session)
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
                 bytes_text(text, (double)size));
    if (size > most_size && !options->yes)
        return refuse(session, exact);
    if (!options->quiet)
        fprintf(stderr, "%s\n", exact);
    return DRIVER_OK;
}
