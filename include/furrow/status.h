/*
 * status.h: how functions report errors.
 *
 * Every function that can fail returns an int: 0, or a negative code from
 * FURROW_STATUS_MAP. Codes are negated errno values where POSIX has one, so
 * any other -errno is a valid code too. A callback's own nonzero return comes
 * back unchanged: callbacks may use positive numbers of their own.
 *
 * Functions that read the outside world (files, arguments, the machine) take
 * a last `furrow_error *`, which may be NULL: it says what was expected, what
 * came, and what to try. There is no thread-local "last error": it would be
 * lost between workers.
 */
#ifndef FURROW_STATUS_H
#define FURROW_STATUS_H

#include <errno.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, value, text). The only list of codes; codes of Furrow start at -4001. */
#define FURROW_STATUS_MAP(X)                                                                       \
    X(OK, 0, "success")                                                                            \
    X(ENOMEM, -ENOMEM, "out of memory")                                                            \
    X(EINVAL, -EINVAL, "invalid argument")                                                         \
    X(ERANGE, -ERANGE, "value out of range")                                                       \
    X(EOVERFLOW, -EOVERFLOW, "result too large to represent")                                      \
    X(EFBIG, -EFBIG, "larger than the limit")                                                      \
    X(ENOENT, -ENOENT, "no such file or name")                                                     \
    X(EIO, -EIO, "input/output error")                                                             \
    X(ENOTSUP, -ENOTSUP, "not supported")                                                          \
    X(ECANCELED, -ECANCELED, "cancelled")                                                          \
    X(EAGAIN, -EAGAIN, "no room or thread for it now; try again")                                  \
    X(ETIMEDOUT, -ETIMEDOUT, "not over within the time given")                                     \
    X(EDEADLK, -EDEADLK, "would wait for itself")                                                  \
    X(EFORMAT, -4001, "malformed data")                                                            \
    X(EVERIFY, -4002, "result did not verify")                                                     \
    X(EABI, -4003, "built for another version of Furrow")                                          \
    X(ECLOSED, -4004, "closed: takes no more work")                                                \
    X(END, -4005, "no more items")                                                                 \
    X(ECHANGED, -4006, "not what it was")

typedef enum furrow_status {
#define FURROW_STATUS_ENUMERATE(name, value, text) FURROW_##name = (value),
    FURROW_STATUS_MAP(FURROW_STATUS_ENUMERATE)
#undef FURROW_STATUS_ENUMERATE
} furrow_status;

/* The item of an error that concerns no item. */
#define FURROW_NO_ITEM ((size_t)-1)

#define FURROW_ERROR_TEXT_SIZE 256

/* An error. A plain value: copy it freely; {0} is none. */
typedef struct furrow_error {
    int code;                          /* a status, or the return value of a callback */
    size_t item;                       /* the item it concerns, or FURROW_NO_ITEM */
    char text[FURROW_ERROR_TEXT_SIZE]; /* one line, no newline; may be cut short */
} furrow_error;

/* The code's name, "FURROW_EINVAL"; "unknown" for codes that are not in the map. Never NULL. */
const char *furrow_status_name(int code);

/* The code in words, "invalid argument"; other negated errno values read as strerror does;
 * positive codes are "a callback's own code". Never NULL; a static string. Thread-safe. */
const char *furrow_status_text(int code);

/*
 * Fills `error` (which may be NULL) and returns `code`, so that a failing function can end in
 *
 *     return furrow_error_set(error, FURROW_EINVAL, "threads: expected 1 or more, got %d", n);
 *
 * The item becomes FURROW_NO_ITEM. A text that does not fit keeps its beginning and its end, which
 * says what is wrong, with "..." between. (Without memory for that it keeps its beginning.)
 */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
int furrow_error_set(furrow_error *error, int code, const char *format, ...);

/*
 * For "did you mean ...?": of the NULL-ended `candidates`, the one whose edit distance (F. J.
 * Damerau, 1964) to `name` is smallest, if that is at most a third of the name, or 1: a typing
 * error. NULL: none is near, or the name is longer than 63 characters.
 */
const char *furrow_error_suggest(const char *name, const char *const *candidates);

#ifdef __cplusplus
}
#endif

#endif
