// Weighted least squares for models that are runs: few parameters, costly evaluations.
#pragma once

#include <Eigen/Dense>

#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

// What is sought. Everything in the unit of the parameter.
struct Unknown {
  std::string name, unit;
  double start = 0.0, from = 0.0, to = 0.0;  // from < to
  bool logarithmic = false;                  // its logarithm is what is sought, and what is distributed normally
  std::optional<double> prior = {}, prior_error = {};  // what is known beforehand and its standard deviation; of a logarithmic one: a ratio - 1
};

// Residuals over their standard deviations at each of the points, or nothing where the model has no answer there. The points may be evaluated side by side.
using Residuals = std::optional<std::vector<double>>;
using ResidualsAt = std::function<std::vector<Residuals>(const std::vector<std::vector<double>>& points)>;

// d residual / d value at a point whose residuals have been asked for, each by the value in its unit, or nothing where differences must do.
using SlopesAt = std::function<std::optional<Eigen::MatrixXd>(const std::vector<double>& point)>;

struct LeastSquaresOptions {
  bool errors_known = true;    // the standard deviations are, else only their ratios: the scatter is taken from the residuals
  std::size_t starts = 1;      // from `start`, and from a Latin hypercube over the bounds
  std::size_t iterations = 50;
  double confidence = 0.95;
  bool profile = false;        // intervals from the profile of the likelihood too
  double step = 1e-3;          // of differences, as a share of the range from `from` to `to`
  std::function<void(std::size_t start, std::size_t iteration, double chi_squared)> progress = {};
};

struct Estimate {
  double value = 0.0, error = 0.0;   // error: standard deviation; of a logarithmic one: of the logarithm times the value
  double lower = 0.0, upper = 0.0;   // confidence interval
  bool at_bound = false;
  std::optional<double> profile_lower, profile_upper;  // infinite where the bound is reached first
};

// Parameters that the data cannot tell apart, or one that they say nothing about.
struct Undetermined {
  std::vector<std::size_t> parameters;
  double condition_index = 0.0;  // infinite where nothing depends on it
};

struct LeastSquaresResult {
  std::vector<Estimate> estimates;
  Eigen::MatrixXd correlation;
  std::vector<Undetermined> undetermined;
  double chi_squared = 0.0;        // without priors
  std::size_t residuals = 0;
  double scatter = 1.0;            // sqrt(chi^2 / (residuals - parameters)): 1 where errors are what they were said to be
  bool converged = false;
  std::string message;
  std::size_t evaluations = 0;     // of the model
  std::vector<double> minima;      // chi^2 + priors of each start, in their order; infinite where there was none
};

// Minimises sum r^2 + sum ((p - prior)/prior_error)^2 within the bounds with Ceres' trust-region method (Levenberg-Marquardt). Jacobian from
// `slopes`, or by central differences, all their points in one call. Intervals: Student's t where errors are not known, else normal. Undetermined: condition indices above 30
// with more than half of the variance of two or more parameters (Belsley, Kuh and Welsch 1980, Regression Diagnostics, ch. 3), one of which has a standard
// deviation above a quarter of its range; and parameters that do not move the residuals by their scatter on the way from one bound to the other.
// Throws SolverError where no start has an answer.
LeastSquaresResult least_squares(const std::vector<Unknown>& unknowns, const ResidualsAt& residuals, const LeastSquaresOptions& options, const SlopesAt& slopes = {});

}  // namespace brineflow
