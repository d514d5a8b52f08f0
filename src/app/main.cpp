// The command line: `brineflow check | run | compare | sweep | fit | optimize | properties | describe | schema`. Results go to stdout, messages to stderr.

#include "app/commands.hpp"
#include "base/error.hpp"
#include "base/version.hpp"
#include "study/varied.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <exception>

namespace {

using namespace brineflow;

// `path=value`
Override split_override(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw InputError(fmt::format("--set {}: wants path=value, as in --set \"units.column.length=3 m\"", text));
  return {text.substr(0, equals), text.substr(equals + 1)};
}

int run_command_line(int argc, char** argv) {
  CLI::App app{"Brineflow simulates lithium extraction from salt-lake brines: adsorption, membranes and what stands around them."};
  app.name("brineflow");
  app.set_version_flag("--version", fmt::format("brineflow {}", version));
  app.require_subcommand(0, 1);  // none is said below: CLI11 would not name a command that is misspelt
  app.footer("Exit status: 0 done, 1 a criterion failed, 2 bad input, 3 the solver gave up, 4 interrupted (partial result kept),\n"
             "5 a study ended with failed cases, 70 a fault of ours.");

  std::string file, output, unit;
  std::vector<std::string> settings;
  bool resume = false, json = false, all = false;

  CLI::App* check = app.add_subcommand("check", "Everything that can be wrong with a case, without running it");
  check->add_option("case", file, "the case, a YAML file")->required();
  check->add_option("--set", settings, "change a value: path=value, as in \"units.column.length=3 m\"")->allow_extra_args(false);
  check->add_flag("--json", json, "print one JSON object");

  CLI::App* run = app.add_subcommand("run", "Run a case and write its result file");
  run->add_option("case", file, "the case, a YAML file")->required();
  run->add_option("-o,--output", output, "the result file; the case's name with .h5 in this folder where it is not given");
  run->add_option("--set", settings, "change a value: path=value, as in \"units.column.length=3 m\"")->allow_extra_args(false);
  run->add_flag("--resume", resume, "go on where the result file of the same case stops");
  run->add_flag("--json", json, "print one JSON object");

  CompareRequest comparison;
  CLI::App* compare = app.add_subcommand("compare", "Compare a result with plant or laboratory data: a table, and status 1 where they are too far apart");
  compare->add_option("result", comparison.result, "the result file of a run")->required();
  compare->add_option("data", comparison.data, "measured values, a CSV file with a column of times")->required();
  compare->add_option("--map", comparison.map, "which column is what in the result, and how near it has to be: a YAML file (docs/compare.md)");
  compare->add_option("--junit", comparison.junit, "write a test report for a build server, one test case a column");
  compare->add_option("--plot", comparison.plot, "write a picture (SVG), one panel a column");
  compare->add_flag("--json", comparison.json, "print one JSON object");

  BrineRequest brine;
  CLI::App* properties = app.add_subcommand("properties", "What a brine is like: activities, osmotic pressure, density, pH, saturation");
  properties->add_option("brine", brine.brine, "a package of models/brines, a YAML file, CASE.yaml:UNIT, or \"{Li+: 0.26 g/L, balance: Cl-}\"")->required();
  properties->add_option("--temperature", brine.temperature, "as in \"25 degC\", which it is where nothing else is said");
  properties->add_option("--chemistry", brine.chemistry, fmt::format("a package of models/pitzer; {} where nothing else is said", default_chemistry));
  properties->add_option("--pH", brine.pH, "-log10 of the activity of H+, unscaled");
  properties->add_option("--balance", brine.balance, "the ion whose amount makes the charges add up to zero");
  properties->add_option("--set", settings, "change a value of the file or case: path=value")->allow_extra_args(false);
  PropertiesOutput shown;
  CLI::Option* evaporate = properties->add_flag("--evaporate", shown.evaporate, "follow the brine as it evaporates at this temperature");
  properties->add_option("--csv", shown.csv, "write the evaporation path to this file")->needs(evaporate);
  properties->add_flag("--json", shown.json, "print one JSON object");

  SweepRequest swept;
  CLI::App* sweep = app.add_subcommand("sweep", "Run a case at many points, side by side; goes on where it was stopped");
  sweep->add_option("study", file, "the study, a YAML file")->required();
  sweep->add_option("-o,--output", swept.folder, "the folder of the sweep; the study's name with .sweep in this folder where it is not given");
  sweep->add_option("-j,--workers", swept.workers, "how many cases run at a time; as many as there are cores where it is not given")->check(CLI::Range(1, 1024));
  sweep->add_option("--set", settings, "change a value of the study: path=value, as in cases=20")->allow_extra_args(false);
  CLI::Option* plan = sweep->add_flag("--plan", swept.plan, "list the cases, and which of them are there; run nothing");
  CLI::Option* merge = sweep->add_flag("--merge", swept.merge, "make the table of what all shards have found; run nothing");
  CLI::Option* one_case = sweep->add_option("--case", swept.case_number, "print the case of this number as YAML; run nothing");
  sweep->add_option("--shard", swept.shard, "run the part I/N of the cases, I from 0; shards may run at the same time on many machines")->excludes(plan)->excludes(merge)->excludes(one_case);
  plan->excludes(merge)->excludes(one_case);
  merge->excludes(one_case);
  CLI::Option* retry = sweep->add_flag("--retry-failed", swept.retry_failed, "run cases again that failed before");
  CLI::Option* stand = sweep->add_flag("--status", swept.status, "how far the sweep is, shard by shard; run nothing")->excludes(plan)->excludes(merge)->excludes(one_case)->excludes("--shard");
  CLI::Option* submit = sweep->add_option("--submit", swept.submit, "hand the sweep to Slurm as an array of N shards, and its --merge as a job after them; run nothing here")
                            ->type_name("N")->check(CLI::Range(std::size_t{1}, largest_sweep));
  for (CLI::Option* other : {plan, merge, one_case, stand, retry, sweep->get_option("--shard"), sweep->get_option("--workers")}) submit->excludes(other);
  sweep->add_option("--partition", swept.partition, "of --submit: where the shards run; Slurm's default where it is not given")->needs(submit);
  sweep->add_option("--time", swept.time, "of --submit: the time of a shard, as in \"12 h\" or 12:00:00")->needs(submit);
  sweep->add_option("--cpus", swept.cpus, "of --submit: cores of a shard, each with one worker; 1 where it is not given")->needs(submit)->check(CLI::Range(1, 1024));
  sweep->add_option("--sbatch", swept.sbatch, "of --submit: one more argument of sbatch, as in --sbatch=--account=mine")->allow_extra_args(false)->needs(submit);
  sweep->add_flag("--wait", swept.wait, "wait while another process works on the same cases, rather than give up")->excludes(plan)->excludes(merge)->excludes(one_case)->excludes(stand)->excludes(submit);
  sweep->add_option("--expect", swept.expected, "run only if the study is still the one that has this key, which --status prints")->type_name("KEY")
      ->excludes(plan)->excludes(merge)->excludes(one_case)->excludes(stand)->excludes(submit);
  sweep->add_flag("--json", swept.json, "print one JSON object");

  OptimizeRequest optimized;
  CLI::App* optimize = app.add_subcommand("optimize", "Find the values of a case that are best for one indicator or several, within limits on others");
  optimize->add_option("study", file, "the study, a YAML file")->required();
  optimize->add_option("-o,--output", optimized.folder, "the folder in which runs are kept; the study's name with .optimum in this folder where it is not given");
  optimize->add_option("-j,--workers", optimized.workers, "how many runs go side by side; as many as there are cores where it is not given")->check(CLI::Range(1, 1024));
  optimize->add_option("--set", settings, "change a value of the study: path=value, as in starts=8")->allow_extra_args(false);
  optimize->add_flag("--json", optimized.json, "print one JSON object");

  FitRequest fitted;
  CLI::App* fit = app.add_subcommand("fit", "Find parameters of cases from measured data, with their confidence");
  fit->add_option("study", file, "the study, a YAML file")->required();
  fit->add_option("-j,--workers", fitted.workers, "how many runs go side by side; as many as there are cores where it is not given")->check(CLI::Range(1, 1024));
  fit->add_option("--set", settings, "change a value of the study: path=value, as in starts=8")->allow_extra_args(false);
  fit->add_option("--plot", fitted.plot, "draw data and model at the best fit into this SVG file, one for each experiment");
  fit->add_flag("--json", fitted.json, "print one JSON object");

  CLI::App* describe = app.add_subcommand("describe", "List the unit operations, or the parameters and ports of one");
  describe->add_option("unit", unit, "a unit operation, as in `brineflow describe tank`");
  describe->add_flag("--json", json, "print one JSON object");
  describe->add_flag("--all", all, "the whole case format, as Markdown");

  CLI::App* schema = app.add_subcommand("schema", "Print the JSON Schema of a case, for editors that complete and check");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitStatus::bad_input);
  }

  if (app.get_subcommands().empty())
    throw InputError("a command is missing: brineflow check, run, compare, sweep, fit, optimize, properties, describe or schema; --help says more");
  std::vector<Override> overrides;
  for (const std::string& setting : settings) overrides.push_back(split_override(setting));
  if (check->parsed()) return command_check(file, overrides, json);
  if (run->parsed()) return command_run(file, overrides, output, resume, json);
  if (compare->parsed()) return command_compare(comparison);
  if (sweep->parsed()) return command_sweep(file, overrides, swept);
  if (optimize->parsed()) return command_optimize(file, overrides, optimized);
  if (fit->parsed()) return command_fit(file, overrides, fitted);
  brine.overrides = overrides;
  if (properties->parsed()) return command_properties(brine, shown);
  if (describe->parsed()) return all ? command_reference() : command_describe(unit, json);
  if (schema->parsed()) return command_schema();
  return static_cast<int>(ExitStatus::internal_fault);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_command_line(argc, argv);
  } catch (const Error& error) {
    const std::string text = error.what();  // findings end with their last line, sentences do not
    fmt::print(stderr, "{}{}{}", error.status() == ExitStatus::internal_fault ? "a fault of ours: " : "", text, text.ends_with('\n') ? "" : "\n");
    return static_cast<int>(error.status());
  } catch (const std::exception& error) {
    fmt::print(stderr, "a fault of ours: {}\n", error.what());
    return static_cast<int>(ExitStatus::internal_fault);
  }
}
