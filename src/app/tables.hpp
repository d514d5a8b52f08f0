// Results as text for the terminal.
#pragma once

#include "record/balance.hpp"
#include "record/kpi.hpp"
#include "study/brine_report.hpp"
#include "study/comparison.hpp"
#include "study/evaporation_report.hpp"

#include <string>
#include <vector>

namespace brineflow {

std::string kpi_table(const std::vector<Kpi>& kpis);
std::string balance_table(const Balance& balance);
std::string brine_table(const BrineReport& report);
std::string evaporation_table(const EvaporationReport& report);
std::string evaporation_csv(const EvaporationReport& report);  // every state, with a header

std::string comparison_table(const ComparisonReport& report);
std::string comparison_failures(const ComparisonReport& report);  // a line for every tag that failed
std::string comparison_junit(const ComparisonReport& report);     // XML, a test case for every tag
std::string comparison_json(const ComparisonReport& report);

}  // namespace brineflow
