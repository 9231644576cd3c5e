/* words.h: cells of tables with words "name=value" that set the fields of a struct. */
#ifndef FURROW_TESTS_WORDS_H
#define FURROW_TESTS_WORDS_H

#include "harness.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The field that a name sets: an int, a size, seconds, a flag, or an enum whose values have names.
 */
struct word {
    const char *name;
    enum { INT, SIZE, REAL, YES, NAMED } type;
    size_t at;
    const char *const *names;
};

static inline size_t size_of(const char *text)
{
    return strcmp(text, "max") == 0    ? SIZE_MAX
           : strcmp(text, "half") == 0 ? SIZE_MAX / 2 + 1
                                       : strtoul(text, NULL, 10);
}

static inline int int_of(const char *text)
{
    return strcmp(text, "max") == 0 ? INT_MAX : atoi(text);
}

static inline int value_of(const char *const *names, const char *text)
{
    int value = 0;
    while (names[value] && strcmp(names[value], text) != 0)
        value++;
    EXPECT_TEXT(names[value], text);
    return value;
}

static inline void set(void *at, const struct word *word, const char *text)
{
    if (word->type == SIZE)
        *(size_t *)at = size_of(text);
    else if (word->type == REAL)
        *(double *)at = strtod(text, NULL);
    else if (word->type == YES)
        *(bool *)at = true;
    else
        *(int *)at = word->type == NAMED ? value_of(word->names, text) : int_of(text);
}

static inline void read_words(void *into, const struct word *words, char *text)
{
    for (char *rest, *name = strtok_r(text, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        size_t length = strcspn(name, "=");
        const struct word *word = words;
        while (word->name && (strncmp(word->name, name, length) || word->name[length]))
            word++;
        if (word->name)
            set((char *)into + word->at, word, name + length + 1);
        else
            EXPECT_TEXT(name, "a word that sets something");
    }
}

#endif
