// Writes a run into its result file as it goes: streams, unit variables, events, cycles, balances, indicators.
#pragma once

#include "flowsheet/case.hpp"
#include "record/account.hpp"
#include "record/result_file.hpp"
#include "record/result_reader.hpp"
#include "solve/simulation.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace brineflow {

class Recorder : public Observer {
 public:
  // Begins a new file. Throws StorageError before anything is run when it cannot be written.
  Recorder(const Case& input, const System& system, const TotalsLayout& totals, const std::filesystem::path& path);
  // Goes on with the file of a run that was cut short; `progress` as load_progress read it.
  Recorder(const Case& input, const System& system, const TotalsLayout& totals, const std::filesystem::path& path,
           const Progress& progress);
  ~Recorder() override;

  void sample(const System& system, const Progress& progress) override;
  void event(double t, const std::string& who, const std::string& message) override;
  void cycle_ends(const System& system, const Progress& progress, std::optional<double> change,
                  const std::string& group) override;
  void state_jumps(const System& system, const Progress& progress) override;

  // Writes balances, indicators and the solver's account, closes the file.
  Recording finish(const Outcome& outcome, const std::string& status);

 private:
  struct StreamSeries {
    Series flow, molar_flow, concentration, temperature, pressure, density;
  };
  struct VariableSeries {
    const VariableSlice* slice;
    Series series;
  };
  struct UnitSeries {
    std::vector<VariableSeries> scalars, profiles;
    FileAxis profile_time{};
  };

  void lay_out(const System& system);
  void lay_out_header();
  void lay_out_streams(const System& system);
  void lay_out_units(const System& system);
  FileAxis axis_for(const std::string& folder, const ::brineflow::Axis& axis);
  void lay_out_summary();
  void write_streams(const System& system, const std::vector<double>& y);
  void write_units(const System& system, const Progress& progress);
  void store_checkpoint();
  void write_summary(const Outcome& outcome);

  const Case& input_;
  const StateLayout& layout_;
  const TotalsLayout& totals_;
  ResultFile file_;
  FileAxis time_{}, component_{}, element_{}, cycle_{};
  std::vector<StreamSeries> streams_;
  std::vector<UnitSeries> units_;
  std::map<std::string, FileAxis> axes_;
  std::vector<Kpi> kpi_labels_;
  std::vector<Fixed> kpi_fixed_;
  std::vector<Series> kpi_cycle_;
  Series cycle_change_{}, cycle_jumped_{}, cycle_end_{};
  std::vector<Fixed> balance_fixed_;  // in, out, held at start, held, closure of components, then closure of elements
  Account account_;
  double next_profile_ = 0.0;
};

// The state that a result file's checkpoint holds. Throws InputError when the file belongs to another case or
// holds no checkpoint.
struct StoredProgress {
  Progress progress;
  bool complete = false;  // the run had ended by itself
};
StoredProgress load_progress(const ResultReader& reader, const Case& input, const System& system, const TotalsLayout& totals);

}  // namespace brineflow
