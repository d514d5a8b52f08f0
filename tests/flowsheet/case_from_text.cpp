#include "flowsheet/case_from_text.hpp"

#include "base/error.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace brineflow::test {
namespace {

// The keys of `solver`, which the layer below declares.
const ParameterTable& no_solver() {
  static const ParameterTable table = {};
  return table;
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    static std::atomic<int> count{0};
    path_ = std::filesystem::temp_directory_path() /
            ("brineflow_case_" + std::to_string(::getpid()) + "_" + std::to_string(count++) + ".yaml");
    std::ofstream(path_) << text;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

Case case_from_text(const std::string& text) {
  const TemporaryFile file(text);
  return read_case(file.path(), {}, no_solver());
}

Case case_from(const std::string& units, const std::string& schedule, const std::string& more) {
  return case_from_text("title: a test\n"
                        "components: [H2O, Li+, Mg+2, Cl-]\n"
                        "brine: {chemistry: ideal}\n"
                        "\n"
                        "units: " + units + "\n"
                        "schedule: " + schedule + "\n" + more);
}

Case case_of_every_unit() {
  return case_from_text(R"(title: every unit there is
components: [H2O, Li+, Na+, K+, Mg+2, Ca+2, Cl-]
brine: {chemistry: hmw84_lithium_25C}
units:
  lake:   {type: feed, brine: west_taijinar, flow: 6 m3/h}
  water:  {type: feed, brine: fresh_water, flow: 6 m3/h}
  dilute: {type: mixer}
  halve:  {type: splitter, to_first: 60 %}
  press:  {type: pump, pressure: 3 bar}
  column: {type: adsorption_column, sorbent: li_al_ldh, length: 4 m, diameter: 2 m, void_fraction: 0.355, discretisation: {elements: 3, degree: 2}}
  tank:   {type: tank, volume: 80 m3, outflow: 3 m3/h, initial: {volume: 20 m3}}
  nf:     {type: nanofiltration, membrane: lbl_wang2023, area: 16 m2, feed_pressure: 8 bar}
  salt:   {type: feed, brine: {Li+: 50 mmol/L, Na+: 100 mmol/L, balance: Cl-}, flow: 1 m3/h}
  sea:    {type: feed, brine: {Li+: 50 mmol/L, Na+: 100 mmol/L, balance: Cl-}, flow: 2 m3/h}
  make_up: {type: feed, brine: {Li+: 50 mmol/L, Na+: 100 mmol/L, balance: Cl-}, flow: 1.5 m3/h}
  ro:     {type: reverse_osmosis, membrane: seawater_ro, area: 10 m2, feed_pressure: 30 bar, cells: 3}
  px:     {type: pressure_exchanger}
  ed:     {type: electrodialysis, cation_membrane: monovalent_cation_illustrative, anion_membrane: monovalent_anion_illustrative, cell_pairs: 100, width: 0.5 m, length: 1 m, channel_height: 0.5 mm, voltage: 40 V, cells: 3}
  product: {type: sink, role: product}
  spent:   {type: sink}
schedule:
  cycle:
    - step: load
      route: [lake -> dilute, water -> dilute, dilute -> halve, halve.first -> press -> column -> spent, halve.second -> tank]
      for: 1 h
    - {step: elute, route: [water -> column -> tank], for: 1 h}
    - {step: rest, for: 1 h}
  always: [tank -> nf, nf.permeate -> product, nf.retentate -> spent, sea -> ro, ro.permeate -> product, ro.retentate -> px.brine, make_up -> px.feed,
           px.spent -> spent, px.pressurized -> ed.diluate -> spent, salt -> ed.concentrate -> product]
)");
}

Case case_of_acid_and_base() {
  return case_from_text(R"(title: what needs H+ among the components
components: [H2O, Li+, Cl-, H+]
brine: {chemistry: hmw84_lithium_25C}
units:
  brine: {type: feed, brine: {Li+: 2 mol/L, balance: Cl-}, flow: 60 L/h}
  lye:   {type: feed, brine: {Li+: 0.2 mol/L, Cl-: 0.02 mol/L, balance: H+}, flow: 60 L/h}
  sour:  {type: feed, brine: {H+: 0.2 mol/L, Li+: 0.02 mol/L, balance: Cl-}, flow: 60 L/h}
  stack:
    type: bipolar_electrodialysis
    cation_membrane: {kind: cation_exchange, thickness: 0.13 mm, areal_resistance: 3 ohm cm2, counter_ion_transport_number: 0.95, water_transport_number: 6}
    anion_membrane: {kind: anion_exchange, thickness: 0.13 mm, areal_resistance: 3 ohm cm2, counter_ion_transport_number: 0.9, water_transport_number: 4}
    bipolar_membrane: {kind: bipolar, thickness: 0.2 mm, areal_resistance: 4 ohm cm2, salt_leakage: 0.02}
    cell_triplets: 10
    width: 0.1 m
    length: 0.2 m
    channel_height: 0.5 mm
    current: 10 A
    cells: 3
    initial_salt: {Li+: 2 mol/L, balance: Cl-}
    initial_base: {Li+: 0.2 mol/L, Cl-: 0.02 mol/L, balance: H+}
    initial_acid: {H+: 0.2 mol/L, Li+: 0.02 mol/L, balance: Cl-}
  all:   {type: sink}
schedule:
  cycle: [{step: make, for: 1 h}]
  always: [brine -> stack.salt -> all, lye -> stack.base -> all, sour -> stack.acid -> all]
)");
}

std::string findings(const std::string& units, const std::string& schedule) {
  try {
    case_from(units, schedule);
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

std::vector<std::vector<double>> parameters_of(const Flowsheet& flowsheet, const Step* step) {
  return parameters_in(step != nullptr ? *step : Step(), flowsheet);
}

void enter(System& system, const Step& step) {
  system.set_mode(step.connections, parameters_of(system.flowsheet(), &step), system.initial_modes(system.initial_state()));
}

}  // namespace brineflow::test
