// Reads a result of SampleRun and checks that it is a prefix of the run, aligned in every series.
#pragma once

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <filesystem>

#include "record/result_reader.hpp"
#include "sample_run.hpp"

namespace brineflow::test {

// Returns the number of rows over time.
inline std::size_t check_sample(const std::filesystem::path& path) {
  const ResultReader reader(path);
  const auto time = reader.read_vector("/time");
  const auto flow = reader.read_vector("/streams/column.outlet/flow");
  const auto molar_flow = reader.read_vector("/streams/column.outlet/molar_flow");
  const std::size_t rows = time.size();
  BOOST_REQUIRE_EQUAL(flow.size(), rows);
  BOOST_REQUIRE_EQUAL(molar_flow.size(), 3 * rows);
  std::size_t wrong = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    wrong += time[row] != sample_time(row) || flow[row] != sample_flow(row);
    for (std::size_t k = 0; k < 3; ++k) wrong += molar_flow[3 * row + k] != sample_molar_flow(row, k);
  }
  const std::size_t profiles = (rows + 9) / 10;
  const auto profile = reader.read_vector("/units/column/c_li");
  BOOST_REQUIRE_EQUAL(reader.read_vector("/units/column/profile_time").size(), profiles);
  BOOST_REQUIRE_EQUAL(profile.size(), 4 * profiles);
  for (std::size_t k = 0; k < profile.size(); ++k) wrong += profile[k] != sample_profile(k / 4 * 10, k % 4);
  const auto messages = reader.read_texts("/events/message");
  BOOST_REQUIRE_EQUAL(messages.size(), profiles);
  for (std::size_t k = 0; k < profiles; ++k)
    wrong += messages[k] != "Profil gespeichert bei Zeile " + std::to_string(10 * k) + " \u2713";
  BOOST_CHECK_EQUAL(wrong, 0u);
  return rows;
}

}  // namespace brineflow::test
