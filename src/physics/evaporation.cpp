#include "physics/evaporation.hpp"

#include "base/error.hpp"

#include <array>
#include <cmath>
#include <optional>

namespace brineflow {
namespace {

constexpr double location = 1e-6;  // of the dissolved water: how closely an appearance is located
constexpr int most_states = 5'000;
constexpr double dry = 1e-9;  // of the water at the start: less is no brine

class Walk {
 public:
  Walk(const MineralEquilibrium& minerals, std::span<const double> totals, double T,
       const EvaporationOptions& options)
      : minerals_(minerals),
        solution_(minerals.solution()),
        totals_(totals.begin(), totals.end()),
        T_(T),
        options_(options),
        start_water_(totals[0]),
        set_aside_(minerals.minerals().size(), 0.0) {}

  EvaporationPath follow() {
    path_.states.push_back(state_at(0.0));
    first_dissolved_ = path_.states.front().dissolved[0];
    forming_.assign(set_aside_.size(), false);
    note_changes();
    while (path_.ended.empty()) advance();
    return std::move(path_);
  }

 private:
  // The equilibrium when `removed` mol of water more are gone.
  EvaporationState state_at(double removed) const {
    std::vector<double> totals = totals_;
    totals[0] -= removed;
    SolidEquilibrium found = minerals_.equilibrate(totals, T_, options_.may_form);
    EvaporationState state;
    state.water_removed = 1.0 - totals[0] / start_water_;
    state.concentration_factor = first_dissolved_ > 0.0 ? first_dissolved_ / found.dissolved[0] : 1.0;
    std::array<double, ComponentSet::max_size> species{}, ln_a{};
    const std::span<double> amounts(species.data(), solution_.species().size());
    solution_.speciate(std::span<const double>(found.dissolved), T_, amounts);
    solution_.log_activities(std::span<const double>(amounts), T_,
                             std::span<double>(ln_a.data(), solution_.components().size()));
    state.log_water_activity = ln_a[0];
    state.dissolved = std::move(found.dissolved);
    state.solids = std::move(found.solids);
    return state;
  }

  std::optional<EvaporationState> try_state_at(double removed) const {
    try {
      return state_at(removed);
    } catch (const NoEquilibrium&) {
      return std::nullopt;
    }
  }

  // Whether other minerals form at this state than did before it. Where solids are taken away, one that no
  // longer forms is no change to be located: in a short step the saturated ones form too little to be seen.
  bool changes(const EvaporationState& state) const {
    for (std::size_t k = 0; k < forming_.size(); ++k) {
      const bool forms = state.solids[k] > 0.0;
      if (forms != forming_[k] && (forms || !options_.remove_solids)) return true;
    }
    return false;
  }

  void note_changes() {
    const std::vector<double>& solids = path_.states.back().solids;
    for (std::size_t k = 0; k < forming_.size(); ++k) {
      const bool forms = solids[k] > 0.0;
      if (forms != forming_[k]) path_.events.push_back({k, forms, path_.states.size() - 1});
      forming_[k] = forms;
    }
  }

  void advance() {
    const double dissolved = path_.states.back().dissolved[0];
    double low = 0.0, high = options_.step * dissolved;
    std::optional<EvaporationState> next = try_state_at(high);
    if (!next) return end("dry: the last brine loses its water at constant composition");
    while (changes(*next) && high - low > location * dissolved) {  // the first change within the step
      const double middle = 0.5 * (low + high);
      std::optional<EvaporationState> found = try_state_at(middle);
      if (found && !changes(*found)) {
        low = middle;
      } else {
        high = middle;
        if (found) next = std::move(found);
      }
    }
    accept(std::move(*next), high);
  }

  void accept(EvaporationState next, double removed) {
    totals_[0] -= removed;
    if (options_.remove_solids) totals_ = next.dissolved;
    path_.states.push_back(std::move(next));
    note_changes();
    EvaporationState& now = path_.states.back();
    if (options_.remove_solids) {
      for (std::size_t k = 0; k < set_aside_.size(); ++k) set_aside_[k] += now.solids[k];
      now.solids = set_aside_;
    }
    if (now.concentration_factor >= options_.until_factor)
      end("the concentration factor asked for is reached");
    else if (now.dissolved[0] < dry * start_water_) end("dry: less than a billionth of the water is left");
    else if (path_.states.size() >= most_states) end("too many steps");
  }

  void end(const char* why) { path_.ended = why; }

  const MineralEquilibrium& minerals_;
  const Speciation& solution_;
  std::vector<double> totals_;
  double T_;
  EvaporationOptions options_;
  double start_water_, first_dissolved_ = 0.0;
  std::vector<double> set_aside_;  // by mineral, where solids are taken away
  std::vector<bool> forming_;
  EvaporationPath path_;
};

}  // namespace

EvaporationPath evaporate(const MineralEquilibrium& minerals, std::span<const double> totals, double T,
                          const EvaporationOptions& options) {
  return Walk(minerals, totals, T, options).follow();
}

}  // namespace brineflow
