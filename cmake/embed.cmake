# cmake -D FROM=file -D TO=file.c -D NAME=symbol -P embed.cmake
# Makes a C array of the bytes of a file, so that the library needs no file at run time.
file(READ ${FROM} bytes HEX)
string(LENGTH "${bytes}" size)
math(EXPR size "${size} / 2")
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1, " bytes "${bytes}")
get_filename_component(from ${FROM} NAME)
file(WRITE ${TO} "/* ${from}, by cmake/embed.cmake */
#include <stddef.h>

extern const unsigned char ${NAME}[];
extern const size_t ${NAME}_size;

const size_t ${NAME}_size = ${size};
const unsigned char ${NAME}[] = {
${bytes}
};
")
