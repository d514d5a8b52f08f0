#include "study/rank_pool.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace brineflow {
namespace {

using Kind = RankMessage::Kind;

// Looks often at first, then less: a message in the next moment is not waited for, and one in a minute costs no core.
class Patience {
 public:
  void wait() {
    std::this_thread::sleep_for(nap_);
    nap_ = std::min(2 * nap_, longest);
  }
  void reset() { nap_ = shortest; }

 private:
  static constexpr std::chrono::microseconds shortest{50}, longest{5000};
  std::chrono::microseconds nap_ = shortest;
};

RankMessage wait_for_message(Ranks& ranks) {
  Patience patience;
  while (true) {
    if (auto message = ranks.receive()) return *message;
    patience.wait();
  }
}

// "12\ntext"
std::string to_text(const Task& task) { return fmt::format("{}\n{}", task.number, task.text); }

Task task_of(const std::string& text) {
  const std::size_t line = text.find('\n');
  return {std::stoul(text.substr(0, line)), text.substr(line + 1)};
}

// "end\nnumber\ntext"
std::string to_text(const TaskResult& result) { return fmt::format("{}\n{}\n{}", static_cast<int>(result.end), result.task.number, result.text); }

TaskResult result_of(const std::string& text) {
  const std::size_t line = text.find('\n');
  Task rest = task_of(text.substr(line + 1));
  return {{rest.number, ""}, static_cast<TaskResult::End>(std::stoi(text.substr(0, line))), std::move(rest.text)};
}

}  // namespace

RankPool::RankPool(Ranks& ranks) : ranks_(ranks), here_(static_cast<std::size_t>(ranks.size()), true) { here_[0] = false; }

RankPool::~RankPool() { dismiss(); }

void RankPool::dismiss() {
  if (std::exchange(dismissed_, true)) return;
  for (int rank = 1; rank < ranks_.size(); ++rank) ranks_.send(rank, Kind::dismiss, "");
  while (std::find(here_.begin(), here_.end(), true) != here_.end())
    if (const RankMessage message = wait_for_message(ranks_); message.kind == Kind::leave) here_[static_cast<std::size_t>(message.rank)] = false;
}

void RankPool::answer(int rank, const std::function<std::optional<Task>()>& next) {
  const auto task = next();
  dry_ = !task;
  if (task) ++handed_out_;
  ranks_.send(rank, task ? Kind::task : Kind::none, task ? to_text(*task) : "");
}

bool RankPool::run(const std::function<std::optional<Task>()>& next, const std::function<void(const TaskResult&)>& finished, const std::function<void()>& idle,
                   const std::atomic<bool>* stop) {
  Patience patience;
  bool stopped = false;
  while (!stopped && !(dry_ && handed_out_ == 0) && !(stop != nullptr && stop->load())) {
    const auto message = ranks_.receive();
    if (!message) {
      idle();
      patience.wait();
      continue;
    }
    patience.reset();
    if (message->kind == Kind::ask) {
      answer(message->rank, next);
    } else if (message->kind == Kind::result) {
      --handed_out_;
      dry_ = false;  // a case that died is tried again
      finished(result_of(message->text));
    } else if (message->kind == Kind::leave) {
      here_[static_cast<std::size_t>(message->rank)] = false;
      if (!message->text.empty()) throw StorageError(fmt::format("process {} of {}: {}", message->rank, ranks_.size(), message->text));
      stopped = true;
    }
  }
  dismiss();
  return !stopped;
}

void leave_ranks(Ranks& ranks, const std::string& why) {
  ranks.send(0, Kind::leave, why);
  while (wait_for_message(ranks).kind != Kind::dismiss) {}
}

void serve_ranks(Ranks& ranks, std::size_t workers, double time_limit, const WorkerPool::Work& work, const std::atomic<bool>* stop) {
  WorkerPool pool(workers, time_limit, work);
  std::atomic<bool> leaving{false};
  bool dismissed = false;
  const auto listen = [&](const RankMessage& message) {
    if (message.kind == Kind::dismiss) leaving = dismissed = true;
  };
  const auto next = [&]() -> std::optional<Task> {
    if (leaving) return std::nullopt;
    ranks.send(0, Kind::ask, "");
    const RankMessage message = wait_for_message(ranks);
    listen(message);
    if (message.kind != Kind::task) return std::nullopt;
    return task_of(message.text);
  };
  const auto finished = [&](const TaskResult& result) { ranks.send(0, Kind::result, to_text(result)); };
  const auto idle = [&] {
    if (stop != nullptr && stop->load()) leaving = true;
    if (dismissed) return;
    if (const auto message = ranks.receive()) listen(*message);
  };
  while (!leaving) {
    pool.run(next, finished, idle, &leaving);
    idle();
    if (!leaving) std::this_thread::sleep_for(std::chrono::milliseconds(20));  // others may still give a case back
  }
  if (dismissed) ranks.send(0, Kind::leave, "");
  else leave_ranks(ranks, "");
}

}  // namespace brineflow
