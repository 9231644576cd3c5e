#include <math.h>

#include "trainer.h"

static double given(double value, double otherwise)
{
    if (value < 0)
        return 0;
    return value == 0 ? otherwise : value;
}

static void complete(furrow_digits_recipe *recipe)
{
    recipe->layers = recipe->layers ? recipe->layers : FURROW_DIGITS_LAYERS;
    recipe->batch = recipe->batch ? recipe->batch : 128;
    for (size_t i = 0; i < FURROW_DIGITS_STAGES; i++) {
        if (!recipe->epochs[i])
            recipe->epochs[i] = i ? 50 : 40;
        recipe->rate[i] = given(recipe->rate[i], i ? 0.004 : 0.006);
    }
    recipe->warmup = given(recipe->warmup, 0.1);
    recipe->decay = given(recipe->decay, 0.01);
    recipe->smoothing = given(recipe->smoothing, 0.05);
    recipe->averaging = given(recipe->averaging, 0.999);
    recipe->rotation = given(recipe->rotation, 10);
    recipe->scaling = given(recipe->scaling, 0.1);
    recipe->shearing = given(recipe->shearing, 0.1);
    recipe->shifting = given(recipe->shifting, 1.5);
    recipe->elasticity = given(recipe->elasticity, 0.4);
    recipe->thickening = given(recipe->thickening, 0.3);
    recipe->grain = given(recipe->grain, 10);
    recipe->widening = given(recipe->widening, 0.05);
    recipe->pens = given(recipe->pens, 0.1);
    recipe->coarsening = given(recipe->coarsening, 0.15);
    recipe->handwriting = given(recipe->handwriting, 0.1);
}

static int check_numbers(const furrow_digits_recipe *recipe, furrow_error *error)
{
    double sum = 0;
    const double shares[] = {recipe->warmup, recipe->smoothing, recipe->averaging, recipe->scaling};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        if (!(shares[i] < 1))
            return furrow_error_set(error, FURROW_EINVAL,
                                    "warmup, smoothing, averaging, scaling: expected less than 1, "
                                    "got %g",
                                    shares[i]);
    for (size_t i = 0; i < FURROW_DIGITS_STAGES; i++)
        sum += recipe->rate[i];
    if (!isfinite(sum + recipe->decay + recipe->rotation + recipe->shearing + recipe->shifting +
                  recipe->elasticity + recipe->thickening + recipe->grain + recipe->widening +
                  recipe->pens + recipe->coarsening + recipe->handwriting))
        return furrow_error_set(error, FURROW_EINVAL, "recipe: a number is not finite");
    return FURROW_OK;
}

static int check_samples(const furrow_digits_samples *training,
                         const furrow_digits_samples *held_out, furrow_error *error)
{
    if (training->count == 0)
        return furrow_error_set(error, FURROW_EINVAL, "no samples to train on");
    const furrow_digits_samples *all[] = {training, held_out};
    for (size_t set = 0; set < 2; set++) {
        if (all[set]->count > 0 && !all[set]->labels)
            return furrow_error_set(error, FURROW_EINVAL, "samples without labels");
        for (size_t i = 0; i < all[set]->count; i++)
            if (all[set]->labels[i] >= FURROW_DIGITS_CLASSES)
                return furrow_error_set(error, FURROW_EINVAL,
                                        "label of sample %zu: expected 0 to 9, got %d", i,
                                        all[set]->labels[i]);
    }
    return FURROW_OK;
}

int furrow__recipe_complete(furrow_digits_recipe *recipe, const furrow_digits_samples *training,
                            const furrow_digits_samples *held_out, furrow_error *error)
{
    complete(recipe);
    int status = check_numbers(recipe, error);
    return status ? status : check_samples(training, held_out, error);
}

/* Every other net learns from MNIST alone: nets that learnt from different images err on different
 * ones. */
furrow_digits_recipe furrow__recipe_of(const furrow_digits_recipe *recipe, size_t net)
{
    furrow_digits_recipe own = *recipe;
    if (net % 2 == 1)
        own.widening = own.pens = own.coarsening = own.handwriting = 0;
    return own;
}
