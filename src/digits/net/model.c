#include "model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int check_parameters(const furrow__cascade *cascade, const float *parameters, size_t count,
                            furrow_error *error)
{
    if (count != cascade->parameters)
        return furrow_error_set(error, FURROW_EINVAL,
                                "layers \"%.100s\": expected %zu parameters, got %zu",
                                cascade->text, cascade->parameters, count);
    for (size_t i = 0; i < count; i++)
        if (!isfinite(parameters[i]))
            return furrow_error_set(error, FURROW_EINVAL, "parameter %zu is not a finite number",
                                    i);
    return FURROW_OK;
}

int furrow__stage_check(const furrow_digits_stage *stage, size_t index, furrow_error *error)
{
    const struct {
        const char *name;
        float value, min, max;
    } rows[] = {
        {"temperature", stage->temperature, 0.01f, 100},
        {"threshold", stage->threshold, 0, 2},
        {"share", stage->share, 0, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!(rows[i].value >= rows[i].min && rows[i].value <= rows[i].max))
            return furrow_error_set(
                error, FURROW_EINVAL, "stage %zu: %s: expected %g to %g, got %g", index,
                rows[i].name, (double)rows[i].min, (double)rows[i].max, (double)rows[i].value);
    return FURROW_OK;
}

static int create(furrow_digits_model **model, const furrow__cascade *cascade, furrow_error *error)
{
    size_t floats = cascade->parameters + cascade->forward;
    furrow_digits_model *made = calloc(1, sizeof *made + floats * sizeof(float));
    if (!made)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for a model of %zu parameters",
                                cascade->parameters);
    made->cascade = *cascade;
    made->parameters = (float *)(made + 1);
    made->forward = made->parameters + cascade->parameters;
    for (size_t i = 0; i < cascade->stages; i++)
        made->stages[i] = (furrow_digits_stage){
            .temperature = 1,
            .threshold = i + 1 < cascade->stages ? 0.9f : 0,
            .share = 1,
        };
    *model = made;
    return FURROW_OK;
}

static void pack(furrow_digits_model *model)
{
    const furrow__cascade *cascade = &model->cascade;
    for (size_t i = 0; i < cascade->count; i++)
        furrow__net_pack(&cascade->nets[i], model->parameters + cascade->parameters_of[i],
                         model->forward + cascade->forward_of[i]);
}

int furrow_digits_model_new(furrow_digits_model **model, const char *layers,
                            const float *parameters, size_t count, furrow_error *error)
{
    furrow__cascade cascade;
    *model = NULL;
    int status = furrow__cascade_parse(&cascade, layers, error);
    if (!status && parameters)
        status = check_parameters(&cascade, parameters, count, error);
    if (!status)
        status = create(model, &cascade, error);
    if (status)
        return status;
    if (parameters)
        memcpy((*model)->parameters, parameters, count * sizeof *parameters);
    pack(*model);
    return FURROW_OK;
}

int furrow_digits_model_staged(furrow_digits_model **staged, const furrow_digits_model *model,
                               const furrow_digits_stage *stages, furrow_error *error)
{
    *staged = NULL;
    for (size_t i = 0; i < model->cascade.stages; i++) {
        int status = furrow__stage_check(&stages[i], i, error);
        if (status)
            return status;
    }
    int status = furrow_digits_model_new(staged, model->cascade.text, model->parameters,
                                         model->cascade.parameters, error);
    if (!status)
        memcpy((*staged)->stages, stages, model->cascade.stages * sizeof *stages);
    return status;
}

void furrow_digits_model_free(furrow_digits_model *model)
{
    free(model);
}

const char *furrow_digits_model_layers(const furrow_digits_model *model)
{
    return model->cascade.text;
}

const float *furrow_digits_model_parameters(const furrow_digits_model *model, size_t *count)
{
    *count = model->cascade.parameters;
    return model->parameters;
}

const furrow_digits_stage *furrow_digits_model_stages(const furrow_digits_model *model,
                                                      size_t *count)
{
    *count = model->cascade.stages;
    return model->stages;
}

size_t furrow_digits_model_multiplications(const furrow_digits_model *model)
{
    double sum = 0;
    for (size_t i = 0; i < model->cascade.stages; i++)
        sum += (double)model->stages[i].share *
               (double)furrow__cascade_multiplications(&model->cascade, i);
    return (size_t)(sum + 0.5);
}
