// Several goals at once: which answers no other beats in all of them, what they are worth together, and the search for them. All goals are to become small.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

namespace brineflow {

// What a point in the unit cube came to.
struct Outcome {
  std::vector<double> goals;
  double violation = 0.0;  // of the limits, 0 where all are kept; infinite where there is no answer, and the goals then mean nothing
};

struct EvolutionSettings {
  std::size_t goals = 2;        // 2 or more
  std::size_t population = 40;  // a multiple of four, 8 or more
  std::size_t generations = 0;  // that follow the first
  unsigned seed = 1;
};

// All points of a generation at once, in their order.
using EvaluatePoints = std::function<std::vector<Outcome>(const std::vector<std::vector<double>>& points)>;

// NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002, IEEE Trans. Evol. Comput. 6, 182) of the library pagmo, from the points `first`, one for each of the
// population, in the unit cube. With the constrained domination of that paper: what keeps the limits beats what does not, and of two that do not the one
// with the smaller violation. The same settings ask for the same points. Passes on what `evaluate` throws.
void evolve(const EvolutionSettings& settings, const std::vector<std::vector<double>>& first, const EvaluatePoints& evaluate);

// The numbers of the points that no other is as good as in all goals and better in one, ascending. Points that are alike are all among them.
std::vector<std::size_t> non_dominated(const std::vector<std::vector<double>>& goals);

// Volume of what is beaten by one of the points and within `reference`, which every point is to be better than in all goals; others do not count.
double hypervolume(const std::vector<std::vector<double>>& goals, const std::vector<double>& reference);

}  // namespace brineflow
