// A run in its result file: rows, profiles, events, cycles, and the checkpoint from which it goes on.
#include "base/error.hpp"
#include "flowsheet/case_from_text.hpp"
#include "record/recorder.hpp"
#include "scratch_folder.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>

using namespace brineflow;
using namespace brineflow::test;

namespace {

// Two cycles of 3 h; the tank, emptied after it has been filled, is full of brine by halves.
Case plant(const std::string& title = "a plant", const std::string& times = "2") {
  return case_from_text(
      "title: " + title + "\n"
      "components: [H2O, Li+, Mg+2, Cl-]\n"
      "brine: {chemistry: ideal}\n"
      "units:\n"
      "  lake: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 2 m3/h}\n"
      "  tank: {type: tank, volume: 10 m3, outflow: 4 m3/h, initial: {volume: 4 m3}}\n"
      "  out:  {type: sink, role: product}\n"
      "schedule:\n"
      "  cycle:\n"
      "    - {step: fill, route: [lake -> tank], for: 2 h}\n"
      "    - {step: drain, route: [tank -> out], until: tank.volume < 4 m3, at_most: 2 h}\n"
      "  repeat: {times: " + times + "}\n"
      "output: {every: 10 min, profiles_every: 50 min}\n");
}

struct Plant {
  explicit Plant(Case of) : input(std::move(of)) {}
  Case input;
  System system{*input.flowsheet};
  TotalsLayout totals{*input.flowsheet};

  // Records until `stop_at` [s], from the start or on from the file.
  Recording record(const std::filesystem::path& path, double stop_at = 1e9, bool resume = false) {
    std::optional<Progress> progress;
    if (resume) progress = load_progress(ResultReader(path), input, system, totals).progress;
    Recorder recorder = resume ? Recorder(input, system, totals, path, *progress) : Recorder(input, system, totals, path);
    Stopper stopper(recorder, stop_at);
    const Outcome outcome = simulate(system, totals, input.schedule, {}, input.output.every, stopper, &stopper.stop, progress ? &*progress : nullptr);
    return recorder.finish(outcome, outcome.interrupted ? "interrupted" : "complete");
  }

  struct Stopper : Observer {
    Stopper(Recorder& to, double at) : recorder(to), stop_at(at) {}
    void sample(const System& of, const Progress& p) override {
      recorder.sample(of, p);
      stop = p.state.t >= stop_at;
    }
    void event(double t, const std::string& who, const std::string& message) override { recorder.event(t, who, message); }
    void cycle_ends(const System& of, const Progress& p, std::optional<double> change, const std::string& group) override {
      recorder.cycle_ends(of, p, change, group);
    }
    Recorder& recorder;
    double stop_at;
    std::atomic<bool> stop{false};
  };
};

constexpr Tolerance straight_lines{1e-7, 1e-6, "amounts are straight lines in time, the drained ones at constant concentration"};

}  // namespace

BOOST_AUTO_TEST_SUITE(recorder)

BOOST_AUTO_TEST_CASE(rows_stand_at_multiples_of_every) {
  const ScratchFolder folder;
  Plant(plant()).record(folder / "run.h5");
  const ResultReader file(folder / "run.h5");
  const std::vector<double> time = file.read_vector("/time");
  BOOST_REQUIRE_EQUAL(time.size(), 37u);
  for (std::size_t k = 0; k < 36; ++k) BOOST_CHECK_EQUAL(time[k], 600.0 * static_cast<double>(k));
  check_close(time[36], 21600.0, straight_lines);  // ends by a condition
  const std::vector<double> volume = file.read_vector("/units/tank/volume");
  BOOST_REQUIRE_EQUAL(volume.size(), 37u);
  check_close(volume[6], 6.0, straight_lines);
  check_close(volume[15], 6.0, straight_lines);  // 2.5 h: half drained
  BOOST_CHECK_EQUAL(file.attribute("/", "status"), "complete");
  BOOST_CHECK_EQUAL(file.attribute("/", "title"), "a plant");
}

BOOST_AUTO_TEST_CASE(streams_say_when_they_do_not_flow) {
  const ScratchFolder folder;
  Plant(plant()).record(folder / "run.h5");
  const ResultReader file(folder / "run.h5");
  const std::vector<double> flow = file.read_vector("/streams/tank.outlet/flow");
  const std::vector<double> concentration = file.read_vector("/streams/tank.outlet/concentration");
  BOOST_REQUIRE_EQUAL(concentration.size(), 4 * flow.size());
  BOOST_CHECK_EQUAL(flow[6], 0.0);  // filling
  BOOST_CHECK(std::isnan(concentration[4 * 6 + 1]));
  check_close(flow[15], 4.0 / 3600.0, straight_lines);
  check_close(concentration[4 * 15 + 1], 500.0, straight_lines);
  check_close(file.read_vector("/streams/tank.outlet/molar_flow")[4 * 15 + 1], 500.0 * 4.0 / 3600.0, straight_lines);
}

BOOST_AUTO_TEST_CASE(profiles_come_at_their_own_pace) {
  const ScratchFolder folder;
  Plant(plant()).record(folder / "run.h5");
  const ResultReader file(folder / "run.h5");
  const std::vector<double> time = file.read_vector("/units/tank/profile_time");
  BOOST_REQUIRE_EQUAL(time.size(), 8u);  // 0, 50 min, ... 350 min
  for (std::size_t k = 0; k < 8; ++k) BOOST_CHECK_EQUAL(time[k], 3000.0 * static_cast<double>(k));
  const std::vector<double> amount = file.read_vector("/units/tank/amount");
  BOOST_REQUIRE_EQUAL(amount.size(), 32u);
  check_close(amount[4 * 1 + 1], 2000.0 * 3000.0 / 3600.0, straight_lines);
  BOOST_CHECK(file.axes("/units/tank/amount") == (std::vector<std::string>{"/units/tank/profile_time", "/component"}));
}

BOOST_AUTO_TEST_CASE(events_and_cycles_are_tables) {
  const ScratchFolder folder;
  const Recording recording = Plant(plant()).record(folder / "run.h5");
  const ResultReader file(folder / "run.h5");
  const std::vector<std::string> messages = file.read_texts("/events/message");
  BOOST_REQUIRE_EQUAL(messages.size(), 2u);
  BOOST_CHECK_EQUAL(messages[1], "step 'drain' ends: tank.volume < 4 m3");
  check_close(file.read_vector("/events/time")[0], 10800.0, straight_lines);
  BOOST_CHECK_EQUAL(file.read_texts("/events/unit")[0], "schedule");

  BOOST_CHECK(file.read_vector("/kpi/per_cycle/cycle") == (std::vector<double>{1.0, 2.0}));
  check_close(file.read_vector("/kpi/per_cycle/end_time")[1], 21600.0, straight_lines);
  const std::vector<double> change = file.read_vector("/kpi/per_cycle/change");
  BOOST_CHECK(std::isnan(change[0]));
  check_close(change[1], 1.0 / 3.0, straight_lines);  // from 2000 to 3000 mol
  // 4000 mol come with every cycle, of which the first leaves 2000 and the second 3000: its own, not the sum.
  const std::vector<double> recovery = file.read_vector("/kpi/per_cycle/li_recovery");
  check_close(recovery[0], 0.5, straight_lines);
  check_close(recovery[1], 0.75, straight_lines);
  check_close(file.read_number("/kpi/li_recovery"), 5000.0 / 8000.0, straight_lines);
  for (const Kpi& kpi : recording.kpis)
    if (kpi.name == "li_recovery") BOOST_CHECK_EQUAL(kpi.value, file.read_number("/kpi/li_recovery"));
}

BOOST_AUTO_TEST_CASE(the_balance_stands_in_the_file) {
  const ScratchFolder folder;
  const Recording recording = Plant(plant()).record(folder / "run.h5");
  BOOST_CHECK_LT(recording.balance.worst(), 1e-9);
  const ResultReader file(folder / "run.h5");
  check_close(file.read_vector("/balance/in")[1], 8000.0, straight_lines);
  check_close(file.read_vector("/balance/out")[1], 5000.0, straight_lines);
  check_close(file.read_vector("/balance/held")[1], 3000.0, straight_lines);
  check_close(file.read_vector("/balance/held_at_start")[1], 0.0, straight_lines);
  BOOST_CHECK_EQUAL(file.read_vector("/balance/closure")[1], recording.balance.components[1].closure);
  BOOST_CHECK_EQUAL(file.read_texts("/balance/element").size(), 5u);  // H, O, Li, Mg, Cl
  BOOST_CHECK_EQUAL(file.number_attribute("/solver", "cycles"), 2.0);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_reads_back_as_it_was) {
  const ScratchFolder folder;
  Plant p(plant());
  Progress last;
  {
    Recorder recorder(p.input, p.system, p.totals, folder / "run.h5");
    struct Keeper : Observer {
      Keeper(Recorder& to, Progress& into) : recorder(to), last(into) {}
      void sample(const System& of, const Progress& progress) override {
        recorder.sample(of, last = progress);
        stop = progress.state.t > 14000.0;
      }
      void event(double, const std::string&, const std::string&) override {}
      Recorder& recorder;
      Progress& last;
      std::atomic<bool> stop{false};
    } keeper(recorder, last);
    const Outcome outcome = simulate(p.system, p.totals, p.input.schedule, {}, 600.0, keeper, &keeper.stop);
    recorder.finish(outcome, "interrupted");
  }
  const StoredProgress stored = load_progress(ResultReader(folder / "run.h5"), p.input, p.system, p.totals);
  BOOST_CHECK(!stored.complete);
  const Progress& q = stored.progress;
  BOOST_CHECK_EQUAL(q.state.t, last.state.t);
  BOOST_CHECK(q.state.y == last.state.y && q.totals == last.totals);
  BOOST_CHECK(q.unit_modes == last.unit_modes && q.round_start == last.round_start);
  BOOST_CHECK(q.cycle == last.cycle && q.step == last.step && q.samples == last.samples);
  BOOST_CHECK_EQUAL(q.step_start, last.step_start);
  BOOST_CHECK_EQUAL(q.cycle, 1);
  BOOST_CHECK(!q.round_start.empty());
}

BOOST_AUTO_TEST_CASE(a_run_in_two_parts_leaves_what_one_leaves) {
  const ScratchFolder folder;
  Plant(plant()).record(folder / "whole.h5");
  for (const double stop_at : {0.0, 5000.0, 9000.0, 10800.0, 15000.0}) {
    BOOST_TEST_CONTEXT("stopped at " << stop_at << " s") {
      Plant p(plant());
      BOOST_CHECK_EQUAL(p.record(folder / "parts.h5", stop_at).status, "interrupted");
      const Recording rest = p.record(folder / "parts.h5", 1e9, true);
      BOOST_CHECK_EQUAL(rest.status, "complete");
      BOOST_CHECK_LT(rest.balance.worst(), 1e-8);
      const ResultReader whole(folder / "whole.h5"), parts(folder / "parts.h5");
      for (const std::string table : {"/kpi/per_cycle/end_time", "/kpi/per_cycle/li_recovery", "/events/time", "/units/tank/profile_time", "/balance/in", "/balance/out"}) {
        const std::vector<double> a = whole.read_vector(table), b = parts.read_vector(table);
        BOOST_REQUIRE_EQUAL(a.size(), b.size());
        for (std::size_t k = 0; k < a.size(); ++k) check_close(b[k], a[k], straight_lines);
      }
      // All rows of the whole run, in order, and one where it was stopped.
      const std::vector<double> a = whole.read_vector("/time"), b = parts.read_vector("/time");
      BOOST_CHECK_LE(b.size(), a.size() + 1);
      BOOST_CHECK(std::is_sorted(b.begin(), b.end()));
      for (std::size_t k = 0; k + 1 < a.size(); ++k) BOOST_CHECK(std::find(b.begin(), b.end(), a[k]) != b.end());
    }
  }
}

BOOST_AUTO_TEST_CASE(only_the_same_case_goes_on) {
  const ScratchFolder folder;
  Plant(plant()).record(folder / "run.h5", 5000.0);
  Plant other(plant("a plant", "3"));
  BOOST_CHECK_EXCEPTION(load_progress(ResultReader(folder / "run.h5"), other.input, other.system, other.totals), InputError,
                        [](const InputError& e) { return std::string(e.what()).find("belongs to another case") != std::string::npos; });
  Plant same(plant());
  Plant(plant()).record(folder / "done.h5");
  BOOST_CHECK(load_progress(ResultReader(folder / "done.h5"), same.input, same.system, same.totals).complete);
}

BOOST_AUTO_TEST_SUITE_END()
