/* sink.h: a furrow_sink into memory, which can fail. */
#ifndef FURROW_TESTS_SINK_H
#define FURROW_TESTS_SINK_H

#include <stddef.h>
#include <string.h>

/* What came so far, as one string; what does not fit is dropped. {0} to start with. */
typedef struct memory_sink {
    char text[1 << 18];
    size_t size, calls;
    size_t failing_call; /* this call, from 1, and all after it fail with `code`; 0: none */
    int code;
} memory_sink;

static inline int memory_sink_take(const char *bytes, size_t size, void *context)
{
    memory_sink *sink = context;
    sink->calls++;
    if (sink->failing_call != 0 && sink->calls >= sink->failing_call)
        return sink->code;
    size_t room = sizeof sink->text - 1 - sink->size;
    size_t taken = size < room ? size : room;
    memcpy(sink->text + sink->size, bytes, taken);
    sink->size += taken;
    sink->text[sink->size] = '\0';
    return 0;
}

#endif
