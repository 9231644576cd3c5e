#include <inttypes.h>
#include <stdio.h>

#include "bytes.h"
#include "direct.h"
#include "driver.h"

/* What nobody writes by mistake. */
static const uint64_t most_size = (uint64_t)64 << 30;

/* Opens the document; DIRECT_NONE where there are only records. */
static int open_document(struct session *session)
{
    const furrow_document *document = session->kernel->document;
    const struct options *options = session->options;
    furrow_error error = {0};
    if (!document || options->document == 0)
        return DIRECT_NONE;
    int status = document->open(session->state, options->document - 1, &error);
    if (status == FURROW_ENOTSUP && !options->own_format)
        return DIRECT_NONE;
    if (status == FURROW_OK)
        return DRIVER_OK;
    error.code = status;
    talk_error(session->kernel->name, &error);
    int code = driver_code(status);
    return code == DRIVER_FAILED ? DRIVER_USAGE : code;
}

static int refuse(const struct session *session, const char *size)
{
    fprintf(stderr,
            "furrow: %s: %s: expected at most %" PRIu64
            "; --yes writes them, --from and --to choose fewer\n",
            session->kernel->name, size, most_size);
    return DRIVER_USAGE;
}

/* Records of a kernel that has documents show each result, in no fewer bytes than it has. */
static int limit_records(const struct session *session)
{
    const furrow_kernel *kernel = session->kernel;
    const struct options *options = session->options;
    if (!kernel->document || options->variant || options->yes)
        return DIRECT_NONE;
    const furrow_shape shape = furrow_kernel_shape(kernel, session->state);
    size_t items = shape.items, width = shape.result_size;
    if (options->most > 0 && options->most < items)
        items = options->most;
    if (width == 0 || items <= most_size / width)
        return DIRECT_NONE;
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
    talk_error(kernel->name, &error);
    return status == FURROW_EOVERFLOW ? DRIVER_USAGE : driver_code(status);
}

int direct_open(struct session *session, uint64_t *size)
{
    const furrow_kernel *kernel = session->kernel;
    const struct options *options = session->options;
    char text[32], exact[64];
    *size = 0;
    int code = open_document(session);
    if (code == DIRECT_NONE)
        return limit_records(session);
    if (code != DRIVER_OK)
        return code;
    size_t items = furrow_kernel_shape(kernel, session->state).items;
    int status = kernel->document->offset(size, session->state, items);
    if (status)
        return fail(kernel, status);
    if (*size < 1000)
        snprintf(exact, sizeof exact, "%" PRIu64 " byte%s", *size, *size == 1 ? "" : "s");
    else
        snprintf(exact, sizeof exact, "%" PRIu64 " bytes (%s)", *size,
                 bytes_text(text, (double)*size));
    if (*size > most_size && !options->yes)
        return refuse(session, exact);
    if (!options->quiet)
        fprintf(stderr, "%s\n", exact);
    return DRIVER_OK;
}
