#include <furrow/kernel.h>

#include <stdbool.h>
#include <string.h>

#include "nearest.h"

static bool is_whole(const furrow_kernel *kernel)
{
    bool runs = kernel->variants || (kernel->body && (kernel->items || kernel->next));
    return kernel->name && kernel->summary && kernel->setup && runs;
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
                                "kernel %s: expected a name, a summary, setup, and body with items "
                                "or next, or variants",
                                kernel->name ? kernel->name : "without a name");
    if (error)
        *error = (furrow_error){.item = FURROW_NO_ITEM};
    int status = furrow_args_check(args, error);
    if (status == FURROW_OK)
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
