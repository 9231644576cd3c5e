#include <furrow/kernel.h>

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

static bool is_whole(const furrow_kernel *kernel)
{
    bool runs = kernel->variants || (kernel->body && (kernel->shape || kernel->next));
    return kernel->name && kernel->summary && runs && !(kernel->partial && kernel->next);
}

int furrow_kernel_setup(void **state, const furrow_kernel *kernel, const furrow_args *args,
                        furrow_error *error)
{
    *state = NULL;
    if (kernel->abi != FURROW_KERNEL_ABI)
        return furrow_error_set(error, FURROW_EABI,
                                "kernel built for interface %u, this is %u; build it again",
                                kernel->abi, FURROW_KERNEL_ABI);
    if (!is_whole(kernel))
        return furrow_error_set(error, FURROW_EINVAL,
                                "kernel %s: expected a name, a summary, and a body with shape or "
                                "next, or variants; and partials only without next",
                                kernel->name ? kernel->name : "without a name");
    if (error)
        *error = (furrow_error){.item = FURROW_NO_ITEM};
    int status = furrow_args_check(args, error);
    if (status == FURROW_OK && kernel->setup)
        status = kernel->setup(state, args, error);
    if (status == FURROW_OK)
        return status;
    *state = NULL;
    if (error && !error->text[0])
        furrow_error_set(error, status, "setting up: %s", furrow_status_text(status));
    return status;
}

void furrow_kernel_teardown(const furrow_kernel *kernel, void *state)
{
    if (kernel->teardown && state)
        kernel->teardown(state);
}

int furrow_kernel_begin(const furrow_kernel *kernel, void *state, size_t round, furrow_error *error)
{
    furrow_error own = {.item = FURROW_NO_ITEM};
    int status = kernel->begin ? kernel->begin(state, round, &own) : FURROW_OK;
    if (status && !own.text[0])
        furrow_error_set(&own, status, "cannot start%s: %s", round > 0 ? " again" : "",
                         furrow_status_text(status));
    if (error)
        *error = own;
    return status;
}

furrow_shape furrow_kernel_shape(const furrow_kernel *kernel, const void *state)
{
    return kernel->shape ? kernel->shape(state)
                         : (furrow_shape){.items = kernel->next ? FURROW_UNKNOWN : 0};
}

/* Whether the entry has this name. Entries of records have all names that the writer knows. */
static bool is_named(const furrow_kernel_format *format, const char *name)
{
    furrow_format known;
    return format->name ? strcmp(format->name, name) == 0 : furrow_format_parse(&known, name);
}

const furrow_kernel_format *furrow_kernel_format_next(const furrow_kernel *kernel,
                                                      const furrow_kernel_format *format)
{
    format = format ? format + 1 : kernel->formats;
    return format && (format->emit || format->write || format->finish) ? format : NULL;
}

furrow_part furrow_part_of(size_t items, size_t index, size_t count)
{
    size_t whole = items / count, rest = items % count;
    furrow_part part = {
        .begin = (index - 1) * whole + (index - 1 < rest ? index - 1 : rest),
        .end = index * whole + (index < rest ? index : rest),
        .first = index == 1,
    };
    part.last = part.end == items && (part.end > part.begin || part.first);
    return part;
}

int furrow_kernel_open(const furrow_kernel_format **format, const furrow_kernel *kernel,
                       void *state, const char *name, bool items, const furrow_part *part,
                       furrow_error *error)
{
    furrow_format known;
    int status =
        furrow_format_parse(&known, name)
            ? FURROW_OK
            : furrow_error_set(error, FURROW_EINVAL, "%s has no format \"%s\"", kernel->name, name);
    *format = NULL;
    for (const furrow_kernel_format *entry = NULL;
         (entry = furrow_kernel_format_next(kernel, entry)) != NULL;) {
        if (!is_named(entry, name) || (items && entry->write))
            continue;
        status = entry->open ? entry->open(state, entry, part, error) : FURROW_OK;
        if (status == FURROW_ENOTSUP)
            continue;
        *format = status ? NULL : entry;
        return status;
    }
    return status;
}

int furrow_kernel_tell(const furrow_kernel *kernel, void *state, furrow_moment moment, FILE *log,
                       furrow_error *error)
{
    return kernel->tell ? kernel->tell(state, moment, log, error) : FURROW_OK;
}

const furrow_kernel *furrow_kernel_find(const furrow_kernel *const *kernels, const char *name,
                                        const furrow_kernel **nearest)
{
    const char *near_name = NULL;
    size_t distance = FURROW__NEAREST_NONE;
    if (nearest)
        *nearest = NULL;
    for (; *kernels; kernels++) {
        if (strcmp((*kernels)->name, name) == 0)
            return *kernels;
        furrow__nearest(&near_name, &distance, name, (*kernels)->name);
        if (nearest && near_name == (*kernels)->name)
            *nearest = *kernels;
    }
    return NULL;
}

const furrow_variant *furrow_kernel_variant(const furrow_kernel *kernel, const char *name)
{
    for (const furrow_variant *variant = kernel->variants; variant && variant->name; variant++)
        if (strcmp(variant->name, name) == 0)
            return variant;
    return NULL;
}
