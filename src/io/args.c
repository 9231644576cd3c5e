#include <furrow/args.h>

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "setting.h"

struct furrow_args {
    const furrow_param *params;
    furrow__setting *settings; /* one for each of params */
    size_t count;
    FILE *input;
};

static int set_default(furrow_args *args, size_t index)
{
    const furrow_param *param = &args->params[index];
    if (!param->value)
        return FURROW_OK;
    int status = furrow__setting_set(&args->settings[index], param, param->value, NULL);
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
        furrow__setting_clear(&args->settings[i]);
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
    furrow__setting *own = &args->settings[index];
    int status = furrow__setting_set(own, &args->params[index], text, error);
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

static const furrow__setting *typed(const furrow_args *args, const char *name,
                                    furrow_param_type type)
{
    size_t index = find(args, name);
    bool declared = index < args->count && args->params[index].type == type;
    assert(declared && "a kernel asks for a parameter that its table does not have");
    static const furrow__setting nothing = {0};
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
    const furrow__setting *own = typed(args, name, FURROW_PARAM_TEXT);
    return own->text_count ? own->texts[0] : NULL;
}

bool furrow_args_flag(const furrow_args *args, const char *name)
{
    return typed(args, name, FURROW_PARAM_FLAG)->flag;
}

size_t furrow_args_list(const furrow_args *args, const char *name, const char *const **elements)
{
    const furrow__setting *own = typed(args, name, FURROW_PARAM_LIST);
    *elements = (const char *const *)own->texts;
    return own->text_count;
}

size_t furrow_args_counts(const furrow_args *args, const char *name, const uint64_t **numbers)
{
    const furrow__setting *own = typed(args, name, FURROW_PARAM_COUNTS);
    *numbers = own->counts;
    return own->number_count;
}

size_t furrow_args_reals(const furrow_args *args, const char *name, const double **numbers)
{
    const furrow__setting *own = typed(args, name, FURROW_PARAM_REALS);
    *numbers = own->reals;
    return own->number_count;
}

static void print_texts(const furrow__setting *own, char *text, size_t size)
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
    snprintf(text, size, "%.*s ... (%zu in all, %016" PRIx64 ")", beginning, own->texts[0],
             own->text_count, digest);
}

const char *furrow_args_print(const furrow_args *args, const char *name, char *text, size_t size)
{
    size_t index = find(args, name);
    assert(index < args->count && "there is no such parameter");
    const furrow__setting *own = &args->settings[index];
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
    case FURROW_PARAM_COUNTS:
    case FURROW_PARAM_REALS:
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
