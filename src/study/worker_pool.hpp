// Work shared out to processes: one that crashes or does not come back takes only its own task with it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

struct Task {
  std::size_t number = 0;  // for the one who asks
  std::string text;        // for the one who works
};

struct TaskResult {
  enum class End {
    finished,  // `text` is what the work answered
    stopped,   // it took longer than the time limit
    crashed,   // its process died; `text` says how
  };
  Task task;
  End end = End::finished;
  std::string text;
};

class WorkerPool {
 public:
  // Runs in a process of its own, forked from this one when a worker is first needed: it sees what there was then, and of later things what the
  // text of its task says. It must not throw; what it prints goes where ours goes. worker: from 0, for names of files.
  using Work = std::function<std::string(const std::string& task, std::size_t worker)>;

  // time_limit [s] of wall time for one task.
  WorkerPool(std::size_t workers, double time_limit, Work work);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Hands out `next()` until it has no more (it is asked again after every end), and tells `finished` of each end. `idle` is called every now and then. When *stop is set
  // nothing more is handed out and running tasks are killed, without an end. May be called again. Workers die with their master. Throws StorageError where
  // no process can be started; passes on what the functions throw.
  void run(const std::function<std::optional<Task>()>& next, const std::function<void(const TaskResult&)>& finished,
           const std::function<void()>& idle, const std::atomic<bool>* stop);

 private:
  struct Worker {
    int process = -1;
    int to = -1, from = -1;  // pipes
    bool busy = false;
    Task task;
    std::chrono::steady_clock::time_point begin = {};
    std::string received;
  };

  void start(std::size_t number);
  void end(Worker& worker, bool kill);
  [[noreturn]] void serve(std::size_t number, int in, int out) const;
  std::string how_it_died(Worker& worker);
  // Answers the result once the whole of it has arrived, or when the process has died.
  std::optional<TaskResult> receive(Worker& worker);

  double time_limit_;
  Work work_;
  std::vector<Worker> workers_;
};

}  // namespace brineflow
