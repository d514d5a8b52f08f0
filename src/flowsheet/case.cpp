#include "flowsheet/case.hpp"

#include "base/hash.hpp"
#include "base/text.hpp"
#include "flowsheet/carousel.hpp"
#include "units/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {
namespace {

// An empty map standing at the end of the case, for sections that are left out.
const Node& absent_section() {
  static const Node empty = Node::map();
  return empty;
}

bool valid_name(const std::string& name) {
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos;
}

class CaseReader {
 public:
  CaseReader(const std::filesystem::path& file, const ModelLibrary& models, const ParameterTable& solver_table, Diagnostics& diagnostics)
      : file_(file), solver_table_(solver_table), diagnostics_(diagnostics), models_(models) {}

  Case read(Document document) {
    Case result;
    result.file = file_;
    result.document = std::make_unique<Document>(std::move(document));
    const Node& root = result.document->root;
    if (!diagnostics_.empty()) diagnostics_.throw_if_any();
    if (!root.is_map()) {
      diagnostics_.error(root.place(), "a case is a map with the keys title, components, brine, units and schedule");
      diagnostics_.throw_if_any();
    }
    const Values values = read_values(root, case_parameters(), "the case", diagnostics_, {});
    result.title = values.has("title") ? values.text("title") : file_.stem().string();
    result.flowsheet = std::make_unique<Flowsheet>();
    result.flowsheet->title = result.title;
    read_settings(values, result);
    if (values.given("components") && values.given("units")) read_flowsheet(values, *result.flowsheet);
    // The schedule speaks of units: it can only be checked against sound ones.
    diagnostics_.throw_if_any();
    const Node& schedule_node = *values.node("schedule");
    auto carousel = read_carousel(schedule_node, *result.flowsheet, diagnostics_);
    diagnostics_.throw_if_any();
    if (carousel) add_zone_units(*carousel, *result.flowsheet, models_, diagnostics_);
    scale(*result.flowsheet);
    const StateLayout layout(*result.flowsheet);
    if (auto schedule = read_schedule(schedule_node, carousel ? &*carousel : nullptr, *result.flowsheet, layout, diagnostics_))
      result.schedule = std::move(*schedule);
    diagnostics_.throw_if_any();
    result.resolved = write_yaml(root);
    result.hash = sha256(result.resolved);
    return result;
  }

 private:
  void read_settings(const Values& values, Case& result) {
    const Node& output = values.given("output") ? *values.node("output") : absent_section();
    const Values settings = read_values(output, output_parameters(), "output", diagnostics_, {});
    if (settings.has("every")) result.output.every = settings.quantity("every");
    result.output.profiles_every = settings.has("profiles_every") ? settings.quantity("profiles_every") : 10.0 * result.output.every;
    result.solver = read_values(values.given("solver") ? *values.node("solver") : absent_section(), solver_table_, "solver", diagnostics_, {});
  }

  void read_flowsheet(const Values& values, Flowsheet& flowsheet) {
    const auto components = read_components(*values.node("components"), diagnostics_);
    if (components)
      flowsheet.brine = load_brine_model(values.given("brine") ? *values.node("brine") : absent_section(), *components, models_, diagnostics_);
    const Node& units = *values.node("units");
    if (!units.is_map() || units.entries().empty()) {
      diagnostics_.error(units.place(), "'units' wants a map of unit operations", "as in {lake: {type: feed, …}, …}");
      return;
    }
    for (const Entry& entry : units.entries()) read_unit(entry, flowsheet);
  }

  void read_unit(const Entry& entry, Flowsheet& flowsheet) {
    if (!valid_name(entry.key)) {
      diagnostics_.error(entry.key_place, fmt::format("'{}' cannot name a unit", entry.key), "names are letters, digits and _, and begin with a letter");
      return;
    }
    if (!entry.value.is_map()) {
      diagnostics_.error(entry.value.place(), fmt::format("units.{} wants a map", entry.key), "as in {type: tank, volume: 60 m3}");
      return;
    }
    const UnitType* type = read_type(entry);
    if (type == nullptr) return;
    const std::string called = fmt::format("units.{} ({})", entry.key, type->name);
    const Values values = read_values(entry.value, type->parameters, called, diagnostics_, {"type", "count"});
    const std::optional<long> count = read_count(entry, called);
    if (!values.complete() || !count || !flowsheet.brine) return;  // without a brine there are findings enough; the keys are checked all the same
    if (entry.value.find("count") == nullptr) {
      add_unit(entry, *type, values, entry.key, flowsheet);
      return;
    }
    UnitGroup group{entry.key, {}};
    for (long k = 1; k <= *count; ++k) {
      if (!add_unit(entry, *type, values, fmt::format("{}_{}", entry.key, k), flowsheet)) return;
      group.units.push_back(flowsheet.units.size() - 1);
    }
    flowsheet.groups.push_back(std::move(group));
  }

  // How many units the entry stands for; nothing after a finding.
  std::optional<long> read_count(const Entry& entry, const std::string& called) {
    const Node* node = entry.value.find("count");
    if (node == nullptr) return 1;
    Node alone = Node::map(entry.value.place());
    alone.set("count", *node, entry.value.find_entry("count")->key_place);
    const Values values = read_values(alone, count_parameters(), called, diagnostics_, {});
    return values.has("count") ? std::optional(values.integer("count")) : std::nullopt;
  }

  bool add_unit(const Entry& entry, const UnitType& type, const Values& values, const std::string& name, Flowsheet& flowsheet) {
    if (const auto other = flowsheet.find_unit(name)) {
      diagnostics_.error_with_other(entry.key_place, fmt::format("two units are called '{}'", name), flowsheet.unit_places[*other],
                                    "the first is here; 'count' numbers the units of an entry");
      return false;
    }
    std::unique_ptr<Unit> unit = type.build(name, values, {flowsheet.brine, models_, diagnostics_});
    if (!unit) return false;
    flowsheet.units.push_back(std::move(unit));
    flowsheet.unit_places.push_back(entry.key_place);
    flowsheet.definitions.push_back(definition_of(entry.value));
    return true;
  }

  static std::string definition_of(const Node& node) {
    Node definition = Node::map();
    for (const Entry& entry : node.entries())
      if (entry.key != "initial" && entry.key != "count") definition.add(entry.key, entry.value);
    return write_yaml(definition);
  }

  const UnitType* read_type(const Entry& entry) {
    std::vector<std::string> names;
    for (const UnitType& type : unit_catalogue()) names.push_back(type.name);
    const Node* node = entry.value.find("type");
    if (node == nullptr || !node->is_scalar()) {
      diagnostics_.error(node != nullptr ? node->place() : entry.key_place, fmt::format("units.{} needs a 'type'", entry.key),
                         fmt::format("types: {}", join(names, ", ")));
      return nullptr;
    }
    const UnitType* type = find_unit_type(node->text());
    if (type == nullptr) {
      const auto meant = closest(node->text(), names);
      diagnostics_.error(node->place(), fmt::format("there is no unit type '{}'", node->text()),
                         meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("types: {}", join(names, ", ")));
    }
    return type;
  }

  // Components that nobody brings get a size far below those that somebody does.
  static void scale(Flowsheet& flowsheet) {
    Scales& scales = flowsheet.scales;
    const std::size_t n = flowsheet.components().size();
    scales.concentration.assign(n, 0.0);
    scales.molar_flow.assign(n, 0.0);
    for (const auto& unit : flowsheet.units) unit->add_scales(scales);
    if (!(scales.flow > 0.0)) scales.flow = 1e-3;
    for (std::size_t i = 0; i < n; ++i) {
      const double floor = i == 0 ? 55000.0 : 1e-2;  // mol/m3: water; a trace that cannot matter
      scales.concentration[i] = std::max(scales.concentration[i], floor);
      scales.molar_flow[i] = std::max(scales.molar_flow[i], floor * scales.flow);
    }
  }

  const std::filesystem::path& file_;
  const ParameterTable& solver_table_;
  Diagnostics& diagnostics_;
  const ModelLibrary& models_;
};

}  // namespace

Case read_case(const std::filesystem::path& file, const std::vector<Override>& overrides, const ParameterTable& solver_table) {
  Diagnostics diagnostics;
  Document document = read_document(file, diagnostics);
  if (diagnostics.empty())
    for (const Override& change : overrides) set_path(document, change.path, change.value, diagnostics);
  const ModelLibrary models(ModelLibrary::default_folders(file));
  return CaseReader(file, models, solver_table, diagnostics).read(std::move(document));
}

Case read_case(Document document, const std::filesystem::path& file, const ModelLibrary& models, const ParameterTable& solver_table) {
  Diagnostics diagnostics;
  return CaseReader(file, models, solver_table, diagnostics).read(std::move(document));
}

const ParameterTable& case_parameters() {
  static const ParameterTable table = {
      text("title").maybe_absent().means("what the case is, for people"),
      text("description").maybe_absent().means("longer: purpose, sources, what to look at"),
      any("components").means("species carried by every stream, H2O first"),
      any("brine").maybe_absent().means("chemistry of the solutions: which property models and parameters"),
      any("units").means("unit operations by name"),
      any("schedule").means("routes and steps: what happens when"),
      any("output").maybe_absent().means("how often results are recorded"),
      any("solver").maybe_absent().means("tolerances and limits of the integration"),
  };
  return table;
}

const ParameterTable& count_parameters() {
  static const ParameterTable table = {
      integer("count").between(1.0, 1000.0).maybe_absent().means(
          "so many equal units from one entry: `column` with count 6 makes column_1 to column_6"),
  };
  return table;
}

const ParameterTable& output_parameters() {
  static const ParameterTable table = {
      quantity("every", "s").positive().or_default("60 s").means("time between two rows of the series"),
      quantity("profiles_every", "min").positive().maybe_absent().means(
          "time between two rows of profiles along a column or module; ten times 'every' where it is not given"),
  };
  return table;
}

}  // namespace brineflow
