#include "units/analysis.hpp"

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "physics/composition.hpp"
#include "physics/water.hpp"
#include "units/constituents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

constexpr double charge_tolerance =
    1e-6;  // of the sum of all equivalents: an analysis that closes so well needs no balance
constexpr double density_tolerance =
    0.05;  // between a stated density and the model's: beyond, a unit is wrong

enum class Basis { none, volume, solution_mass, water_mass };

const char* per(Basis basis) {
  switch (basis) {
    case Basis::volume:
      return "per volume of solution";
    case Basis::solution_mass:
      return "per mass of solution";
    case Basis::water_mass:
      return "per mass of water";
    case Basis::none:
      break;
  }
  return "";
}

// One m3 of solution, one kg of it, or one kg of water, as the basis has it.
const char* equivalents_unit(Basis basis) {
  return basis == Basis::volume ? "eq/m3" : basis == Basis::solution_mass ? "eq/kg" : "eq per kg of water";
}

class Analysis {
 public:
  Analysis(const Brine& brine, const Statement& statement, Diagnostics& diagnostics,
           const ReactingSolution* solution)
      : brine_(brine),
        statement_(statement),
        diagnostics_(diagnostics),
        solution_(solution),
        components_(solution == nullptr ? brine.components() : solution->components),
        amounts_(components_.size(), 0.0) {}

  void check() {
    for (const Entry& entry : *statement_.concentrations)
      if (entry.key != "balance" && entry.key != "density") read_concentration(entry);
  }

  std::optional<AnalysisResult> result() {
    const std::size_t before = diagnostics_.count();
    for (const Entry& entry : *statement_.concentrations)
      if (entry.key != "balance" && entry.key != "density") read_entry(entry);
    if (diagnostics_.count() != before) return std::nullopt;
    water_of_formation_ = amounts_[0];
    if (solution_ != nullptr && solution_->pH && !set_hydrogen()) return std::nullopt;
    const auto [net, total] = equivalents();
    if (!close_charge() || !add_water()) return std::nullopt;
    return AnalysisResult{std::move(amounts_), net, total, std::move(readings_)};
  }

 private:
  const ComponentSet& components() const { return components_; }

  const char* whose() const { return solution_ == nullptr ? "of the case" : "of this brine"; }

  void read_entry(const Entry& entry) {
    const std::optional<double> stated = read_concentration(entry);
    if (entry.key == "H2O") {
      diagnostics_.error(entry.key_place, fmt::format("water is not stated in {}: it follows from the rest",
                                                      statement_.context));
      return;
    }
    if (solution_ != nullptr) return take_constituent(entry, stated);
    const std::optional<std::size_t> component = components().find(entry.key);
    if (!component) {
      if (!stated || *stated > 0.0) report_missing(entry);
      return;
    }
    if (stated) amounts_[*component] = *stated / (molar_ ? 1.0 : components()[*component].molar_mass);
  }

  // A component, a species that forms from components, an element or an oxide; others are reported by whoever
  // chose the components.
  void take_constituent(const Entry& entry, std::optional<double> stated) {
    const std::optional<Constituent> what = find_constituent(entry.key, solution_->formations);
    if (!what || !stated || overlaps(entry, *what)) return;
    const double moles = *stated / (molar_ ? 1.0 : what->molar_mass);
    for (const auto& [name, nu] : what->parts) {
      const std::optional<std::size_t> component = components().find(name);
      if (component) amounts_[*component] += nu * moles;
      else if (moles > 0.0)
        throw InternalError(fmt::format("{} is read as {}, which the brine lacks", entry.key, name));
    }
    has_alkalinity_ = has_alkalinity_ || entry.key == "alkalinity";
    if (!what->read_as.empty())
      readings_.push_back(fmt::format("{} {}: as {}", entry.key, entry.value.text(), what->read_as));
  }

  // Whether a total (B, B2O3) and something that it holds (B(OH)4-) are both stated.
  bool overlaps(const Entry& entry, const Constituent& what) {
    const bool total = known_component(entry.key) == nullptr;
    for (const auto& [component, other] : stated_) {
      if (component != what.parts.front().first || (!total && known_component(other->key) != nullptr))
        continue;
      diagnostics_.error_with_other(entry.key_place,
                                    fmt::format("'{}' and '{}' in {} both state {}", other->key, entry.key,
                                                statement_.context, component),
                                    other->key_place, "first here");
      return true;
    }
    stated_.emplace_back(what.parts.front().first, &entry);
    return false;
  }

  // The total of H+ that gives the pH. The balancing ion, the water and carbonate that is stated as
  // alkalinity follow from it and it from them: the secant method on what one such turn changes.
  bool set_hydrogen() {
    constexpr int most_turns = 60;
    constexpr double settled = 1e-13;     // of the water
    constexpr double least_slope = 1e-6;  // of the change: less is rounding
    const std::size_t hydrogen = components().find("H+").value();
    const std::optional<std::size_t> ion = components().find(statement_.balance);
    if (ion == hydrogen) {
      diagnostics_.error(statement_.balance_place,
                         "a pH and `balance: H+` exclude each other: both set the hydrogen ion",
                         "leave out the pH, or name another ion");
      return false;
    }
    const std::vector<double> stated = amounts_;
    const auto put = [&](double total) {
      amounts_ = stated;
      amounts_[hydrogen] = total;
      if (has_alkalinity_)
        amounts_[components().find("HCO3-").value()] += total;  // alkalinity = HCO3- less H+
    };
    double total = 0.0, last_total = 0.0, last_change = 0.0;
    for (int turn = 0;; ++turn) {
      put(total);
      if (ion && components()[*ion].charge != 0)
        amounts_[*ion] = std::max(0.0, amounts_[*ion] - equivalents().first / components()[*ion].charge);
      if (has_alkalinity_)
        if (double& carbonate = amounts_[components().find("HCO3-").value()]; carbonate < 0.0)
          carbonate = 0.0;
      if (!fill_water()) break;  // reported when it is done in earnest
      const double change =
          solution_->speciation.hydrogen_at_pH(amounts_, solution_->temperature, *solution_->pH) - total;
      if (std::abs(change) <= settled * amounts_[0]) break;
      if (turn == most_turns)
        throw NoEquilibrium(fmt::format("a pH of {:g} was not reached in {}: its charge does not settle",
                                        *solution_->pH, statement_.context));
      const double slope = turn == 0 ? 0.0 : (change - last_change) / (total - last_total);
      last_total = total;
      last_change = change;
      total += std::abs(slope) > least_slope ? -change / slope : change;
    }
    put(total);
    return carbonate_is_left();
  }

  // Borate and hydroxide may hold more than all of the alkalinity.
  bool carbonate_is_left() {
    if (!has_alkalinity_ || amounts_[components().find("HCO3-").value()] >= 0.0) return true;
    diagnostics_.error(
        statement_.place,
        fmt::format("the alkalinity of {} does not go with a pH of {:g}: without any carbonate "
                    "it would be higher",
                    statement_.context, *solution_->pH));
    return false;
  }

  void report_missing(const Entry& entry) const {
    const std::vector<std::string> names = components().names();
    const std::optional<std::string> meant = closest(entry.key, names);
    if (known_component(entry.key) == nullptr && meant)
      diagnostics_.error(entry.key_place,
                         fmt::format("unknown component '{}' in {}", entry.key, statement_.context),
                         fmt::format("did you mean '{}'?", *meant));
    else
      diagnostics_.error(entry.key_place,
                         fmt::format("{} has '{}', which is not among the components of the case",
                                     statement_.context, entry.key),
                         "add it to `components`, or state a composition without it");
  }

  // In kg or mol of the present basis; sets molar_.
  std::optional<double> read_concentration(const Entry& entry) {
    if (!entry.value.is_scalar()) {
      diagnostics_.error(
          entry.value.place(),
          fmt::format("'{}' in {} needs a concentration, such as 0.26 g/L", entry.key, statement_.context));
      return std::nullopt;
    }
    try {
      const Quantity quantity = parse_quantity(entry.value.text());
      if (quantity.value < 0.0) {
        diagnostics_.error(entry.value.place(),
                           fmt::format("'{}' in {} is negative", entry.key, statement_.context));
        return std::nullopt;
      }
      if (quantity.value == 0.0) return 0.0;
      return in_basis(entry, quantity);
    } catch (const QuantityError& error) {
      diagnostics_.error(entry.value.place(),
                         fmt::format("'{}' in {}: {}", entry.key, statement_.context, error.what()),
                         error.hint());
      return std::nullopt;
    }
  }

  std::optional<double> in_basis(const Entry& entry, const Quantity& quantity) {
    static const Dimension mass_per_volume = parse_unit("kg/m3").dimension;
    static const Dimension moles_per_volume = parse_unit("mol/m3").dimension;
    static const Dimension molality = parse_unit("mol/kg").dimension;
    Basis basis = Basis::none;
    if (quantity.dimension == mass_per_volume || quantity.dimension == moles_per_volume)
      basis = Basis::volume;
    if (quantity.dimension == molality) basis = Basis::water_mass;
    if (quantity.dimension.dimensionless() && quantity.has_unit) basis = Basis::solution_mass;
    if (basis == Basis::none) {
      diagnostics_.error(
          entry.value.place(),
          fmt::format("'{}' in {} is not a concentration: '{}'", entry.key, statement_.context,
                      entry.value.text()),
          "per volume (g/L, mol/L), per mass of solution (g/kg, wt%) or per mass of water (mol/kg)");
      return std::nullopt;
    }
    if (basis_ != Basis::none && basis != basis_) {
      diagnostics_.error(entry.value.place(),
                         fmt::format("'{}' in {} is stated {}, others {}: one composition states all alike",
                                     entry.key, statement_.context, per(basis), per(basis_)));
      return std::nullopt;
    }
    basis_ = basis;
    molar_ = quantity.dimension == moles_per_volume || basis == Basis::water_mass;
    return quantity.value;
  }

  // Equivalents of cations less those of anions, and of both together.
  std::pair<double, double> equivalents() const {
    double net = 0.0, total = 0.0;
    for (std::size_t i = 0; i < amounts_.size(); ++i) {
      net += components()[i].charge * amounts_[i];
      total += std::abs(components()[i].charge * amounts_[i]);
    }
    return {net, total};
  }

  bool close_charge() {
    const auto balance = equivalents();
    const double net = balance.first, total = balance.second;
    if (statement_.balance.empty()) {
      if (std::abs(net) > charge_tolerance * total) {
        diagnostics_.error(
            statement_.place,
            fmt::format("the charge of {} does not close: {:.4g} {} too {} ({:.2g} % of all)",
                        statement_.context, std::abs(net), equivalents_unit(basis_),
                        net > 0.0 ? "positive" : "negative", 100.0 * std::abs(net) / total),
            fmt::format("name the ion that makes up for it, `balance: {}`", net > 0.0 ? "Cl-" : "Na+"));
        return false;
      }
      return net == 0.0 || adjust(most_abundant(net > 0.0 ? 1 : -1), net);
    }
    const std::optional<std::size_t> ion = components().find(statement_.balance);
    if (!ion || components()[*ion].charge == 0) {
      report_balance_ion();
      return false;
    }
    return adjust(*ion, net);
  }

  void report_balance_ion() const {
    std::vector<std::string> ions;
    for (const Component& component : components())
      if (component.charge != 0) ions.push_back(component.name);
    const std::optional<std::string> meant = closest(statement_.balance, ions);
    diagnostics_.error(statement_.balance_place,
                       fmt::format("`balance` of {} names '{}', which is no ion {}", statement_.context,
                                   statement_.balance, whose()),
                       meant          ? fmt::format("did you mean '{}'?", *meant)
                       : ions.empty() ? ""
                                      : join_with_or(ions));
  }

  // The ion of that sign that carries most charge.
  std::size_t most_abundant(int sign) const {
    std::size_t best = 0;
    for (std::size_t i = 0; i < amounts_.size(); ++i)
      if (sign * components()[i].charge * amounts_[i] > sign * components()[best].charge * amounts_[best])
        best = i;
    return best;
  }

  bool adjust(std::size_t ion, double net) {
    const double change = -net / components()[ion].charge;
    if (amounts_[ion] + change < 0.0 && components()[ion].name != "H+") {  // whose total may be negative
      diagnostics_.error(
          statement_.balance_place,
          fmt::format("{} cannot balance the charge of {}: {:.4g} {} too {}, so it would have to be negative",
                      components()[ion].name, statement_.context, std::abs(net), equivalents_unit(basis_),
                      net > 0.0 ? "positive" : "negative"),
          net > 0.0 ? "name an anion" : "name a cation");
      return false;
    }
    amounts_[ion] += change;
    return true;
  }

  bool add_water() {
    if (statement_.density && basis_ != Basis::volume && basis_ != Basis::none) {
      diagnostics_.error(
          statement_.density_place,
          fmt::format("`density` of {} is of use only for concentrations per volume", statement_.context));
      return false;
    }
    if (!fill_water()) {
      diagnostics_.error(
          statement_.place,
          fmt::format("{} leaves no room for water: its solutes weigh {:.4g} kg in 1 {}", statement_.context,
                      mass_of_solutes(), basis_ == Basis::volume ? "m3" : "kg"));
      return false;
    }
    return !statement_.density || density_agrees();
  }

  double mass_of_solutes() const {
    double mass = 0.0;
    for (std::size_t i = 1; i < amounts_.size(); ++i) mass += amounts_[i] * components()[i].molar_mass;
    return mass;
  }

  // Whether there is room for any.
  bool fill_water() {
    const double Mw = components()[0].molar_mass;
    switch (basis_) {
      case Basis::none:
        amounts_[0] = 1.0;
        break;
      case Basis::water_mass:
        amounts_[0] = 1.0 / Mw + water_of_formation_;
        break;  // per kg of the free water
      case Basis::solution_mass:
        amounts_[0] = (1.0 - mass_of_solutes()) / Mw;
        break;
      case Basis::volume:
        amounts_[0] =
            statement_.density ? (*statement_.density - mass_of_solutes()) / Mw : water_in_a_cubic_metre();
    }
    return amounts_[0] > 0.0;
  }

  // 0 where the solutes leave no room.
  double water_in_a_cubic_metre() {
    if (solution_ != nullptr) return water_beside_species();
    try {
      return with_water(brine_, amounts_, statement_.temperature)[0];
    } catch (const InputError&) {
      return 0.0;
    }
  }

  // The volume depends on the species and those on the water: water is added or taken as if it were pure,
  // which is right within some percent and so gains a digit or two each time.
  double water_beside_species() {
    const double pure = water_density(statement_.temperature) / components()[0].molar_mass;
    amounts_[0] = pure;
    for (int turn = 0; turn < 100; ++turn) {
      const double missing =
          1.0 - brine_.volume(std::span<const double>(amounts_of_brine()), statement_.temperature);
      const double step = std::max(missing * pure, -0.8 * amounts_[0]);
      amounts_[0] += step;
      if (std::abs(step) < 1e-13 * amounts_[0]) return amounts_[0];
      if (!(amounts_[0] > 1e-3 * pure)) break;
    }
    return 0.0;
  }

  // In the order of the Brine: of the components, or of all species where they react.
  std::vector<double> amounts_of_brine() const {
    if (solution_ == nullptr) return amounts_;
    std::vector<double> species(brine_.components().size());
    solution_->speciation.speciate(std::span<const double>(amounts_), statement_.temperature,
                                   std::span<double>(species));
    return species;
  }

  bool density_agrees() const {
    const double model = brine_.density(std::span<const double>(amounts_of_brine()), statement_.temperature);
    if (std::abs(model / *statement_.density - 1.0) <= density_tolerance) return true;
    diagnostics_.error(
        statement_.density_place,
        fmt::format("the stated density of {}, {:.4g} kg/m3, and that of the model, {:.4g} kg/m3, differ by "
                    "more than {:.0f} %",
                    statement_.context, *statement_.density, model, 100.0 * density_tolerance));
    return false;
  }

  const Brine& brine_;
  const Statement& statement_;
  Diagnostics& diagnostics_;
  const ReactingSolution* solution_;
  const ComponentSet& components_;
  std::vector<double> amounts_;
  double water_of_formation_ = 0.0;  // mol that the stated species hold beyond free water
  std::vector<std::pair<std::string, const Entry*>> stated_;  // by the component it is most of
  std::vector<std::string> readings_;
  Basis basis_ = Basis::none;
  bool molar_ = false;
  bool has_alkalinity_ = false;
};

}  // namespace

std::optional<AnalysisResult> analyse(const Brine& brine, const Statement& statement,
                                      Diagnostics& diagnostics, const ReactingSolution* solution) {
  return Analysis(brine, statement, diagnostics, solution).result();
}

void check_concentrations(const Statement& statement, Diagnostics& diagnostics) {
  const Brine water = Brine::ideal(ComponentSet::from_names({"H2O"}));
  Analysis(water, statement, diagnostics, nullptr).check();
}

}  // namespace brineflow
