#include "setting.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void clear_texts(furrow__setting *own)
{
    for (size_t i = 0; i < own->text_count; i++)
        free(own->texts[i]);
    free(own->texts);
    own->texts = NULL;
    own->text_count = 0;
}

static int add_text(furrow__setting *own, const char *text)
{
    char **grown = realloc(own->texts, (own->text_count + 1) * sizeof *grown);
    if (!grown)
        return FURROW_ENOMEM;
    own->texts = grown;
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    if (!copy)
        return FURROW_ENOMEM;
    memcpy(copy, text, size);
    grown[own->text_count++] = copy;
    return FURROW_OK;
}

static int replace_text(furrow__setting *old, const char *text)
{
    furrow__setting fresh = *old;
    fresh.texts = NULL;
    fresh.text_count = 0;
    int status = add_text(&fresh, text);
    if (status) {
        clear_texts(&fresh);
        return status;
    }
    clear_texts(old);
    *old = fresh;
    return FURROW_OK;
}

/* strtod would also take spaces, hexadecimal numbers, infinities and NaN. */
static bool parse_real(double *real, const char *text)
{
    if (text[strspn(text, "+-.0123456789eE")] != '\0')
        return false;
    char *end;
    locale_t before = furrow__point_begin();
    *real = strtod(text, &end);
    furrow__point_end(before);
    return end != text && *end == '\0' && isfinite(*real);
}

/* Digits, or a float whose value is whole ("1e6"), which doubles hold exactly up to 2^53. */
static bool parse_count(uint64_t *count, const char *text)
{
    double real;
    if (text[strspn(text, "0123456789")] == '\0' && *text) {
        errno = 0;
        *count = strtoull(text, NULL, 10);
        return errno == 0;
    }
    if (!parse_real(&real, text) || real < 0 || real > 0x1p53 || floor(real) < real)
        return false;
    *count = (uint64_t)real;
    return true;
}

static int check_bounds(const furrow_param *param, double number, const char *text,
                        furrow_error *error)
{
    bool from = param->minimum < 0 || param->minimum > 0;
    bool to = param->maximum > param->minimum || param->maximum < 0;
    bool low = (from || to) && number < param->minimum;
    if (!low && (!to || number <= param->maximum))
        return FURROW_OK;
    if (!to)
        return furrow_error_set(error, FURROW_ERANGE, "%s: expected %.15g or more, got %s",
                                param->name, param->minimum, text);
    return furrow_error_set(error, FURROW_ERANGE, "%s: expected %.15g to %.15g, got %s",
                            param->name, param->minimum, param->maximum, text);
}

static int refuse(const furrow_param *param, const char *expected, const char *text,
                  furrow_error *error)
{
    return furrow_error_set(error, FURROW_EINVAL, "%s: expected %s, got \"%s\"", param->name,
                            expected, text);
}

static int refuse_memory(const furrow_param *param, furrow_error *error)
{
    return furrow_error_set(error, FURROW_ENOMEM, "%s: out of memory", param->name);
}

static int set_count(furrow__setting *own, const furrow_param *param, const char *text,
                     furrow_error *error)
{
    uint64_t count;
    if (!parse_count(&count, text))
        return refuse(param, "a whole number, 0 to 2^64-1", text, error);
    int status = check_bounds(param, (double)count, text, error);
    if (status == FURROW_OK)
        own->count = count;
    return status;
}

static int set_real(furrow__setting *own, const furrow_param *param, const char *text,
                    furrow_error *error)
{
    double real;
    if (!parse_real(&real, text))
        return refuse(param, "a number", text, error);
    int status = check_bounds(param, real, text, error);
    if (status == FURROW_OK)
        own->real = real;
    return status;
}

static void clear_numbers(furrow__setting *own)
{
    free(own->counts);
    free(own->reals);
    own->counts = NULL;
    own->reals = NULL;
    own->number_count = 0;
}

/* Appends the number in the first `length` characters of `list`; there is room for it. */
static int add_number(furrow__setting *own, const furrow_param *param, const char *list,
                      size_t length, furrow_error *error)
{
    char text[64];
    if (length >= sizeof text)
        return refuse(param, "numbers between commas", list, error);
    memcpy(text, list, length);
    text[length] = '\0';
    int status =
        own->counts ? set_count(own, param, text, error) : set_real(own, param, text, error);
    if (status)
        return status;
    if (own->counts)
        own->counts[own->number_count++] = own->count;
    else
        own->reals[own->number_count++] = own->real;
    return FURROW_OK;
}

static int set_numbers(furrow__setting *own, const furrow_param *param, const char *text,
                       furrow_error *error)
{
    furrow__setting fresh = {0};
    size_t room = strlen(text) / 2 + 1, length = 0;
    if (param->type == FURROW_PARAM_COUNTS)
        fresh.counts = calloc(room, sizeof *fresh.counts);
    else
        fresh.reals = calloc(room, sizeof *fresh.reals);
    int status = fresh.counts || fresh.reals ? FURROW_OK : refuse_memory(param, error);
    for (const char *list = text; !status; list += length + 1) {
        length = strcspn(list, ",");
        status = add_number(&fresh, param, list, length, error);
        if (list[length] == '\0')
            break;
    }
    if (!status && replace_text(own, text))
        status = refuse_memory(param, error);
    if (status) {
        clear_numbers(&fresh);
        return status;
    }
    clear_numbers(own);
    own->counts = fresh.counts;
    own->reals = fresh.reals;
    own->number_count = fresh.number_count;
    return FURROW_OK;
}

int furrow__setting_set(furrow__setting *own, const furrow_param *param, const char *text,
                        furrow_error *error)
{
    switch (param->type) {
    case FURROW_PARAM_COUNT:
        return set_count(own, param, text, error);
    case FURROW_PARAM_REAL:
        return set_real(own, param, text, error);
    case FURROW_PARAM_FLAG:
        own->flag = true;
        return FURROW_OK;
    case FURROW_PARAM_COUNTS:
    case FURROW_PARAM_REALS:
        return set_numbers(own, param, text, error);
    case FURROW_PARAM_TEXT:
    case FURROW_PARAM_LIST:
        break;
    }
    bool joins = param->type == FURROW_PARAM_LIST && own->given;
    int status = joins ? add_text(own, text) : replace_text(own, text);
    return status ? refuse_memory(param, error) : FURROW_OK;
}

void furrow__setting_clear(furrow__setting *own)
{
    clear_texts(own);
    clear_numbers(own);
}
