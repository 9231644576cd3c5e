#include "record.h"
#include "io/journal/journal.h"

#include <stdlib.h>
#include <string.h>

/* The most bytes of results in a record, unless one item has more: reading takes that memory. */
static const size_t max_bytes = (size_t)1 << 20;

struct results_head {
    uint64_t first, count, result_size, fault_bytes;
};

struct fault {
    uint64_t item;
    int64_t code;
    uint64_t length;
};

void furrow__recorder_init(furrow__recorder *recorder, furrow_journal *journal, size_t first)
{
    *recorder =
        (furrow__recorder){.journal = journal, .begin = first, .end = first, .recorded = first};
}

void furrow__recorder_clear(furrow__recorder *recorder)
{
    free(recorder->bytes);
}

/* ---- writing ---- */

static int put(furrow__recorder *recorder, const void *bytes, size_t size)
{
    if (size > recorder->room - recorder->size) {
        size_t room = 2 * (recorder->size + size) + 1024;
        char *grown = realloc(recorder->bytes, room);
        if (!grown)
            return furrow_error_set(&recorder->error, FURROW_ENOMEM, "no memory for a record");
        recorder->bytes = grown;
        recorder->room = room;
    }
    if (size > 0)
        memcpy(recorder->bytes + recorder->size, bytes, size);
    recorder->size += size;
    return FURROW_OK;
}

static int put_faults(furrow__recorder *recorder, const furrow_batch *batch)
{
    int status = FURROW_OK;
    furrow_error error;
    for (size_t item = batch->begin; !status && item < batch->end; item++) {
        if (!furrow_faults_find(batch->faults, item, &error))
            continue;
        const struct fault fault = {item, error.code, strlen(error.text)};
        status = put(recorder, &fault, sizeof fault);
        if (status == FURROW_OK)
            status = put(recorder, error.text, fault.length);
    }
    return status;
}

static int append_one(furrow__recorder *recorder, const furrow_batch *batch,
                      const uint64_t *identities)
{
    size_t count = batch->end - batch->begin;
    struct results_head head = {batch->begin, count, recorder->result_size, 0};
    recorder->size = 0;
    int status = put(recorder, &head, sizeof head);
    if (status == FURROW_OK)
        status = put(recorder, identities, count * sizeof *identities);
    if (status == FURROW_OK)
        status = put(recorder, batch->results, count * recorder->result_size);
    size_t before = recorder->size;
    if (status == FURROW_OK)
        status = put_faults(recorder, batch);
    if (status)
        return status;
    head.fault_bytes = recorder->size - before;
    memcpy(recorder->bytes, &head, sizeof head);
    return furrow__journal_append(recorder->journal, recorder->bytes, recorder->size,
                                  &recorder->error);
}

int furrow__recorder_append(furrow__recorder *recorder, const furrow_batch *batch,
                            const uint64_t *identities)
{
    if (!recorder->journal)
        return FURROW_OK;
    size_t most = max_bytes / (recorder->result_size + sizeof *identities);
    furrow_batch part = *batch;
    int status = FURROW_OK;
    while (!status && part.begin < batch->end) {
        size_t left = batch->end - part.begin, count = left < most ? left : most;
        count = count ? count : 1;
        part.end = part.begin + count;
        status = append_one(recorder, &part, identities);
        recorder->recorded += status ? 0 : count;
        part.begin = part.end;
        if (recorder->result_size)
            part.results = (const char *)part.results + count * recorder->result_size;
        identities += count;
    }
    return status;
}

/* ---- reading ---- */

static int refuse(size_t next, furrow_error *error)
{
    return furrow_error_set(error, FURROW_EFORMAT,
                            "the journal was not written by this program: expected a record of "
                            "item %zu; remove it to begin anew",
                            next);
}

static int open_record(furrow__recorder *recorder, const char *bytes, size_t size, size_t next,
                       furrow_error *error)
{
    struct results_head head;
    if (size < sizeof head)
        return refuse(next, error);
    memcpy(&head, bytes, sizeof head);
    size_t each = sizeof *recorder->identities + recorder->result_size, rest = size - sizeof head;
    if (head.first != next || head.count == 0 || head.result_size != recorder->result_size ||
        head.count > rest / each || head.fault_bytes != rest - head.count * each)
        return refuse(next, error);
    recorder->begin = next;
    recorder->end = recorder->recorded = next + head.count;
    recorder->identities = (const uint64_t *)(const void *)(bytes + sizeof head);
    recorder->results = bytes + sizeof head + head.count * sizeof *recorder->identities;
    recorder->faults = recorder->results + head.count * recorder->result_size;
    recorder->faults_end = bytes + size;
    return FURROW_OK;
}

int furrow__recorder_peek(size_t *count, furrow__recorder *recorder, size_t next,
                          furrow_error *error)
{
    const void *bytes;
    size_t size;
    *count = 0;
    if (!recorder->journal || recorder->read)
        return FURROW_OK;
    int status = FURROW_OK;
    if (next == recorder->end) {
        status = furrow__journal_read(recorder->journal, &bytes, &size, error);
        recorder->read = status == FURROW_END;
        if (status)
            return recorder->read ? FURROW_OK : status;
        status = open_record(recorder, bytes, size, next, error);
    }
    *count = status ? 0 : recorder->end - next;
    return status;
}

static int take_fault(const char **at, const char *end, furrow_faults *faults, size_t first,
                      size_t count)
{
    struct fault fault;
    size_t left = (size_t)(end - *at);
    if (left < sizeof fault)
        return FURROW_EFORMAT;
    memcpy(&fault, *at, sizeof fault);
    if (fault.length > left - sizeof fault)
        return FURROW_EFORMAT;
    const char *text = *at + sizeof fault;
    *at = text + fault.length;
    if (fault.item < first || fault.item - first >= count)
        return FURROW_OK;
    furrow_error error;
    furrow_error_set(&error, (int)fault.code, "%.*s", (int)fault.length, text);
    error.item = fault.item;
    return furrow_faults_add(faults, &error);
}

int furrow__recorder_take(const furrow__recorder *recorder, size_t first, size_t count,
                          char *results, furrow_faults *faults)
{
    size_t from = first - recorder->begin;
    if (recorder->result_size)
        memcpy(results, recorder->results + from * recorder->result_size,
               count * recorder->result_size);
    int status = FURROW_OK;
    for (const char *at = recorder->faults; !status && at < recorder->faults_end;)
        status = take_fault(&at, recorder->faults_end, faults, first, count);
    return status;
}
