/*
 * 000: 24 pictures of digits, first in a for loop, then as 24 tasks on 24 threads.
 *
 *     r = Parallel(tasks=[Task(get_num, i) for i in img_list], max_threads=24).run()
 *
 * The original asks a service that answers after 2 s. Here a task waits 2 * SECOND (tutorial.h),
 * and the answer comes from the model in the library. Tasks that wait can run on more threads than
 * there are CPUs: all of them together take about as long as one.
 *
 *     000-parallel FOLDER       the folder of 17.png ... 146.png: data/digits
 */
#include <stdlib.h>
#include <string.h>

#include <furrow/digits/digits.h>
#include <furrow/task.h>

#include "tutorial.h"

enum { IMAGES = 24 };

static const char *const img_list[IMAGES] = {
    "17.png", "18.png", "30.png", "31.png",  "32.png",  "41.png",  "44.png",  "46.png",
    "51.png", "55.png", "63.png", "68.png",  "76.png",  "85.png",  "87.png",  "90.png",
    "93.png", "94.png", "97.png", "112.png", "125.png", "137.png", "144.png", "146.png",
};

struct question {
    const furrow_digits_model *model;
    char path[4096];
};

static int classify(int *digit, const struct question *question, const unsigned char *pixels)
{
    furrow_digits_scratch *scratch;
    furrow_digits_answer answer;
    int status = furrow_digits_scratch_new(&scratch, question->model, NULL);
    if (status)
        return status;
    furrow_digits_classify(question->model, scratch, pixels, 1, &answer);
    furrow_digits_scratch_free(scratch);
    *digit = answer.digit;
    return FURROW_OK;
}

static int get_num(void *digit, const void *arguments, furrow_error *error)
{
    const struct question *question = arguments;
    unsigned char pixels[FURROW_DIGITS_PIXELS];
    furrow_image image = {0};
    furrow_clock_sleep(2 * SECOND);
    int status = furrow_image_read(&image, question->path, NULL, error);
    if (!status)
        status = furrow_digits_normalise(pixels, &image, error);
    furrow_image_clear(&image);
    return status ? status : classify(digit, question, pixels);
}

static void print_list(const int *digits, double start)
{
    for (size_t i = 0; i < IMAGES; i++)
        printf("%s%d", i == 0 ? "[" : ", ", digits[i]);
    printf("]\n");
    print_time_required(start);
}

static int run(struct question *questions, furrow_error *error)
{
    int r[IMAGES] = {0};
    double start = furrow_clock_wall();
    for (size_t i = 0; i < IMAGES; i++) {
        int status = get_num(&r[i], &questions[i], error);
        if (status)
            return status;
    }
    print_list(r, start);

    furrow_task tasks[IMAGES];
    const furrow_tasks_options options = {.max_threads = 24, .log = stderr};
    memset(r, 0, sizeof r);
    start = furrow_clock_wall();
    for (size_t i = 0; i < IMAGES; i++)
        tasks[i] = (furrow_task){get_num, &questions[i], &r[i], img_list[i]};
    int status = furrow_tasks_run(NULL, tasks, IMAGES, &options, error);
    print_list(r, start);
    return status;
}

int main(int count, char **arguments)
{
    static struct question questions[IMAGES];
    furrow_digits_model *model;
    furrow_error error = {0};
    int status = furrow_digits_model_default(&model, &error);
    for (size_t i = 0; !status && i < IMAGES; i++) {
        questions[i].model = model;
        snprintf(questions[i].path, sizeof questions[i].path, "%s/%s",
                 count > 1 ? arguments[1] : "data/digits", img_list[i]);
    }
    if (!status)
        status = run(questions, &error);
    furrow_digits_model_free(model);
    if (error.text[0])
        fprintf(stderr, "%s\n", error.text);
    return finish(status);
}
