#include "units/stack_pair.hpp"

#include "numerics/false_position.hpp"
#include "physics/water.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>

namespace brineflow {

using stack::MembraneKind;
using stack::MembraneUnknowns;

StackPair::StackPair(const StackSettings& settings)
    : ion_by_ion_(settings.membranes[0]->law == MembraneLaw::nernst_planck), membranes_{*settings.membranes[0], *settings.membranes[1]},
      bipolar_(settings.bipolar), solution_(settings.solution), charge_(settings.solution->charge()),
      layers_{settings.limiting_current.has_value(), settings.concentration_potential},
      film_thickness_(settings.film_thickness), overlimiting_conductance_(settings.overlimiting_conductance) {
  for (std::size_t i = 1; i < solution_->species().size(); ++i) names_.push_back(solution_->species()[i].name);
}

std::vector<TunableParameter> StackPair::parameters() const {
  std::vector<TunableParameter> result;
  for (const StackMembrane& membrane : membranes_) {
    const stack::MembraneNumbers<double>& numbers = membrane.numbers;
    const std::string of = membrane.name + ".";
    result.push_back({of + "water_transport_number", "1", numbers.water_number});
    result.push_back({of + "water_permeability", "L/m2/h/bar", numbers.water_permeability});
    if (!ion_by_ion_) {
      result.push_back({of + "counter_ion_transport_number", "1", numbers.counter_ion_number});
      result.push_back({of + "areal_resistance", "ohm m2", numbers.areal_resistance});
      result.push_back({of + "salt_permeability", "um/s", numbers.salt_permeability});
      continue;
    }
    result.push_back({of + "fixed_charge", "mol/L", membrane.fixed_charge});
    for (std::size_t i = 0; i < solutes(); ++i) result.push_back({of + "diffusivity." + names_[i], "m2/s", membrane.diffusivity[i]});
    for (std::size_t i = 0; i < solutes(); ++i) result.push_back({of + "partition." + names_[i], "1", membrane.partition[i]});
  }
  if (!bipolar_) return result;
  const stack::BipolarNumbers<double>& numbers = bipolar_->numbers;
  const std::string of = bipolar_->name + ".";
  result.push_back({of + "areal_resistance", "ohm m2", numbers.areal_resistance});
  result.push_back({of + "salt_leakage", "1", numbers.salt_leakage});
  result.push_back({of + "water_transport_number", "1", numbers.water_number});
  result.push_back({of + "water_permeability", "L/m2/h/bar", numbers.water_permeability});
  result.push_back({of + "salt_permeability", "um/s", numbers.salt_permeability});
  if (bipolar_->layers.fixed_charge > 0.0) result.push_back({of + "layer_diffusivity", "m2/s", numbers.layer_diffusivity});
  return result;
}

template <Scalar S>
void StackPair::complete_triplet(std::span<const S> p, const PairPoint<S>& point, const S& i, PairResult<S>& result) const {
  if (!bipolar_) return;
  const std::span<const S> own = p.subspan(2 * parameters_of_membrane(), parameters_of_bipolar());
  const stack::BipolarNumbers<S> numbers{.salt_leakage = own[1], .areal_resistance = own[0], .water_number = own[2], .water_permeability = own[3],
                                         .salt_permeability = own[4], .layer_diffusivity = own.size() > 5 ? own[5] : S(0.0)};
  const stack::BipolarSolutes solutes = bipolar_solutes();
  // Both arrays hold one membrane's flux so far: the base's loss to the acid is a gain of the acid alone.
  for (std::size_t s = 0; s <= solutes.charge.size(); ++s) result.flux[s] += result.to_acid[s];
  stack::add_bipolar_fluxes<S>(solutes, numbers, bipolar_->layers, point.concentrate, point.acid, i, point.T, result.to_acid);
  solution_->to_components(std::span<S>(result.flux));
  solution_->to_components(std::span<S>(result.to_acid));
  result.voltage += i * numbers.areal_resistance;
  if (layers_.concentration_potential) result.voltage += stack::reversible_potential(point.concentrate, point.acid, point.T);
  if (bipolar_->junction) {
    const S of_salt = stack::salt_current<S>(solutes, numbers, bipolar_->layers, point.concentrate, point.acid, i);
    result.voltage += stack::junction_potential<S>(*bipolar_->junction, S(i - of_salt), point.T);
  }
}

template <Scalar S>
PairResult<S> StackPair::by_numbers(std::span<const S> p, const PairPoint<S>& point, const S& i) const {
  PairResult<S> result;
  // (7) Ohmic part of the channels, less what is layer
  S diluate_height = point.diluate.height;
  std::array<S, 2> height = {point.concentrate.height, point.acid.height};
  for (std::size_t m = 0; m < 2; ++m) {
    const std::span<const S> own = p.subspan(m * parameters_of_membrane(), parameters_of_membrane());
    const stack::SelectiveMembrane<S> membrane{
        membranes_[m].kind, charge_, membranes_[m].selectivity,
        {.counter_ion_number = own[2], .areal_resistance = own[3], .water_number = own[0], .water_permeability = own[1], .salt_permeability = own[4]}};
    stack::add_membrane<S>(membrane, layers_, point.diluate, behind(point, m), i, point.limiting_current, point.T, flux_through(result, m),
                           {result.voltage, diluate_height, height[bipolar_ ? m : 0]});
  }
  result.voltage += i * (diluate_height / point.diluate.conductivity + height[0] / point.concentrate.conductivity);
  if (bipolar_) result.voltage += i * height[1] / point.acid.conductivity;
  complete_triplet(p, point, i, result);
  return result;
}

template <Scalar S>
stack::IonMembrane<S> StackPair::ion_membrane(std::span<const S> p, std::size_t m, std::span<S> permeability) const {
  const std::span<const S> own = p.subspan(m * parameters_of_membrane(), parameters_of_membrane());
  for (std::size_t i = 0; i < solutes(); ++i) permeability[i] = own[3 + i] / membranes_[m].thickness;
  return {membranes_[m].kind, own[2], permeability, own.subspan(3 + solutes(), solutes())};
}

template <Scalar S>
stack::Film<S> StackPair::film(const stack::ChannelPoint<S>& point) const {
  return {point.share, point.sum, point.diffusivity, S(film_thickness_)};
}

template <Scalar S>
PairResult<S> StackPair::by_ions(std::span<const S> p, const PairPoint<S>& point, std::span<const S> unknowns, const S& i) const {
  const MembraneUnknowns at{solutes()};
  PairResult<S> result;
  for (std::size_t m = 0; m < 2; ++m) {
    std::array<S, ComponentSet::max_size> permeability;
    const auto membrane = ion_membrane<S>(p, m, std::span<S>(permeability).first(solutes()));
    const std::array<stack::Film<S>, 2> films = {film(point.diluate), film(behind(point, m))};
    auto& flux = flux_through(result, m);
    const auto x = unknowns.subspan(m * at.size(), at.size());
    const double direction = m == 0 ? 1.0 : -1.0;
    const auto found = stack::membrane_with_films<S>(charge_, membrane, films, overlimiting_conductance_, x, S(direction * i), point.T);
    for (std::size_t s = 0; s < solutes(); ++s) flux[s + 1] += found.flux[s];
    for (std::size_t row = 0; row < at.size(); ++row) result.mismatch[m * at.size() + row] = found.mismatch[row];
    result.voltage += direction * found.drop;
    // (4) electro-osmosis, and osmosis between the faces
    const std::span<const S> own = p.subspan(m * parameters_of_membrane(), parameters_of_membrane());
    const auto at_face = [&](const stack::ChannelPoint<S>& channel, std::size_t side) {
      return channel.osmotic_pressure * exp(-x[at.lambda(side)]);
    };
    const S osmotic = at_face(behind(point, m), 1) - at_face(point.diluate, 0);
    flux[0] += own[0] * i / faraday_constant + own[1] * osmotic * water_density(point.T) / water_molar_mass;
  }
  const double films_behind = bipolar_ ? 1.0 : 2.0;  // none at a bipolar membrane
  result.voltage += i * (point.diluate.height - 2.0 * film_thickness_) / point.diluate.conductivity;
  result.voltage += i * (point.concentrate.height - films_behind * film_thickness_) / point.concentrate.conductivity;
  if (bipolar_) result.voltage += i * (point.acid.height - film_thickness_) / point.acid.conductivity;
  complete_triplet(p, point, i, result);
  return result;
}

template <Scalar S>
PairResult<S> StackPair::at(std::span<const S> p, const PairPoint<S>& point, std::span<const S> unknowns, const S& i) const {
  return ion_by_ion_ ? by_ions(p, point, unknowns, i) : by_numbers(p, point, i);
}

#define BRINEFLOW_INSTANTIATE(S) \
  template PairResult<S> StackPair::at<S>(std::span<const S>, const PairPoint<S>&, std::span<const S>, const S&) const;
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

// The voltage rises at least as the membranes' resistance: a bracket, then false position (Illinois).
PairOperation StackPair::operate_numbers(std::span<const double> p, const PairPoint<double>& point, double resistance, double voltage) const {
  const auto excess = [&](double i) { return by_numbers(p, point, i).voltage + i * resistance - voltage; };
  const double of_membranes = p[3] + p[parameters_of_membrane() + 3] + (bipolar_ ? p[2 * parameters_of_membrane()] : 0.0);
  const double at_rest = excess(0.0), most = -at_rest / (resistance + of_membranes), at_most = excess(most);
  PairOperation result{std::abs(at_rest) < std::abs(at_most) ? 0.0 : most, {}, true};
  if (!(at_rest * at_most < 0.0)) return result;
  FalsePosition bracket{0.0, at_rest, most, at_most};
  for (int pass = 0; pass < 60 && std::abs(bracket.high - bracket.low) > 1e-13 * std::abs(bracket.high); ++pass) {
    result.i = bracket.trial();
    const double value = excess(result.i);
    if (std::abs(value) < 1e-13 * std::abs(voltage)) break;
    bracket.take(result.i, value);
  }
  return result;
}

// Newton's method for the unknowns and the current density; no logarithm or potential moves by more than `stride` at once.
bool StackPair::newton(std::span<const double> p, const PairPoint<double>& point, double resistance, Given given, double target,
                       PairOperation& state) const {
  const std::size_t n = unknowns(), size = n + 1;
  const auto dual_point = [&] {
    const auto lift = [](const stack::ChannelPoint<double>& from) {
      stack::ChannelPoint<Dual> to{};
      for (std::size_t i = 0; i < from.c.size(); ++i) to.c[i] = Dual(from.c[i]), to.share[i] = Dual(from.share[i]), to.diffusivity[i] = Dual(from.diffusivity[i]);
      to.sum = Dual(from.sum), to.equivalents = Dual(from.equivalents), to.osmotic_pressure = Dual(from.osmotic_pressure);
      to.conductivity = Dual(from.conductivity), to.height = Dual(from.height), to.cation_number = Dual(from.cation_number);
      to.salt_diffusivity = Dual(from.salt_diffusivity);
      to.log_hydrogen = Dual(from.log_hydrogen), to.log_hydroxide_by_water = Dual(from.log_hydroxide_by_water);
      return to;
    };
    return PairPoint<Dual>{lift(point.diluate), lift(point.concentrate), Dual(point.limiting_current), Dual(point.T), lift(point.acid)};
  }();
  const std::vector<Dual> dual_p(p.begin(), p.end());
  constexpr double stride = 2.0;
  for (int iteration = 0; iteration < 40; ++iteration) {
    Eigen::VectorXd value(static_cast<Eigen::Index>(size));
    Eigen::MatrixXd matrix(static_cast<Eigen::Index>(size), static_cast<Eigen::Index>(size));
    for (std::size_t first = 0; first < size; first += dual_width) {
      std::vector<Dual> x(state.unknowns.begin(), state.unknowns.end());
      x.push_back(Dual(state.i));
      for (std::size_t j = first; j < std::min(size, first + dual_width); ++j) x[j].v[static_cast<Eigen::Index>(j - first)] = 1.0;
      const PairResult<Dual> result = by_ions<Dual>(dual_p, dual_point, std::span<const Dual>(x).first(n), x[n]);
      for (std::size_t row = 0; row < size; ++row) {
        const Dual f = row < n ? result.mismatch[row]
                               : given == Given::current ? x[n] - Dual(target) : result.voltage + x[n] * Dual(resistance) - Dual(target);
        value[static_cast<Eigen::Index>(row)] = f.a;
        for (std::size_t j = first; j < std::min(size, first + dual_width); ++j)
          matrix(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(j)) = f.v[static_cast<Eigen::Index>(j - first)];
      }
    }
    if (!value.allFinite() || !matrix.allFinite()) return false;
    for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
      const double scale = matrix.row(row).cwiseAbs().maxCoeff();
      if (!(scale > 0.0)) return false;
      matrix.row(row) /= scale, value[row] /= scale;
    }
    const Eigen::VectorXd step = matrix.partialPivLu().solve(value);
    if (!step.allFinite()) return false;
    double largest = 0.0;
    for (std::size_t j = 0; j < n; ++j) largest = std::max(largest, std::abs(step[static_cast<Eigen::Index>(j)]));
    const double share = largest > stride ? stride / largest : 1.0;
    for (std::size_t j = 0; j < n; ++j) state.unknowns[j] -= share * step[static_cast<Eigen::Index>(j)];
    state.i -= share * step[static_cast<Eigen::Index>(n)];
    if (largest < 1e-10) return true;
  }
  return false;
}

// Between solutions of different ions the membranes exchange them without current too, in dilute ones faster than films
// pass them: by continuation in the thickness of the films, from unpolarised faces.
bool StackPair::without_current(std::span<const double> p, const PairPoint<double>& point, PairOperation& state) const {
  StackPair thinner = *this;
  double present = 0.0, share = 1.0;
  for (int stage = 0; stage < 60; ++stage) {
    PairOperation trial = state;
    thinner.film_thickness_ = share * film_thickness_;
    if (thinner.newton(p, point, 0.0, Given::current, 0.0, trial)) {
      state = trial;
      if (share == 1.0) return true;
      const double growth = present == 0.0 ? 3.0 : share / present;
      present = share;
      share = std::min(1.0, present * growth * growth);
    } else {
      share = present == 0.0 ? 0.1 * share : std::sqrt(present * share);
    }
  }
  return false;
}

// Without current first, then by continuation in the voltage: it has a solution at every voltage, beyond the limit too.
PairOperation StackPair::operate(std::span<const double> p, const PairPoint<double>& point, double resistance, double voltage,
                                 PairOperation start) const {
  if (!ion_by_ion_) return operate_numbers(p, point, resistance, voltage);
  if (!start.unknowns.empty() && newton(p, point, resistance, Given::voltage, voltage, start)) return start;
  PairOperation state{0.0, std::vector<double>(unknowns()), true};
  const MembraneUnknowns at{solutes()};
  for (std::size_t m = 0; m < 2; ++m) {
    const std::array<stack::Film<double>, 2> films = {film(point.diluate), film(behind(point, m))};
    std::array<double, ComponentSet::max_size> permeability{};
    const auto membrane = ion_membrane<double>(p, m, std::span<double>(permeability).first(solutes()));
    stack::unpolarised(charge_, membrane, films, std::span<double>(state.unknowns).subspan(m * at.size(), at.size()));
  }
  if (!without_current(p, point, state)) return {0.0, state.unknowns, false};
  double present = by_ions<double>(p, point, state.unknowns, state.i).voltage, stride = voltage - present;
  for (int stage = 0; stage < 200; ++stage) {
    const double target = std::abs(voltage - present) <= std::abs(stride) ? voltage : present + stride;
    PairOperation trial = state;
    if (newton(p, point, resistance, Given::voltage, target, trial)) {
      state = trial;
      present = target;
      if (present == voltage) return state;
      stride *= 1.5;
    } else {
      stride *= 0.25;
    }
  }
  state.found = false;
  return state;
}

}  // namespace brineflow
