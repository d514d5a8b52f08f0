// What deposits on the membrane of a module: scale of minerals and cakes of foulants (docs/equations/fouling.md).
#pragma once

#include "physics/mineral_saturation.hpp"
#include "physics/surface_deposit.hpp"
#include "units/catalogue.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace brineflow {

// One kind of deposit, as the case describes it.
struct Deposit {
  std::string name;
  double specific_resistance = 0.0;  // m/kg
  double cleaning_rate = 0.0;        // 1/s
  double initial = 0.0;              // kg/m2
  // Scale: the mineral and its kinetics. A cake has none.
  std::optional<DissolvingMineral> mineral;
  CrystalKinetics<double> kinetics{};
  // Cake.
  double foulant = 0.0;       // kg/m3
  double removal_rate = 0.0;  // 1/s
};

// The numbers of a deposit that steps and studies may change.
template <Scalar S>
struct DepositNumbers {
  S specific_resistance, cleaning_rate;
  S growth, dissolution;    // mol/(m2 s), scale
  S foulant, removal_rate;  // kg/m3, 1/s, cake
};

class Fouling {
 public:
  static constexpr std::size_t max_deposits = 8;
  template <class T>
  using Each = std::array<T, max_deposits>;

  explicit Fouling(std::vector<Deposit> deposits);

  // Scales first: the saturation ratio of deposit s stands at s.
  const std::vector<Deposit>& deposits() const { return deposits_; }
  std::size_t size() const { return deposits_.size(); }
  std::size_t scales() const { return scales_; }
  std::vector<std::string> names() const;
  std::vector<std::string> scale_names() const;

  // Appends them, "gypsum.cleaning_rate" and the like, to those of a unit.
  void add_to(std::vector<TunableParameter>& parameters);
  template <Scalar S>
  Each<DepositNumbers<S>> numbers(std::span<const S> p) const;

  // (F1) 1/m, of all deposits [kg/m2] in series.
  template <Scalar S>
  S resistance(const Each<DepositNumbers<S>>& numbers, std::span<const S> deposited) const;

  // (F3) mol/(m2 s) that crystals take from the solution at the surface, by scale.
  template <Scalar S>
  Each<S> growth(const Each<DepositNumbers<S>>& numbers, std::span<const S> saturation, std::span<const S> deposited) const;

  // (F2) the saturation ratio of every scale for what (F5) leaves at the surface of `face` [mol/m3, water first].
  template <Scalar S>
  Each<S> saturation(const Brine& brine, const S& T, std::span<const S> face, std::span<const S> film, const S& J, const Each<S>& growth) const;

  // Solves (F2), (F3) and (F5) for the saturation ratios.
  Each<double> steady_saturation(const Brine& brine, double T, std::span<const double> face, std::span<const double> film, double J,
                                            const Each<DepositNumbers<double>>& numbers, std::span<const double> deposited) const;

  // (F6), (F8) kg/(m2 s) of every deposit.
  template <Scalar S>
  Each<S> rates(const Each<DepositNumbers<S>>& numbers, const Each<S>& growth, const S& J, std::span<const S> deposited) const;

  // Adds what `deposited` [kg/m2] holds of every component [mol/m2], or what goes into it where these are rates.
  template <Scalar S>
  void add_components(std::span<const S> deposited, std::span<S> held) const;

 private:
  std::vector<Deposit> deposits_;
  std::size_t scales_ = 0;
  std::size_t start_ = 0;  // where the numbers begin in the unit's parameters
};

// `fouling:` of a module; nothing when there was a finding.
std::optional<Fouling> read_fouling(const Node& node, const UnitContext& context, const std::string& called);

}  // namespace brineflow
