// Laws by which deposits on a membrane grow and go, and what they hold back (docs/equations/fouling.md; numbers of
// equations are those of that page).
#pragma once

#include "base/scalar.hpp"

namespace brineflow {

// A crystal that grows on a surface, in scalar type S.
template <Scalar S>
struct CrystalKinetics {
  S growth, dissolution;                    // mol/(m2 s)
  double growth_order, dissolution_order;   // at least 1
  double full_coverage;                     // kg/m2 from which a deposit dissolves as one that covers all
};

// (F3) r = k_g (s - 1)^n above saturation, -k_d (1 - s)^m phi(deposited) below, mol/(m2 s), s the saturation ratio. Nothing grows below
// saturation, to the last bit.
// (F4) phi = m / sqrt(m^2 + m_full^2): odd, so that what rounding leaves below zero comes back.
template <Scalar S>
S crystal_growth(const CrystalKinetics<S>& kinetics, const S& saturation, const S& deposited) {
  const S sigma = saturation - 1.0;
  const S above = larger(sigma, S(0.0)), below = larger(S(-sigma), S(0.0));
  const S covered = deposited / sqrt(S(deposited * deposited + kinetics.full_coverage * kinetics.full_coverage));
  return kinetics.growth * pow(above, S(kinetics.growth_order)) - kinetics.dissolution * pow(below, S(kinetics.dissolution_order)) * covered;
}

// (F5) (exp(J / k) - 1) / J [s/m]: by how much a flux that ends at the surface lowers the concentration there, after the
// film theory. 1 / k without flow.
template <Scalar S>
S film_reach(const S& J, const S& k) {
  const S x = J / k;
  const S series = 1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0)));  // below 1e-3: exact to 1e-14
  return select(S(x - 1e-3), S((exp(x) - 1.0) / x), series) / k;
}

// (F8) kg/(m2 s) of a cake of what the flux J [m/s] carries to the membrane and the flow along it takes off again.
template <Scalar S>
S cake_growth(const S& foulant, const S& J, const S& removal, const S& deposited) {
  return foulant * J - removal * deposited;
}

}  // namespace brineflow
