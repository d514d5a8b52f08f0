// The one file that includes pagmo: its headers bring the serialisation of Boost with them and take long to compile.
#include "study/pareto.hpp"

#include "base/error.hpp"

#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/bfe.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>
#include <pagmo/utils/hypervolume.hpp>
#include <pagmo/utils/multi_objective.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace brineflow {
namespace {

// Deb et al. (2002), section V: distribution indices of crossover and mutation 20, crossover in nine of ten pairs, on average one value in a child mutated.
constexpr double crossover_share = 0.9, crossover_index = 20.0, mutation_index = 20.0;

// pagmo's NSGA-II knows no constraints. What breaks a limit gets the same number in every goal, larger than any indicator and growing with the violation, which
// makes plain domination the constrained one of Deb et al.; beyond it lies what has no answer at all.
constexpr double beyond_all_goals = 1e100, without_answer = 1e200;

pagmo::vector_double fitness_of(const Outcome& outcome, std::size_t goals) {
  if (outcome.violation <= 0.0) return outcome.goals;
  return pagmo::vector_double(goals, std::isfinite(outcome.violation) ? beyond_all_goals * (1.0 + outcome.violation) : without_answer);
}

struct UnitCube {
  std::size_t dimensions = 1, goals = 2;

  std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const { return {pagmo::vector_double(dimensions, 0.0), pagmo::vector_double(dimensions, 1.0)}; }
  pagmo::vector_double::size_type get_nobj() const { return goals; }
  pagmo::vector_double fitness(const pagmo::vector_double& /*point*/) const { throw InternalError("a single point is asked for: generations are evaluated as a whole"); }
};

// Copied by pagmo, hence what it works with lies elsewhere.
struct Generations {
  std::size_t dimensions = 1, goals = 2;
  const EvaluatePoints* evaluate = nullptr;

  pagmo::vector_double operator()(const pagmo::problem& /*cube*/, const pagmo::vector_double& joined) const {
    std::vector<std::vector<double>> points;
    for (auto at = joined.begin(); at != joined.end(); at += static_cast<std::ptrdiff_t>(dimensions)) points.emplace_back(at, at + static_cast<std::ptrdiff_t>(dimensions));
    pagmo::vector_double fitness;
    for (const Outcome& outcome : (*evaluate)(points)) {
      const pagmo::vector_double one = fitness_of(outcome, goals);
      fitness.insert(fitness.end(), one.begin(), one.end());
    }
    return fitness;
  }
};

}  // namespace

void evolve(const EvolutionSettings& settings, const std::vector<std::vector<double>>& first, const EvaluatePoints& evaluate) {
  const std::size_t dimensions = first.front().size();
  pagmo::population population{pagmo::problem{UnitCube{dimensions, settings.goals}}, 0, settings.seed};
  const std::vector<Outcome> outcomes = evaluate(first);
  for (std::size_t k = 0; k < first.size(); ++k) population.push_back(first[k], fitness_of(outcomes[k], settings.goals));
  pagmo::nsga2 search(static_cast<unsigned>(settings.generations), crossover_share, crossover_index, 1.0 / static_cast<double>(dimensions), mutation_index, settings.seed);
  search.set_bfe(pagmo::bfe{Generations{dimensions, settings.goals, &evaluate}});
  search.evolve(std::move(population));
}

std::vector<std::size_t> non_dominated(const std::vector<std::vector<double>>& goals) {
  if (goals.size() < 2) return std::vector<std::size_t>(goals.size(), 0);
  const auto fronts = std::get<0>(pagmo::fast_non_dominated_sorting(goals));
  std::vector<std::size_t> best(fronts.front().begin(), fronts.front().end());
  std::sort(best.begin(), best.end());
  return best;
}

double hypervolume(const std::vector<std::vector<double>>& goals, const std::vector<double>& reference) {
  std::vector<std::vector<double>> inside;
  for (const auto& point : goals)
    if (std::equal(point.begin(), point.end(), reference.begin(), [](double value, double end) { return value < end; })) inside.push_back(point);
  return inside.empty() ? 0.0 : pagmo::hypervolume(inside).compute(reference);
}

}  // namespace brineflow
