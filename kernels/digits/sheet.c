/* sheet.c: the worst mistakes as one HTML file that needs no other. */
#include <stdio.h>
#include <stdlib.h>

#include "digits/judge/base64.h"
#include <furrow/output.h>

#include "look.h"

/* A larger file is shown as the net saw it, alone. */
static const size_t most_inlined = 65536;

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<title>furrow digits: mistakes</title>\n<style>\n"
    "body { font: 14px sans-serif; margin: 2em; }\n"
    "main { display: grid; grid-template-columns: repeat(auto-fill, 14em); gap: 1em; }\n"
    "figure { margin: 0; padding: 0.5em; border: 1px solid #ccc; overflow-wrap: anywhere; }\n"
    "img { width: 6em; height: 6em; object-fit: contain; image-rendering: pixelated;\n"
    "      background: #888; }\n"
    "</style>\n</head>\n<body>\n<h1>Mistakes, the surest first</h1>\n";

/* Text that HTML takes for nothing else; control characters, which it cannot hold, as U+FFFD. */
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

/* The file itself. One that has gone since, or is large, is left out. */
static int put_file(FILE *file, struct furrow__look *look, const char *path)
{
    const unsigned char *bytes;
    size_t size;
    int status = furrow_image_reader_fetch(&bytes, &size, look->reader, path, NULL);
    if (status || size > most_inlined)
        return status == FURROW_ENOMEM ? status : FURROW_OK;
    return put_png(file, "the picture", bytes, size);
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

/* As the net saw it: the reading that answered. */
static int put_seen(FILE *file, const struct digits *digits, struct furrow__look *look,
                    const struct furrow__mistake *mistake)
{
    unsigned char pixels[FURROW_DIGITS_READINGS * FURROW_DIGITS_PIXELS];
    size_t count;
    int status = digits->paths
                     ? furrow__look_at_file(pixels, &count, look, mistake->name, NULL, NULL)
                     : furrow__look_at_image(pixels, &count, digits, mistake->item);
    if (status)
        return status == FURROW_ENOMEM ? status : FURROW_OK;
    size_t reading =
        mistake->reading < count ? mistake->reading : 0; /* the file may have changed */
    return put_reading(file, pixels + reading * FURROW_DIGITS_PIXELS);
}

static int put_mistake(FILE *file, const struct digits *digits, struct furrow__look *look,
                       const struct furrow__mistake *mistake)
{
    fputs("<figure>\n", file);
    int status = digits->paths ? put_file(file, look, mistake->name) : FURROW_OK;
    if (!status)
        status = put_seen(file, digits, look, mistake);
    fprintf(file, "<figcaption>%d, taken for <b>%d</b><br>probability %.4f<br>", mistake->truth,
            mistake->digit, mistake->probability);
    put_text(file, mistake->name);
    fputs("</figcaption>\n</figure>\n", file);
    return status;
}

static int put_page(FILE *file, const struct digits *digits, struct furrow__look *look)
{
    const struct furrow__worst *worst = &digits->tally.worst;
    size_t answered = furrow__score_answered(&digits->tally.score);
    size_t right = furrow__score_right(&digits->tally.score);
    int status = FURROW_OK;
    fputs(head, file);
    fprintf(file, "<p>%zu of %zu right; %zu mistakes, of which the first %zu are shown.</p>\n",
            right, answered, answered - right, worst->count);
    fputs("<main>\n", file);
    for (size_t i = 0; i < worst->count && !status; i++)
        status = put_mistake(file, digits, look, &worst->heap[i]);
    fputs("</main>\n</body>\n</html>\n", file);
    return status;
}

/* What stands in a file that fails is not looked at again. */
static int put_all(FILE *file, const struct digits *digits)
{
    struct furrow__look look;
    int status = furrow__look_init(&look);
    if (status == FURROW_OK)
        status = put_page(file, digits, &look);
    furrow__look_clear(&look);
    return status;
}

int furrow__digits_sheet(const struct digits *digits, furrow_error *error)
{
    furrow_output output;
    int status = furrow_output_open(&output, digits->sheet, error);
    if (status)
        return status;
    FILE *stream = furrow_output_stream(&output);
    status = stream ? put_all(stream, digits) : FURROW_ENOMEM;
    if (status)
        furrow_error_set(error, status, "--sheet %s: %s", digits->sheet,
                         furrow_status_text(status));
    else
        status = furrow_output_finish(&output, error);
    furrow_output_clear(&output);
    return status;
}
