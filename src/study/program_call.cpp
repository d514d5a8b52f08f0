#include "study/program_call.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace brineflow {
namespace {

// Both to their ends, as they come: a program that fills one pipe must not wait for the reader of the other.
void read_both(std::array<int, 2> files, std::array<std::string*, 2> texts) {
  std::array<char, 4096> buffer{};
  std::array<pollfd, 2> open{pollfd{files[0], POLLIN, 0}, pollfd{files[1], POLLIN, 0}};
  while (open[0].fd >= 0 || open[1].fd >= 0) {
    if (::poll(open.data(), open.size(), -1) < 0) continue;  // a signal
    for (std::size_t k = 0; k < open.size(); ++k) {
      if (open[k].fd < 0 || open[k].revents == 0) continue;
      const ssize_t count = ::read(files[k], buffer.data(), buffer.size());
      if (count > 0) texts[k]->append(buffer.data(), static_cast<std::size_t>(count));
      else if (count == 0 || errno != EINTR) open[k].fd = -1;
    }
  }
}

}  // namespace

ProgramAnswer call_program(const std::vector<std::string>& arguments) {
  std::vector<char*> words;
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  std::array<int, 2> output{}, errors{};
  if (::pipe2(output.data(), O_CLOEXEC) != 0) throw StorageError(fmt::format("no pipe to another process: {}", std::strerror(errno)));
  if (::pipe2(errors.data(), O_CLOEXEC) != 0) {
    for (const int file : output) ::close(file);
    throw StorageError(fmt::format("no pipe to another process: {}", std::strerror(errno)));
  }
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, output[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, errors[1], STDERR_FILENO);
  pid_t process = -1;
  const int problem = ::posix_spawnp(&process, words[0], &files, nullptr, words.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  ::close(output[1]);
  ::close(errors[1]);
  ProgramAnswer answer;
  answer.found = problem == 0;
  if (answer.found) read_both({output[0], errors[0]}, {&answer.output, &answer.errors});
  ::close(output[0]);
  ::close(errors[0]);
  if (problem != 0 && problem != ENOENT && problem != EACCES) throw StorageError(fmt::format("{} cannot be started: {}", arguments[0], std::strerror(problem)));
  if (!answer.found) return answer;
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {}
  answer.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return answer;
}

}  // namespace brineflow
