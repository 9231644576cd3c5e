#include "harness.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/digest.h"

TEST(the_digest_is_fnv_1a)
{
    /* From the reference program's table of FNV-1a, 64 bits. */
    EXPECT(furrow__digest_bytes(FURROW__DIGEST_START, "", 0) == UINT64_C(0xcbf29ce484222325));
    EXPECT(furrow__digest_bytes(FURROW__DIGEST_START, "a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    EXPECT(furrow__digest_bytes(FURROW__DIGEST_START, "foobar", 6) == UINT64_C(0x85944171f73967e8));
    uint64_t parts = furrow__digest_bytes(FURROW__DIGEST_START, "foo", 3);
    EXPECT(furrow__digest_bytes(parts, "bar", 3) == UINT64_C(0x85944171f73967e8));
}

static uint64_t digest_of(const char *path)
{
    return furrow__digest_file(FURROW__DIGEST_START, path);
}

TEST(a_file_that_grew_was_touched_or_went_has_another_digest)
{
    const char *folder = harness_folder();
    const char *path = harness_write(folder, "file", "three", 5);
    struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    utimensat(AT_FDCWD, path, times, 0);
    uint64_t first = digest_of(path);
    EXPECT(digest_of(path) == first);
    times[1].tv_nsec = 1;
    utimensat(AT_FDCWD, path, times, 0);
    EXPECT(digest_of(path) != first);
    harness_write(folder, "file", "more", 4);
    times[1].tv_nsec = 0;
    utimensat(AT_FDCWD, path, times, 0);
    EXPECT(digest_of(path) != first);
    harness_write(folder, "file", "other", 5);
    utimensat(AT_FDCWD, path, times, 0);
    EXPECT(digest_of(path) == first); /* it was not read */
    EXPECT(digest_of("/nowhere") != first);
    EXPECT(digest_of("/nowhere") != digest_of("/etc/passwd/nowhere"));
}
