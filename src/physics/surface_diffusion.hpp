// How fast what is sorbed moves along the walls of the pores (docs/equations/adsorption_column.md).
#pragma once

#include "base/scalar.hpp"

namespace brineflow {

// (12) D_s of the share theta of the sites that is taken.
enum class SurfaceDiffusionLaw {
  constant,     // D_s = D_0
  darken,       // D_s = D_0 / (1 - theta): Darken's (1948, Trans. AIME 175, 184) correction of a Langmuir isotherm, the same as the
                // hopping model of Higashi, Ito and Oishi (1963, J. At. Energy Soc. Japan 5, 846); both quoted from memory of textbooks
  exponential,  // D_s = D_0 exp(b theta): sites are the less binding, the more of them are taken (Gilliland et al. 1974, Ind. Eng.
                // Chem. Fundam. 13, 95, for energies linear in theta; quoted from memory)
};

// (1 - theta) of Darken's correction counts as this at least, where the solid is all but full: D_s stays finite and positive,
// also where rounding or a coarse mesh takes theta beyond 1.
inline constexpr double least_vacancy = 0.02;

// [m2/s]; D_0 [m2/s] that of the empty solid, b [1] for `exponential` only.
template <Scalar S>
S surface_diffusion(SurfaceDiffusionLaw law, const S& D_0, const S& theta, const S& b) {
  switch (law) {
    case SurfaceDiffusionLaw::constant: return D_0;
    case SurfaceDiffusionLaw::darken: return D_0 / larger(S(1.0 - theta), S(least_vacancy));
    case SurfaceDiffusionLaw::exponential: return D_0 * exp(S(b * theta));
  }
  return D_0;
}

}  // namespace brineflow
