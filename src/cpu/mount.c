#include "internal.h"

#include <string.h>

bool furrow__cpu_list_has(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (;;) {
        size_t entry = strcspn(list, ",");
        if (entry == length && memcmp(list, word, length) == 0)
            return true;
        if (!list[entry])
            return false;
        list += entry + 1;
    }
}

static bool is_octal(char digit)
{
    return digit >= '0' && digit <= '7';
}

/* The kernel writes space, tab, newline and backslash as \040, \011, \012 and \134. */
static void unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from; to++) {
        if (from[0] == '\\' && is_octal(from[1]) && is_octal(from[2]) && is_octal(from[3])) {
            *to = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
}

/* 32 31 0:29 /root /mount/point options optional... - type source options: see proc(5). */
bool furrow__cpu_mount_parse(furrow__cpu_mount *mount, char *line)
{
    enum { ROOT = 3, POINT = 4, FIRST_OPTIONAL = 6 };
    char *fields[FIRST_OPTIONAL];
    for (int i = 0; i < FIRST_OPTIONAL; i++)
        if (!(fields[i] = strsep(&line, " ")))
            return false;
    for (const char *optional; (optional = strsep(&line, " "));)
        if (strcmp(optional, "-") == 0)
            break;
    const char *type = strsep(&line, " ");
    const char *source = strsep(&line, " ");
    const char *options = strsep(&line, " ");
    if (!type || !source || !options || fields[ROOT][0] != '/' || fields[POINT][0] != '/')
        return false;
    mount->unified = strcmp(type, "cgroup2") == 0;
    bool legacy = strcmp(type, "cgroup") == 0 && furrow__cpu_list_has(options, "cpu");
    if (!mount->unified && !legacy)
        return false;
    unescape(fields[ROOT]);
    unescape(fields[POINT]);
    mount->root = fields[ROOT];
    mount->point = fields[POINT];
    return true;
}
