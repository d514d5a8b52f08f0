// Results as text for the terminal.
#pragma once

#include "record/balance.hpp"
#include "record/kpi.hpp"

#include <string>
#include <vector>

namespace brineflow {

std::string kpi_table(const std::vector<Kpi>& kpis);
std::string balance_table(const Balance& balance);

}  // namespace brineflow
