#include "study/brine_source.hpp"

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "units/composition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace brineflow {
namespace {

namespace fs = std::filesystem;

constexpr double room_temperature = 298.15, coldest = 273.15,
                 hottest = 423.15;  // K; water's formulas hold between
constexpr double lowest_pH = -3.0, highest_pH = 17.0;

bool is_yaml(std::string_view name) { return name.ends_with(".yaml") || name.ends_with(".yml"); }

// What a text is about, before chemistry: the document, the part of it that is the brine, and what stands
// around.
struct Origin {
  Document document;
  Node brine;
  std::string context;
  std::string chemistry = default_chemistry, transport = default_density_viscosity;
  Place chemistry_place;
  std::optional<double> temperature, pH;
  fs::path file;  // empty: none
};

// Where an option of the command line stands: "--pH:1:1".
Node option_node(const std::string& option, const std::string& text, Diagnostics& diagnostics) {
  return parse_document(text, option, diagnostics).root;
}

std::optional<double> read_temperature(const Node& node, const std::string& what, Diagnostics& diagnostics) {
  const std::optional<double> T = read_quantity(node, "degC", what, diagnostics);
  if (!T) return std::nullopt;
  if (*T >= coldest && *T <= hottest) return T;
  diagnostics.error(node.place(), fmt::format("{} is {:.4g} degC: brines are known from 0 to 150 degC", what,
                                              *T - ice_point));
  return std::nullopt;
}

std::optional<double> read_pH(const Node& node, Diagnostics& diagnostics) {
  try {
    const double pH = parse_number(node.text());
    if (pH >= lowest_pH && pH <= highest_pH) return pH;
    diagnostics.error(node.place(), fmt::format("a pH of {:g} is not possible", pH),
                      fmt::format("between {:g} and {:g}", lowest_pH, highest_pH));
  } catch (const QuantityError& error) {
    diagnostics.error(node.place(), fmt::format("pH: {}", error.what()), error.hint());
  }
  return std::nullopt;
}

std::vector<std::string> feeds_of(const Node& root) {
  std::vector<std::string> names;
  if (const Node* units = root.find("units"))
    for (const Entry& unit : units->entries())
      if (unit.value.find("brine") != nullptr) names.push_back(unit.key);
  return names;
}

bool is_case(const Node& root) {
  return root.is_map() && (root.find("units") != nullptr || root.find("schedule") != nullptr ||
                           root.find("components") != nullptr);
}

// The keys that a composition of the command line has beside those of a case.
void take_extra_keys(Origin& origin, Diagnostics& diagnostics) {
  if (!origin.brine.is_map()) return;
  const bool in_package_form = origin.brine.find("concentrations") != nullptr;
  Node rest = Node::map(origin.brine.place());
  for (const Entry& entry : origin.brine.entries()) {
    if (entry.key == "pH") origin.pH = read_pH(entry.value, diagnostics);
    else if (entry.key == "temperature" && !in_package_form)
      origin.temperature = read_temperature(entry.value, "the temperature", diagnostics);
    else rest.add(entry.key, entry.value, entry.key_place);
  }
  origin.brine = std::move(rest);
}

void apply(const std::vector<Override>& overrides, Document& document, Diagnostics& diagnostics) {
  if (document.root.is_map())
    for (const Override& change : overrides) set_path(document, change.path, change.value, diagnostics);
}

void read_case_settings(Origin& origin, const Node& root, Diagnostics& diagnostics) {
  const Node* brine = root.find("brine");
  if (brine == nullptr) return;
  if (const Node* chemistry = brine->find("chemistry"); chemistry != nullptr && chemistry->is_scalar()) {
    origin.chemistry = chemistry->text();
    origin.chemistry_place = chemistry->place();
  }
  if (const Node* transport = brine->find("density_viscosity");
      transport != nullptr && transport->is_scalar())
    origin.transport = transport->text();
  if (origin.chemistry == "ideal")
    diagnostics.error(origin.chemistry_place,
                      "the chemistry of this case is `ideal`, which has no properties to show",
                      fmt::format("name one, as in --chemistry {}", default_chemistry));
}

// "CASE.yaml:UNIT"
void read_feed(Origin& origin, const std::string& file, const std::string& unit, const BrineRequest& request,
               Diagnostics& diagnostics) {
  origin.file = file;
  origin.document = read_document(file, diagnostics);
  apply(request.overrides, origin.document, diagnostics);
  const Node& root = origin.document.root;
  if (!diagnostics.empty()) return;
  const Node* units = root.find("units");
  if (units == nullptr || !units->is_map()) {
    diagnostics.error(root.place(),
                      fmt::format("this is no case, which has units: '{}' cannot be one of them", unit),
                      fmt::format("for a composition say {} alone", file));
    return;
  }
  const Node* map = units->find(unit);
  const Node* brine = map == nullptr ? nullptr : map->find("brine");
  if (brine == nullptr) {
    const std::vector<std::string> feeds = feeds_of(root);
    const auto meant = closest(unit, feeds);
    diagnostics.error(units->place(),
                      map == nullptr ? fmt::format("there is no unit '{}' in this case", unit)
                                     : fmt::format("unit '{}' has no brine of its own", unit),
                      meant           ? fmt::format("did you mean '{}'?", *meant)
                      : feeds.empty() ? "no unit of it has one"
                                      : join_with_or(feeds));
    return;
  }
  origin.brine = *brine;
  origin.context = fmt::format("units.{}", unit);
  if (const Node* temperature = map->find("temperature"))
    origin.temperature =
        read_temperature(*temperature, fmt::format("the temperature of units.{}", unit), diagnostics);
  if (!request.chemistry) read_case_settings(origin, root, diagnostics);
}

void read_file(Origin& origin, const BrineRequest& request, Diagnostics& diagnostics) {
  origin.file = request.brine;
  origin.document = read_document(origin.file, diagnostics);
  apply(request.overrides, origin.document, diagnostics);
  if (!diagnostics.empty()) return;
  const Node& root = origin.document.root;
  origin.context = "the composition";
  if (is_case(root)) {
    const std::vector<std::string> feeds = feeds_of(root);
    diagnostics.error(root.place(), "this is a case, not a composition: name the unit whose brine you mean",
                      feeds.empty() ? "none of its units has a brine"
                                    : fmt::format("as in {}:{}", request.brine, feeds.front()));
  } else if (!root.is_map()) {
    diagnostics.error(root.place(), "a composition is a map such as {Li+: 0.26 g/L, balance: Cl-}");
  } else {
    origin.brine = root;
  }
}

void read_text(Origin& origin, const BrineRequest& request, Diagnostics& diagnostics) {
  origin.document = parse_document(request.brine, "BRINE", diagnostics);
  apply(request.overrides, origin.document, diagnostics);
  if (!diagnostics.empty()) return;
  origin.brine = origin.document.root;
  origin.context = "the composition";
  if (!origin.brine.is_map() && !request.overrides.empty())
    diagnostics.error({.file = "--set"}, "there is nothing to change in the name of a package",
                      "state a composition, or a file");
}

Origin find_origin(const BrineRequest& request, Diagnostics& diagnostics) {
  Origin origin;
  const std::size_t colon = request.brine.rfind(':');
  const std::string_view text = trim(request.brine);
  const bool composition = text.starts_with("{");
  if (!composition && colon != std::string::npos && is_yaml(request.brine.substr(0, colon)))
    read_feed(origin, request.brine.substr(0, colon), request.brine.substr(colon + 1), request, diagnostics);
  else if (!composition && (is_yaml(text) || text.find('/') != std::string_view::npos))
    read_file(origin, request, diagnostics);
  else read_text(origin, request, diagnostics);
  if (origin.brine.is_null() && diagnostics.empty())
    diagnostics.error({.file = "BRINE"},
                      "a brine is missing: the name of a package, a file, CASE.yaml:UNIT or a composition "
                      "such as {Li+: 0.26 g/L, balance: Cl-}");
  take_extra_keys(origin, diagnostics);
  return origin;
}

void take_options(const BrineRequest& request, Origin& origin, Diagnostics& diagnostics) {
  if (request.temperature)
    origin.temperature = read_temperature(option_node("--temperature", *request.temperature, diagnostics),
                                          "the temperature", diagnostics);
  if (request.pH) origin.pH = read_pH(option_node("--pH", *request.pH, diagnostics), diagnostics);
  if (!request.chemistry) return;
  const Node node = option_node("--chemistry", *request.chemistry, diagnostics);
  origin.chemistry = *request.chemistry;
  origin.chemistry_place = node.place();
  if (origin.chemistry == "ideal") diagnostics.error(node.place(), "`ideal` has no properties to show");
}

// Balancing is what the option says before what the composition says.
void take_balance(const BrineRequest& request, Statement& statement, Diagnostics& diagnostics) {
  if (!request.balance) return;
  statement.balance = *request.balance;
  statement.balance_place = option_node("--balance", *request.balance, diagnostics).place();
}

std::shared_ptr<const Solution> make_solution(const std::shared_ptr<const Chemistry>& chemistry,
                                              const ComponentSet& components, const Place& place,
                                              Diagnostics& diagnostics) {
  try {
    return std::make_shared<const Solution>(chemistry, components);
  } catch (const InputError& error) {  // what the package lacks
    diagnostics.error(place, error.what());
    return nullptr;
  }
}

}  // namespace

ResolvedBrine resolve_brine(const BrineRequest& request) {
  Diagnostics diagnostics;
  Origin origin = find_origin(request, diagnostics);
  take_options(request, origin, diagnostics);
  const ModelLibrary models(ModelLibrary::default_folders(origin.file));
  StatedComposition stated;
  const bool readable =
      !origin.brine.is_null() && read_statement(origin.brine, origin.temperature.value_or(room_temperature),
                                                models, origin.context, stated, diagnostics);
  const auto chemistry =
      origin.chemistry == "ideal"
          ? nullptr
          : load_chemistry(origin.chemistry, origin.transport, origin.chemistry_place, models, diagnostics);
  if (!readable || !chemistry) diagnostics.throw_if_any();
  take_balance(request, stated.statement, diagnostics);
  const auto components = components_of(stated.statement, origin.pH.has_value(), *chemistry, diagnostics);
  const auto solution =
      components ? make_solution(chemistry, *components, stated.statement.place, diagnostics) : nullptr;
  if (!diagnostics.empty())
    check_concentrations(stated.statement, diagnostics);  // what can be said all the same
  diagnostics.throw_if_any();
  ResolvedBrine brine{stated.title, stated.source,
                      stated.note,  origin.temperature.value_or(stated.statement.temperature),
                      origin.pH,    stated.statement.balance,
                      0.0,          {},
                      solution,     {}};
  const ReactingSolution reacting{solution->components(), chemistry->activities.species,
                                  solution->speciation(), origin.pH, brine.temperature};
  const auto analysis = analyse(solution->brine(), stated.statement, diagnostics, &reacting);
  diagnostics.throw_if_any();
  brine.charge_error =
      analysis->total_equivalents > 0.0 ? analysis->net_equivalents / analysis->total_equivalents : 0.0;
  brine.readings = analysis->readings;
  brine.totals = analysis->amounts;
  return brine;
}

}  // namespace brineflow
