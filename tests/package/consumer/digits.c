/* digits.c: a program outside the tree that calls furrow-digits alone. */
#include <furrow/digits/image.h>

int main(void)
{
    furrow_image image = {0};
    return furrow_image_decode(&image, "text", 4, NULL, NULL, NULL) == FURROW_EFORMAT ? 0 : 1;
}
