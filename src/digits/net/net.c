#include "net.h"

#include <stdio.h>
#include <string.h>

size_t furrow__net_group(size_t channels, size_t first)
{
    size_t groups = (channels + FURROW__GROUP - 1) / FURROW__GROUP;
    size_t min = channels / groups;
    return first < channels % groups * (min + 1) ? min + 1 : min;
}

static int refuse(furrow_error *error, const char *layers, const char *reason)
{
    return furrow_error_set(error, FURROW_EINVAL,
                            "layers \"%.100s\": %s; expected something like \"%s\"", layers, reason,
                            FURROW_DIGITS_LAYERS);
}

/* Reads a number from 1 to `max`. Returns the text behind it, or NULL. */
static const char *read_number(size_t *value, const char *text, size_t max)
{
    if (*text < '1' || *text > '9')
        return NULL;
    for (*value = 0; *text >= '0' && *text <= '9'; text++) {
        *value = *value * 10 + (size_t)(*text - '0');
        if (*value > max)
            return NULL;
    }
    return text;
}

static const char *skip(const char *text, const char *word)
{
    size_t length = strlen(word);
    return strncmp(text, word, length) == 0 ? text + length : NULL;
}

/* Sets what the layer reads: the output of the last layer, or the image. */
static void connect(const furrow__net *net, furrow__layer *layer)
{
    const furrow__layer *last = net->count ? &net->layers[net->count - 1] : NULL;
    layer->inputs = last ? last->outputs : 1;
    layer->side_in = last ? last->side_out : FURROW_DIGITS_SIDE;
    layer->rectified = true;
}

static const char *add_convolution(furrow__net *net, const char *text)
{
    furrow__layer *layer = &net->layers[net->count];
    connect(net, layer);
    text = read_number(&layer->kernel, text, layer->side_in);
    text = text ? skip(text, "x") : NULL;
    text = text ? read_number(&layer->outputs, text, FURROW__MAX_CHANNELS) : NULL;
    layer->side = layer->side_out = layer->side_in + 1 - layer->kernel;
    net->count += text != NULL;
    return text;
}

static const char *add_dense(furrow__net *net, const char *text)
{
    furrow__layer *layer = &net->layers[net->count];
    connect(net, layer);
    layer->inputs *= layer->side_in * layer->side_in;
    layer->side_in = layer->kernel = layer->side = layer->side_out = 1;
    text = read_number(&layer->outputs, text, FURROW__MAX_CHANNELS);
    net->count += text != NULL;
    return text;
}

static const char *add_pool(furrow__net *net, const char *text)
{
    furrow__layer *layer = net->count ? &net->layers[net->count - 1] : NULL;
    if (!layer || layer->pooled || layer->side < 2)
        return NULL;
    layer->pooled = true;
    layer->side_out = layer->side / 2;
    return text;
}

static const char *add_layer(furrow__net *net, const char *text)
{
    const char *rest;
    if ((rest = skip(text, "pool")))
        return add_pool(net, rest);
    if (net->count == FURROW__MAX_LAYERS)
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
        const furrow__layer *layer = &net->layers[i];
        wide = wide || layer->outputs * layer->side * layer->side > FURROW__MAX_VALUES;
    }
    return wide;
}

static size_t backward_size(const furrow__layer *layer)
{
    size_t taps = layer->kernel * layer->kernel;
    size_t groups = (layer->inputs + FURROW__WIDE - 1) / FURROW__WIDE;
    return layer->pooled ? groups * layer->outputs * taps * FURROW__WIDE
                         : layer->inputs * (1 + layer->outputs * taps);
}

static void lay_out(furrow__net *net)
{
    for (size_t i = 0; i < net->count; i++) {
        furrow__layer *layer = &net->layers[i];
        size_t taps = layer->kernel * layer->kernel;
        layer->weights = net->parameters;
        layer->biases = layer->weights + layer->outputs * layer->inputs * taps;
        net->parameters = layer->biases + layer->outputs;
        layer->forward = net->forward;
        net->forward += layer->outputs * (1 + layer->inputs * taps);
        layer->backward = net->backward;
        net->backward += backward_size(layer);
        net->multiplications += layer->side * layer->side * layer->outputs * layer->inputs * taps;
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
    furrow__layer *last = net->count ? &net->layers[net->count - 1] : NULL;
    if (!last || last->pooled || last->outputs * last->side * last->side != FURROW_DIGITS_CLASSES)
        return refuse(error, layers, "does not end in 10 values, one per digit");
    if (is_too_wide(net))
        return refuse(error, layers, "a layer of more than 65536 values");
    last->rectified = false;
    lay_out(net);
    return FURROW_OK;
}
