/* The hot loops of one instruction set: see isa.h. */
#include "isa.h"

#include <string.h>

#include FURROW__VECTOR

#define ONES 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff

/* From masks + FURROW__LINE - i on, i bytes have all bits set, and the others are 0. */
static const unsigned char masks[2 * FURROW__LINE] = {
    ONES, ONES, ONES, ONES, ONES, ONES, ONES, ONES,
};

static inline vector below(size_t i)
{
    return load(masks + FURROW__LINE - i);
}

static void begin(furrow__lines *lines, unsigned char *to, bool streams)
{
    size_t offset = (uintptr_t)to % WIDTH;
    memset(lines->pending, 0, sizeof lines->pending);
    lines->line = to - offset;
    lines->filled = lines->foreign = offset;
    lines->streams = streams;
}

static void end(furrow__lines *lines)
{
    if (lines->filled > lines->foreign)
        memcpy(lines->line + lines->foreign, lines->pending + lines->foreign,
               lines->filled - lines->foreign);
    if (lines->streams)
        stream_end();
}

/* Stores a whole line, except its foreign bytes, which stay as they are. */
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

/* The source of a copy: the bytes from `table` on, which begin at `phase` of a row. The next phase
 * is phase + step, or phase - back if phase is `wrap` or above. */
struct source {
    const unsigned char *table;
    const furrow__pattern_phase *phase, *wrap;
    size_t step, back;
};

static inline struct source source_of(const furrow__row_block *block, size_t filled)
{
    const furrow__pattern *pattern = block->pattern;
    size_t back = pattern->period - pattern->step;
    return (struct source){
        .table = block->rows - pattern->before[filled],
        .phase = pattern->phases + pattern->first[filled],
        .wrap = pattern->phases + back,
        .step = pattern->step,
        .back = back,
    };
}

/* The next vector. Both next phases are computed before the comparison, so that the chain of
 * dependent instructions from one vector to the next is short. */
static inline __attribute__((always_inline)) vector take(struct source *source,
                                                         const struct repeat *repeat)
{
    const furrow__pattern_phase *phase = source->phase;
    const furrow__pattern_phase *next = phase + source->step, *wrapped = phase - source->back;
    vector v = rows_at(source->table, repeat, phase);
    source->table += phase->taken;
    source->phase = phase < source->wrap ? next : wrapped;
    return v;
}

/* Appends a block to `pending`, whose first `filled` bytes are known; its other bytes are 0. */
static inline __attribute__((always_inline)) vector
emit_block(furrow__lines *lines, vector pending, const furrow__row_block *block, bool streams)
{
    unsigned char *line = lines->line;
    size_t filled = lines->filled, size = filled + block->size;
    struct source source = source_of(block, filled);
    struct repeat repeat;
    repeat_init(&repeat, block);
    pending |= take(&source, &repeat) & ~below(filled);
    if (size < WIDTH) {
        lines->filled = size;
        return pending & below(size);
    }
    if (lines->foreign)
        store_first(lines, line, pending);
    else
        put(line, pending, streams);
    for (size -= WIDTH, line += WIDTH; size >= WIDTH; size -= WIDTH, line += WIDTH)
        put(line, take(&source, &repeat), streams);
    lines->line = line;
    lines->filled = size;
    return rows_at(source.table, &repeat, source.phase) & below(size);
}

static inline __attribute__((always_inline)) void
emit_blocks(furrow__lines *lines, const furrow__row_block *blocks, size_t count, bool streams)
{
    furrow__lines here = {.line = lines->line, .filled = lines->filled, .foreign = lines->foreign};
    vector pending = load(lines->pending);
    for (size_t i = 0; i < count; i++)
        pending = emit_block(&here, pending, &blocks[i], streams);
    store(lines->pending, pending);
    lines->line = here.line;
    lines->filled = here.filled;
    lines->foreign = here.foreign;
}

static void emit(furrow__lines *lines, const furrow__row_block *blocks, size_t count)
{
    if (lines->streams)
        emit_blocks(lines, blocks, count, true);
    else
        emit_blocks(lines, blocks, count, false);
}

static uint64_t count_up_to(const int32_t *sums, size_t count, int32_t limit)
{
    uint64_t found = 0;
    for (size_t begin = 0; begin < count;) { /* parts whose counts fit 32 bits */
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

/* A lane of 16 bits counts up to 2^15 - 1, so that lanes are added up before that. */
static uint64_t count_up_to_16(const int16_t *sums, size_t count, int16_t limit)
{
    typedef int16_t lanes __attribute__((vector_size(WIDTH)));
    enum { LANES = WIDTH / sizeof(int16_t), PART = LANES * 32000 };
    uint64_t found = 0;
    size_t i = 0;
    while (count - i >= LANES) {
        size_t end = count - i > PART ? i + PART : count - (count - i) % LANES;
        lanes even = {0}, odd = {0}, some;
        for (; i + 2 * LANES <= end; i += 2 * LANES) {
            memcpy(&some, sums + i, sizeof some);
            even -= some <= limit;
            memcpy(&some, sums + i + LANES, sizeof some);
            odd -= some <= limit;
        }
        for (; i < end; i += LANES) {
            memcpy(&some, sums + i, sizeof some);
            even -= some <= limit;
        }
        for (size_t lane = 0; lane < LANES; lane++)
            found += (uint64_t)even[lane] + (uint64_t)odd[lane];
    }
    for (; i < count; i++)
        found += sums[i] <= limit;
    return found;
}

static size_t position(const uint64_t *column, size_t count, uint64_t limit)
{
    uint64_t found = 0;
#pragma omp simd reduction(+ : found)
    for (size_t i = 0; i < count; i++)
        found += column[i] <= limit;
    return (size_t)found;
}

static void permute_all(uint32_t *outputs, const uint32_t *inputs, size_t count, size_t width,
                        const uint32_t *indices, size_t length)
{
    size_t i = 0;
    for (; i < count && permutes(width); i++, inputs += width, outputs += length)
        permute(outputs, inputs, width, indices, length);
    for (; i < count; i++, inputs += width, outputs += length)
        for (size_t j = 0; j < length; j++)
            outputs[j] = inputs[indices[j]];
}

#define NAME(isa)        NAME_(isa)
#define NAME_(isa)       #isa
#define DESCRIPTOR(isa)  DESCRIPTOR_(isa)
#define DESCRIPTOR_(isa) furrow__combinations_##isa

const furrow__combinations_isa DESCRIPTOR(FURROW__ISA) = {
    .id = {.name = NAME(FURROW__ISA), .features = FEATURES},
    .width = WIDTH,
    .packed = PACKED,
    .begin = begin,
    .emit = emit,
    .end = end,
    .count_up_to = count_up_to,
    .count_up_to_16 = count_up_to_16,
    .position = position,
    .permute = permute_all,
};
