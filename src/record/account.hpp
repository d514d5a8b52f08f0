// What a run amounts to: balances, indicators, the ranges that its streams left. Of its states it keeps the last.
#pragma once

#include "flowsheet/case.hpp"
#include "record/balance.hpp"
#include "record/kpi.hpp"
#include "solve/simulation.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

// What a run leaves behind besides the file.
struct Recording {
  std::filesystem::path path;  // empty where nothing was recorded
  std::string status;          // "complete", or why not
  Outcome outcome;
  Balance balance;
  std::vector<Kpi> kpis;
  std::vector<std::string> warnings;  // each range left, once, with the number farthest out
};

// How the status of a run begins that ended without the cyclic steady state it was to reach.
inline constexpr std::string_view unsteady_status = "no cyclic steady state";
// That status: how many cycles, what changed last and by how much.
std::string no_steady_state(const Outcome& outcome);

class Account {
 public:
  // Opens at the start of the run: what one that fails before its first sample leaves behind.
  Account(const Case& input, const System& system, const TotalsLayout& totals);
  // Goes on from `progress`. held_at_start [mol], totals_at_cycle_start: as the account that is continued had them.
  Account(const Case& input, const System& system, const TotalsLayout& totals, const Progress& progress,
          std::vector<double> held_at_start, std::vector<double> totals_at_cycle_start);

  struct RangeLeft {
    std::string stream;
    RangeCheck check;
  };
  // Answers the ranges that are left for the first time.
  std::vector<RangeLeft> sample(const System& system, const Progress& progress);
  // What was fed and received before the jump led to another state than the one that is held now: the balance begins anew.
  void state_jumps(const System& system, const Progress& progress);
  // The indicators of the cycle that ends here.
  std::vector<Kpi> cycle_ends(const Progress& progress);

  // Balance, indicators and warnings up to the last sample. `path` is left empty.
  Recording close(const Outcome& outcome, const std::string& status) const;

  const std::shared_ptr<const Progress>& last() const { return last_; }
  const std::vector<double>& held_at_start() const { return held_at_start_; }                  // mol, by component
  const std::vector<double>& totals_at_cycle_start() const { return totals_at_cycle_start_; }

 private:
  const Case& input_;
  const StateLayout& layout_;
  const TotalsLayout& totals_;
  std::shared_ptr<const Progress> last_;  // shared: a checkpoint to be written holds it too
  std::vector<double> held_at_start_;
  std::vector<double> totals_at_cycle_start_;
  std::map<std::string, RangeCheck> ranges_;  // worst so far, by stream and kind
};

}  // namespace brineflow
