// How many residual evaluations one Jacobian costs, printed as JSON; tools/verification puts it on its page.
//   measure_jacobian [CASE]

#include "solve/consistent_state.hpp"
#include "solve/settings.hpp"
#include "flowsheet/case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace {

using namespace brineflow;

// Median seconds of one call, over bursts long enough for the clock.
template <class Work>
double median_time(Work work) {
  std::vector<double> times;
  for (int burst = 0; burst < 31; ++burst) {
    const auto begin = std::chrono::steady_clock::now();
    for (int k = 0; k < 10; ++k) work();
    times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / 10.0);
  }
  std::nth_element(times.begin(), times.begin() + 15, times.end());
  return times[15];
}

}  // namespace

int main(int argc, char** argv) {
  const Case input = read_case(argc > 1 ? argv[1] : BRINEFLOW_SOURCE "/cases/plants/west_taijinar_ldh_nf.yaml", {}, solver_parameters());
  System system(*input.flowsheet);
  std::vector<std::vector<double>> parameters;
  for (const auto& unit : input.flowsheet->units) {
    parameters.emplace_back();
    for (const TunableParameter& parameter : unit->parameters()) parameters.back().push_back(parameter.value);
  }
  system.set_mode(input.schedule.steps.front().connections, parameters, std::vector<int>(input.flowsheet->units.size(), 0));
  State state{0.0, system.initial_state(), {}};
  const brineflow::sundials::Context context;
  make_consistent(system, context, state);

  std::vector<double> residual(system.size()), values(static_cast<std::size_t>(system.plan().pattern.nnz()));
  const double of_residual = median_time([&] { system.residual(0.0, state.y, state.ydot, residual); });
  const double of_jacobian = median_time([&] { system.jacobian(0.0, state.y, state.ydot, {1.0, 1.0, 1.0}, values); });
  int colours = 0;
  for (const UnitPlan& plan : system.plan().units) colours = std::max(colours, plan.colours);
  fmt::print("{{\"variables\": {}, \"nonzeros\": {}, \"most_colours\": {}, \"residual_us\": {:.2f}, \"jacobian_us\": {:.2f}, \"ratio\": {:.3f}}}\n",
             system.size(), values.size(), colours, 1e6 * of_residual, 1e6 * of_jacobian, of_jacobian / of_residual);
}
