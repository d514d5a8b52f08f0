#include "study/worker_pool.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>

namespace brineflow {
namespace {

using Clock = std::chrono::steady_clock;

// The whole of it, or false at the end of the pipe.
bool read_all(int file, void* data, std::size_t size) {
  auto* position = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t count = ::read(file, position, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    position += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

bool write_all(int file, const void* data, std::size_t size) {
  const auto* position = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t count = ::write(file, position, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    position += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

// Length first.
bool write_text(int file, const std::string& text) {
  const std::uint64_t size = text.size();
  return write_all(file, &size, sizeof size) && write_all(file, text.data(), text.size());
}

bool read_text(int file, std::string& text) {
  std::uint64_t size = 0;
  if (!read_all(file, &size, sizeof size)) return false;
  text.resize(size);
  return read_all(file, text.data(), text.size());
}

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

}  // namespace

WorkerPool::WorkerPool(std::size_t workers, double time_limit, Work work)
    : time_limit_(time_limit), work_(std::move(work)), workers_(std::max<std::size_t>(workers, 1)) {}

WorkerPool::~WorkerPool() {
  for (Worker& worker : workers_)
    if (worker.process > 0) end(worker, worker.busy);
}

void WorkerPool::start(std::size_t number) {
  std::array<int, 2> to{}, from{};
  if (::pipe(to.data()) != 0 || ::pipe(from.data()) != 0) throw StorageError(fmt::format("no pipe to another process: {}", std::strerror(errno)));
  const pid_t master = ::getpid();
  const pid_t process = ::fork();
  if (process < 0) throw StorageError(fmt::format("no other process can be started: {}", std::strerror(errno)));
  if (process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != master) ::_exit(0);  // it died before we asked to be told
    std::signal(SIGINT, SIG_IGN);           // Ctrl-C reaches the whole group; the master decides
    std::signal(SIGTERM, SIG_DFL);
    ::close(to[1]);
    ::close(from[0]);
    for (const Worker& other : workers_)
      for (const int file : {other.to, other.from})
        if (file >= 0) ::close(file);
    serve(number, to[0], from[1]);
  }
  ::close(to[0]);
  ::close(from[1]);
  workers_[number] = {};
  workers_[number].process = process;
  workers_[number].to = to[1];
  workers_[number].from = from[0];
}

void WorkerPool::serve(std::size_t number, int in, int out) const {
  std::string task;
  while (read_text(in, task))
    if (!write_text(out, work_(task, number))) break;
  ::_exit(0);
}

void WorkerPool::end(Worker& worker, bool kill) {
  if (kill) ::kill(worker.process, SIGKILL);
  ::close(worker.to);
  ::close(worker.from);
  int status = 0;
  while (::waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {}
  worker = {};
}

std::string WorkerPool::how_it_died(Worker& worker) {
  int status = 0;
  while (::waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {}
  ::close(worker.to);
  ::close(worker.from);
  worker = {};
  if (WIFSIGNALED(status)) return fmt::format("its process died of signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  return fmt::format("its process ended with exit status {}", WEXITSTATUS(status));
}

std::optional<TaskResult> WorkerPool::receive(Worker& worker) {
  std::array<char, 4096> buffer{};
  const ssize_t count = ::read(worker.from, buffer.data(), buffer.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return std::nullopt;
  if (count <= 0) {
    TaskResult result{worker.task, TaskResult::End::crashed, ""};
    result.text = how_it_died(worker);
    return result;
  }
  worker.received.append(buffer.data(), static_cast<std::size_t>(count));
  std::uint64_t size = 0;
  if (worker.received.size() < sizeof size) return std::nullopt;
  std::memcpy(&size, worker.received.data(), sizeof size);
  if (worker.received.size() < sizeof size + size) return std::nullopt;
  TaskResult result{worker.task, TaskResult::End::finished, worker.received.substr(sizeof size, size)};
  worker.received.clear();
  worker.busy = false;
  return result;
}

void WorkerPool::run(const std::function<std::optional<Task>()>& next, const std::function<void(const TaskResult&)>& finished,
                     const std::function<void()>& idle, const std::atomic<bool>* stop) {
  const auto former = std::signal(SIGPIPE, SIG_IGN);  // a worker that has died is noticed when it is read
  while (true) {
    if (stop != nullptr && stop->load()) {
      for (Worker& worker : workers_)
        if (worker.process > 0) end(worker, true);
      break;
    }
    std::vector<pollfd> files;
    std::vector<std::size_t> numbers;
    for (std::size_t number = 0; number < workers_.size(); ++number) {
      Worker& worker = workers_[number];
      if (!worker.busy) {
        if (auto task = next()) {
          if (worker.process < 0) start(number);
          worker.busy = true;
          worker.task = std::move(*task);
          worker.begin = Clock::now();
          write_text(worker.to, worker.task.text);  // where it has died, reading says so
        }
      }
      if (!worker.busy) continue;
      files.push_back({worker.from, POLLIN, 0});
      numbers.push_back(number);
    }
    if (files.empty()) break;
    ::poll(files.data(), files.size(), 100);
    for (std::size_t k = 0; k < files.size(); ++k) {
      Worker& worker = workers_[numbers[k]];
      if (files[k].revents != 0) {
        if (const auto result = receive(worker)) finished(*result);
      } else if (seconds_since(worker.begin) > time_limit_) {
        const Task task = worker.task;
        end(worker, true);
        finished({task, TaskResult::End::stopped, ""});
      }
    }
    idle();
  }
  std::signal(SIGPIPE, former);
}

}  // namespace brineflow
