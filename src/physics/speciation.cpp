#include "physics/speciation.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <Eigen/LU>

#include <algorithm>
#include <cmath>

// Unknowns: u_j = ln m_j of every reacting component and formed species, and ln w, w the kg of water.
// Equations:
//
//   u_s + ln gamma_s - sum_b nu_sb (u_b + ln gamma_b) - nu_sw ln a_w - ln K_s = 0      formed species s (1)
//   w (m_b + sum_s nu_sb m_s) = total_b                                             reacting component b (2)
//   w / M_w + w sum_s nu_sw m_s = total_w                                           water                (3)
//
// The others have m = total / w. Newton's method with the Hessian of the Pitzer model; logarithms keep
// molalities positive.

namespace brineflow {
namespace {

constexpr double ln_10 = 2.302585092994046;
constexpr double least_total = 1e-14;  // mol/kg: what an absent component counts as
constexpr double largest_step = 2.0;   // in ln m
constexpr int max_iterations = 80;

constexpr int most_unknowns = static_cast<int>(ComponentSet::max_size);
using SmallMatrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor, most_unknowns, most_unknowns>;
using SmallVector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, most_unknowns, 1>;

ComponentSet with_formed(const ComponentSet& components, const std::vector<Formation>& formations) {
  std::vector<Component> all(components.begin(), components.end());
  for (const Formation& formation : formations) {
    if (components.find(formation.name)) continue;
    const auto known = [&](const auto& part) { return components.find(part.first).has_value(); };
    if (!std::all_of(formation.from.begin(), formation.from.end(), known)) continue;
    const Component* species = known_component(formation.name);
    if (species == nullptr)
      throw InputError(fmt::format("the formed species '{}' is not known", formation.name));
    all.push_back(*species);
  }
  return ComponentSet(std::move(all));
}

// Charge and elements on both sides.
void check_conservation(const ComponentSet& species, const Formation& formation) {
  const Component& formed = species[species.find(formation.name).value()];
  double charge = formed.charge;
  std::vector<std::pair<std::string, double>> atoms = formed.elements;
  const auto take = [&](const std::string& element, double count) {
    const auto is_same = [&](const auto& entry) { return entry.first == element; };
    const auto found = std::find_if(atoms.begin(), atoms.end(), is_same);
    if (found == atoms.end()) atoms.emplace_back(element, -count);
    else found->second -= count;
  };
  for (const auto& [name, nu] : formation.from) {
    const Component& part = species[species.find(name).value()];
    charge -= nu * part.charge;
    for (const auto& [element, count] : part.elements) take(element, nu * count);
  }
  if (std::abs(charge) > 1e-9)
    throw InputError(fmt::format("the formation of {} does not conserve charge", formation.name));
  for (const auto& [element, count] : atoms)
    if (std::abs(count) > 1e-9)
      throw InputError(fmt::format("the formation of {} does not conserve {}", formation.name, element));
}

}  // namespace

struct Speciation::State {
  Vector m{};          // mol/kg of every species
  double water = 0.0;  // kg
};

struct Speciation::System {
  SmallMatrix jacobian;
  SmallVector residual;
  Vector ln_gamma;
  PitzerModel::Matrix hessian;  // d ln gamma_i / d m_j
  std::array<Vector, max_size>
      action;    // by formed species: d (ln a_s - ln of its parts' activities) / d m_j, but d u_j
  Vector scale;  // by reacting component
};

Speciation::Speciation(ComponentSet components, const PitzerParameters& activities,
                       const std::vector<Formation>& formations)
    : components_(std::move(components)),
      species_(with_formed(components_, formations)),
      model_(species_, activities),
      hydrogen_(components_.find("H+")) {
  std::vector<bool> reacts(components_.size(), false);
  for (const Formation& formation : formations) {
    const auto at = species_.find(formation.name);
    if (!at || *at < components_.size()) continue;
    check_conservation(species_, formation);
    Formed formed{*at, {}, formation.log_K};
    for (const auto& [name, nu] : formation.from) {
      const std::size_t part = components_.find(name).value();
      formed.from.emplace_back(part, nu);
      if (part != 0) reacts[part] = true;
    }
    formed_.push_back(std::move(formed));
  }
  for (std::size_t b = 1; b < components_.size(); ++b)
    if (reacts[b]) reacting_.push_back(b);
  unknown_ = reacting_;
  for (const Formed& formed : formed_) unknown_.push_back(formed.species);
}

Speciation::Vector Speciation::log_constants(double T) const {
  Vector result{};
  const TemperatureTerms terms(T);
  for (std::size_t s = 0; s < formed_.size(); ++s) result[s] = ln_10 * formed_[s].log_K.at(terms);
  return result;
}

// Absent components get a trace, so that logarithms exist; the total of H+ may have any sign.
Speciation::Vector Speciation::floored(std::span<const double> totals) const {
  Vector result{};
  for (std::size_t b = 0; b < components_.size(); ++b) result[b] = totals[b];
  const double least = least_total * totals[0] * components_[0].molar_mass;
  for (const std::size_t b : reacting_)
    if (b != hydrogen_) result[b] = std::max(smooth_positive(totals[b], least), 1e-3 * least);  // far below zero rounding leaves none
  return result;
}

// ln m(H+) that balances (2) for H+ at given activity coefficients, by bisection. A formed species takes from
// the scarcest of its components and finds the others whole; one that holds several of a component is left
// out.
double Speciation::guess_hydrogen(const Vector& totals, const Vector& ln_K, const Vector& ln_gamma,
                                  double water) const {
  struct Term {
    std::size_t owner;       // 0: made of water and H+ alone
    double hydrogens, rest;  // ln m_s = rest + hydrogens ln m_H + ln m_owner
  };
  std::array<Term, max_size> terms{};
  std::size_t count = 0;
  for (std::size_t s = 0; s < formed_.size(); ++s) {
    Term term{0, 0.0, ln_K[s] - ln_gamma[formed_[s].species]};
    bool simple = true;
    for (const auto& [b, nu] : formed_[s].from) {
      term.rest += nu * ln_gamma[b];
      if (b == 0) continue;
      if (b == hydrogen_) term.hydrogens = nu;
      else if (nu != 1.0) simple = false;
      else if (term.owner == 0 || totals[b] < totals[term.owner]) term.owner = b;
    }
    for (const auto& [b, nu] : formed_[s].from)
      if (b != 0 && b != hydrogen_ && b != term.owner) term.rest += nu * std::log(totals[b] / water);
    if (simple) terms[count++] = term;
  }
  const auto excess = [&](double h) {  // of H+ over its total, mol/kg
    Vector bound{};
    for (std::size_t k = 0; k < count; ++k)
      if (terms[k].owner != 0) bound[terms[k].owner] += std::exp(terms[k].rest + terms[k].hydrogens * h);
    double sum = std::exp(h) - totals[*hydrogen_] / water;
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t owner = terms[k].owner;
      const double held = owner == 0 ? 1.0 : totals[owner] / water / (1.0 + bound[owner]);
      sum += terms[k].hydrogens * held * std::exp(terms[k].rest + terms[k].hydrogens * h);
    }
    return sum;
  };
  double low = -45.0, high = 5.0;
  for (int k = 0; k < 24; ++k) {
    const double middle = 0.5 * (low + high);
    (excess(middle) > 0.0 ? high : low) = middle;
  }
  return 0.5 * (low + high);
}

Speciation::State Speciation::first_guess(const Vector& totals, const Vector& ln_K, double T,
                                          std::optional<double> pH) const {
  State state;
  state.water = totals[0] * components_[0].molar_mass;
  for (std::size_t b = 1; b < components_.size(); ++b)
    state.m[b] = b == hydrogen_ ? 1e-7 : totals[b] / state.water;
  Vector ln_gamma{};
  std::array<double, max_size> amounts{};
  std::copy(state.m.begin(), state.m.end(), amounts.begin());
  amounts[0] = 1.0 / components_[0].molar_mass;
  model_.log_activity(std::span<const double>(amounts.data(), species_.size()), T,
                      std::span<double>(ln_gamma.data(), species_.size()));
  if (pH) state.m[*hydrogen_] = std::exp(-*pH * ln_10 - ln_gamma[*hydrogen_]);
  else if (hydrogen_) state.m[*hydrogen_] = std::exp(guess_hydrogen(totals, ln_K, ln_gamma, state.water));
  // The components that this leaves whole are brought down to what their species take, a few sweeps of m_b
  // total_b / sum_b.
  for (int sweep = 0; sweep < 6; ++sweep) {
    Vector sum = state.m;
    for (std::size_t s = 0; s < formed_.size(); ++s) {
      double u = ln_K[s] - ln_gamma[formed_[s].species];
      for (const auto& [b, nu] : formed_[s].from)
        u += nu * (ln_gamma[b] + (b == 0 ? 0.0 : std::log(state.m[b])));
      state.m[formed_[s].species] = std::exp(std::clamp(u, -700.0, 5.0));
      for (const auto& [b, nu] : formed_[s].from) sum[b] += nu * state.m[formed_[s].species];
    }
    for (const std::size_t b : reacting_)
      if (b != hydrogen_) state.m[b] *= std::sqrt(std::max(totals[b] / state.water / sum[b], 1e-20));
  }
  return state;
}

void Speciation::linearise(const Vector& totals, const Vector& ln_K, double T, std::optional<double> pH,
                           State& state, System& system) const {
  const auto size = static_cast<Eigen::Index>(unknown_.size());
  Vector& m = state.m;
  for (std::size_t b = 1; b < components_.size(); ++b)
    if (std::find(reacting_.begin(), reacting_.end(), b) == reacting_.end()) m[b] = totals[b] / state.water;
  model_.log_activity_jacobian(m, T, system.ln_gamma, system.hessian);
  system.jacobian.setZero(size + 1, size + 1);
  system.residual.setZero(size + 1);
  const auto nonreacting = [&](std::size_t k) {
    return k < components_.size() && std::find(reacting_.begin(), reacting_.end(), k) == reacting_.end();
  };

  Eigen::Index row = 0;
  for (const std::size_t b : reacting_) {  // (2), or the pH
    system.scale[b] = m[b];
    if (b == hydrogen_ && pH) {
      system.residual[row] = std::log(m[b]) + system.ln_gamma[b] + *pH * ln_10;
      for (Eigen::Index j = 0; j < size; ++j) {
        const std::size_t species = unknown_[static_cast<std::size_t>(j)];
        system.jacobian(row, j) = (species == b ? 1.0 : 0.0) + system.hessian[b][species] * m[species];
      }
      ++row;
      continue;
    }
    double sum = m[b];
    for (const Formed& formed : formed_)
      for (const auto& [part, nu] : formed.from)
        if (part == b) {
          sum += nu * m[formed.species];
          system.scale[b] += std::abs(nu) * m[formed.species];
        }
    const double scale = 1.0 / system.scale[b];
    system.residual[row] = (sum - totals[b] / state.water) * scale;
    system.jacobian(row, size) = totals[b] / state.water * scale;
    for (Eigen::Index j = 0; j < size; ++j)
      if (unknown_[static_cast<std::size_t>(j)] == b) system.jacobian(row, j) = m[b] * scale;
    for (std::size_t s = 0; s < formed_.size(); ++s)
      for (const auto& [part, nu] : formed_[s].from)
        if (part == b)
          system.jacobian(row, static_cast<Eigen::Index>(reacting_.size() + s)) +=
              nu * m[formed_[s].species] * scale;
    ++row;
  }
  for (std::size_t s = 0; s < formed_.size(); ++s, ++row) {  // (1)
    const Formed& formed = formed_[s];
    Vector& action = system.action[s];
    action = system.hessian[formed.species];
    double f = std::log(m[formed.species]) + system.ln_gamma[formed.species] - ln_K[s];
    system.jacobian(row, static_cast<Eigen::Index>(reacting_.size() + s)) = 1.0;
    for (const auto& [b, nu] : formed.from) {
      for (std::size_t j = 1; j < species_.size(); ++j) action[j] -= nu * system.hessian[b][j];
      f -= nu * (system.ln_gamma[b] + (b == 0 ? 0.0 : std::log(m[b])));
      const auto at = std::find(reacting_.begin(), reacting_.end(), b);
      if (at != reacting_.end()) system.jacobian(row, at - reacting_.begin()) -= nu;
    }
    system.residual[row] = f;
    for (Eigen::Index j = 0; j < size; ++j) {
      const std::size_t species = unknown_[static_cast<std::size_t>(j)];
      system.jacobian(row, j) += action[species] * m[species];
    }
    for (std::size_t k = 1; k < components_.size(); ++k)
      if (nonreacting(k)) system.jacobian(row, size) -= action[k] * m[k];
  }
  double water = 1.0 / components_[0].molar_mass;  // mol of H2O of all kinds per kg  (3)
  for (std::size_t s = 0; s < formed_.size(); ++s)
    for (const auto& [part, nu] : formed_[s].from)
      if (part == 0) {
        water += nu * m[formed_[s].species];
        system.jacobian(row, static_cast<Eigen::Index>(reacting_.size() + s)) =
            nu * m[formed_[s].species] * state.water / totals[0];
      }
  system.residual[row] = water * state.water / totals[0] - 1.0;
  system.jacobian(row, size) = water * state.water / totals[0];
}

Speciation::State Speciation::solve(const Vector& totals, double T, std::optional<double> pH,
                                    System& system) const {
  const Vector ln_K = log_constants(T);
  State state = first_guess(totals, ln_K, T, pH);
  double last = 0.0;
  for (int iteration = 0; iteration < max_iterations; ++iteration) {
    linearise(totals, ln_K, T, pH, state, system);
    const SmallVector step = -system.jacobian.partialPivLu().solve(system.residual);
    const double largest = step.cwiseAbs().maxCoeff();
    if (!std::isfinite(largest)) break;
    // After many long steps the method may go to and fro: shorter ones then.
    const double allowed = largest_step / (1.0 + 0.05 * iteration);
    const double factor = std::min(1.0, allowed / largest);
    for (std::size_t j = 0; j < unknown_.size(); ++j) {
      double& m = state.m[unknown_[j]];
      m = std::max(m * std::exp(factor * step[static_cast<Eigen::Index>(j)]), 1e-300);
    }
    state.water *= std::exp(factor * step[step.size() - 1]);
    last = largest;
    // Newton converges quadratically: the error left is of the order of the square. The linearisation of the
    // last but one iterate serves the derivatives, so go once more when it was not yet exact.
    if (largest < 1e-9) return state;
  }
  std::string composition;
  for (std::size_t b = 1; b < components_.size(); ++b)
    composition += fmt::format("{}{} {:.4g}", b == 1 ? "" : ", ", components_[b].name,
                               totals[b] / (totals[0] * components_[0].molar_mass));
  throw NoEquilibrium(fmt::format(
      "no equilibrium of the dissolved species was found at {:.4g} K (last step of Newton's method {:.2g}); "
      "totals in mol per kg of water: {}",
      T, last, composition));
}

// dy = -J^-1 F_p dp for the totals and T.
void Speciation::amounts_with_slopes(std::span<const Dual> totals, const Dual& T, const State& state,
                                     const System& system, std::span<Dual> amounts) const {
  const auto size = static_cast<Eigen::Index>(unknown_.size());
  Vector by_T{};  // d ln gamma / dT
  if (!T.v.isZero()) {
    std::array<Dual, max_size> n, ln_gamma;
    n[0] = Dual(1.0 / components_[0].molar_mass);
    for (std::size_t i = 1; i < species_.size(); ++i) n[i] = Dual(state.m[i]);
    model_.log_activity(std::span<const Dual>(n.data(), species_.size()), Dual(T.a, 0),
                        std::span<Dual>(ln_gamma.data(), species_.size()));
    for (std::size_t i = 0; i < species_.size(); ++i) by_T[i] = ln_gamma[i].v[0];
  }
  Eigen::Matrix<double, Eigen::Dynamic, dual_width, Eigen::RowMajor, most_unknowns, dual_width> rhs(
      size + 1, dual_width);
  Eigen::Index row = 0;
  const double least = least_total * totals[0].a * components_[0].molar_mass;
  for (const std::size_t b : reacting_) {
    const Dual total = b == hydrogen_ ? totals[b] : smooth_positive(totals[b], least);
    rhs.row(row++) = total.v.transpose() / (state.water * system.scale[b]);
  }
  const TemperatureTerms terms(T.a);
  for (std::size_t s = 0; s < formed_.size(); ++s) {
    double slope = ln_10 * formed_[s].log_K.slope(terms) - by_T[formed_[s].species];
    for (const auto& [b, nu] : formed_[s].from) slope += nu * by_T[b];
    rhs.row(row) = slope * T.v.transpose();
    for (std::size_t k = 1; k < components_.size(); ++k)
      if (std::find(reacting_.begin(), reacting_.end(), k) == reacting_.end())
        rhs.row(row) -= system.action[s][k] / state.water * totals[k].v.transpose();
    ++row;
  }
  rhs.row(row) = totals[0].v.transpose() / totals[0].a;
  const auto solution = system.jacobian.partialPivLu().solve(rhs).eval();
  const Eigen::Matrix<double, 1, dual_width> d_water = solution.row(size);
  amounts[0] = Dual(state.water / components_[0].molar_mass,
                    (state.water / components_[0].molar_mass * d_water).transpose());
  for (std::size_t k = 1; k < components_.size(); ++k) amounts[k] = totals[k];
  for (std::size_t j = 0; j < unknown_.size(); ++j) {
    const double n = state.water * state.m[unknown_[j]];
    amounts[unknown_[j]] = Dual(n, (n * (solution.row(static_cast<Eigen::Index>(j)) + d_water)).transpose());
  }
}

template <Scalar S>
void Speciation::speciate(std::span<const S> totals, const S& T, std::span<S> amounts) const {
  if (trivial()) {
    std::copy(totals.begin(), totals.end(), amounts.begin());
  } else if constexpr (std::same_as<S, Trace>) {
    Trace all = T;
    for (const Trace& total : totals) all.merge(total);
    for (Trace& amount : amounts) amount = all;
  } else if constexpr (std::same_as<S, Dual>) {
    std::array<double, max_size> values{};
    for (std::size_t b = 0; b < totals.size(); ++b) values[b] = totals[b].a;
    System system;
    const State state =
        solve(floored(std::span<const double>(values.data(), totals.size())), T.a, std::nullopt, system);
    amounts_with_slopes(totals, T, state, system, amounts);
  } else {
    System system;
    const State state = solve(floored(totals), T, std::nullopt, system);
    amounts[0] = state.water / components_[0].molar_mass;
    for (std::size_t k = 1; k < components_.size(); ++k) amounts[k] = totals[k];
    for (const std::size_t i : unknown_) amounts[i] = state.water * state.m[i];
  }
}

template <Scalar S>
void Speciation::log_activities(std::span<const S> amounts, const S& T, std::span<S> ln_a) const {
  std::array<S, max_size> ln_gamma;
  model_.log_activity(amounts, T, std::span<S>(ln_gamma.data(), species_.size()));
  const S water = amounts[0] * S(components_[0].molar_mass);
  ln_a[0] = ln_gamma[0];
  for (std::size_t b = 1; b < components_.size(); ++b)
    ln_a[b] = ln_gamma[b] + log(larger(S(amounts[b] / water), S(1e-30)));
}

double Speciation::hydrogen_at_pH(std::span<const double> totals, double T, double pH) const {
  if (!hydrogen_) throw InputError("pH needs the component H+");
  System system;
  Vector effective = floored(totals);
  const State state = solve(effective, T, pH, system);
  double sum = state.m[*hydrogen_];
  for (const Formed& formed : formed_)
    for (const auto& [b, nu] : formed.from)
      if (b == *hydrogen_) sum += nu * state.m[formed.species];
  return sum * state.water;
}

std::optional<double> Speciation::pH(std::span<const double> amounts, double T) const {
  if (!hydrogen_) return std::nullopt;
  std::array<double, max_size> ln_a{};
  log_activities(amounts, T, std::span<double>(ln_a.data(), components_.size()));
  return -ln_a[*hydrogen_] / ln_10;
}

template void Speciation::speciate<double>(std::span<const double>, const double&, std::span<double>) const;
template void Speciation::speciate<Dual>(std::span<const Dual>, const Dual&, std::span<Dual>) const;
template void Speciation::speciate<Trace>(std::span<const Trace>, const Trace&, std::span<Trace>) const;
template void Speciation::log_activities<double>(std::span<const double>, const double&,
                                                 std::span<double>) const;
template void Speciation::log_activities<Dual>(std::span<const Dual>, const Dual&, std::span<Dual>) const;
template void Speciation::log_activities<Trace>(std::span<const Trace>, const Trace&, std::span<Trace>) const;

}  // namespace brineflow
