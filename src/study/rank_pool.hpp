// Work shared out to processes on many machines that were started together (as mpirun does) and can send one another messages.
//
// Rank 0 hands out tasks one at a time to whoever asks: no rank waits while another has work in store. The other ranks run each task in a process of
// its own (WorkerPool), so that a case which crashes or does not come back takes no rank with it.
#pragma once

#include "study/worker_pool.hpp"

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

struct RankMessage {
  enum class Kind {
    ask,      // to rank 0: a worker is free
    result,   // to rank 0
    leave,    // to rank 0: nothing more comes from here; the text says why, unless it was stopped or dismissed
    task,     // answers `ask`
    none,     // answers `ask`: nothing at present
    dismiss,  // to the others: leave
  };
  Kind kind = Kind::ask;
  int rank = 0;  // whose it is
  std::string text;
};

// Who messages go through.
class Ranks {
 public:
  virtual ~Ranks() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  virtual void send(int to, RankMessage::Kind kind, const std::string& text) = 0;
  virtual std::optional<RankMessage> receive() = 0;  // does not wait
};

// At rank 0. Where it ends, by an exception too, the others are dismissed.
class RankPool {
 public:
  explicit RankPool(Ranks& ranks);
  ~RankPool();
  RankPool(const RankPool&) = delete;
  RankPool& operator=(const RankPool&) = delete;

  int workers() const { return ranks_.size() - 1; }
  // As WorkerPool::run. False where another rank was stopped. StorageError where one of them cannot go on.
  bool run(const std::function<std::optional<Task>()>& next, const std::function<void(const TaskResult&)>& finished, const std::function<void()>& idle,
           const std::atomic<bool>* stop);
  // Dismisses the others and waits until they have left.
  void dismiss();

 private:
  void answer(int rank, const std::function<std::optional<Task>()>& next);

  Ranks& ranks_;
  std::vector<bool> here_;  // by rank
  std::size_t handed_out_ = 0;
  bool dry_ = false;        // nothing was left when it was asked last
  bool dismissed_ = false;
};

// At the other ranks: works for rank 0 until dismissed, or stopped.
void serve_ranks(Ranks& ranks, std::size_t workers, double time_limit, const WorkerPool::Work& work, const std::atomic<bool>* stop);
// At another rank that cannot serve, or not any more: says why and waits to be dismissed.
void leave_ranks(Ranks& ranks, const std::string& why);

}  // namespace brineflow
