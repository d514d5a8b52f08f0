// From a parameter set to the flat tables of PitzerModel for the ions of one case.
#include "base/error.hpp"
#include "physics/pitzer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace brineflow {
namespace {

bool is_zero(const TemperatureFunction& f) { return f.at_reference == 0.0 && !f.varies(); }

}  // namespace

PitzerModel::PitzerModel(const ComponentSet& components, const PitzerParameters& parameters)
    : size_(components.size()), water_mass_(components[0].molar_mass), A_phi_(parameters.A_phi), b_(parameters.b) {
  for (std::size_t i = 0; i < size_; ++i) {
    const double z = components[i].charge;
    half_charge_squared_[i] = 0.5 * z * z;
    charge_magnitude_[i] = std::abs(z);
  }
  add_binaries(components, parameters);
  add_like_pairs(components, parameters);
  add_lambdas(components, parameters);
  add_triples(components, parameters);
  store_constant_numbers();
  varies_ = parameters.temperature_range.has_value();
  ionic_strength_up_to_ = parameters.ionic_strength_up_to;
}

void PitzerModel::store_constant_numbers() {
  for (const auto& f : pair_functions_)
    constant_pairs_.push_back({f.constant.at_reference, f.C.at_reference, f.factor1.at_reference, f.factor2.at_reference});
  for (const TemperatureFunction& f : psi_functions_) constant_psi_.push_back(f.at_reference);
}

int PitzerModel::shape_number(double alpha) {
  const auto found = std::find(alphas_.begin(), alphas_.end(), alpha);
  const auto number = found - alphas_.begin();
  if (found == alphas_.end()) alphas_.push_back(alpha);
  if (alphas_.size() > max_curves) throw InputError(fmt::format("more than {} different alpha in a Pitzer set", max_curves));
  return static_cast<int>(number);
}

int PitzerModel::electrostatic_number(int charge_i, int charge_j) {
  const double low = std::min(std::abs(charge_i), std::abs(charge_j));
  const double high = std::max(std::abs(charge_i), std::abs(charge_j));
  if (low == high) return -1;  // the three J cancel
  const std::array<double, 2> charges = {low, high};
  const auto found = std::find(unlike_charges_.begin(), unlike_charges_.end(), charges);
  const auto number = found - unlike_charges_.begin();
  if (found == unlike_charges_.end()) unlike_charges_.push_back(charges);
  if (unlike_charges_.size() > max_curves) throw InputError("too many different ion charges for the Pitzer model");
  return static_cast<int>(number);
}

void PitzerModel::add_binaries(const ComponentSet& components, const PitzerParameters& parameters) {
  std::vector<std::pair<std::size_t, std::size_t>> given;
  for (const auto& entry : parameters.binary) {
    const auto i = components.find(entry.cation), j = components.find(entry.anion);
    if (!i || !j) continue;
    const int z_i = components[*i].charge, z_j = components[*j].charge;
    if (z_i <= 0 || z_j >= 0)
      throw InputError(fmt::format("Pitzer set {}: {} and {} are not a cation and an anion", parameters.name, entry.cation, entry.anion));
    if (std::find(given.begin(), given.end(), std::pair(*i, *j)) != given.end())
      throw InputError(fmt::format("Pitzer set {}: {} {} is listed twice", parameters.name, entry.cation, entry.anion));
    given.emplace_back(*i, *j);
    const bool both_divalent = z_i == 2 && z_j == -2;
    const double alpha1 = entry.alpha1.value_or(both_divalent ? 1.4 : 2.0);
    const TemperatureFunction C = 1.0 / (2.0 * std::sqrt(static_cast<double>(-z_i * z_j))) * entry.C_phi;
    const int shape1 = is_zero(entry.beta1) ? -1 : shape_number(alpha1);
    const int shape2 = is_zero(entry.beta2) ? -1 : shape_number(entry.alpha2.value_or(12.0));
    pairs_.push_back({*i, *j, shape1, shape2, -1});
    pair_functions_.push_back({2.0 * entry.beta0, C, 2.0 * entry.beta1, 2.0 * entry.beta2});
  }
  for (const auto& [cation, anion] : parameters.without_data) {
    const auto i = components.find(cation), j = components.find(anion);
    if (i && j) given.emplace_back(*i, *j);
  }
  for (std::size_t i = 0; i < size_; ++i)
    for (std::size_t j = 0; j < size_; ++j)
      if (components[i].charge > 0 && components[j].charge < 0 &&
          std::find(given.begin(), given.end(), std::pair(i, j)) == given.end())
        throw InputError(fmt::format("Pitzer set {} has no binary parameters for {} with {}", parameters.name, components[i].name, components[j].name));
}

void PitzerModel::add_like_pairs(const ComponentSet& components, const PitzerParameters& parameters) {
  for (const auto& entry : parameters.theta) {
    const auto i = components.find(entry.ions[0]), j = components.find(entry.ions[1]);
    if (i && j && (*i == *j || components[*i].charge * components[*j].charge <= 0))
      throw InputError(fmt::format("Pitzer set {}: theta of {} and {}, which are not two ions of like sign", parameters.name, entry.ions[0], entry.ions[1]));
  }
  for (std::size_t i = 0; i < size_; ++i) {
    for (std::size_t j = i + 1; j < size_; ++j) {
      if (components[i].charge * components[j].charge <= 0) continue;
      int count = 0;
      TemperatureFunction theta;
      for (const auto& entry : parameters.theta) {
        const auto& ions = entry.ions;
        const bool same = (ions[0] == components[i].name && ions[1] == components[j].name) ||
                          (ions[1] == components[i].name && ions[0] == components[j].name);
        if (!same) continue;
        theta = entry.value;
        if (++count > 1) throw InputError(fmt::format("Pitzer set {}: theta of {} and {} is listed twice", parameters.name, ions[0], ions[1]));
      }
      const int electrostatic = electrostatic_number(components[i].charge, components[j].charge);
      if (is_zero(theta) && electrostatic < 0) continue;
      pairs_.push_back({i, j, -1, -1, electrostatic});
      pair_functions_.push_back({2.0 * theta, {}, {}, {}});
    }
  }
}

void PitzerModel::add_lambdas(const ComponentSet& components, const PitzerParameters& parameters) {
  for (const auto& entry : parameters.lambda) {
    const auto i = components.find(entry.neutral), j = components.find(entry.other);
    if (!i || !j || is_zero(entry.value)) continue;
    if (components[*i].charge != 0 || *i == 0 || *j == 0)
      throw InputError(fmt::format("Pitzer set {}: lambda of {}, which is not a neutral solute", parameters.name, entry.neutral));
    // Of a neutral with itself G holds lambda m^2, of two different solutes 2 lambda m_i m_j.
    pairs_.push_back({*i, *j, -1, -1, -1});
    pair_functions_.push_back({(*i == *j ? 1.0 : 2.0) * entry.value, {}, {}, {}});
  }
}

void PitzerModel::add_triples(const ComponentSet& components, const PitzerParameters& parameters) {
  for (const auto& entry : parameters.psi) add_triple(components, parameters.name, "psi", entry.ions, entry.value);
  for (const auto& entry : parameters.zeta) add_triple(components, parameters.name, "zeta", entry.ions, entry.value);
}

void PitzerModel::add_triple(const ComponentSet& components, const std::string& set, const std::string& kind,
                             const std::array<std::string, 3>& ions, const TemperatureFunction& value) {
  const auto found = [&](const std::string& name) { return components.find(name).has_value(); };
  if (!std::all_of(ions.begin(), ions.end(), found) || is_zero(value)) return;
  std::array<std::size_t, 3> at{};
  for (std::size_t k = 0; k < 3; ++k) at[k] = *components.find(ions[k]);
  std::sort(at.begin(), at.end());
  const auto count = [&](auto accept) { return std::count_if(at.begin(), at.end(), [&](std::size_t k) { return accept(components[k].charge); }); };
  const auto positive = count([](int z) { return z > 0; }), negative = count([](int z) { return z < 0; });
  const std::string text = fmt::format("Pitzer set {}: {} of {} {} {}", set, kind, ions[0], ions[1], ions[2]);
  const bool distinct = at[0] != at[1] && at[1] != at[2] && at[0] != 0;
  if (kind == "psi" && !(distinct && positive + negative == 3 && positive > 0 && negative > 0))
    throw InputError(text + ", which are not two different ions of one sign and one of the other");
  if (kind == "zeta" && !(distinct && positive == 1 && negative == 1))
    throw InputError(text + ", which are not a neutral solute, a cation and an anion");
  for (const Triple& other : triples_)
    if (other.i == at[0] && other.j == at[1] && other.k == at[2]) throw InputError(text + " is listed twice");
  if (triples_.size() == max_triples) throw InputError(fmt::format("Pitzer set {}: more than {} triples", set, max_triples));
  triples_.push_back({at[0], at[1], at[2]});
  psi_functions_.push_back(value);
}

}  // namespace brineflow
