// From an analysis as laboratories state it to mol of every component in a cubic metre.
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "physics/composition.hpp"
#include "units/models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

constexpr double charge_tolerance = 1e-6;   // of the sum of all equivalents: an analysis that closes so well needs no balance
constexpr double density_tolerance = 0.05;  // between a stated density and the model's: beyond, a unit is wrong

enum class Basis { none, volume, solution_mass, water_mass };

const char* per(Basis basis) {
  switch (basis) {
    case Basis::volume: return "per volume of solution";
    case Basis::solution_mass: return "per mass of solution";
    case Basis::water_mass: return "per mass of water";
    case Basis::none: break;
  }
  return "";
}

// One m3 of solution, one kg of it, or one kg of water, as the basis has it.
const char* equivalents_unit(Basis basis) {
  return basis == Basis::volume ? "eq/m3" : basis == Basis::solution_mass ? "eq/kg" : "eq per kg of water";
}

// A composition as the case or the package states it.
struct Statement {
  const std::vector<Entry>* concentrations = nullptr;
  std::string balance;
  Place balance_place;
  std::optional<double> density;  // kg/m3
  Place density_place;
  double temperature = 0.0;       // K
  Place place;
  std::string context;
};

class Analysis {
 public:
  Analysis(const Brine& brine, const Statement& statement, Diagnostics& diagnostics)
      : brine_(brine), statement_(statement), diagnostics_(diagnostics), amounts_(brine.components().size(), 0.0) {}

  // mol of every component, in any measure; nothing when there was a finding.
  std::optional<std::vector<double>> amounts() {
    const std::size_t before = diagnostics_.count();
    for (const Entry& entry : *statement_.concentrations)
      if (entry.key != "balance" && entry.key != "density") read_entry(entry);
    if (diagnostics_.count() != before || !close_charge() || !add_water()) return std::nullopt;
    return amounts_;
  }

 private:
  const ComponentSet& components() const { return brine_.components(); }

  void read_entry(const Entry& entry) {
    const std::optional<double> stated = read_concentration(entry);
    const std::optional<std::size_t> component = components().find(entry.key);
    if (!component) {
      if (!stated || *stated > 0.0) report_missing(entry);
      return;
    }
    if (*component == 0) {
      diagnostics_.error(entry.key_place, fmt::format("water is not stated in {}: it follows from the rest", statement_.context));
      return;
    }
    if (stated) amounts_[*component] = *stated / (molar_ ? 1.0 : components()[*component].molar_mass);
  }

  void report_missing(const Entry& entry) const {
    const std::vector<std::string> names = components().names();
    const std::optional<std::string> meant = closest(entry.key, names);
    if (known_component(entry.key) == nullptr && meant)
      diagnostics_.error(entry.key_place, fmt::format("unknown component '{}' in {}", entry.key, statement_.context),
                         fmt::format("did you mean '{}'?", *meant));
    else
      diagnostics_.error(entry.key_place,
                         fmt::format("{} has '{}', which is not among the components of the case", statement_.context, entry.key),
                         "add it to `components`, or state a composition without it");
  }

  // In kg or mol of the present basis; sets molar_.
  std::optional<double> read_concentration(const Entry& entry) {
    if (!entry.value.is_scalar()) {
      diagnostics_.error(entry.value.place(), fmt::format("'{}' in {} needs a concentration, such as 0.26 g/L", entry.key, statement_.context));
      return std::nullopt;
    }
    try {
      const Quantity quantity = parse_quantity(entry.value.text());
      if (quantity.value < 0.0) {
        diagnostics_.error(entry.value.place(), fmt::format("'{}' in {} is negative", entry.key, statement_.context));
        return std::nullopt;
      }
      if (quantity.value == 0.0) return 0.0;
      return in_basis(entry, quantity);
    } catch (const QuantityError& error) {
      diagnostics_.error(entry.value.place(), fmt::format("'{}' in {}: {}", entry.key, statement_.context, error.what()), error.hint());
      return std::nullopt;
    }
  }

  std::optional<double> in_basis(const Entry& entry, const Quantity& quantity) {
    static const Dimension mass_per_volume = parse_unit("kg/m3").dimension;
    static const Dimension moles_per_volume = parse_unit("mol/m3").dimension;
    static const Dimension molality = parse_unit("mol/kg").dimension;
    Basis basis = Basis::none;
    if (quantity.dimension == mass_per_volume || quantity.dimension == moles_per_volume) basis = Basis::volume;
    if (quantity.dimension == molality) basis = Basis::water_mass;
    if (quantity.dimension.dimensionless() && quantity.has_unit) basis = Basis::solution_mass;
    if (basis == Basis::none) {
      diagnostics_.error(entry.value.place(),
                         fmt::format("'{}' in {} is not a concentration: '{}'", entry.key, statement_.context, entry.value.text()),
                         "per volume (g/L, mol/L), per mass of solution (g/kg, wt%) or per mass of water (mol/kg)");
      return std::nullopt;
    }
    if (basis_ != Basis::none && basis != basis_) {
      diagnostics_.error(entry.value.place(), fmt::format("'{}' in {} is stated {}, others {}: one composition states all alike",
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
      total += std::abs(components()[i].charge) * amounts_[i];
    }
    return {net, total};
  }

  bool close_charge() {
    const auto balance = equivalents();
    const double net = balance.first, total = balance.second;
    if (statement_.balance.empty()) {
      if (std::abs(net) > charge_tolerance * total) {
        diagnostics_.error(statement_.place,
                           fmt::format("the charge of {} does not close: {:.4g} {} too {} ({:.2g} % of all)", statement_.context,
                                       std::abs(net), equivalents_unit(basis_), net > 0.0 ? "positive" : "negative",
                                       100.0 * std::abs(net) / total),
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
                       fmt::format("`balance` of {} names '{}', which is no ion of the case", statement_.context, statement_.balance),
                       meant ? fmt::format("did you mean '{}'?", *meant) : ions.empty() ? "" : join_with_or(ions));
  }

  // The ion of that sign that carries most charge.
  std::size_t most_abundant(int sign) const {
    std::size_t best = 0;
    for (std::size_t i = 0; i < amounts_.size(); ++i)
      if (sign * components()[i].charge * amounts_[i] > sign * components()[best].charge * amounts_[best]) best = i;
    return best;
  }

  bool adjust(std::size_t ion, double net) {
    const double change = -net / components()[ion].charge;
    if (amounts_[ion] + change < 0.0) {
      diagnostics_.error(statement_.balance_place,
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
    const double Mw = components()[0].molar_mass;
    amounts_[0] = 0.0;
    const double solutes = brine_.mass(std::span<const double>(amounts_));
    if (statement_.density && basis_ != Basis::volume && basis_ != Basis::none) {
      diagnostics_.error(statement_.density_place, fmt::format("`density` of {} is of use only for concentrations per volume", statement_.context));
      return false;
    }
    switch (basis_) {
      case Basis::none: amounts_[0] = 1.0; return true;
      case Basis::water_mass: amounts_[0] = 1.0 / Mw; return true;
      case Basis::solution_mass: amounts_[0] = (1.0 - solutes) / Mw; break;
      case Basis::volume:
        amounts_[0] = statement_.density ? (*statement_.density - solutes) / Mw : water_in_a_cubic_metre();
    }
    if (!(amounts_[0] > 0.0)) {
      diagnostics_.error(statement_.place, fmt::format("{} leaves no room for water: its solutes weigh {:.4g} kg in 1 {}", statement_.context,
                                                       solutes, basis_ == Basis::volume ? "m3" : "kg"));
      return false;
    }
    return !statement_.density || density_agrees();
  }

  // 0 where the solutes leave no room.
  double water_in_a_cubic_metre() const {
    try {
      return with_water(brine_, amounts_, statement_.temperature)[0];
    } catch (const InputError&) {
      return 0.0;
    }
  }

  bool density_agrees() const {
    const double model = brine_.density(std::span<const double>(amounts_), statement_.temperature);
    if (std::abs(model / *statement_.density - 1.0) <= density_tolerance) return true;
    diagnostics_.error(statement_.density_place,
                       fmt::format("the stated density of {}, {:.4g} kg/m3, and that of the model, {:.4g} kg/m3, differ by more than {:.0f} %",
                                   statement_.context, *statement_.density, model, 100.0 * density_tolerance));
    return false;
  }

  const Brine& brine_;
  const Statement& statement_;
  Diagnostics& diagnostics_;
  std::vector<double> amounts_;
  Basis basis_ = Basis::none;
  bool molar_ = false;
};

const ParameterTable& package_parameters() {
  static const ParameterTable table = [] {
    ParameterTable rows = {
        text("title").maybe_absent().means("what the brine is"),
        text("source").maybe_absent().means("where the numbers come from"),
        text("note").maybe_absent().means("what to know before using them"),
        quantity("temperature", "degC").between("0 degC", "150 degC").maybe_absent().means(
            "temperature at which concentrations per volume are stated; without it that of the feed or tank"),
        any("concentrations").means("concentration of every solute"),
    };
    rows.insert(rows.end(), composition_parameters().begin(), composition_parameters().end());
    return rows;
  }();
  return table;
}

void take_shared_keys(const Values& values, Statement& statement) {
  if (values.has("balance")) statement.balance = values.text("balance");
  statement.balance_place = values.place("balance");
  if (values.has("density")) statement.density = values.quantity("density");
  statement.density_place = values.place("density");
}

// {concentrations: {Li+: 0.26 g/L}, balance: Cl-, temperature: 25 degC}
bool read_package(const Node& map, Statement& statement, Diagnostics& diagnostics) {
  const Values values = read_values(map, package_parameters(), statement.context, diagnostics, {});
  if (!values.complete()) return false;
  const Node* concentrations = values.node("concentrations");
  statement.place = concentrations->place();
  if (!concentrations->is_map()) {
    diagnostics.error(concentrations->place(), fmt::format("`concentrations` of {} must be a map such as {{Li+: 0.26 g/L}}", statement.context));
    return false;
  }
  statement.concentrations = &concentrations->entries();
  if (values.has("temperature")) statement.temperature = values.quantity("temperature");
  take_shared_keys(values, statement);
  return true;
}

// {Li+: 0.26 g/L, balance: Cl-}
bool read_inline(const Node& map, Statement& statement, Diagnostics& diagnostics) {
  Node shared = Node::map(map.place());
  for (const Parameter& row : composition_parameters())
    if (const Entry* entry = map.find_entry(row.name)) shared.set(row.name, entry->value, entry->key_place);
  const Values values = read_values(shared, composition_parameters(), statement.context, diagnostics, {});
  statement.place = map.place();
  statement.concentrations = &map.entries();
  take_shared_keys(values, statement);
  return values.complete();
}

}  // namespace

const ParameterTable& composition_parameters() {
  static const ParameterTable table = {
      text("balance").maybe_absent().means("the ion whose amount is set so that the charges add up to zero"),
      quantity("density", "kg/L").positive().maybe_absent().means(
          "measured density: water is then found by difference instead of from the density model; for concentrations per volume"),
  };
  return table;
}

std::vector<double> concentrations(const Brine& brine, const std::vector<double>& amounts, double temperature) {
  const double volume = brine.volume(std::span<const double>(amounts), temperature);
  std::vector<double> c = amounts;
  for (double& value : c) value /= volume;
  return c;
}

std::optional<std::vector<double>> read_brine_composition(const Node& node, const Brine& brine, double temperature,
                                                          const ModelLibrary& models, const std::string& context,
                                                          Diagnostics& diagnostics) {
  Statement statement;
  statement.temperature = temperature;
  statement.context = context;
  std::shared_ptr<const Document> package;
  if (node.is_scalar()) {
    package = models.find("brines", node.text(), node.place(), diagnostics);
    if (!package) return std::nullopt;
    statement.context = fmt::format("brine '{}'", node.text());
    if (!read_package(package->root, statement, diagnostics)) return std::nullopt;
  } else if (node.is_map()) {
    if (!(node.find("concentrations") ? read_package(node, statement, diagnostics) : read_inline(node, statement, diagnostics)))
      return std::nullopt;
  } else {
    diagnostics.error(node.place(), fmt::format("{} needs a brine: the name of a package, or a composition such as {{Li+: 0.26 g/L, balance: Cl-}}",
                                                context));
    return std::nullopt;
  }
  const std::optional<std::vector<double>> amounts = Analysis(brine, statement, diagnostics).amounts();
  if (!amounts) return std::nullopt;
  return concentrations(brine, *amounts, temperature);
}

}  // namespace brineflow
