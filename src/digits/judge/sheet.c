#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/output.h>

#include "base64.h"

/* Larger files are not shown, only what the net saw of them. */
static const size_t max_inlined = 65536;

/* Where pictures are read from. */
struct pictures {
    const furrow_digits_samples *samples; /* NULL: the mistakes' names are files, for: */
    furrow_image_reader *reader;
    furrow_image image;
};

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<title>furrow digits: mistakes</title>\n<style>\n"
    "body { font: 14px sans-serif; margin: 2em; }\n"
    "main { display: grid; grid-template-columns: repeat(auto-fill, 14em); gap: 1em; }\n"
    "figure { margin: 0; padding: 0.5em; border: 1px solid #ccc; overflow-wrap: anywhere; }\n"
    "img { width: 6em; height: 6em; object-fit: contain; image-rendering: pixelated;\n"
    "      background: #888; }\n"
    "</style>\n</head>\n<body>\n<h1>Mistakes, the surest first</h1>\n";

/* Escapes what HTML would read as markup. Control characters, which HTML cannot hold, become
 * U+FFFD. */
static void put_text(FILE *file, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", file);
            break;
        case '<':
            fputs("&lt;", file);
            break;
        case '>':
            fputs("&gt;", file);
            break;
        case '"':
            fputs("&quot;", file);
            break;
        default:
            if ((unsigned char)*text < ' ' || *text == 0x7f)
                fputs("&#xfffd;", file);
            else
                putc(*text, file);
        }
}

static int put_png(FILE *file, const char *what, const unsigned char *bytes, size_t size)
{
    size_t length = FURROW__BASE64_SIZE(size);
    char *text = malloc(length + 1);
    if (!text)
        return FURROW_ENOMEM;
    furrow__base64_encode(text, bytes, size);
    fprintf(file, "<img alt=\"%s\" title=\"%s\" src=\"data:image/png;base64,", what, what);
    fwrite(text, 1, length, file);
    fputs("\">\n", file);
    free(text);
    return FURROW_OK;
}

static int put_reading(FILE *file, unsigned char *pixels)
{
    const furrow_image image = {
        .width = FURROW_DIGITS_SIDE, .height = FURROW_DIGITS_SIDE, .pixels = pixels};
    unsigned char *bytes;
    size_t size;
    int status = furrow_image_encode(&bytes, &size, &image, NULL);
    if (status == FURROW_OK)
        status = put_png(file, "what the net saw", bytes, size);
    free(bytes);
    return status;
}

/* What the net saw: the reading that the answer is for. */
static int put_seen(FILE *file, unsigned char *readings, size_t count,
                    const struct furrow__mistake *mistake)
{
    size_t reading =
        mistake->reading < count ? mistake->reading : 0; /* the file may have changed */
    return put_reading(file, readings + reading * FURROW_DIGITS_PIXELS);
}

static int put_sample(FILE *file, const furrow_digits_samples *samples,
                      const struct furrow__mistake *mistake)
{
    unsigned char pixels[FURROW_DIGITS_PIXELS];
    memcpy(pixels, samples->images + mistake->item % samples->count * FURROW_DIGITS_PIXELS,
           sizeof pixels);
    return put_reading(file, pixels);
}

/* A file that was removed or damaged since it was classified is left out. */
static int put_file(FILE *file, struct pictures *pictures, const struct furrow__mistake *mistake)
{
    unsigned char readings[FURROW_DIGITS_READINGS * FURROW_DIGITS_PIXELS];
    const unsigned char *bytes;
    size_t size, count;
    int status = furrow_image_reader_fetch(&bytes, &size, pictures->reader, mistake->name, NULL);
    if (!status && size <= max_inlined)
        status = put_png(file, "the picture", bytes, size);
    if (!status)
        status =
            furrow_image_reader_decode(&pictures->image, pictures->reader, bytes, size, NULL, NULL);
    if (!status)
        status = furrow_digits_readings(readings, &count, &pictures->image, NULL);
    if (status)
        return status == FURROW_ENOMEM ? status : FURROW_OK;
    return put_seen(file, readings, count, mistake);
}

static int put_mistake(FILE *file, struct pictures *pictures, const struct furrow__mistake *mistake)
{
    fputs("<figure>\n", file);
    int status = pictures->samples ? put_sample(file, pictures->samples, mistake)
                                   : put_file(file, pictures, mistake);
    fprintf(file, "<figcaption>%d, taken for <b>%d</b><br>probability %.4f<br>", mistake->truth,
            mistake->digit, mistake->probability);
    put_text(file, mistake->name);
    fputs("</figcaption>\n</figure>\n", file);
    return status;
}

static int put_page(FILE *file, struct pictures *pictures, const struct furrow__score *score,
                    const struct furrow__worst *worst)
{
    size_t answered = furrow__score_answered(score), right = furrow__score_right(score);
    int status = FURROW_OK;
    fputs(head, file);
    fprintf(file, "<p>%zu of %zu right; %zu mistakes, of which the first %zu are shown.</p>\n",
            right, answered, answered - right, worst->count);
    fputs("<main>\n", file);
    for (size_t i = 0; i < worst->count && !status; i++)
        status = put_mistake(file, pictures, &worst->heap[i]);
    fputs("</main>\n</body>\n</html>\n", file);
    return status;
}

static int put_all(FILE *file, const struct furrow__score *score, const struct furrow__worst *worst,
                   const furrow_digits_samples *samples)
{
    const furrow_image_options options = {.gray = FURROW_IMAGE_CONTRAST};
    struct pictures pictures = {.samples = samples};
    int status = furrow_image_reader_new(&pictures.reader, &options, NULL);
    if (status == FURROW_OK)
        status = put_page(file, &pictures, score, worst);
    furrow_image_reader_free(pictures.reader);
    furrow_image_clear(&pictures.image);
    return status;
}

int furrow__sheet_write(const char *path, const struct furrow__score *score,
                        const struct furrow__worst *worst, const furrow_digits_samples *samples,
                        furrow_error *error)
{
    furrow_output output;
    int status = furrow_output_open(&output, path, error);
    if (status)
        return status;
    FILE *stream = furrow_output_stream(&output);
    status = stream ? put_all(stream, score, worst, samples) : FURROW_ENOMEM;
    if (status)
        furrow_error_set(error, status, "--sheet %s: %s", path, furrow_status_text(status));
    else
        status = furrow_output_finish(&output, error);
    furrow_output_clear(&output);
    return status;
}
