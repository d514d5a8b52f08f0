// The vector operations that IDAS spends its time in, for the compiler to vectorise.
#pragma once

#include <sundials/sundials_nvector.h>

namespace brineflow::sundials {

// Replaces the operations of a serial vector; vectors cloned from it inherit them.
void speed_up(N_Vector v);

}  // namespace brineflow::sundials
