/*
 * 002: a morning in sequence, and as three processes.
 *
 *     standup(updates, 4); work(task, 3); coffee()                        # 18.5 s
 *
 *     t1 = multiprocessing.Process(target=standup, args=(updates, 4))     # 10.2 s
 *     ...
 *     t1.start(); t2.start(); t3.start()
 *     t1.join(); t2.join(); t3.join()
 *
 * Three processes take as long as the longest of them, the coffee. A second is SECOND (tutorial.h)
 * here. Each line is flushed, so that lines of the three come in the order of events.
 */
#include "processes.h"

struct arguments {
    const char *text;
    int count;
};

static int standup(void *context)
{
    const struct arguments *arguments = context;
    for (int i = 0; i < arguments->count; i++) {
        printf("%s %d\n", arguments->text, i);
        fflush(stdout);
        furrow_clock_sleep(SECOND);
    }
    return FURROW_OK;
}

static int work(void *context)
{
    const struct arguments *arguments = context;
    for (int i = 0; i < arguments->count; i++) {
        printf("%s %d\n", arguments->text, i);
        fflush(stdout);
        furrow_clock_sleep(1.5 * SECOND);
    }
    return FURROW_OK;
}

static int coffee(void *context)
{
    (void)context;
    furrow_clock_sleep(10 * SECOND);
    printf("coffee break is done\n");
    return FURROW_OK;
}

int main(void)
{
    struct arguments updates = {"The update is being given by attendee no. ", 4};
    struct arguments task = {"Task being completed is at priority ", 3};
    const furrow_process_options processes[] = {
        {.target = standup, .context = &updates},
        {.target = work, .context = &task},
        {.target = coffee},
    };

    double start = furrow_clock_wall();
    standup(&updates);
    work(&task);
    coffee(NULL);
    printf("It's time to go home\n");
    print_time_required(start);

    start = furrow_clock_wall();
    int status = run_as_processes(processes, sizeof processes / sizeof *processes);
    printf("It's time to go home\n");
    print_time_required(start);
    return finish(status);
}
