// What a sorbent takes up from the brine beside it, and how fast (docs/equations/sorption.md).
//
// c: mol of a component per m3 of liquid. q: mol of a sorbed species per m3 of solid, the solid being all of the
// bed that is not counted as liquid. Parameters stand species by species, each in the order of the law's table.
#pragma once

#include "base/scalar.hpp"
#include "physics/brine.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace brineflow {

// Something the solid holds, as a sum of components: LiCl = Li+ + Cl-. Uptake moves these together, so that a
// species without net charge leaves the brine without net charge.
struct SorbedSpecies {
  std::string name;
  std::vector<int> stoichiometry;  // one entry a component, not negative
  std::size_t follows = 0;         // the component whose concentration drives it, laws (S1) to (S3)
};

// What a law sees at one place. All spans belong to the caller.
template <Scalar S>
struct SorptionPoint {
  const Brine& brine;
  std::span<const SorbedSpecies> species;
  std::span<const S> p;  // parameters
  std::span<const S> c;  // [mol/m3] every component, water positive
  const S& T;            // [K]
};

struct SorptionParameter {
  std::string_view name;
  std::string_view unit;
  std::string_view meaning;
};

// (S1) dq_j/dt = k_a,j c_j - k_d,j q_j. The linear driving force k (H c - q) is k_a = k H, k_d = k.
struct LinearSorption {
  static constexpr std::string_view name = "linear";
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
  template <Scalar S>
  static void rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt);
};

// (S2) dq_j/dt = k_j (q*_j - q_j), q*_j = q_max,j K_j c_j / (1 + sum_i K_i |c_i|).
// Langmuir (1918), J. Am. Chem. Soc. 40, 1361; linear driving force: Glueckauf (1955), Trans. Faraday Soc. 51, 1540.
struct CompetitiveLangmuir {
  static constexpr std::string_view name = "langmuir";
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
  template <Scalar S>
  static void rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt);
};

// (S3) dq_j/dt = k_a,j c_j q_max,j (1 - sum_i q_i / q_max,i) - k_d,j q_j: the rate law whose equilibrium is (S2)
// with K = k_a / k_d. Langmuir (1918).
struct MassActionLangmuir {
  static constexpr std::string_view name = "mass_action_langmuir";
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
  template <Scalar S>
  static void rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt);
};

// (S4) dq/dt = k (q* - q), q* = q_max x / (1 + |x|), x = K a, a = product_i (m_i gamma_i)^nu_i
//
// The salt as a whole enters the layered double hydroxide: for LiCl a = a(Li+) a(Cl-), so that uptake rises with
// chloride and water takes the lithium out again. m: mol per kg of water, gamma: molal, from the brine model.
// |x| matters only where rounding made a concentration negative: it continues the isotherm oddly, without its pole.
struct LdhSalt {
  static constexpr std::string_view name = "ldh_licl";
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
  template <Scalar S>
  static void rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt);
};

// product_i (m_i gamma_i)^nu_i of a species in a brine [1, molal]: the a of (S4), zero where one of the ions
// is missing.
template <Scalar S>
S salt_activity(const Brine& brine, const SorbedSpecies& species, std::span<const S> c, const S& T);

using SorptionLaw = std::variant<LinearSorption, CompetitiveLangmuir, MassActionLangmuir, LdhSalt>;

// The law of that name; InternalError where there is none.
SorptionLaw sorption_law(std::string_view name);
std::vector<std::string> sorption_law_names();
std::span<const SorptionParameter> sorption_parameters(const SorptionLaw& law);

// Most species a sorbent may take up: kernels keep their scratch in arrays of this size.
inline constexpr std::size_t max_sorbed_species = 8;

struct Sorption {
  SorptionLaw law;
  std::vector<SorbedSpecies> species;
  std::vector<double> parameters;  // SI
};

// What stands against this sorption in a brine of these components, as a sentence; empty when all is well: a species
// with net charge or none of the components, too many species or parameters, (S4) with more than one species.
std::string objection_to(const Sorption& sorption, const ComponentSet& components);

// [mol/m3] what the solid would hold for ever beside this brine. p: parameters in scalar type S.
template <Scalar S>
void equilibrium_loading(const Sorption& sorption, const Brine& brine, std::span<const S> p, std::span<const S> c,
                         const S& T, std::span<S> q_star);

// [mol/m3/s]
template <Scalar S>
void sorption_rates(const Sorption& sorption, const Brine& brine, std::span<const S> p, std::span<const S> c,
                    const S& T, std::span<const S> q, std::span<S> dqdt);

// [mol/m3] how much of species j the solid may hold beside brines of these concentrations, never zero: the size that
// tolerances refer to. The capacity for (S4), else the equilibrium of the species by itself.
double loading_scale(const Sorption& sorption, const Brine& brine, std::span<const double> c, std::size_t j);

}  // namespace brineflow
