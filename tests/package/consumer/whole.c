/*
 * whole.c: a program outside the tree that uses the core and the libraries beside it, compiled as C
 * and as C++. It calls what needs libpng, so that linking it proves that this comes along.
 */
#include <furrow/combinations/combinations.h>
#include <furrow/digits/digits.h>
#include <furrow/digits/image.h>
#include <furrow/furrow.h>

#include <stdio.h>

static bool text_is_no_image(void)
{
    furrow_image image = {0};
    return furrow_image_decode(&image, "text", 4, NULL, NULL, NULL) == FURROW_EFORMAT;
}

static bool the_model_is_there(void)
{
    furrow_digits_model *model;
    if (furrow_digits_model_default(&model, NULL))
        return false;
    furrow_digits_model_free(model);
    return true;
}

static bool five_of_twenty_are_15504(void)
{
    uint64_t count;
    return furrow_combinations_count(&count, 20, 5) == FURROW_OK && count == 15504;
}

int main(void)
{
    bool right = text_is_no_image() && the_model_is_there() && five_of_twenty_are_15504();
    printf("Furrow %s: %s\n", furrow_version(), right ? "all right" : "wrong");
    return right ? 0 : 1;
}
