/* The model reader: whatever is accepted is written as the same bytes, and can be used. The
 * checksum is made right first in every second input. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <furrow/digits/digits.h>

#include "fuzz.h"

static void check(const furrow_digits_model *model)
{
    size_t count;
    const float *parameters = furrow_digits_model_parameters(model, &count);
    for (size_t i = 0; i < count; i++)
        FUZZ_REQUIRE(isfinite(parameters[i]));
    furrow_digits_model *again;
    FUZZ_REQUIRE(furrow_digits_model_new(&again, furrow_digits_model_layers(model), parameters,
                                         count, NULL) == FURROW_OK);
    furrow_digits_model_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    furrow_digits_model *model = NULL;
    furrow_error error = {0};
    uint8_t *copy = malloc(size + 1);
    if (!copy)
        return 0;
    memcpy(copy, bytes, size);
    if (size > 4 && bytes[size - 1] % 2 == 0) {
        uint32_t sum = (uint32_t)crc32_z(0, copy, size - 4);
        for (int i = 0; i < 4; i++)
            copy[size - 4 + (size_t)i] = (uint8_t)(sum >> (8 * i));
    }
    int code = furrow_digits_model_parse(&model, copy, size, &error);
    FUZZ_REQUIRE((code == 0) == (model != NULL));
    FUZZ_REQUIRE((code == 0) == (error.text[0] == '\0'));
    if (model)
        check(model);
    furrow_digits_model_free(model);
    free(copy);
    return 0;
}
