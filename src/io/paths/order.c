#include <stdbool.h>
#include <string.h>

#include "internal.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(const char *text)
{
    size_t count = 0;
    while (is_digit(text[count]))
        count++;
    return count;
}

/* The length of the common beginning, without a number that continues differently. */
static size_t shared(const char *left, const char *right)
{
    size_t length = 0;
    while (left[length] && left[length] == right[length])
        length++;
    while (length > 0 && is_digit(left[length - 1]))
        length--;
    return length;
}

/* Ignores zeros at the beginning of numbers of different length. */
static int compare_numbers(const char *a, size_t length_a, const char *b, size_t length_b)
{
    if (length_a == length_b)
        return memcmp(a, b, length_a);
    for (; length_a > 1 && *a == '0'; length_a--)
        a++;
    for (; length_b > 1 && *b == '0'; length_b--)
        b++;
    return length_a == length_b ? memcmp(a, b, length_a)
                                : (length_a > length_b) - (length_a < length_b);
}

int furrow_paths_compare(const char *left, const char *right)
{
    size_t skip = shared(left, right);
    const char *a = left + skip, *b = right + skip;
    while (*a && *b) {
        size_t length_a = digits(a), length_b = digits(b);
        if (length_a && length_b) {
            int order = compare_numbers(a, length_a, b, length_b);
            if (order)
                return order;
            a += length_a;
            b += length_b;
        } else if (*a != *b) {
            return (unsigned char)*a - (unsigned char)*b;
        } else {
            a++;
            b++;
        }
    }
    if (*a || *b)
        return (*a != '\0') - (*b != '\0');
    size_t length_left = strlen(left), length_right = strlen(right); /* only zeros differ */
    return length_left == length_right
               ? strcmp(left, right)
               : (length_left > length_right) - (length_left < length_right);
}
