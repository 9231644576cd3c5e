#include "internal.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <zlib.h>

#include <furrow/clock.h>

/* Seconds of work that a loss of power may cost. */
static const double sync_interval = 5;

struct record_head {
    uint32_t crc, number;
    uint64_t size;
};

static uint32_t crc_of(const furrow_journal *journal, const struct record_head *head,
                       const void *bytes)
{
    uLong crc = crc32(0, (const Bytef *)&journal->salt, sizeof journal->salt);
    crc = crc32(crc, (const Bytef *)&head->number,
                sizeof *head - offsetof(struct record_head, number));
    return (uint32_t)crc32_z(crc, bytes, head->size);
}

int furrow__journal_read_at(size_t *got, const furrow_journal *journal, void *bytes, size_t size,
                            uint64_t offset)
{
    *got = 0;
    while (*got < size) {
        ssize_t more =
            pread(journal->file, (char *)bytes + *got, size - *got, (off_t)(offset + *got));
        if (more < 0 && errno != EINTR)
            return -errno;
        if (more == 0)
            break;
        *got += more > 0 ? (size_t)more : 0;
    }
    return FURROW_OK;
}

static ssize_t write_parts(const furrow_journal *journal, const struct iovec *parts, size_t done)
{
    size_t head = parts[0].iov_len;
    struct iovec rest[2] = {
        {(char *)parts[0].iov_base + (done < head ? done : head), done < head ? head - done : 0},
        {(char *)parts[1].iov_base + (done > head ? done - head : 0),
         parts[1].iov_len - (done > head ? done - head : 0)},
    };
    return pwritev(journal->file, rest, 2, (off_t)(journal->end + done));
}

int furrow__journal_write(const furrow_journal *journal, const void *head, size_t head_size,
                          const void *bytes, size_t size, furrow_error *error)
{
    const struct iovec parts[2] = {{(void *)head, head_size}, {(void *)bytes, size}};
    for (size_t done = 0; done < head_size + size;) {
        ssize_t more = write_parts(journal, parts, done);
        if (more >= 0) {
            done += (size_t)more;
        } else if (errno != EINTR) {
            int code = -errno;
            if (ftruncate(journal->file, (off_t)journal->end) != 0)
                code = -errno; /* the next read cuts it off */
            return furrow_error_set(error, code, "%s: cannot write the journal: %s", journal->path,
                                    furrow_status_text(code));
        }
    }
    return FURROW_OK;
}

/* ---- reading ---- */

static uint64_t file_size(const furrow_journal *journal)
{
    struct stat found;
    return fstat(journal->file, &found) == 0 && found.st_size > 0 ? (uint64_t)found.st_size : 0;
}

static int make_room(furrow_journal *journal, size_t size)
{
    if (size <= journal->room)
        return FURROW_OK;
    free(journal->bytes);
    journal->bytes = malloc(size);
    journal->room = journal->bytes ? size : 0;
    return journal->bytes ? FURROW_OK : FURROW_ENOMEM;
}

/* Reads the record after those that were read; FURROW_END: there is no complete one. */
static int read_whole(furrow_journal *journal, struct record_head *head)
{
    size_t got = 0;
    int status = furrow__journal_read_at(&got, journal, head, sizeof *head, journal->end);
    if (status)
        return status;
    uint64_t begin = journal->end + sizeof *head, size = file_size(journal);
    if (got < sizeof *head || head->number != journal->number || size < begin ||
        head->size > size - begin)
        return FURROW_END;
    status = make_room(journal, head->size);
    if (status == FURROW_OK)
        status = furrow__journal_read_at(&got, journal, journal->bytes, head->size, begin);
    if (status)
        return status;
    bool whole = got == head->size && crc_of(journal, head, journal->bytes) == head->crc;
    return whole ? FURROW_OK : FURROW_END;
}

int furrow__journal_read(furrow_journal *journal, const void **bytes, size_t *size,
                         furrow_error *error)
{
    struct record_head head;
    if (journal->ready)
        return FURROW_END;
    int status = read_whole(journal, &head);
    if (status == FURROW_OK) {
        journal->end += sizeof head + head.size;
        journal->number++;
        *bytes = journal->bytes;
        *size = head.size;
        return FURROW_OK;
    }
    if (status == FURROW_END && ftruncate(journal->file, (off_t)journal->end) != 0)
        status = -errno;
    journal->ready = status == FURROW_END;
    if (!journal->ready)
        furrow_error_set(error, status, "%s: cannot read the journal: %s", journal->path,
                         furrow_status_text(status));
    return status;
}

/* ---- writing ---- */

static int sync_now_and_then(furrow_journal *journal, furrow_error *error)
{
    double now = furrow_clock_wall();
    if (now - journal->synced_at < sync_interval)
        return FURROW_OK;
    journal->synced_at = now;
    if (fdatasync(journal->file) == 0)
        return FURROW_OK;
    return furrow_error_set(error, -errno, "%s: cannot sync the journal: %s", journal->path,
                            furrow_status_text(-errno));
}

int furrow__journal_append(furrow_journal *journal, const void *bytes, size_t size,
                           furrow_error *error)
{
    if (!journal->ready)
        return furrow_error_set(error, FURROW_EINVAL, "%s: appended to before it was read",
                                journal->path);
    struct record_head head = {.number = journal->number, .size = size};
    head.crc = crc_of(journal, &head, bytes);
    int status = furrow__journal_write(journal, &head, sizeof head, bytes, size, error);
    if (status)
        return status;
    journal->end += sizeof head + size;
    journal->number++;
    return sync_now_and_then(journal, error);
}
