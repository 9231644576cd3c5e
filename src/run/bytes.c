#include "bytes.h"

#include <stdint.h>
#include <stdlib.h>

/* A piece is small enough that it is still in the second level cache when it is written. */
static const uint64_t piece_size = (uint64_t)256 << 10;
/* The pieces of a window that is written in order: enough to hide what starting a window costs. */
static const size_t max_pieces = 64;

int furrow__bytes_init(furrow__bytes *bytes, const void *state, const furrow_part *part,
                       const furrow_run_options *options)
{
    const furrow_kernel_format *format = options->format;
    uint64_t size = 0;
    *bytes = (furrow__bytes){0};
    if (!format || !format->write || !options->sink)
        return FURROW_OK;
    *bytes = (furrow__bytes){
        .format = format, .state = state, .options = options, .part = *part, .piece_items = 1};
    pthread_mutex_init(&bytes->lock, NULL);
    int status = format->offset(&size, state, part->end);
    uint64_t pieces = size / piece_size + 1;
    size_t items = part->end - part->begin;
    if (status == FURROW_OK && items > pieces)
        bytes->piece_items = (size_t)(items / pieces);
    return status;
}

void furrow__bytes_clear(furrow__bytes *bytes)
{
    if (!bytes->format)
        return;
    for (size_t i = 0; i < bytes->pieces.count; i++)
        free(bytes->pieces.heap[i].bytes);
    for (size_t i = 0; i < bytes->spare_count; i++)
        free(bytes->spare[i].bytes);
    free(bytes->spare);
    furrow__reorder_clear(&bytes->pieces);
    pthread_mutex_destroy(&bytes->lock);
}

size_t furrow__bytes_max_items(const furrow__bytes *bytes)
{
    if (bytes->options->write_at || bytes->piece_items > SIZE_MAX / max_pieces)
        return SIZE_MAX;
    return max_pieces * bytes->piece_items;
}

static int fail(furrow__bytes *bytes, int status, const furrow_error *error)
{
    pthread_mutex_lock(&bytes->lock);
    if (error->text[0] && !bytes->error.code) {
        bytes->error = *error;
        bytes->error.code = status;
    }
    pthread_mutex_unlock(&bytes->lock);
    return status;
}

static int reserve(furrow__buffer *buffer, size_t size)
{
    if (size <= buffer->room)
        return FURROW_OK;
    free(buffer->bytes);
    buffer->room = size + size / 8;
    buffer->bytes = malloc(buffer->room);
    if (!buffer->bytes)
        buffer->room = 0;
    return buffer->bytes ? FURROW_OK : FURROW_ENOMEM;
}

/* Makes the `*size` bytes of the items [begin, end) in `buffer`. They belong at `*offset`. */
static int make(furrow__bytes *bytes, furrow__buffer *buffer, size_t begin, size_t end,
                uint64_t *offset, size_t *size)
{
    const furrow_kernel_format *format = bytes->format;
    furrow_error error = {0};
    uint64_t behind;
    int status = format->offset(offset, bytes->state, begin);
    if (status == FURROW_OK)
        status = format->offset(&behind, bytes->state, end);
    if (status)
        return status;
    if (begin == end) /* without items the part begins at 0 */
        *offset = 0;
    *size = (size_t)(behind - *offset);
    status = reserve(buffer, *size + 1);
    if (status == FURROW_OK)
        status = format->write(buffer->bytes, bytes->state, begin, end);
    if (status == FURROW_OK && bytes->options->checks && format->check)
        status = format->check(buffer->bytes, bytes->state, begin, end, &error);
    return status ? fail(bytes, status, &error) : FURROW_OK;
}

/* ---- at any place ---- */

static int write_at_once(furrow__bytes *bytes, furrow__buffer *own, size_t begin, size_t end)
{
    uint64_t offset;
    size_t size;
    int status = make(bytes, own, begin, end, &offset, &size);
    if (status)
        return status;
    return bytes->options->write_at(own->bytes, size, offset, bytes->options->sink_context);
}

/* ---- in order ---- */

static furrow__buffer take_spare(furrow__bytes *bytes)
{
    furrow__buffer buffer = {0};
    pthread_mutex_lock(&bytes->lock);
    if (bytes->spare_count > 0)
        buffer = bytes->spare[--bytes->spare_count];
    pthread_mutex_unlock(&bytes->lock);
    return buffer;
}

/* Keeps the buffer for a later piece, or frees it without memory for that. Under the lock. */
static void give_spare(furrow__bytes *bytes, furrow__buffer buffer)
{
    if (bytes->spare_count == bytes->spare_room) {
        size_t room = bytes->spare_room ? 2 * bytes->spare_room : 16;
        furrow__buffer *grown = realloc(bytes->spare, room * sizeof *grown);
        if (!grown) {
            free(buffer.bytes);
            return;
        }
        bytes->spare = grown;
        bytes->spare_room = room;
    }
    bytes->spare[bytes->spare_count++] = buffer;
}

static int keep_for_later(furrow__bytes *bytes, size_t begin, size_t end)
{
    furrow__buffer buffer = take_spare(bytes);
    uint64_t offset;
    size_t size = 0;
    int status = make(bytes, &buffer, begin, end, &offset, &size);
    pthread_mutex_lock(&bytes->lock);
    const furrow__reorder_range piece = {begin, end, buffer.bytes, size, buffer.room};
    if (status == FURROW_OK)
        status = furrow__reorder_push(&bytes->pieces, &piece);
    if (status)
        free(buffer.bytes);
    pthread_mutex_unlock(&bytes->lock);
    return status;
}

int furrow__bytes_make(furrow__bytes *bytes, const furrow_range *range, furrow__buffer *own)
{
    int status = FURROW_OK;
    for (size_t begin = range->begin, end; !status && begin < range->end; begin = end) {
        size_t left = range->end - begin;
        end = begin + (left < bytes->piece_items ? left : bytes->piece_items);
        end = furrow_range_claim_part(range, begin, end);
        if (begin == end)
            break;
        status = bytes->options->write_at ? write_at_once(bytes, own, begin, end)
                                          : keep_for_later(bytes, begin, end);
        if (furrow_cancel_requested(range->cancel))
            status = status ? status : FURROW_ECANCELED;
    }
    return status;
}

int furrow__bytes_hand_on(furrow__bytes *bytes, size_t end)
{
    const furrow_run_options *options = bytes->options;
    int status = FURROW_OK;
    pthread_mutex_lock(&bytes->lock);
    while (!status && bytes->pieces.count > 0 && bytes->pieces.heap[0].begin < end) {
        furrow__reorder_range piece;
        furrow__reorder_pop(&bytes->pieces, &piece);
        pthread_mutex_unlock(&bytes->lock);
        status = options->sink(piece.bytes, piece.size, options->sink_context);
        pthread_mutex_lock(&bytes->lock);
        if (status == FURROW_OK)
            bytes->written = piece.end;
        give_spare(bytes, (furrow__buffer){piece.bytes, piece.room});
    }
    pthread_mutex_unlock(&bytes->lock);
    return status;
}

int furrow__bytes_write_none(furrow__bytes *bytes)
{
    furrow__buffer buffer = {0};
    uint64_t offset;
    size_t size = 0;
    int status = make(bytes, &buffer, bytes->part.begin, bytes->part.end, &offset, &size);
    if (status == FURROW_OK && size > 0)
        status = bytes->options->sink(buffer.bytes, size, bytes->options->sink_context);
    free(buffer.bytes);
    return status;
}
