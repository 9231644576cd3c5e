/*
 * 004: six processes say their names; their states before and after.
 *
 *     for name in names:
 *         to_process.append(Process(target=say_my_name, args=(name,)))
 *     to_process
 *     for p in to_process: p.start()
 *     for p in to_process: p.join()
 *
 * The names may come in any order. A state of ours tells the exit code, too. The first list waits
 * in the buffer of stdout when the processes are forked, where stdout is a file; it is printed once
 * all the same, for a child drops its copy.
 */
#include "processes.h"

enum { NAMES = 6 };

static int say_my_name(void *context)
{
    printf("My name is %s\n", (const char *)context);
    return FURROW_OK;
}

static void print_states(furrow_process **to_process)
{
    for (int i = 0; i < NAMES; i++) {
        char text[64];
        furrow_process_text(text, sizeof text, to_process[i]);
        printf("%s%s%s\n", i == 0 ? "[" : " ", text, i == NAMES - 1 ? "]" : ",");
    }
}

int main(void)
{
    char names[NAMES][16] = {"Ibrahim", "Juan", "Andrew", "Jennifer", "Mary", "Elizabeth"};
    furrow_process *to_process[NAMES] = {NULL};
    int status = FURROW_OK;
    for (int i = 0; !status && i < NAMES; i++) {
        char name[16];
        snprintf(name, sizeof name, "Process-%d", i + 3); /* as in the original */
        const furrow_process_options options = {
            .name = name, .target = say_my_name, .context = names[i]};
        status = furrow_process_new(&to_process[i], &options);
    }
    if (!status)
        print_states(to_process);
    if (!status)
        status = start_all(to_process, NAMES);
    if (!status)
        status = join_all(to_process, NAMES);
    if (!status)
        print_states(to_process);
    free_all(to_process, NAMES);
    return finish(status);
}
