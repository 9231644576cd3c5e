/* explain.c: what the net saw of a picture. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digits.h"

/* Draws the result in lines that end with NUL. Returns the distance between their beginnings. */
static size_t sketch(char text[FURROW_DIGITS_SKETCH_SIZE], const struct result *result)
{
    furrow_digits_sketch(text, furrow__digits_seen(result));
    size_t step = strcspn(text, "\n") + 1;
    for (size_t end = step - 1; end < FURROW_DIGITS_SKETCH_SIZE; end += step)
        text[end] = '\0';
    return step;
}

void furrow__digits_draw_field(furrow_writer *writer, const struct result *result)
{
    char text[FURROW_DIGITS_SKETCH_SIZE];
    size_t step = result ? sketch(text, result) : FURROW_DIGITS_SIDE + 1;
    furrow_writer_list_begin(writer, "seen");
    for (size_t at = 0; at + 1 < sizeof text; at += step)
        furrow_writer_text(writer, "", result ? text + at : NULL);
    furrow_writer_list_end(writer);
}

int furrow__digits_draw_lines(furrow_writer *writer, const struct result *result)
{
    char text[FURROW_DIGITS_SKETCH_SIZE];
    size_t step = sketch(text, result);
    int status = FURROW_OK;
    for (size_t at = 0; at + 1 < sizeof text && !status; at += step) {
        furrow_writer_begin(writer);
        furrow_writer_text(writer, "seen", text + at);
        status = furrow_writer_end(writer);
    }
    return status;
}

int furrow__digits_gather(void *state, const furrow_kernel_format *format, const furrow_part *part,
                          furrow_error *error)
{
    struct digits *digits = state;
    (void)format, (void)part, (void)error;
    digits->explains = digits->gathers = true;
    return FURROW_OK;
}

int furrow__digits_write_gathered(const void *state, furrow_sink sink, void *context)
{
    const struct digits *digits = state;
    return furrow__montage_write(&digits->montage, sink, context);
}

int furrow__digits_explain_to(const char *folder, size_t item, const struct result *result,
                              furrow_error *error)
{
    unsigned char pixels[FURROW_DIGITS_PIXELS];
    const furrow_image image = {
        .width = FURROW_DIGITS_SIDE, .height = FURROW_DIGITS_SIDE, .pixels = pixels};
    size_t size = strlen(folder) + 32;
    char *path = malloc(size);
    if (!path)
        return FURROW_ENOMEM;
    memcpy(pixels, furrow__digits_seen(result), sizeof pixels);
    snprintf(path, size, "%s/%08zu.png", folder, item);
    int status = furrow_image_write(&image, path, error);
    free(path);
    return status;
}
