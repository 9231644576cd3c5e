#include "wide.h"

#include <furrow/status.h>

int furrow_wide_compare(furrow_wide left, furrow_wide right)
{
    furrow__u128 a = furrow__u128_of(left), b = furrow__u128_of(right);
    return (a > b) - (a < b);
}

int furrow_wide_add(furrow_wide *sum, furrow_wide left, furrow_wide right)
{
    furrow__u128 a = furrow__u128_of(left), b = furrow__u128_of(right);
    *sum = furrow__wide_of(a + b);
    return a > FURROW__U128_MAX - b ? FURROW_EOVERFLOW : FURROW_OK;
}

int furrow_wide_subtract(furrow_wide *difference, furrow_wide left, furrow_wide right)
{
    furrow__u128 a = furrow__u128_of(left), b = furrow__u128_of(right);
    *difference = furrow__wide_of(a - b);
    return a < b ? FURROW_EOVERFLOW : FURROW_OK;
}

int furrow_wide_parse(furrow_wide *number, const char *text)
{
    furrow__u128 value = 0;
    if (*text == '\0')
        return FURROW_EINVAL;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return FURROW_EINVAL;
        unsigned digit = (unsigned)(*text - '0');
        if (value > (FURROW__U128_MAX - digit) / 10)
            return FURROW_EOVERFLOW;
        value = value * 10 + digit;
    }
    *number = furrow__wide_of(value);
    return FURROW_OK;
}

const char *furrow_wide_text(char text[FURROW_WIDE_TEXT_SIZE], furrow_wide number)
{
    furrow__u128 value = furrow__u128_of(number);
    char digits[FURROW_WIDE_TEXT_SIZE];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value > 0);
    for (size_t i = 0; i < count; i++)
        text[i] = digits[count - 1 - i];
    text[count] = '\0';
    return text;
}

/* Whether furrow__scale of these arguments fits. */
static bool fits(furrow__u128 count, uint64_t factor, uint64_t divisor)
{
    furrow__u128 part = count % divisor * factor / divisor;
    return count / divisor <= (FURROW__U128_MAX - part) / factor;
}

int furrow__binomial(furrow__u128 *count, uint64_t n, uint64_t k)
{
    *count = k <= n;
    if (k > n)
        return FURROW_OK;
    if (k > n - k)
        k = n - k;
    /* C(n-k+i, i) grows with i, so that an overflow on the way is one in the end. */
    for (uint64_t i = 1; i <= k; i++) {
        if (*count > UINT64_MAX && !fits(*count, n - k + i, i)) {
            *count = FURROW__U128_MAX;
            return FURROW_EOVERFLOW;
        }
        *count = furrow__scale(*count, n - k + i, i);
    }
    return FURROW_OK;
}
