/* sections.h: the figures by subject, each a function. To add one: here, and in the table of
 * combinations.c. */
#ifndef BENCH_COMBINATIONS_SECTIONS_H
#define BENCH_COMBINATIONS_SECTIONS_H

void section_write(void);
void section_window(void);
void section_fresh(void);
void section_visit(void);
void section_sums(void);
void section_text(void);
void section_many(void);
void section_ranks(void);
void section_ranges(void);
void section_shards(void);
void section_peers(void);

/* The driver beside this program; for section_text. */
extern const char *bench_driver;

#endif
