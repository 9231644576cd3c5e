/* fuzz.h: what a fuzzer of this folder defines. libFuzzer calls it, or driver.c where that is not
 * to be had. */
#ifndef FURROW_TESTS_FUZZ_H
#define FURROW_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What must hold for every input: the process ends where it does not. */
#define FUZZ_REQUIRE(claim) ((claim) ? (void)0 : fuzz_fail(#claim, __FILE__, __LINE__))

_Noreturn void fuzz_fail(const char *claim, const char *file, int line);

#endif
