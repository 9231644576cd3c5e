#include <furrow/status.h>

#include "internal.h"

/* count * factor / divisor, which is a whole number, without a product that does not fit: with
 * count = q * divisor + r it is q * factor + r * factor / divisor, and r * factor < 2^66. */
int furrow__binomial(furrow__u128 *count, uint64_t n, uint64_t k)
{
    *count = k <= n;
    if (k > n)
        return FURROW_OK;
    if (k > n - k)
        k = n - k;
    /* C(n-k+i, i) grows with i: what overflows on the way overflows in the end. */
    for (uint64_t i = 1; i <= k; i++) {
        uint64_t factor = n - k + i;
        furrow__u128 whole = *count / i, part = *count % i * factor / i;
        if (whole > (FURROW__U128_MAX - part) / factor) {
            *count = FURROW__U128_MAX;
            return FURROW_EOVERFLOW;
        }
        *count = whole * factor + part;
    }
    return FURROW_OK;
}
