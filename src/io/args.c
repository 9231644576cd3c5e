#include <furrow/args.h>

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/nearest.h"
#include "base/point.h"

struct setting {
    bool given;
    uint64_t count;
    double real;
    bool flag;
    char **texts; /* TEXT has at most one, LIST any number */
    size_t text_count;
};

struct furrow_args {
    const furrow_param *params;
    struct setting *settings; /* one for each of params */
    size_t count;
    FILE *input;
};

static void clear_texts(struct setting *own)
{
    for (size_t i = 0; i < own->text_count; i++)
        free(own->texts[i]);
    free(own->texts);
    own->texts = NULL;
    own->text_count = 0;
}

static int add_text(struct setting *own, const char *text)
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

static int replace_text(struct setting *old, const char *text)
{
    struct setting fresh = *old;
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

/* strtod would also accept spaces, hexadecimal numbers, infinities and NaN. */
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

static int set_count(struct setting *own, const furrow_param *param, const char *text,
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

static int set_real(struct setting *own, const furrow_param *param, const char *text,
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

static int set_value(struct setting *own, const furrow_param *param, const char *text,
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
    case FURROW_PARAM_TEXT:
    case FURROW_PARAM_LIST:
        break;
    }
    bool joins = param->type == FURROW_PARAM_LIST && own->given;
    int status = joins ? add_text(own, text) : replace_text(own, text);
    return status ? furrow_error_set(error, status, "%s: out of memory", param->name) : FURROW_OK;
}

static int set_default(furrow_args *args, size_t index)
{
    const furrow_param *param = &args->params[index];
    if (!param->value)
        return FURROW_OK;
    int status = set_value(&args->settings[index], param, param->value, NULL);
    return status == FURROW_ERANGE ? FURROW_EINVAL : status;
}

int furrow_args_new(furrow_args **args, const furrow_param *params)
{
    static const furrow_param none[] = {{0}};
    *args = NULL;
    furrow_args *fresh = calloc(1, sizeof *fresh);
    if (!fresh)
        return FURROW_ENOMEM;
    fresh->params = params ? params : none;
    while (fresh->params[fresh->count].name)
        fresh->count++;
    fresh->settings = calloc(fresh->count + 1, sizeof *fresh->settings);
    int status = fresh->settings ? FURROW_OK : FURROW_ENOMEM;
    for (size_t i = 0; i < fresh->count && status == FURROW_OK; i++)
        status = set_default(fresh, i);
    if (status)
        furrow_args_free(fresh);
    else
        *args = fresh;
    return status;
}

void furrow_args_free(furrow_args *args)
{
    if (!args)
        return;
    for (size_t i = 0; args->settings && i < args->count; i++)
        clear_texts(&args->settings[i]);
    free(args->settings);
    free(args);
}

/* The index of `name`, or args->count. */
static size_t find(const furrow_args *args, const char *name)
{
    size_t i = 0;
    while (i < args->count && strcmp(args->params[i].name, name) != 0)
        i++;
    return i;
}

static int refuse_name(const furrow_args *args, const char *name, furrow_error *error)
{
    const char *nearest = NULL;
    size_t distance = FURROW__NEAREST_NONE;
    for (size_t i = 0; i < args->count; i++)
        furrow__nearest(&nearest, &distance, name, args->params[i].name);
    if (nearest)
        return furrow_error_set(error, FURROW_EINVAL,
                                "there is no parameter \"%s\"; did you mean \"%s\"?", name,
                                nearest);
    return furrow_error_set(error, FURROW_EINVAL, "there is no parameter \"%s\"", name);
}

/* The first element that a user gives replaces the default list; later ones are appended. */
static int set_given(furrow_args *args, size_t index, const char *text, furrow_error *error)
{
    struct setting *own = &args->settings[index];
    int status = set_value(own, &args->params[index], text, error);
    if (status == FURROW_OK)
        own->given = true;
    return status;
}

int furrow_args_set(furrow_args *args, const char *name, const char *text, furrow_error *error)
{
    size_t index = find(args, name);
    if (index == args->count)
        return refuse_name(args, name, error);
    if (!text && args->params[index].type != FURROW_PARAM_FLAG)
        return furrow_error_set(error, FURROW_EINVAL, "%s: expected a value, got none", name);
    return set_given(args, index, text, error);
}

int furrow_args_add(furrow_args *args, const char *text, furrow_error *error)
{
    for (size_t i = 0; i < args->count; i++) {
        const furrow_param *param = &args->params[i];
        if (param->positional && (!args->settings[i].given || param->type == FURROW_PARAM_LIST))
            return set_given(args, i, text, error);
    }
    return furrow_error_set(error, FURROW_EINVAL, "unexpected argument \"%s\"", text);
}

int furrow_args_check(const furrow_args *args, furrow_error *error)
{
    for (size_t i = 0; i < args->count; i++) {
        const furrow_param *param = &args->params[i];
        if (param->required && !args->settings[i].given)
            return furrow_error_set(error, FURROW_EINVAL, "%s is missing: %s", param->name,
                                    param->help);
    }
    return FURROW_OK;
}

static const struct setting *typed(const furrow_args *args, const char *name,
                                   furrow_param_type type)
{
    size_t index = find(args, name);
    bool declared = index < args->count && args->params[index].type == type;
    assert(declared && "a kernel asks for a parameter that its table does not have");
    static const struct setting nothing = {0};
    return declared ? &args->settings[index] : &nothing;
}

bool furrow_args_given(const furrow_args *args, const char *name)
{
    size_t index = find(args, name);
    return index < args->count && args->settings[index].given;
}

uint64_t furrow_args_count(const furrow_args *args, const char *name)
{
    return typed(args, name, FURROW_PARAM_COUNT)->count;
}

double furrow_args_real(const furrow_args *args, const char *name)
{
    return typed(args, name, FURROW_PARAM_REAL)->real;
}

const char *furrow_args_text(const furrow_args *args, const char *name)
{
    const struct setting *own = typed(args, name, FURROW_PARAM_TEXT);
    return own->text_count ? own->texts[0] : NULL;
}

bool furrow_args_flag(const furrow_args *args, const char *name)
{
    return typed(args, name, FURROW_PARAM_FLAG)->flag;
}

size_t furrow_args_list(const furrow_args *args, const char *name, const char *const **elements)
{
    const struct setting *own = typed(args, name, FURROW_PARAM_LIST);
    *elements = (const char *const *)own->texts;
    return own->text_count;
}

static void print_texts(const struct setting *own, char *text, size_t size)
{
    if (own->text_count == 0) {
        snprintf(text, size, "nothing");
        return;
    }
    if (own->text_count == 1 && strlen(own->texts[0]) < size) {
        memcpy(text, own->texts[0], strlen(own->texts[0]) + 1);
        return;
    }
    uint64_t digest = FURROW__DIGEST_START;
    for (size_t i = 0; i < own->text_count; i++)
        digest = furrow__digest_bytes(digest, own->texts[i], strlen(own->texts[i]) + 1);
    int beginning = size > 64 ? (int)size - 64 : 0;
    snprintf(text, size, "%.*s ... (%zu in all, %016" PRIx64 "", beginning, own->texts[0],
             own->text_count, digest);
}

const char *furrow_args_print(const furrow_args *args, const char *name, char *text, size_t size)
{
    size_t index = find(args, name);
    assert(index < args->count && "there is no such parameter");
    const struct setting *own = &args->settings[index];
    locale_t before = furrow__point_begin();
    switch (args->params[index].type) {
    case FURROW_PARAM_COUNT:
        snprintf(text, size, "%" PRIu64, own->count);
        break;
    case FURROW_PARAM_REAL:
        snprintf(text, size, "%.17g", own->real);
        break;
    case FURROW_PARAM_FLAG:
        snprintf(text, size, "%s", own->flag ? "yes" : "no");
        break;
    case FURROW_PARAM_TEXT:
    case FURROW_PARAM_LIST:
        print_texts(own, text, size);
    }
    furrow__point_end(before);
    return text;
}

FILE *furrow_args_input(const furrow_args *args)
{
    return args->input;
}

void furrow_args_set_input(furrow_args *args, FILE *input)
{
    args->input = input;
}
