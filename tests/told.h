/* told.h: what a kernel's `tell` writes, as text. */
#ifndef FURROW_TESTS_TOLD_H
#define FURROW_TESTS_TOLD_H

#include <stdio.h>
#include <string.h>

#include <furrow/kernel.h>

/* Stores what the kernel tells at this moment in `text`, without the last newline. Returns the
 * kernel's status. */
static inline int tell_text(char *text, size_t size, const furrow_kernel *kernel, void *state,
                            furrow_moment moment, furrow_error *error)
{
    FILE *talk = tmpfile();
    text[0] = '\0';
    if (!talk)
        return FURROW_EIO;
    int status = furrow_kernel_tell(kernel, state, moment, talk, error);
    rewind(talk);
    size_t length = fread(text, 1, size - 1, talk);
    length -= length > 0 && text[length - 1] == '\n';
    text[length] = '\0';
    fclose(talk);
    return status;
}

#endif
