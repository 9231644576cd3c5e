/* report.c: a record for each epoch, the line at the end, and the check of the model. */
#include <stdio.h>

#include <furrow/clock.h>

#include "digits-train.h"

static void write_clock(const struct training *training, furrow_writer *writer)
{
    double seconds = furrow_clock_wall() - training->begun;
    double progress = furrow_digits_trainer_progress(training->trainer);
    furrow_writer_real(writer, "seconds", seconds, 1);
    furrow_writer_real(writer, "left", seconds * (1 - progress) / (progress - training->resumed),
                       1);
}

static double percent(size_t wrong, size_t all)
{
    return 100 * (double)(all - wrong) / (double)all;
}

/* Writes a record for each epoch, at the last of its blocks. */
int furrow__training_emit(const void *state, const furrow_record *record, furrow_writer *writer)
{
    const struct training *training = state;
    const furrow_digits_epoch *epoch = furrow_digits_trainer_epoch(training->trainer);
    if (!epoch || record->number + 1 != training->fed)
        return FURROW_OK;
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "net", epoch->net + 1);
    furrow_writer_count(writer, "epoch", epoch->number);
    furrow_writer_real(writer, "rate", epoch->rate, 5);
    furrow_writer_real(writer, "loss", epoch->loss, 4);
    furrow_writer_real(writer, "training_accuracy", 100 * epoch->accuracy, 2);
    if (epoch->held_out > 0) {
        furrow_writer_real(writer, "accuracy", percent(epoch->wrong, epoch->held_out), 2);
        furrow_writer_count(writer, "errors", epoch->wrong);
    } else {
        furrow_writer_text(writer, "accuracy", NULL);
        furrow_writer_text(writer, "errors", NULL);
    }
    if (training->clock)
        write_clock(training, writer);
    int status = furrow_writer_end(writer);
    return status ? status : furrow_writer_flush(writer);
}

int furrow__training_tell(void *state, furrow_moment moment, FILE *log, furrow_error *error)
{
    const struct training *training = state;
    size_t judged = training->data.judged.count;
    char tested[80] = "";
    (void)error;
    if (!log || moment != FURROW_AFTER)
        return FURROW_OK;
    if (!training->model) {
        fprintf(log, "nothing was trained\n");
        return FURROW_OK;
    }
    if (training->calibrate && training->data.test.count > 0)
        snprintf(tested, sizeof tested, "; of %zu test images %zu wrong", training->data.test.count,
                 training->wrong_in_test);
    fprintf(log,
            "%.2f %% of %zu %s images right, %zu wrong%s; %zu multiplications an image; "
            "model %s%s\n",
            percent(training->wrong, judged), judged, training->calibrate ? "held-out" : "test",
            training->wrong, tested, furrow_digits_model_multiplications(training->model),
            training->saved ? "in " : "not written",
            training->saved ? training->output : " (--model FILE keeps it)");
    return FURROW_OK;
}

/* Rounding may put an answer on either side of a threshold: then the stages differ, and the digits
 * may. */
static int check_sample(const furrow_digits_model *model, furrow_digits_scratch *scratch,
                        const unsigned char *image, furrow_error *error)
{
    furrow_digits_answer fast, plain;
    furrow_digits_classify(model, scratch, image, 1, &fast);
    int status = furrow_digits_reference(model, image, &plain);
    if (status || fast.digit == plain.digit || fast.stage != plain.stage)
        return status;
    return furrow_error_set(error, FURROW_EVERIFY, "the plain net says %d, the fast one %d",
                            plain.digit, fast.digit);
}

int furrow__training_verify(const void *state, furrow_error *error)
{
    const struct training *training = state;
    furrow_digits_scratch *scratch;
    if (!training->model)
        return furrow_error_set(error, FURROW_EVERIFY, "expected training to end; it did not");
    int status = furrow_digits_scratch_new(&scratch, training->model, NULL);
    for (size_t i = 0; i < 100 && i < training->data.judged.count && status == FURROW_OK; i++)
        status = check_sample(training->model, scratch,
                              training->data.judged.images + i * FURROW_DIGITS_PIXELS, error);
    furrow_digits_scratch_free(scratch);
    return status;
}
