#include "study/slurm.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "study/program_call.hpp"
#include "study/whole_files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>

namespace brineflow {
namespace {

std::filesystem::path slurm_folder(const std::filesystem::path& folder) { return folder / "slurm"; }
std::filesystem::path record_file(const std::filesystem::path& folder) { return slurm_folder(folder) / "submission.json"; }

// For the shell, and for sbatch, which reads quotes as the shell does.
std::string quoted(const std::string& text) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || std::strchr("-_./=:,@%+", c) != nullptr; };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

// In names of files sbatch replaces what follows a %.
std::string without_patterns(const std::string& path) {
  std::string result;
  for (const char c : path) result += c == '%' ? std::string("%%") : std::string(1, c);
  return result;
}

// "0-3,5,7-8"
std::string array_of(const std::vector<std::size_t>& numbers) {
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < numbers.size();) {
    std::size_t last = k;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    parts.push_back(last == k ? fmt::format("{}", numbers[k]) : fmt::format("{}-{}", numbers[k], numbers[last]));
    k = last + 1;
  }
  return join(parts, ",");
}

std::string directive(const std::string& option, const std::string& value) { return fmt::format("#SBATCH --{}={}\n", option, quoted(value)); }

// What both scripts begin with.
std::string head(const SlurmOrder& order, const std::string& what, const std::string& name, const std::string& log) {
  std::string text = fmt::format("#!/bin/bash\n# {}\n# Written by `brineflow sweep --submit`, which writes it anew.\n", what);
  text += directive("job-name", fmt::format("{}-{}", name, order.study.stem().string()));
  text += directive("output", without_patterns(slurm_folder(order.folder).string()) + "/" + log);
  text += "#SBATCH --open-mode=append\n#SBATCH --requeue\n#SBATCH --nodes=1\n#SBATCH --ntasks=1\n";
  if (!order.partition.empty()) text += directive("partition", order.partition);
  if (!order.time.empty()) text += directive("time", order.time);
  return text;
}

std::string tail(const SlurmOrder& order) {
  std::string text;
  for (const std::string& argument : order.extra) {
    const std::size_t equals = argument.find('=');
    text += "#SBATCH " + (equals == std::string::npos ? argument : argument.substr(0, equals + 1) + quoted(argument.substr(equals + 1))) + "\n";
  }
  return text;
}

// The number of the job; with --parsable the name of a cluster may follow it.
std::string sbatch(const SlurmOrder& order, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{"sbatch", "--parsable"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const ProgramAnswer answer = call_program(words);
  if (!answer.found) 
    throw InputError(fmt::format("sbatch was not found: no Slurm is here, or its commands are not in PATH. Run the shards yourself, on as many machines as you like, with\n"
                                 "  {0} --shard I/{1}\nI from 0 to {2}, and then\n  {0} --merge",
                                 command_line(order), order.shards, order.shards - 1));
  const std::string job = std::string(trim(answer.output)).substr(0, trim(answer.output).find(';'));
  if (answer.status != 0 || job.empty() || !std::all_of(job.begin(), job.end(), [](unsigned char c) { return std::isdigit(c) != 0; }))
    throw InputError(fmt::format("sbatch did not take {}: {}", arguments.back(), trim(answer.errors.empty() ? answer.output : answer.errors)));
  return job;
}

}  // namespace

std::string command_line(const SlurmOrder& order) {
  std::string text = fmt::format("{} sweep {} -o {}", quoted(order.program.string()), quoted(order.study.string()), quoted(order.folder.string()));
  for (const Override& change : order.overrides) text += " --set " + quoted(change.path + "=" + change.value);
  return text;
}

std::string shard_script(const SlurmOrder& order) {
  std::string text = head(order, fmt::format("A sweep in {} shards: each task of this array runs one, and goes on with it where it is started again.", order.shards), "sweep", "%A_%a.log");
  text += directive("array", array_of(order.open));
  text += fmt::format("#SBATCH --cpus-per-task={}\n", order.cpus) + tail(order);
  return text + fmt::format("\nexec {} \\\n  --shard \"$SLURM_ARRAY_TASK_ID/{}\" --workers {} --wait \\\n  --expect {}\n", command_line(order), order.shards, order.cpus,
                            order.fingerprint);
}

std::string merge_script(const SlurmOrder& order) {
  return head(order, "Makes the table of a sweep when all of its shards have ended, well or not.", "merge", "merge.log") + tail(order) +
         fmt::format("\nexec {} --merge\n", command_line(order));
}

Submission submit(const SlurmOrder& order) {
  const std::filesystem::path folder = slurm_folder(order.folder);
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) throw StorageError(fmt::format("the folder {} cannot be made: {}", folder.string(), problem.message()));
  const std::string shards = (folder / "shards.sh").string(), merge = (folder / "merge.sh").string();
  write_whole_files({{shards, shard_script(order)}, {merge, merge_script(order)}});
  Submission made;
  made.shards = order.shards;
  made.fingerprint = order.fingerprint;
  made.time = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  made.job = sbatch(order, {shards});
  const auto keep = [&] {
    const nlohmann::json record = {{"shards", made.shards}, {"study", made.fingerprint}, {"job", made.job}, {"merge_job", made.merge_job}, {"time", made.time}};
    write_whole_files({{record_file(order.folder), record.dump(2) + "\n"}});
  };
  keep();  // at once: the shards are in the queue
  try {
    made.merge_job = sbatch(order, {"--dependency=afterany:" + made.job, merge});
    keep();
  } catch (const InputError& error) {
    made.trouble = error.what();
  }
  return made;
}

std::optional<Submission> read_submission(const std::filesystem::path& folder) {
  std::ifstream file(record_file(folder));
  const nlohmann::json read = nlohmann::json::parse(file, nullptr, false);
  if (!read.is_object()) return std::nullopt;
  try {
    Submission made;
    made.shards = std::max<std::size_t>(read.at("shards").get<std::size_t>(), 1);
    made.fingerprint = read.at("study").get<std::string>();
    made.job = read.at("job").get<std::string>();
    made.merge_job = read.at("merge_job").get<std::string>();
    made.time = read.at("time").get<double>();
    return made;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::optional<std::map<std::size_t, std::string>> ask_squeue(const std::string& job) {
  const ProgramAnswer answer = call_program({"squeue", "--noheader", "--array", "--jobs=" + job, "--format=%K %T %R"});
  if (!answer.found) return std::nullopt;
  if (answer.status != 0) {
    if (answer.errors.find("Invalid job id") == std::string::npos) return std::nullopt;
    return std::map<std::size_t, std::string>{};  // it has ended a while ago
  }
  std::map<std::size_t, std::string> states;
  std::istringstream lines(answer.output);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::size_t shard = 0;
    std::string state, where;
    if (!(words >> shard >> state)) continue;
    std::getline(words >> std::ws, where);
    states[shard] = state + (where.empty() ? "" : where.front() == '(' ? " " + where : " on " + where);
  }
  return states;
}

}  // namespace brineflow
