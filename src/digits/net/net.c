#include "net.h"

#include <stdio.h>
#include <string.h>

size_t furrow__net_group(size_t channels, size_t first)
{
    size_t groups = (channels + FURROW__GROUP - 1) / FURROW__GROUP;
    size_t least = channels / groups;
    return first < channels % groups * (least + 1) ? least + 1 : least;
}

static int refuse(furrow_error *error, const char *layers, const char *reason)
{
    return furrow_error_set(error, FURROW_EINVAL,
                            "layers \"%.100s\": %s; expected something like \"%s\"", layers, reason,
                            FURROW_DIGITS_LAYERS);
}

/* Reads a number from 1 to `most`; NULL for anything else. */
static const char *read_number(size_t *value, const char *text, size_t most)
{
    if (*text < '1' || *text > '9')
        return NULL;
    for (*value = 0; *text >= '0' && *text <= '9'; text++) {
        *value = *value * 10 + (size_t)(*text - '0');
        if (*value > most)
            return NULL;
    }
    return text;
}

static const char *skip(const char *text, const char *word)
{
    size_t length = strlen(word);
    return strncmp(text, word, length) == 0 ? text + length : NULL;
}

/* What the stage at hand reads: the output of the last one, or the image. */
static void connect(const furrow__net *net, furrow__stage *stage)
{
    const furrow__stage *last = net->count ? &net->stages[net->count - 1] : NULL;
    stage->inputs = last ? last->outputs : 1;
    stage->side_in = last ? last->side_out : FURROW_DIGITS_SIDE;
    stage->rectified = true;
}

static const char *add_convolution(furrow__net *net, const char *text)
{
    furrow__stage *stage = &net->stages[net->count];
    connect(net, stage);
    text = read_number(&stage->kernel, text, stage->side_in);
    text = text ? skip(text, "x") : NULL;
    text = text ? read_number(&stage->outputs, text, FURROW__MOST_CHANNELS) : NULL;
    stage->side = stage->side_out = stage->side_in + 1 - stage->kernel;
    net->count += text != NULL;
    return text;
}

static const char *add_dense(furrow__net *net, const char *text)
{
    furrow__stage *stage = &net->stages[net->count];
    connect(net, stage);
    stage->inputs *= stage->side_in * stage->side_in;
    stage->side_in = stage->kernel = stage->side = stage->side_out = 1;
    text = read_number(&stage->outputs, text, FURROW__MOST_CHANNELS);
    net->count += text != NULL;
    return text;
}

static const char *add_pool(furrow__net *net, const char *text)
{
    furrow__stage *stage = net->count ? &net->stages[net->count - 1] : NULL;
    if (!stage || stage->pooled || stage->side < 2)
        return NULL;
    stage->pooled = true;
    stage->side_out = stage->side / 2;
    return text;
}

static const char *add_layer(furrow__net *net, const char *text)
{
    const char *rest;
    if ((rest = skip(text, "pool")))
        return add_pool(net, rest);
    if (net->count == FURROW__MOST_STAGES)
        return NULL;
    if ((rest = skip(text, "conv")))
        return add_convolution(net, rest);
    if ((rest = skip(text, "dense")))
        return add_dense(net, rest);
    return NULL;
}

static bool is_too_wide(const furrow__net *net)
{
    bool wide = false;
    for (size_t i = 0; i < net->count; i++) {
        const furrow__stage *stage = &net->stages[i];
        wide = wide || stage->outputs * stage->side * stage->side > FURROW__MOST_VALUES;
    }
    return wide;
}

static size_t backward_size(const furrow__stage *stage)
{
    size_t taps = stage->kernel * stage->kernel;
    size_t groups = (stage->inputs + FURROW__WIDE - 1) / FURROW__WIDE;
    return stage->pooled ? groups * stage->outputs * taps * FURROW__WIDE
                         : stage->inputs * (1 + stage->outputs * taps);
}

static void lay_out(furrow__net *net)
{
    for (size_t i = 0; i < net->count; i++) {
        furrow__stage *stage = &net->stages[i];
        size_t taps = stage->kernel * stage->kernel;
        stage->weights = net->parameters;
        stage->biases = stage->weights + stage->outputs * stage->inputs * taps;
        net->parameters = stage->biases + stage->outputs;
        stage->forward = net->forward;
        net->forward += stage->outputs * (1 + stage->inputs * taps);
        stage->backward = net->backward;
        net->backward += backward_size(stage);
        net->multiplications += stage->side * stage->side * stage->outputs * stage->inputs * taps;
    }
}

int furrow__net_parse(furrow__net *net, const char *layers, furrow_error *error)
{
    memset(net, 0, sizeof *net);
    if (strlen(layers) >= sizeof net->text)
        return refuse(error, layers, "too long");
    snprintf(net->text, sizeof net->text, "%s", layers);
    for (const char *text = layers; *text;) {
        text = add_layer(net, text);
        if (!text || (*text && (*text++ != ' ' || !*text)))
            return refuse(error, layers, "not a list of layers that fit on each other");
    }
    furrow__stage *last = net->count ? &net->stages[net->count - 1] : NULL;
    if (!last || last->pooled || last->outputs * last->side * last->side != FURROW_DIGITS_CLASSES)
        return refuse(error, layers, "does not end in 10 values, one per digit");
    if (is_too_wide(net))
        return refuse(error, layers, "a layer of more than 65536 values");
    last->rectified = false;
    lay_out(net);
    return FURROW_OK;
}
