#include "options_table.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

/* Prints the lines of a kernel's help up to `end`. A command that is too long becomes two lines of
 * one command. */
static void print_lines(const char *text, const char *end)
{
    while (text < end) {
        char line[512];
        size_t length = strcspn(text, "\n"), size = length < sizeof line ? length : sizeof line - 1;
        memcpy(line, text, size);
        line[size] = '\0';
        bool is_command = line[0] == ' ' || strncmp(line, "furrow ", 7) == 0;
        words_print_wrapped(stdout, line, 0, is_command ? 4 + strspn(line, " ") : 0,
                            is_command ? " \\" : "");
        text += length + (text[length] == '\n');
    }
}

static void print_variants(const furrow_kernel *kernel)
{
    if (kernel->variants)
        printf("\nVariants:\n");
    for (const furrow_variant *variant = kernel->variants; variant && variant->name; variant++) {
        int used = printf("  %-14s ", variant->name);
        words_print_wrapped(stdout, variant->summary, (size_t)used, 17, "");
    }
}

/* The formats of the kernel besides records. */
static void print_formats(const furrow_kernel *kernel)
{
    const furrow_kernel_format *format = NULL;
    size_t count = 0;
    while ((format = furrow_kernel_format_next(kernel, format)) != NULL)
        if (format->write)
            printf("%s%s", count++ ? ", " : "\nFormats that all threads write at once:\n  ",
                   format->name);
    if (count)
        printf("\n");
    while ((format = furrow_kernel_format_next(kernel, format)) != NULL)
        if (format->finish)
            printf("\nFormat that shows all results in one picture or text: %s\n", format->name);
}

void help_print(poptContext context, const furrow_kernel *kernel, const char *command, bool all)
{
    char title[256];
    snprintf(title, sizeof title, "%s: %s", kernel->name, kernel->summary);
    words_print_wrapped(stdout, title, 0, 4, "");
    printf("\n");
    fflush(stdout);
    poptPrintHelp(context, stdout, 0);
    if (all) {
        print_variants(kernel);
        print_formats(kernel);
    }
    if (kernel->help) {
        const char *examples_end = strstr(kernel->help, "\n\n");
        printf("\n");
        print_lines(kernel->help,
                    all || !examples_end ? kernel->help + strlen(kernel->help) : examples_end);
    }
    if (!all)
        printf("\n`furrow %s --help-all` shows all options and more.\n", command);
}
