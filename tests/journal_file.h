/* journal_file.h: reads, writes and limits journal files without the journal's functions. */
#ifndef FURROW_TESTS_JOURNAL_FILE_H
#define FURROW_TESTS_JOURNAL_FILE_H

#include "harness.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "io/journal/journal.h"

/* All of a file; freed by the caller. */
static inline char *read_file(size_t *size, const char *path)
{
    static const size_t most = (size_t)1 << 20;
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(most);
    *size = file && bytes ? fread(bytes, 1, most, file) : 0;
    if (file)
        fclose(file);
    return bytes;
}

static inline void write_file(const char *path, const char *bytes, size_t size)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    EXPECT(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    close(file);
}

static inline bool file_is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

/* From now on no file grows beyond `size` bytes; RLIM_INFINITY: any. */
static inline void limit_files(rlim_t size)
{
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = size;
    EXPECT_EQUAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

#endif
