#include "numerics/block_elimination.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace brineflow {

BlockElimination::BlockElimination(std::shared_ptr<const BlockPlan> plan) : plan_(std::move(plan)) {
  for (const BlockPlan::Family& family : plan_->families_)
    numbers_.push_back({std::vector<Lanes>(family.chunks() * family.entries), std::vector<Lanes>(family.chunks() * family.unknowns())});
}

inline void BlockElimination::gather(std::span<const double> values, const std::int32_t* at, Lanes& into) {
  for (std::size_t n = 0; n < into.pairs.size(); ++n)
    into.pairs[n] = Pair{values[static_cast<std::size_t>(at[2 * n])], values[static_cast<std::size_t>(at[2 * n + 1])]};
}

// Adds the first `used` numbers to those at these places.
inline void BlockElimination::scatter(const Lanes& lanes, const std::int32_t* at, std::size_t used, std::span<double> values) {
  for (std::size_t lane = 0; lane < used; ++lane) values[static_cast<std::size_t>(at[lane])] += lanes.pairs[lane / 2][lane % 2];
}

inline void BlockElimination::subtract(const std::vector<BlockPlan::Term>& terms, const Lanes* entries, const Lanes* unknowns, Lanes& from) {
  Lanes left = from;
  for (const BlockPlan::Term& term : terms) {
    const Lanes &a = entries[term.entry], &b = unknowns[term.unknown];
    for (std::size_t n = 0; n < left.pairs.size(); ++n) left.pairs[n] -= a.pairs[n] * b.pairs[n];
  }
  from = left;
}

bool BlockElimination::factorise(std::span<const double> values, std::span<double> rest) {
  std::fill(rest.begin(), rest.end(), 0.0);
  for (const auto& [from, to] : plan_->kept_) rest[static_cast<std::size_t>(to)] = values[static_cast<std::size_t>(from)];
  for (std::size_t f = 0; f < numbers_.size(); ++f) {
    const BlockPlan::Family& family = plan_->families_[f];
    const std::int32_t *given = family.given_slots.data(), *received = family.received_slots.data();
    for (std::size_t chunk = 0; chunk < family.chunks(); ++chunk) {
      Lanes* entries = numbers_[f].entries.data() + chunk * family.entries;
      for (std::size_t e = 0; e < family.given; ++e, given += BlockPlan::lanes) gather(values, given, entries[e]);
      std::fill(entries + family.given, entries + family.entries, Lanes{});
      if (!factorise_chunk(family, entries)) return false;
      for (const std::int32_t e : family.received) {
        scatter(entries[e], received, family.used_lanes(chunk), rest);
        received += BlockPlan::lanes;
      }
    }
  }
  return true;
}

bool BlockElimination::factorise_chunk(const BlockPlan::Family& family, Lanes* entries) {
  constexpr std::size_t pairs = BlockPlan::lanes / 2;
  const auto absolute = [](Pair x) { return x < 0.0 ? -x : x; };
  // Before the elimination changes them.
  largest_.resize(family.pivots.size());
  for (std::size_t k = 0; k < family.pivots.size(); ++k) {
    Lanes most{};
    for (const auto& [entry, share] : family.pivots[k].row)
      for (std::size_t n = 0; n < pairs; ++n) {
        const Pair size = absolute(entries[entry].pairs[n]) * share;
        most.pairs[n] = size > most.pairs[n] ? size : most.pairs[n];
      }
    largest_[k] = most;
  }
  const Pair one{1.0, 1.0};
  Pair fits = one;
  for (std::size_t k = 0; k < family.pivots.size(); ++k) {
    const BlockPlan::Pivot& pivot = family.pivots[k];
    Lanes inverse;
    for (std::size_t n = 0; n < pairs; ++n) {
      const Pair p = entries[pivot.entry].pairs[n];
      fits = absolute(p) > smallest_pivot * largest_[k].pairs[n] ? fits : Pair{};  // false for what is no number too
      inverse.pairs[n] = one / p;
    }
    entries[pivot.entry] = inverse;
    const std::int32_t* changed = pivot.changed.data();
    for (const std::int32_t below : pivot.below) {
      Lanes l = entries[below];
      for (std::size_t n = 0; n < pairs; ++n) l.pairs[n] *= inverse.pairs[n];
      entries[below] = l;
      for (const std::int32_t right : pivot.right) {
        Lanes& entry = entries[*changed++];
        const Lanes& u = entries[right];
        for (std::size_t n = 0; n < pairs; ++n) entry.pairs[n] -= l.pairs[n] * u.pairs[n];
      }
    }
  }
  return fits[0] > 0.0 && fits[1] > 0.0;
}

void BlockElimination::reduce(std::span<const double> right_side, std::span<double> rest) {
  for (std::size_t k = 0; k < rest.size(); ++k) rest[k] = right_side[static_cast<std::size_t>(plan_->rest_[k])];
  for (std::size_t f = 0; f < numbers_.size(); ++f) {
    const BlockPlan::Family& family = plan_->families_[f];
    const std::int32_t *inner = family.inner_unknowns.data(), *border = family.border_unknowns.data();
    for (std::size_t chunk = 0; chunk < family.chunks(); ++chunk) {
      const Lanes* entries = numbers_[f].entries.data() + chunk * family.entries;
      Lanes* x = numbers_[f].unknowns.data() + chunk * family.unknowns();
      for (std::size_t k = 0; k < family.inner; ++k, inner += BlockPlan::lanes) {
        gather(right_side, inner, x[k]);
        subtract(family.forward[k], entries, x, x[k]);
      }
      for (std::size_t k = family.inner; k < family.unknowns(); ++k, border += BlockPlan::lanes) {
        x[k] = Lanes{};
        subtract(family.forward[k], entries, x, x[k]);
        scatter(x[k], border, family.used_lanes(chunk), rest);
      }
    }
  }
}

void BlockElimination::expand(std::span<const double> rest, std::span<double> solution) {
  for (std::size_t k = 0; k < rest.size(); ++k) solution[static_cast<std::size_t>(plan_->rest_[k])] = rest[k];
  for (std::size_t f = 0; f < numbers_.size(); ++f) {
    const BlockPlan::Family& family = plan_->families_[f];
    for (std::size_t chunk = 0; chunk < family.chunks(); ++chunk) {
      const Lanes* entries = numbers_[f].entries.data() + chunk * family.entries;
      const std::int32_t* inner = family.inner_unknowns.data() + chunk * family.inner * BlockPlan::lanes;
      const std::int32_t* border = family.border_unknowns.data() + chunk * family.border * BlockPlan::lanes;
      Lanes* x = numbers_[f].unknowns.data() + chunk * family.unknowns();
      for (std::size_t k = family.inner; k < family.unknowns(); ++k, border += BlockPlan::lanes) gather(rest, border, x[k]);
      for (std::size_t k = family.inner; k-- > 0;) {
        subtract(family.backward[k], entries, x, x[k]);
        for (std::size_t n = 0; n < x[k].pairs.size(); ++n) x[k].pairs[n] *= entries[family.pivots[k].entry].pairs[n];
        // The last chunk repeats its last block, with the same numbers.
        for (std::size_t lane = 0; lane < BlockPlan::lanes; ++lane)
          solution[static_cast<std::size_t>(inner[k * BlockPlan::lanes + lane])] = x[k].pairs[lane / 2][lane % 2];
      }
    }
  }
}

}  // namespace brineflow
