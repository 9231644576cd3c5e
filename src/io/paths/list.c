#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/* Longer than any path: a file with a longer line is no list of paths. */
static const size_t max_bytes = 65536;
/* The byte order mark of UTF-8. */
static const char mark[] = "\xef\xbb\xbf";

void furrow__list_open(furrow__list *list, int file, bool owned, char end, const char *name)
{
    *list = (furrow__list){
        .file = file,
        .owned = owned,
        .end = end,
        .name = name,
        .buffer = list->buffer,
        .room = list->room,
    };
}

void furrow__list_close(furrow__list *list)
{
    if (list->file >= 0 && list->owned)
        close(list->file);
    list->file = -1;
}

void furrow__list_clear(furrow__list *list)
{
    furrow__list_close(list);
    free(list->buffer);
    *list = (furrow__list){.file = -1};
}

/* Makes room for one more byte, and one for the end of a list without its last newline. */
static int make_room(furrow__list *list, furrow_error *error)
{
    size_t left = list->size > list->begin ? list->size - list->begin : 0;
    if (left > 0)
        memmove(list->buffer, list->buffer + list->begin, left);
    list->size = left;
    list->begin = 0;
    if (list->size > max_bytes)
        return furrow_error_set(error, FURROW_EFORMAT,
                                "%s: expected a list of paths, got a line of %zu bytes or more",
                                list->name, list->size);
    if (list->size + 1 < list->room)
        return FURROW_OK;
    size_t room = list->room ? 2 * list->room : 4096;
    char *grown = realloc(list->buffer, room);
    if (!grown)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for a list");
    list->buffer = grown;
    list->room = room;
    return FURROW_OK;
}

static int read_more(furrow__list *list, furrow_error *error)
{
    int status = make_room(list, error);
    if (status)
        return status;
    ssize_t got = read(list->file, list->buffer + list->size, list->room - list->size - 1);
    if (got < 0) {
        int code = -errno;
        return furrow_error_set(error, code, "%s: cannot read the list: %s", list->name,
                                furrow_status_text(code));
    }
    list->size += (size_t)got;
    list->ended = got == 0;
    return FURROW_OK;
}

/* Takes the name in the next `length` bytes of the buffer, and overwrites the byte after them. */
static int take(furrow__list *list, const char **name, size_t length, furrow_error *error)
{
    char *text = list->buffer + list->begin;
    list->begin += length + 1;
    text[length] = '\0';
    if (list->end == '\n' && !list->begun && strncmp(text, mark, strlen(mark)) == 0) {
        text += strlen(mark);
        length -= strlen(mark);
    }
    list->begun = true;
    if (list->end == '\n' && strlen(text) < length)
        return furrow_error_set(error, FURROW_EFORMAT,
                                "%s: expected lines of text, got a NUL byte; --files0-from reads "
                                "lists whose names end in NUL",
                                list->name);
    if (list->end == '\n' && length > 0 && text[length - 1] == '\r')
        text[length - 1] = '\0';
    *name = text;
    return FURROW_OK;
}

static const char *find_end(const furrow__list *list)
{
    size_t left = list->size > list->begin ? list->size - list->begin : 0;
    return left ? memchr(list->buffer + list->begin, list->end, left) : NULL;
}

int furrow__list_next(furrow__list *list, const char **name, furrow_error *error)
{
    for (;;) {
        *name = NULL;
        const char *end = find_end(list);
        size_t left = list->size > list->begin ? list->size - list->begin : 0;
        int status = FURROW_OK;
        if (end || (list->ended && left > 0))
            status =
                take(list, name, end ? (size_t)(end - list->buffer) - list->begin : left, error);
        else if (list->ended)
            return FURROW_OK;
        else
            status = read_more(list, error);
        if (status || (*name && **name))
            return status;
    }
}

bool furrow__list_ready(const furrow__list *list)
{
    struct pollfd wish = {.fd = list->file, .events = POLLIN};
    return list->ended || find_end(list) || poll(&wish, 1, 0) != 0;
}
