#include "truth.h"

#include <string.h>

int furrow__truth_init(struct furrow__truth *truth, const char *source, furrow_error *error)
{
    *truth = (struct furrow__truth){0};
    if (strcmp(source, "folder") == 0)
        truth->source = FURROW__SOURCE_FOLDER;
    else if (strcmp(source, "name") == 0)
        truth->source = FURROW__SOURCE_NAME;
    else
        truth->source = FURROW__SOURCE_TABLE;
    if (truth->source != FURROW__SOURCE_TABLE)
        return FURROW_OK;
    int status = furrow__labels_read(&truth->labels, source, error);
    return status == -EISDIR
               ? furrow_error_set(error, status,
                                  "--truth %s: expected folder, name or a table, got a folder; "
                                  "--truth folder takes 3/x.png for a three",
                                  source)
               : status;
}

void furrow__truth_clear(struct furrow__truth *truth)
{
    furrow__labels_clear(&truth->labels);
    *truth = (struct furrow__truth){0};
}

/* The digit that these `length` bytes are, if they are one. */
static int digit_of(const char *text, size_t length)
{
    return length == 1 && *text >= '0' && *text <= '9' ? *text - '0' : FURROW__NO_TRUTH;
}

/* The last slash of [begin, end), or NULL. */
static const char *last_slash(const char *begin, const char *end)
{
    while (end > begin && end[-1] != '/')
        end--;
    return end > begin ? end - 1 : NULL;
}

static int of_folder(const char *path)
{
    const char *end = last_slash(path, path + strlen(path));
    if (!end)
        return FURROW__NO_TRUTH;
    while (end > path && end[-1] == '/')
        end--;
    const char *before = last_slash(path, end);
    const char *begin = before ? before + 1 : path;
    return digit_of(begin, (size_t)(end - begin));
}

static int of_name(const char *path)
{
    static const char cuts[] = "_-.";
    const char *slash = strrchr(path, '/');
    const char *begin = slash ? slash + 1 : path;
    int first = digit_of(begin, strcspn(begin, cuts));
    const char *end = strrchr(begin, '.');
    if (first != FURROW__NO_TRUTH || !end)
        return first;
    const char *last = end;
    while (last > begin && !strchr(cuts, last[-1]))
        last--;
    return digit_of(last, (size_t)(end - last));
}

int furrow__truth_of(const struct furrow__truth *truth, const char *path)
{
    switch (truth->source) {
    case FURROW__SOURCE_FOLDER:
        return of_folder(path);
    case FURROW__SOURCE_NAME:
        return of_name(path);
    case FURROW__SOURCE_TABLE:
        return furrow__labels_find(&truth->labels, path);
    case FURROW__SOURCE_NONE:
        break;
    }
    return FURROW__NO_TRUTH;
}
