/* kernels.h: all kernels of this folder, in the order of its CMakeLists.txt. NULL ends the list. */
#ifndef FURROW_KERNELS_H
#define FURROW_KERNELS_H

#include <furrow/kernel.h>

extern const furrow_kernel *const furrow_kernels[];

#endif
