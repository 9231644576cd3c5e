/*
 * core.c: a program outside the tree that uses the core alone, compiled as C and as C++. It calls
 * what needs OpenMP, so that linking it proves that this comes along.
 */
#include <furrow/furrow.h>

#include <stdio.h>
#include <string.h>

static int square(const furrow_range *range, const void *context)
{
    double *results = (double *)range->results;
    (void)context;
    for (size_t i = range->begin; i < range->end; i++)
        results[i - range->begin] = (double)i * (double)i;
    return 0;
}

static bool squares_are_right(void)
{
    static double squares[100000];
    furrow_parallel_options options = {0};
    options.results = squares;
    options.result_size = sizeof squares[0];
    if (furrow_parallel_for(&options, 100000, square, NULL))
        return false;
    for (size_t i = 0; i < 100000; i++)
        if ((size_t)squares[i] != i * i)
            return false;
    return true;
}

static bool library_has_the_version_of_its_headers(void)
{
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", FURROW_VERSION_MAJOR, FURROW_VERSION_MINOR,
             FURROW_VERSION_PATCH);
    return strcmp(furrow_version(), version) == 0;
}

int main(void)
{
    bool right = squares_are_right();
    bool same = library_has_the_version_of_its_headers();
    printf("Furrow %s: %s\n", furrow_version(), right && same ? "all right" : "wrong");
    return right && same ? 0 : 1;
}
