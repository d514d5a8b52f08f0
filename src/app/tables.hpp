// Results as text for the terminal.
#pragma once

#include "record/balance.hpp"
#include "record/kpi.hpp"
#include "study/brine_report.hpp"
#include "study/evaporation_report.hpp"

#include <string>
#include <vector>

namespace brineflow {

std::string kpi_table(const std::vector<Kpi>& kpis);
std::string balance_table(const Balance& balance);
std::string brine_table(const BrineReport& report);
std::string evaporation_table(const EvaporationReport& report);
std::string evaporation_csv(const EvaporationReport& report);  // every state, with a header

}  // namespace brineflow
