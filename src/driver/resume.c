#include "session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/furrow.h>

#include "driver.h"
#include "io/journal/journal.h"

/* What must be the same for a run to continue. How it runs may change: threads, chunks, waits. */
struct terms {
    furrow_term *table;
    struct text {
        char name[64], value[256];
    } * texts;
    size_t count;
};

static char *add(struct terms *terms, const char *name)
{
    struct text *text = &terms->texts[terms->count];
    snprintf(text->name, sizeof text->name, "%s", name);
    terms->table[terms->count++] = (furrow_term){text->name, text->value};
    return text->value;
}

static void add_params(struct terms *terms, const struct options *options)
{
    for (const furrow_param *param = options->kernel->params; param && param->name; param++) {
        char name[64];
        snprintf(name, sizeof name, "%s%s", param->positional ? "" : "--", param->name);
        furrow_args_print(options->args, param->name, add(terms, name), sizeof terms->texts->value);
    }
}

static void add_all(struct terms *terms, const struct session *session)
{
    const furrow_kernel *kernel = session->kernel;
    const void *state = session->state;
    snprintf(add(terms, "version"), sizeof terms->texts->value, "%s, records 2", /* run/record.h */
             furrow_version());
    snprintf(add(terms, "kernel"), sizeof terms->texts->value, "%s", kernel->name);
    add_params(terms, session->options);
    snprintf(add(terms, "--format"), sizeof terms->texts->value, "%s",
             session->options->format_name);
    snprintf(add(terms, "--shard"), sizeof terms->texts->value, "%zu/%zu", session->options->shard,
             session->options->shards);
    snprintf(add(terms, "--most"), sizeof terms->texts->value, "%zu", session->options->max_items);
    snprintf(add(terms, "bytes of a result"), sizeof terms->texts->value, "%zu",
             furrow_kernel_shape(kernel, state).result_size);
    if (kernel->digest)
        snprintf(add(terms, "digest of model, data and instruction set"),
                 sizeof terms->texts->value, "%016" PRIx64, kernel->digest(state));
}

static int make_terms(struct terms *terms, const struct session *session)
{
    size_t terms_max = 9; /* those of add_all besides the parameters */
    for (const furrow_param *param = session->kernel->params; param && param->name; param++)
        terms_max++;
    *terms = (struct terms){.table = calloc(terms_max, sizeof *terms->table),
                            .texts = calloc(terms_max, sizeof *terms->texts)};
    if (!terms->table || !terms->texts)
        return FURROW_ENOMEM;
    add_all(terms, session);
    return FURROW_OK;
}

static int open_journal(struct session *session, furrow_error *error)
{
    const struct options *options = session->options;
    struct terms terms;
    int status = make_terms(&terms, session);
    if (status == FURROW_OK)
        status = furrow__journal_open(&session->journal, options->resume, terms.table, error);
    else
        furrow_error_set(error, status, "no memory for a journal");
    free(terms.table);
    free(terms.texts);
    return status;
}

int resume_open(struct session *session)
{
    furrow_error error = {0};
    int status = session->options->resume ? open_journal(session, &error) : FURROW_OK;
    if (status == FURROW_OK)
        return DRIVER_OK;
    log_error(session->kernel->name, &error);
    bool refused = status == FURROW_ECHANGED || status == FURROW_EFORMAT || status == FURROW_EINVAL;
    return refused ? DRIVER_USAGE : DRIVER_ENVIRONMENT;
}

static int finish(struct session *session, int code)
{
    furrow_error error;
    if (furrow__journal_remove(session->journal, &error) == FURROW_OK)
        return code;
    log_error(session->kernel->name, &error);
    return code ? code : DRIVER_ENVIRONMENT;
}

/* Says how to continue; not after a refusal, whose message did, nor after a closed pipe. */
static void explain(const struct session *session, size_t recorded, int code)
{
    const char *path = session->options->resume;
    const char *s = recorded == 1 ? "" : "s";
    if (code == DRIVER_HALTED)
        fprintf(
            stderr,
            "furrow: %s has %zu item%s: run the same command to try the failed item again, or with "
            "--on-error skip to leave it out\n",
            path, recorded, s);
    else if (recorded > 0 && code != DRIVER_USAGE && code != DRIVER_CLOSED_PIPE)
        fprintf(stderr, "furrow: %s has %zu item%s: run the same command to continue from there\n",
                path, recorded, s);
}

int resume_close(struct session *session, bool whole, size_t recorded, int code)
{
    if (!session->journal)
        return code;
    if (whole)
        code = finish(session, code);
    else
        explain(session, recorded, code);
    furrow__journal_free(session->journal);
    session->journal = NULL;
    return code;
}
