#include "internal.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Far more than the mountinfo of a host with a hundred thousand mounts. */
static const size_t largest = (size_t)64 << 20;

static int print_path(char **path, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    *path = length < 0 ? NULL : malloc((size_t)length + 1);
    if (!*path)
        return FURROW_ENOMEM;
    vsnprintf(*path, (size_t)length + 1, format, arguments);
    return FURROW_OK;
}

/* Without O_NONBLOCK open would wait for the writer of a pipe. */
static int open_regular(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0)
        return -1;
    struct stat status;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode))
        return file;
    close(file);
    return -1;
}

/* Files in /proc and /sys do not tell their sizes, so the buffer grows until the end. */
static int read_all(char **text, int file)
{
    size_t size = 0, room = 4096;
    char *bytes = malloc(room);
    while (bytes) {
        ssize_t got = read(file, bytes + size, room - size - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || size + (size_t)got > largest) {
            free(bytes);
            return FURROW_OK;
        }
        if (got == 0) {
            bytes[size] = '\0';
            *text = bytes;
            return FURROW_OK;
        }
        size += (size_t)got;
        if (size + 1 < room)
            continue;
        room *= 2;
        char *larger = realloc(bytes, room);
        if (!larger)
            free(bytes);
        bytes = larger;
    }
    return FURROW_ENOMEM;
}

int furrow__cpu_read(char **text, const char *format, ...)
{
    *text = NULL;
    char *path;
    va_list arguments;
    va_start(arguments, format);
    int status = print_path(&path, format, arguments);
    va_end(arguments);
    if (status)
        return status;
    int file = open_regular(path);
    free(path);
    if (file < 0)
        return FURROW_OK;
    status = read_all(text, file);
    close(file);
    return status;
}

void furrow__cpu_print(char *line, size_t size, const char *text)
{
    size_t length = 0;
    for (; text[length] && text[length] != '\n' && length + 1 < size; length++)
        line[length] = text[length] >= ' ' && text[length] <= '~' ? text[length] : '?';
    line[length] = '\0';
}
