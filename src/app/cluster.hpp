// `sweep --status` and `sweep --submit`.
#pragma once

#include "app/commands.hpp"
#include "study/sweep_study.hpp"

#include <filesystem>
#include <vector>

namespace brineflow {

int sweep_status_command(const SweepStudy& study, const std::filesystem::path& folder, bool json);
int sweep_submit_command(const SweepStudy& study, const std::vector<Override>& overrides, const SweepRequest& request, const std::filesystem::path& folder);

}  // namespace brineflow
