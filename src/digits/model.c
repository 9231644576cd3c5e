#include "model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int check_parameters(const furrow__net *net, const float *parameters, size_t count,
                            furrow_error *error)
{
    if (count != net->parameters)
        return furrow_error_set(error, FURROW_EINVAL,
                                "layers \"%s\": expected %zu parameters, got %zu", net->text,
                                net->parameters, count);
    for (size_t i = 0; i < count; i++)
        if (!isfinite(parameters[i]))
            return furrow_error_set(error, FURROW_EINVAL, "parameter %zu is not a finite number",
                                    i);
    return FURROW_OK;
}

int furrow_digits_model_new(furrow_digits_model **model, const char *layers,
                            const float *parameters, size_t count, furrow_error *error)
{
    furrow__net net;
    *model = NULL;
    int status = furrow__net_parse(&net, layers, error);
    if (!status && parameters)
        status = check_parameters(&net, parameters, count, error);
    if (status)
        return status;
    size_t floats = net.parameters + net.forward;
    furrow_digits_model *made = calloc(1, sizeof *made + floats * sizeof(float));
    if (!made)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for a model of %zu parameters",
                                net.parameters);
    made->net = net;
    made->parameters = (float *)(made + 1);
    made->forward = made->parameters + net.parameters;
    if (parameters)
        memcpy(made->parameters, parameters, net.parameters * sizeof *parameters);
    furrow__net_pack(&net, made->parameters, made->forward);
    *model = made;
    return FURROW_OK;
}

void furrow_digits_model_free(furrow_digits_model *model)
{
    free(model);
}

const char *furrow_digits_model_layers(const furrow_digits_model *model)
{
    return model->net.text;
}

const float *furrow_digits_model_parameters(const furrow_digits_model *model, size_t *count)
{
    *count = model->net.parameters;
    return model->parameters;
}

size_t furrow_digits_model_multiplications(const furrow_digits_model *model)
{
    return model->net.multiplications;
}
