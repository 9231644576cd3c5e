/* The normaliser: any pixels give one or two readings with ink, or an error that says so. */
#include <string.h>

#include <furrow/digits/digits.h>

#include "fuzz.h"

static void check(const unsigned char *readings, size_t count)
{
    unsigned char most = 0;
    for (size_t i = 0; i < count * FURROW_DIGITS_PIXELS; i++)
        most = readings[i] > most ? readings[i] : most;
    FUZZ_REQUIRE(count == 0 || most > 0);
}

/* Mostly as small as digits come, which many runs want: beyond 240, in sixteens. */
static size_t side(uint8_t byte)
{
    return byte < 240 ? byte % 48 : 16 * (byte - 236u);
}

/* The first two bytes tell width and height; what pixels are missing repeat the others. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static unsigned char pixels[304 * 304];
    unsigned char readings[FURROW_DIGITS_READINGS * FURROW_DIGITS_PIXELS];
    furrow_error error = {0};
    size_t count = 7;
    if (size < 3)
        return 0;
    const furrow_image image = {
        .width = side(bytes[0]), .height = side(bytes[1]), .pixels = pixels};
    for (size_t i = 0; i < image.width * image.height; i++)
        pixels[i] = bytes[2 + i % (size - 2)];
    int code = furrow_digits_readings(readings, &count, &image, &error);
    FUZZ_REQUIRE(code == 0 ? count == 1 || count == 2 : count == 0);
    FUZZ_REQUIRE((code == 0) == (error.text[0] == '\0'));
    check(readings, code == 0 ? count : 0);
    return 0;
}
