#include "model.h"

#include <stdio.h>
#include <string.h>

static int refuse(furrow_error *error, const char *layers, const char *reason)
{
    return furrow_error_set(error, FURROW_EINVAL, "layers \"%.100s\": %s", layers, reason);
}

/* Adds the net in the first `length` bytes of `layers`. */
static int add_net(furrow__cascade *cascade, const char *layers, size_t length, furrow_error *error)
{
    char text[FURROW__TEXT_SIZE];
    if (cascade->count == FURROW__MAX_NETS)
        return refuse(error, layers, "more nets than a model can have, 8");
    if (length >= sizeof text)
        return refuse(error, layers, "a net of more than 127 bytes");
    memcpy(text, layers, length);
    text[length] = '\0';
    int status = furrow__net_parse(&cascade->nets[cascade->count], text, error);
    if (!status)
        cascade->first[cascade->stages + 1] = ++cascade->count;
    return status;
}

/* The end of this net: before " + " or " / ", or at the end of the text. */
static const char *end_of_net(const char *text)
{
    while (*text && !(text[0] == ' ' && (text[1] == '+' || text[1] == '/') && text[2] == ' '))
        text++;
    return text;
}

static void lay_out(furrow__cascade *cascade)
{
    for (size_t i = 0; i < cascade->count; i++) {
        cascade->parameters_of[i] = cascade->parameters;
        cascade->parameters += cascade->nets[i].parameters;
        cascade->forward_of[i] = cascade->forward;
        cascade->forward += cascade->nets[i].forward;
    }
}

int furrow__cascade_parse(furrow__cascade *cascade, const char *layers, furrow_error *error)
{
    memset(cascade, 0, sizeof *cascade);
    if (strlen(layers) >= sizeof cascade->text)
        return refuse(error, layers, "longer than 511 bytes");
    strcpy(cascade->text, layers);
    for (const char *text = layers, *end;; text = end + strlen(" / ")) {
        end = end_of_net(text);
        int status = add_net(cascade, text, (size_t)(end - text), error);
        if (status)
            return status;
        bool stage_ends = end[0] == '\0' || end[1] == '/';
        cascade->stages += stage_ends;
        if (!*end)
            break;
        if (cascade->stages == FURROW_DIGITS_STAGES)
            return refuse(error, layers, "more stages than a model can have, 4");
    }
    lay_out(cascade);
    return FURROW_OK;
}

size_t furrow__cascade_multiplications(const furrow__cascade *cascade, size_t stage)
{
    size_t sum = 0;
    for (size_t i = cascade->first[stage]; i < cascade->first[stage + 1]; i++)
        sum += cascade->nets[i].multiplications;
    return sum;
}
