/* The hot loops of one level: see level.h. */
#include "level.h"

#include <string.h>

#include FURROW__VECTOR
#include "levels.h"

#define JOIN_AGAIN(a, b) a##b
#define JOIN(a, b)       JOIN_AGAIN(a, b)
#define NAMED(name)      JOIN(name, FURROW__LEVEL)

FURROW__LEVEL_DECLARE(FURROW__LEVEL);

#define ONES 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff

/* The bytes from masks + FURROW__LINE - i on are all ones up to byte i, and zeros from there. */
static const unsigned char masks[2 * FURROW__LINE] = {
    ONES, ONES, ONES, ONES, ONES, ONES, ONES, ONES,
};

static inline vector below(size_t i)
{
    return load(masks + FURROW__LINE - i);
}

void NAMED(furrow__begin_)(furrow__lines *lines, unsigned char *to, bool streams)
{
    size_t offset = (uintptr_t)to % WIDTH;
    memset(lines->pending, 0, sizeof lines->pending);
    lines->line = to - offset;
    lines->filled = lines->foreign = offset;
    lines->streams = streams;
}

void NAMED(furrow__end_)(furrow__lines *lines)
{
    if (lines->filled > lines->foreign)
        memcpy(lines->line + lines->foreign, lines->pending + lines->foreign,
               lines->filled - lines->foreign);
    if (lines->streams)
        stream_end();
}

/* A line that is whole but for its foreign bytes, which stay. */
static void store_first(furrow__lines *lines, unsigned char *line, vector v)
{
    unsigned char bytes[WIDTH];
    store(bytes, v);
    memcpy(line + lines->foreign, bytes + lines->foreign, WIDTH - lines->foreign);
    lines->foreign = 0;
}

static inline void put(unsigned char *line, vector v, bool streams)
{
    if (streams)
        stream(line, v);
    else
        store(line, v);
}

static inline size_t advance(size_t phase, size_t step, size_t period)
{
    phase += step;
    return phase < period ? phase : phase - period;
}

/* The whole lines of a block, of which `size` bytes remain; returns the phase behind them. Four
 * lines at a time, so that their phases do not wait for one another. */
static inline __attribute__((always_inline)) size_t
emit_lines(unsigned char *line, const unsigned char *rows, size_t size, size_t phase,
           const struct repeat *repeat, const furrow__pattern *pattern, bool streams)
{
    size_t period = pattern->period, step = WIDTH % period, leap = 4 * WIDTH % period;
    size_t p0 = phase, p1 = advance(p0, step, period), p2 = advance(p1, step, period),
           p3 = advance(p2, step, period);
    for (; size >= 4 * WIDTH; size -= 4 * WIDTH, rows += 4 * WIDTH, line += 4 * WIDTH) {
        put(line, load(rows) | repeat_at(repeat, pattern, p0), streams);
        put(line + WIDTH, load(rows + WIDTH) | repeat_at(repeat, pattern, p1), streams);
        put(line + 2 * WIDTH, load(rows + 2 * WIDTH) | repeat_at(repeat, pattern, p2), streams);
        put(line + 3 * WIDTH, load(rows + 3 * WIDTH) | repeat_at(repeat, pattern, p3), streams);
        p0 = advance(p0, leap, period);
        p1 = advance(p1, leap, period);
        p2 = advance(p2, leap, period);
        p3 = advance(p3, leap, period);
    }
    for (; size >= WIDTH; size -= WIDTH, rows += WIDTH, line += WIDTH) {
        put(line, load(rows) | repeat_at(repeat, pattern, p0), streams);
        p0 = advance(p0, step, period);
    }
    return p0;
}

/* One block behind `pending`, whose first `filled` bytes are known and whose others are 0. */
static inline __attribute__((always_inline)) vector
emit_block(furrow__lines *lines, vector pending, const furrow__block *block, bool streams)
{
    const furrow__pattern *pattern = block->pattern;
    size_t period = pattern->period, filled = lines->filled, end = filled + block->size;
    size_t phase = (uint32_t)filled % (uint32_t)period;
    phase = phase ? period - phase : 0;
    struct repeat repeat;
    repeat_init(&repeat, block);
    vector first = load(block->rows - filled) | repeat_at(&repeat, pattern, phase);
    pending |= first & ~below(filled);
    if (end < WIDTH) {
        lines->filled = end;
        return pending & below(end);
    }
    if (lines->foreign)
        store_first(lines, lines->line, pending);
    else
        put(lines->line, pending, streams);
    const unsigned char *rows = block->rows + (WIDTH - filled);
    size_t whole = (end - WIDTH) / WIDTH * WIDTH;
    phase = advance(phase, WIDTH % period, period);
    phase = emit_lines(lines->line + WIDTH, rows, whole, phase, &repeat, pattern, streams);
    lines->line += WIDTH + whole;
    lines->filled = end % WIDTH;
    return (load(rows + whole) | repeat_at(&repeat, pattern, phase)) & below(lines->filled);
}

static inline __attribute__((always_inline)) void
emit_blocks(furrow__lines *lines, const furrow__block *blocks, size_t count, bool streams)
{
    vector pending = load(lines->pending);
    for (size_t i = 0; i < count; i++)
        pending = emit_block(lines, pending, &blocks[i], streams);
    store(lines->pending, pending);
}

void NAMED(furrow__emit_)(furrow__lines *lines, const furrow__block *blocks, size_t count)
{
    if (lines->streams)
        emit_blocks(lines, blocks, count, true);
    else
        emit_blocks(lines, blocks, count, false);
}

uint64_t NAMED(furrow__count_up_to_)(const int32_t *sums, size_t count, int32_t limit)
{
    uint64_t found = 0;
    for (size_t begin = 0; begin < count;) { /* in parts whose count fits 32 bits */
        size_t end = count - begin > (1u << 30) ? begin + (1u << 30) : count;
        uint32_t part = 0;
#pragma omp simd reduction(+ : part)
        for (size_t i = begin; i < end; i++)
            part += sums[i] <= limit;
        found += part;
        begin = end;
    }
    return found;
}

size_t NAMED(furrow__position_)(const uint64_t *column, size_t count, uint64_t limit)
{
    uint64_t found = 0;
    for (size_t i = 0; i < count; i += 8)
#pragma omp simd reduction(+ : found)
        for (size_t j = i; j < i + 8; j++)
            found += column[j] <= limit;
    return (size_t)found;
}

void NAMED(furrow__permute_)(uint32_t *outputs, const uint32_t *inputs, size_t count, size_t width,
                             const uint32_t *indices, size_t length)
{
    size_t i = 0;
    for (; i < count && permutes(width); i++, inputs += width, outputs += length)
        permute(outputs, inputs, width, indices, length);
    for (; i < count; i++, inputs += width, outputs += length)
        for (size_t j = 0; j < length; j++)
            outputs[j] = inputs[indices[j]];
}
