/* start: a process that does nothing, started and joined. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/process.h>

#include "rows.h"

enum { STARTS = 50, PYTHON_STARTS = 5 };

static int nothing(void *context)
{
    (void)context;
    return 0;
}

static int furrow_processes(size_t times)
{
    const furrow_process_options options = {.target = nothing};
    int status = 0;
    for (size_t i = 0; !status && i < times; i++) {
        furrow_process *process;
        status = furrow_process_new(&process, &options);
        if (!status)
            status = furrow_process_start(process);
        if (!status)
            status = furrow_process_join(process, FURROW_FOREVER);
        furrow_process_free(process);
    }
    return status;
}

static int bare_forks(size_t times)
{
    for (size_t i = 0; i < times; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        must(child > 0 && waitpid(child, NULL, 0) == child, "fork and waitpid");
    }
    return 0;
}

static void *nothing_on_thread(void *context)
{
    return context;
}

/* What a fresh thread in the child costs by itself. */
static int forks_with_thread(size_t times)
{
    for (size_t i = 0; i < times; i++) {
        pid_t child = fork();
        if (child == 0) {
            pthread_t thread;
            if (pthread_create(&thread, NULL, nothing_on_thread, NULL) == 0)
                pthread_join(thread, NULL);
            _exit(0);
        }
        must(child > 0 && waitpid(child, NULL, 0) == child, "fork and waitpid");
    }
    return 0;
}

int start(void)
{
    static struct way bare = {STARTS, bare_forks}, thread = {STARTS, forks_with_thread},
                      process = {STARTS, furrow_processes};
    furrow_contender contenders[] = {
        {.name = "fork, waitpid", .run = run_way, .context = &bare},
        {.name = "fork, a thread, waitpid", .run = run_way, .context = &thread},
        {.name = "furrow_process", .run = run_way, .context = &process},
#ifdef HAS_PYTHON
        {.name = "Python's Process",
         .run = run_way,
         .context = &(struct way){PYTHON_STARTS, python_start}},
#endif
    };
    return compare("start: a process that does nothing, started and joined", contenders,
                   sizeof contenders / sizeof *contenders, 5);
}
