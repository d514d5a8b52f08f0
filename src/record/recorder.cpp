#include "record/recorder.hpp"

#include "base/version.hpp"
#include "solve/diagnosis.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <string_view>

namespace brineflow {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

std::string now_utc() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::now())); }

const std::vector<std::pair<std::string, std::string>>& balance_columns() {
  static const std::vector<std::pair<std::string, std::string>> columns = {
      {"in", "fed since the start of the balance"}, {"out", "received by sinks since the start of the balance"},
      {"held_at_start", "held in all units at the start of the balance"}, {"held", "held in all units at the end"},
      {"closure", "what is missing over the largest of the others"}};
  return columns;
}

Account continued_account(const Case& input, const System& system, const TotalsLayout& totals, const ResultReader& stored,
                          const Progress& progress) {
  std::vector<double> at_cycle_start;
  if (totals.size() > 0) at_cycle_start = stored.read_vector("/checkpoint/totals_at_cycle_start");
  return {input, system, totals, progress, stored.read_vector("/checkpoint/held_at_start"), std::move(at_cycle_start)};
}

double column_value(const BalanceRow& row, std::size_t column) {
  const double values[] = {row.in, row.out, row.held_at_start, row.held, row.closure};
  return values[column];
}

}  // namespace

Recorder::Recorder(const Case& input, const System& system, const TotalsLayout& totals, const std::filesystem::path& path)
    : input_(input), layout_(system.layout()), totals_(totals), file_(ResultFile::create(path)), account_(input, system, totals) {
  lay_out(system);
}

Recorder::Recorder(const Case& input, const System& system, const TotalsLayout& totals, const std::filesystem::path& path,
                   const Progress& progress)
    : input_(input), layout_(system.layout()), totals_(totals), file_(ResultFile::reopen(path)),
      account_(continued_account(input, system, totals, ResultReader(path), progress)) {
  next_profile_ = ResultReader(path).read_number("/checkpoint/next_profile");
  lay_out(system);
  file_.truncate_to_checkpoint();
}

Recorder::~Recorder() = default;

void Recorder::lay_out(const System& system) {
  lay_out_header();
  lay_out_streams(system);
  lay_out_units(system);
  lay_out_summary();
}

void Recorder::lay_out_header() {
  file_.set_attribute("/", "title", input_.title);
  file_.set_attribute("/", "brineflow_version", version);
  file_.set_attribute("/", "status", "running");
  file_.set_attribute("/", "case_sha256", input_.hash);
  file_.set_attribute("/", "created", now_utc());
  file_.set_attribute("/", "Conventions", "CF-1.8");
  file_.write_text("/case", input_.resolved, "the case as it was run");
  time_ = file_.add_growing_axis("/time", {"s", "time since the start of the run"});
  component_ = file_.add_text_axis("/component", input_.flowsheet->components().names(), {"1", "component"});
  file_.add_event_table();
}

void Recorder::lay_out_streams(const System& system) {
  for (const StreamSlice& stream : system.layout().streams()) {
    const std::string folder = "/streams/" + stream.name + "/";
    streams_.push_back({
        file_.add_series(folder + "flow", {time_}, {"m3 s-1", "volume flow"}),
        file_.add_series(folder + "molar_flow", {time_, component_}, {"mol s-1", "molar flow"}),
        file_.add_series(folder + "concentration", {time_, component_}, {"mol m-3", "concentration"}),
        file_.add_series(folder + "temperature", {time_}, {"K", "temperature"}),
        file_.add_series(folder + "pressure", {time_}, {"Pa", "absolute pressure"}),
        file_.add_series(folder + "density", {time_}, {"kg m-3", "density"}),
    });
  }
}

FileAxis Recorder::axis_for(const std::string& folder, const ::brineflow::Axis& axis) {
  if (!axis.labels.empty() && axis.labels == input_.flowsheet->components().names()) return component_;
  const std::string path = folder + axis.name;
  const auto known = axes_.find(path);
  if (known != axes_.end()) return known->second;
  const FileAxis made = axis.labels.empty() ? file_.add_axis(path, axis.coordinates, {axis.unit, axis.long_name})
                                            : file_.add_text_axis(path, axis.labels, {"1", axis.long_name});
  axes_.emplace(path, made);
  return made;
}

void Recorder::lay_out_units(const System& system) {
  for (std::size_t u = 0; u < system.flowsheet().units.size(); ++u) {
    const std::string folder = "/units/" + system.flowsheet().units[u]->name() + "/";
    UnitSeries unit;
    for (const VariableSlice& slice : layout_.unit(u).variables) {
      const Label label{slice.variable.unit, slice.variable.long_name};
      if (slice.variable.axes.empty()) {
        unit.scalars.push_back({&slice, file_.add_series(folder + slice.variable.name, {time_}, label)});
        continue;
      }
      if (unit.profiles.empty())
        unit.profile_time = file_.add_growing_axis(folder + "profile_time", {"s", "time of the profiles since the start of the run"});
      std::vector<FileAxis> axes{unit.profile_time};
      for (const ::brineflow::Axis& axis : slice.variable.axes) axes.push_back(axis_for(folder, axis));
      unit.profiles.push_back({&slice, file_.add_series(folder + slice.variable.name, axes, label)});
    }
    units_.push_back(std::move(unit));
  }
}

void Recorder::lay_out_summary() {
  const std::vector<double> none(totals_.size(), 0.0);
  const std::vector<double>& held = account_.held_at_start();
  std::vector<std::string> elements;
  for (const BalanceRow& row : make_balance(input_.flowsheet->components(), held, held, held, held).elements)
    elements.push_back(row.name);
  for (const auto& [name, meaning] : balance_columns())
    balance_fixed_.push_back(file_.add_fixed("/balance/" + name, {component_}, {name == "closure" ? "1" : "mol", meaning}));
  if (!elements.empty()) {
    element_ = file_.add_text_axis("/balance/element", elements, {"1", "element"});
    balance_fixed_.push_back(file_.add_fixed("/balance/element_closure", {element_}, {"1", "what is missing over the largest of the others"}));
  }
  kpi_labels_ = make_kpis(*input_.flowsheet, totals_, none);
  for (const Kpi& kpi : kpi_labels_) kpi_fixed_.push_back(file_.add_fixed("/kpi/" + kpi.name, {}, {kpi.unit, kpi.long_name}));
  if (!input_.schedule.cyclic) return;
  cycle_ = file_.add_growing_axis("/kpi/per_cycle/cycle", {"1", "cycles integrated so far"});
  cycle_end_ = file_.add_series("/kpi/per_cycle/end_time", {cycle_}, {"s", "time at the end of the cycle"});
  cycle_jumped_ = file_.add_series("/kpi/per_cycle/extrapolated", {cycle_}, {"1", "1 where the cycle began at a state that was not reached by integration"});
  cycle_change_ = file_.add_series("/kpi/per_cycle/change", {cycle_}, {"1", "largest relative change of a group of variables over the cycle"});
  for (const Kpi& kpi : kpi_labels_)
    kpi_cycle_.push_back(file_.add_series("/kpi/per_cycle/" + kpi.name, {cycle_}, {kpi.unit, kpi.long_name}));
}

void Recorder::sample(const System& system, const Progress& progress) {
  file_.append(time_, progress.state.t);
  write_streams(system, progress.state.y);
  write_units(system, progress);
  for (const auto& [stream, check] : account_.sample(system, progress))
    file_.add_event(progress.state.t, stream, "outside the fitted range: " + check.text);
  store_checkpoint();
  file_.commit();
}

void Recorder::write_streams(const System& system, const std::vector<double>& y) {
  const Brine& brine = *system.flowsheet().brine;
  const std::size_t n = brine.components().size();
  for (std::size_t s = 0; s < streams_.size(); ++s) {
    const StreamSlice& stream = layout_.streams()[s];
    const std::span<const double> molar_flow(y.data() + stream.start, n);
    const bool flowing = system.wiring()[stream.unit].outlet_flowing[stream.outlet] && molar_flow[0] > 0.0;
    const double temperature = y[stream.start + n];
    const double flow = flowing ? brine.volume<double>(molar_flow, temperature) : 0.0;
    std::vector<double> concentration(n, nothing);
    if (flowing)
      for (std::size_t i = 0; i < n; ++i) concentration[i] = molar_flow[i] / flow;
    file_.put(streams_[s].flow, flow);
    file_.put(streams_[s].molar_flow, molar_flow);
    file_.put(streams_[s].concentration, concentration);
    file_.put(streams_[s].temperature, flowing ? temperature : nothing);
    file_.put(streams_[s].pressure, flowing ? y[stream.start + n + 1] : nothing);
    file_.put(streams_[s].density, flowing ? brine.mass<double>(molar_flow) / flow : nothing);
  }
}

void Recorder::write_units(const System& /*system*/, const Progress& progress) {
  const std::vector<double>& y = progress.state.y;
  const auto put = [&](const VariableSeries& v) {
    file_.put(v.series, std::span<const double>(y.data() + v.slice->start, v.slice->variable.size()));
  };
  const bool profiles = progress.state.t >= next_profile_;
  for (const UnitSeries& unit : units_) {
    for (const VariableSeries& scalar : unit.scalars) put(scalar);
    if (!profiles || unit.profiles.empty()) continue;
    file_.append(unit.profile_time, progress.state.t);
    for (const VariableSeries& profile : unit.profiles) put(profile);
  }
  if (profiles) next_profile_ = input_.output.profiles_every * (std::floor(progress.state.t / input_.output.profiles_every * (1.0 + 1e-12)) + 1.0);
}

void Recorder::event(double t, const std::string& who, const std::string& message) { file_.add_event(t, who, message); }

void Recorder::cycle_ends(const System& /*system*/, const Progress& progress, std::optional<double> change,
                          const std::string& /*group*/) {
  file_.append(cycle_, static_cast<double>(progress.cycle) +
                           static_cast<double>(progress.step) / static_cast<double>(input_.schedule.steps.size()));
  file_.put(cycle_end_, progress.state.t);
  file_.put(cycle_jumped_, progress.jumped ? 1.0 : 0.0);
  file_.put(cycle_change_, change.value_or(nothing));
  const auto kpis = account_.cycle_ends(progress);
  for (std::size_t k = 0; k < kpis.size(); ++k) file_.put(kpi_cycle_[k], kpis[k].value);
}

void Recorder::state_jumps(const System& system, const Progress& progress) { account_.state_jumps(system, progress); }

namespace {

Checkpoint make_checkpoint(const Progress& p, const std::vector<double>& held_at_start, const std::vector<double>& totals_at_cycle_start,
                           double next_profile) {
  const auto number = [](std::string name, std::string meaning, double value, std::string unit = "1") {
    return Checkpoint::Vector{std::move(name), std::move(unit), std::move(meaning), {value}};
  };
  std::vector<double> modes(p.unit_modes.begin(), p.unit_modes.end());
  Checkpoint checkpoint;
  checkpoint.vectors = {{"y", "1", "state, each entry in its own SI unit", p.state.y},
                        {"unit_modes", "1", "discrete mode of every unit", modes},
                        {"held_at_start", "mol", "held in all units at the start of the balance", held_at_start}};
  // HDF5 stores empty vectors only with trouble: none is written for what is not there.
  if (!p.totals.empty()) {
    checkpoint.vectors.push_back({"totals", "1", "integrated totals since the start of the balance", p.totals});
    checkpoint.vectors.push_back({"totals_at_cycle_start", "1", "integrated totals at the start of the cycle", totals_at_cycle_start});
  }
  if (!p.round_start.empty()) checkpoint.vectors.push_back({"round_start", "1", "state at the start of the cycle, or of the period of a carousel", p.round_start});
  checkpoint.scalars = {number("t", "time since the start of the run", p.state.t, "s"),
                        number("cycle", "cycle, counted from 0", static_cast<double>(p.cycle)),
                        number("jumped", "1 where the cycle began at an extrapolated state", p.jumped ? 1.0 : 0.0),
                        number("totals_start", "time from which on the totals count", p.totals_start, "s"),
                        number("step", "index of the step", static_cast<double>(p.step)),
                        number("step_start", "time at which the step began", p.step_start, "s"),
                        number("samples", "output times passed", static_cast<double>(p.samples)),
                        number("next_profile", "time of the next profile", next_profile, "s")};
  return checkpoint;
}

}  // namespace

void Recorder::store_checkpoint() {
  file_.checkpoint([last = account_.last(), held = account_.held_at_start(), totals = account_.totals_at_cycle_start(), next = next_profile_] {
    return make_checkpoint(*last, held, totals, next);
  });
}

void Recorder::write_summary(const Outcome& outcome) {
  const auto& s = outcome.statistics;
  const std::vector<std::pair<std::string, double>> numbers = {
      {"wall_time", outcome.wall_time}, {"recording_time", outcome.recording_time}, {"simulated_time", outcome.end_time},
      {"simulated_seconds_per_second", outcome.wall_time > 0.0 ? outcome.end_time / outcome.wall_time : nothing},
      {"steps", static_cast<double>(s.steps)}, {"residual_evaluations", static_cast<double>(s.residuals)},
      {"jacobian_evaluations", static_cast<double>(s.jacobians)}, {"newton_iterations", static_cast<double>(s.newton_iterations)},
      {"error_test_failures", static_cast<double>(s.error_test_failures)}, {"newton_failures", static_cast<double>(s.newton_failures)},
      {"restarts", static_cast<double>(s.restarts)}, {"variables", static_cast<double>(layout_.size())},
      {"cycles", outcome.cycles}, {"jumps", static_cast<double>(outcome.jumps)}};
  for (const auto& [name, value] : numbers) file_.set_attribute("/solver", name, value);
  if (outcome.sought_steady_state) {
    file_.set_attribute("/solver", "cyclic_steady_state", outcome.reached_steady_state ? "reached" : "not reached");
    file_.set_attribute("/solver", "method", input_.schedule.repeat.direct ? "direct" : "repetition");
    file_.set_attribute("/solver", "last_change", outcome.change);
    file_.set_attribute("/solver", "last_change_in", outcome.change_group);
  }
  // Balance and indicators are those of the time since the last jump, so that each describes one plant.
  file_.set_attribute("/balance", "since", outcome.totals_start);
  if (!kpi_labels_.empty()) file_.set_attribute("/kpi", "since", outcome.totals_start);
}

Recording Recorder::finish(const Outcome& outcome, const std::string& status) {
  Recording recording = account_.close(outcome, status);
  recording.path = file_.path();
  for (std::size_t column = 0; column < balance_columns().size(); ++column) {
    std::vector<double> values;
    for (const BalanceRow& row : recording.balance.components) values.push_back(column_value(row, column));
    file_.write(balance_fixed_[column], values);
  }
  if (balance_fixed_.size() > balance_columns().size()) {
    std::vector<double> values;
    for (const BalanceRow& row : recording.balance.elements) values.push_back(row.closure);
    file_.write(balance_fixed_.back(), values);
  }
  for (std::size_t k = 0; k < recording.kpis.size(); ++k) file_.write(kpi_fixed_[k], recording.kpis[k].value);
  file_.set_attribute("/", "warnings", fmt::format("{}", fmt::join(recording.warnings, "\n")));
  write_summary(outcome);
  file_.finish(status);
  return recording;
}

StoredProgress load_progress(const ResultReader& reader, const Case& input, const System& system, const TotalsLayout& totals) {
  if (!reader.has_attribute("/", "case_sha256") || reader.attribute("/", "case_sha256") != input.hash)
    throw InputError(fmt::format("{} belongs to another case than {}: only the same case can be resumed",
                                 reader.path().string(), input.file.string()));
  if (!reader.has("/checkpoint/y"))
    throw InputError(fmt::format("{} holds no checkpoint to resume from", reader.path().string()));
  const auto vector = [&](const std::string& name) { return reader.read_vector("/checkpoint/" + name); };
  const auto count = [&](const std::string& name) { return std::lround(reader.read_number("/checkpoint/" + name)); };
  StoredProgress stored;
  const std::string status = reader.attribute("/", "status");
  stored.complete = status == "complete" || status.starts_with(unsteady_status);
  Progress& p = stored.progress;
  p.state = {reader.read_number("/checkpoint/t"), vector("y"), {}};
  if (totals.size() > 0) p.totals = vector("totals");
  for (const double mode : vector("unit_modes")) p.unit_modes.push_back(static_cast<int>(std::lround(mode)));
  if (reader.has("/checkpoint/round_start")) p.round_start = vector("round_start");
  p.jumped = count("jumped") != 0;
  p.totals_start = reader.read_number("/checkpoint/totals_start");
  p.cycle = count("cycle");
  p.step = static_cast<std::size_t>(count("step"));
  p.step_start = reader.read_number("/checkpoint/step_start");
  p.samples = count("samples");
  if (p.state.y.size() != system.size() || p.totals.size() != totals.size())
    throw InputError(fmt::format("{} was written by another version of the program: its state does not fit", reader.path().string()));
  return stored;
}

}  // namespace brineflow
