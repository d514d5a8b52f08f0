#include "study/sweep_status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

namespace brineflow {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

template <class Count>
std::size_t sum(const std::vector<ShardStatus>& shards, Count count) {
  return std::accumulate(shards.begin(), shards.end(), std::size_t{0}, [&](std::size_t so_far, const ShardStatus& shard) { return so_far + count(shard); });
}

// last: what its process has said last; begun: its last begin. nullptr: nothing.
void judge(ShardStatus& shard, bool held, const SweepNote* begun, const SweepNote* last) {
  using Stand = ShardStatus::Stand;
  if (begun != nullptr) shard.host = begun->host;
  if (held) {
    shard.stand = Stand::running;
    const std::size_t there = shard.complete + shard.failed;
    // Clocks of two machines: what seems to have begun in the future has just begun.
    if (begun != nullptr && there > begun->known)
      shard.to_go = static_cast<double>(shard.missing()) * std::max(now() - begun->time, 0.0) / static_cast<double>(there - begun->known);
  } else if (shard.missing() == 0) {
    shard.stand = Stand::done;
  } else if (begun != nullptr) {
    shard.stand = Stand::failed;
    shard.reason = last->event == "begin" ? "its process has died" : last->event == "end" ? "cases were added since" : "it was interrupted";
  }
}

}  // namespace

std::size_t SweepStatus::complete() const {
  return sum(shards, [](const ShardStatus& shard) { return shard.complete; });
}
std::size_t SweepStatus::failed() const {
  return sum(shards, [](const ShardStatus& shard) { return shard.failed; });
}
std::size_t SweepStatus::missing() const {
  return sum(shards, [](const ShardStatus& shard) { return shard.missing(); });
}

std::optional<double> SweepStatus::to_go() const {
  double longest = 0.0;
  for (const ShardStatus& shard : shards) {
    if (shard.stand == ShardStatus::Stand::done) continue;
    if (!shard.to_go) return std::nullopt;
    longest = std::max(longest, *shard.to_go);
  }
  return longest;
}

const char* name_of(ShardStatus::Stand stand) {
  switch (stand) {
    case ShardStatus::Stand::waiting: return "waiting";
    case ShardStatus::Stand::running: return "running";
    case ShardStatus::Stand::failed: return "failed";
    case ShardStatus::Stand::done: return "done";
  }
  return "";
}

SweepStatus sweep_status(const SweepStudy& study, const std::filesystem::path& folder, std::size_t shards) {
  SweepStatus status;
  for (std::size_t index = 0; index < shards; ++index) {
    status.shards.emplace_back();
    status.shards.back().shard = {index, shards};
  }
  // Before the journals are read: who ends in between has written all of them.
  std::vector<bool> held(shards);
  for (std::size_t index = 0; index < shards; ++index) held[index] = is_worked_on(folder, {index, shards});
  const SweepState state(study, folder);
  status.fingerprint = state.fingerprint();
  status.strangers = state.strangers();
  for (std::size_t index = 0; index < state.size(); ++index) {
    ShardStatus& shard = status.shards[index % shards];
    ++shard.cases;
    if (state.find(index) != nullptr) ++(state.failed(index) ? shard.failed : shard.complete);
  }
  const std::vector<SweepNote> notes = read_notes(journal_folder(folder));
  std::vector<const SweepNote*> begun(shards, nullptr), last(shards, nullptr);
  for (const SweepNote& note : notes) {
    if (note.shards != shards || note.study != state.fingerprint()) continue;
    last[note.shard] = &note;
    if (note.event == "begin") begun[note.shard] = &note;
  }
  for (std::size_t index = 0; index < shards; ++index) judge(status.shards[index], held[index], begun[index], last[index]);
  return status;
}

std::optional<Division> latest_division(const std::filesystem::path& folder) {
  std::optional<Division> latest;
  for (const SweepNote& note : read_notes(journal_folder(folder)))
    if (!latest || note.time > latest->time) latest = Division{note.shards, note.time};
  return latest;
}

}  // namespace brineflow
