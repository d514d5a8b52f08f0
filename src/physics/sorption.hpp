// What a sorbent takes up from the brine beside it, and how fast (docs/equations/sorption.md).
//
// c: mol of a component per m3 of liquid. q: mol of a sorbed species per m3 of solid, the solid being all of the
// bed that is not counted as liquid. Parameters stand species by species, each in the order of the law's table.
#pragma once

#include "physics/ion_exchange.hpp"
#include "physics/isotherms.hpp"
#include "physics/sorbent_ageing.hpp"
#include "physics/sorption_point.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace brineflow {

// (S1) dq_j/dt = k_a,j c_j - k_d,j q_j. The linear driving force k (H c - q) is k_a = k H, k_d = k.
struct LinearSorption {
  static constexpr std::string_view name = "linear";
  static constexpr bool by_driving_force = false;
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
  template <Scalar S>
  static void rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt);
};

// (S2) q*_j = q_max,j K_j c_j / (1 + sum_i K_i |c_i|). Langmuir (1918), J. Am. Chem. Soc. 40, 1361.
struct CompetitiveLangmuir {
  static constexpr std::string_view name = "langmuir";
  static constexpr bool by_driving_force = true;
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
};

// (S3) dq_j/dt = k_a,j c_j q_max,j (1 - sum_i q_i / q_max,i) - k_d,j q_j: the rate law whose equilibrium is (S2)
// with K = k_a / k_d. Langmuir (1918).
struct MassActionLangmuir {
  static constexpr std::string_view name = "mass_action_langmuir";
  static constexpr bool by_driving_force = false;
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
  template <Scalar S>
  static void rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt);
};

// (S4) q* = q_max x / (1 + |x|), x = K(T) a b^(n - 1), a = product_i (m_i gamma_i)^nu_i, K(T) by (T1)
//
// b = product over the anions of the species of (m_i gamma_mean)^nu_i, n the exponent of chloride: with n = 1, the
// default, x = K a; for LiCl x = K m_Li m_Cl^n gamma_mean^(1 + n).
//
// The salt as a whole enters the layered double hydroxide: for LiCl a = a(Li+) a(Cl-), so that uptake rises with
// chloride and water takes the lithium out again. m: mol per kg of water, gamma: molal, from the brine model.
// |x| matters only where rounding made a concentration negative: it continues the isotherm oddly, without its pole.
struct LdhSalt {
  static constexpr std::string_view name = "ldh_licl";
  static constexpr bool by_driving_force = true;
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
};

// product_i (m_i gamma_i)^nu_i of a species in a brine [1, molal]: the a of (S4), zero where one of the ions
// is missing.
template <Scalar S>
S salt_activity(const Brine& brine, const SorbedSpecies& species, std::span<const S> c, const S& T);

using SorptionLaw = std::variant<LinearSorption, CompetitiveLangmuir, MassActionLangmuir, LdhSalt, Sips, Toth, Temkin,
                                 Freundlich, DualSiteLangmuir, IonExchange, MassActionIonExchange, StericMassAction>;

// How fast a law that states only an equilibrium gets there (by_driving_force); (S1) and (S3) are rate laws already.
enum class SorptionKinetics {
  linear_driving_force,  // (K1) dq/dt = k (q* - q). Glueckauf (1955), Trans. Faraday Soc. 51, 1540.
  pseudo_second_order,   // (K2) dq/dt = k_2 (q* - q) |q* - q|. Ho and McKay (1999), Process Biochem. 34, 451.
};

// The law of that name; InternalError where there is none.
SorptionLaw sorption_law(std::string_view name);
std::vector<std::string> sorption_law_names();
std::string_view sorption_law_name(const SorptionLaw& law);
bool has_own_kinetics(const SorptionLaw& law);

// "linear_driving_force" or "pseudo_second_order"; InternalError for another name.
SorptionKinetics sorption_kinetics(std::string_view name);
std::vector<std::string> sorption_kinetics_names();

// What each species of a law needs. Laws by driving force have the rate constant last: k, or k_2 of (K2).
std::vector<SorptionParameter> sorption_parameters(const SorptionLaw& law,
                                                   SorptionKinetics kinetics = SorptionKinetics::linear_driving_force);

// Most species a sorbent may take up: kernels keep their scratch in arrays of this size.
inline constexpr std::size_t max_sorbed_species = 8;
inline constexpr std::size_t most_sorption_parameters = 8;  // of one species

struct Sorption {
  SorptionLaw law;
  std::vector<SorbedSpecies> species;
  std::vector<double> parameters;  // SI
  SorptionKinetics kinetics = SorptionKinetics::linear_driving_force;  // of laws by driving force
  SorbentAgeing ageing = {};
};

// What stands against this sorption in a brine of these components, as a sentence; empty when all is well: a species
// with net charge or none of the components, too many species or parameters, (S4) with more than one species, an
// exchange that is none, ageing of what has no capacity or without H+.
std::string objection_to(const Sorption& sorption, const ComponentSet& components);

// [mol/m3] what the solid would hold for ever beside this brine. p: parameters in scalar type S.
template <Scalar S>
void equilibrium_loading(const Sorption& sorption, const Brine& brine, std::span<const S> p, std::span<const S> c,
                         const S& T, std::span<S> q_star);

// [mol/m3/s]
template <Scalar S>
void sorption_rates(const Sorption& sorption, const Brine& brine, std::span<const S> p, std::span<const S> c,
                    const S& T, std::span<const S> q, std::span<S> dqdt);

// The law's parameters and after them those of its ageing, as ageing_sorption_rates takes them [SI].
std::vector<double> all_parameters(const Sorption& sorption);

// [mol/m3/s] the same of a solid that ages: `state` and its rate in the order of ageing_states(), p as all_parameters().
template <Scalar S>
void ageing_sorption_rates(const Sorption& sorption, const Brine& brine, std::span<const S> p, std::span<const S> c,
                           const S& T, std::span<const S> q, std::span<const S> state, std::span<S> dqdt,
                           std::span<S> dstate);

// [mol/m3] how much of species j the solid may hold beside brines of these concentrations, never zero: the size that
// tolerances refer to. The capacity for (S4), else the equilibrium of the species by itself.
double loading_scale(const Sorption& sorption, const Brine& brine, std::span<const double> c, std::size_t j);

}  // namespace brineflow
