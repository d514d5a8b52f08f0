// A small made-up run that the tests of this folder write: no physics, every number a known function
// of its row.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "record/result_file.hpp"

namespace brineflow::test {

inline const std::vector<std::string> sample_components{"H2O", "Li+", "Mg+2"};

inline double sample_time(std::size_t row) { return 60.0 * static_cast<double>(row); }
inline double sample_flow(std::size_t row) { return 1e-3 + 1e-6 * static_cast<double>(row); }
inline double sample_molar_flow(std::size_t row, std::size_t component) {
  return static_cast<double>(10 * row + component);
}
inline double sample_profile(std::size_t row, std::size_t cell) { return static_cast<double>(100 * row + cell); }

struct SampleRun {
  explicit SampleRun(ResultFile& file)
      : time(file.add_growing_axis("/time", {"s", "time"})),
        component(file.add_text_axis("/component", sample_components, {"1", "component"})),
        z(file.add_axis("/units/column/z", std::array{0.0, 0.5, 1.0, 1.5}, {"m", "distance from the inlet"})),
        profile_time(file.add_growing_axis("/units/column/profile_time", {"s", "time of the profile"})),
        flow(file.add_series("/streams/column.outlet/flow", {time}, {"m3/s", "volumetric flow"})),
        molar_flow(file.add_series("/streams/column.outlet/molar_flow", {time, component}, {"mol/s", "molar flow"})),
        profile(file.add_series("/units/column/c_li", {profile_time, z}, {"mol/m3", "lithium in the pores"})),
        closure(file.add_fixed("/balance/closure", {component}, {"1", "relative closure"})),
        recovery(file.add_fixed("/kpi/li_recovery", {}, {"1", "lithium recovered over lithium fed"})) {
    file.add_event_table();
  }

  // Row `row` of the series over time; every tenth a profile too.
  void record(ResultFile& file, std::size_t row) const {
    file.append(time, sample_time(row));
    file.put(flow, sample_flow(row));
    file.put(molar_flow, std::array{sample_molar_flow(row, 0), sample_molar_flow(row, 1), sample_molar_flow(row, 2)});
    if (row % 10 != 0) return;
    file.append(profile_time, sample_time(row));
    file.put(profile, std::array{sample_profile(row, 0), sample_profile(row, 1), sample_profile(row, 2),
                                 sample_profile(row, 3)});
    file.add_event(sample_time(row), "column", "Profil gespeichert bei Zeile " + std::to_string(row) + " \u2713");
  }

  FileAxis time;
  FileAxis component;
  FileAxis z;
  FileAxis profile_time;
  Series flow;
  Series molar_flow;
  Series profile;
  Fixed closure;
  Fixed recovery;
};

inline Checkpoint sample_checkpoint(std::size_t row) {
  Checkpoint state;
  state.vectors.push_back({"y", "1", "state", {static_cast<double>(row), 1.0, 2.0}});
  state.scalars.push_back({"t", "s", "time of the checkpoint", {sample_time(row)}});
  return state;
}

}  // namespace brineflow::test
