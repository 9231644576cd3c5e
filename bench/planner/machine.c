#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* The make of the CPUs, as Linux on x86 tells it; elsewhere the architecture's name. */
static void make_of_cpus(char text[128])
{
    struct utsname system;
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(text, 128, "%s", uname(&system) < 0 ? "unknown" : system.machine);
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        snprintf(text, 128, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    if (file)
        fclose(file);
}

void machine_print(int cpus, int neighbours)
{
#ifdef __clang__
    const char *compiler = "clang", *version = __clang_version__;
#else
    const char *compiler = "gcc", *version = __VERSION__;
#endif
    const char *policy = getenv("OMP_WAIT_POLICY");
    char make[128];
    make_of_cpus(make);
    printf("%d CPUs of %s; %s %.*s; wait policy %s; ", cpus, make, compiler,
           (int)strcspn(version, " "), version, policy ? policy : "as the runtime has it");
    if (neighbours > 0)
        printf("beside a busy neighbour (%d spinning)\n\n", neighbours);
    else
        printf("quiet\n\n");
    fflush(stdout);
}
