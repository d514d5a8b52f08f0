#include "study/least_squares.hpp"

#include "base/error.hpp"
#include "study/sampling.hpp"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <ceres/ceres.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::uint64_t seed_of_starts = 1;
constexpr double worst_condition_index = 30.0;
constexpr double share_of_variance = 0.5;
constexpr double open_share = 0.25;       // of its range: with a larger standard deviation a parameter is not known
constexpr double profile_accuracy = 0.02;  // of the standard deviation
constexpr int profile_steps = 12;

// Every unknown runs from 0 to 1 between its bounds.
double to_share(const Unknown& u, double value) {
  return u.logarithmic ? std::log(value / u.from) / std::log(u.to / u.from) : (value - u.from) / (u.to - u.from);
}
double from_share(const Unknown& u, double share) {
  return u.logarithmic ? u.from * std::pow(u.to / u.from, share) : u.from + share * (u.to - u.from);
}
// dvalue/dshare there.
double slope_of(const Unknown& u, double value) { return u.logarithmic ? value * std::log(u.to / u.from) : u.to - u.from; }
// Standard deviation of the prior, in shares.
double prior_width(const Unknown& u) { return u.logarithmic ? std::log1p(*u.prior_error) / std::log(u.to / u.from) : *u.prior_error / (u.to - u.from); }

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

class Model {
 public:
  Model(const std::vector<Unknown>& unknowns, const ResidualsAt& residuals, const SlopesAt& slopes, double step)
      : unknowns_(unknowns), residuals_(residuals), slopes_(slopes), step_(step) {}

  std::size_t evaluations = 0;

  std::size_t parameters() const { return unknowns_.size(); }

  // Residuals and priors at points of shares.
  std::vector<std::optional<Vector>> at(const std::vector<Vector>& points) {
    std::vector<std::vector<double>> asked;
    for (const Vector& x : points) asked.push_back(values_of(x));
    evaluations += points.size();
    std::vector<std::optional<Vector>> answers;
    const std::vector<Residuals> found = residuals_(asked);
    for (std::size_t k = 0; k < points.size(); ++k) {
      if (!found[k] || !std::all_of(found[k]->begin(), found[k]->end(), [](double r) { return std::isfinite(r); })) {
        answers.emplace_back();
        continue;
      }
      size_ = found[k]->size();
      answers.emplace_back(with_priors(*found[k], points[k]));
    }
    return answers;
  }

  // Of a point whose residuals are known; nothing where none can be had.
  std::optional<Matrix> jacobian(const Vector& x) {
    if (slopes_)
      if (const auto by_value = slopes_(values_of(x)); by_value && by_value->allFinite()) return by_share(*by_value, x);
    return differences(x);
  }

  std::size_t size() const { return size_; }                  // of the residuals without priors
  std::size_t rows() const { return size_ + count_priors(); }

 private:
  std::vector<double> values_of(const Vector& x) const {
    std::vector<double> values;
    for (std::size_t k = 0; k < unknowns_.size(); ++k) values.push_back(from_share(unknowns_[k], x[static_cast<Eigen::Index>(k)]));
    return values;
  }

  Matrix by_share(const Matrix& by_value, const Vector& x) const {
    Matrix result = Matrix::Zero(static_cast<Eigen::Index>(rows()), x.size());
    Eigen::Index prior = by_value.rows();
    for (Eigen::Index k = 0; k < x.size(); ++k) {
      const Unknown& u = unknowns_[static_cast<std::size_t>(k)];
      result.col(k).head(by_value.rows()) = by_value.col(k) * slope_of(u, from_share(u, x[k]));
      if (u.prior) result(prior++, k) = 1.0 / prior_width(u);
    }
    return result;
  }

  // Central, within the bounds; nothing where a point has no answer.
  std::optional<Matrix> differences(const Vector& x) {
    std::vector<Vector> points;
    for (Eigen::Index k = 0; k < x.size(); ++k)
      for (const double sign : {1.0, -1.0}) {
        Vector moved = x;
        moved[k] = std::clamp(x[k] + sign * step_, 0.0, 1.0);
        points.push_back(moved);
      }
    const auto answers = at(points);
    Matrix result;
    for (Eigen::Index k = 0; k < x.size(); ++k) {
      const auto up = static_cast<std::size_t>(2 * k), down = up + 1;
      if (!answers[up] || !answers[down]) return std::nullopt;
      if (k == 0) result.resize(answers[up]->size(), x.size());
      result.col(k) = (*answers[up] - *answers[down]) / (points[up][k] - points[down][k]);
    }
    return result;
  }

  std::size_t count_priors() const {
    return static_cast<std::size_t>(std::count_if(unknowns_.begin(), unknowns_.end(), [](const Unknown& u) { return u.prior.has_value(); }));
  }

  Vector with_priors(const std::vector<double>& residuals, const Vector& x) const {
    Vector all(static_cast<Eigen::Index>(residuals.size() + count_priors()));
    std::copy(residuals.begin(), residuals.end(), all.data());
    Eigen::Index row = static_cast<Eigen::Index>(residuals.size());
    for (std::size_t k = 0; k < unknowns_.size(); ++k)
      if (unknowns_[k].prior)
        all[row++] = (x[static_cast<Eigen::Index>(k)] - to_share(unknowns_[k], *unknowns_[k].prior)) / prior_width(unknowns_[k]);
    return all;
  }

  const std::vector<Unknown>& unknowns_;
  const ResidualsAt& residuals_;
  const SlopesAt& slopes_;
  double step_;
  std::size_t size_ = 0;
};

// The model to Ceres: one block of all parameters. The last residuals are kept, as they are asked for again with their Jacobian.
class Cost : public ceres::CostFunction {
 public:
  explicit Cost(Model& model, const std::vector<Eigen::Index>& free, Vector at) : model_(model), free_(free), at_(std::move(at)) {
    mutable_parameter_block_sizes()->push_back(static_cast<int>(free.size()));
    set_num_residuals(static_cast<int>(model.rows()));
  }

  bool Evaluate(double const* const* parameters, double* residuals, double** jacobians) const override {
    Vector x = at_;
    for (std::size_t k = 0; k < free_.size(); ++k) x[free_[k]] = parameters[0][k];
    if (!known_ || *known_ != x) {
      auto answer = std::move(model_.at({x}).front());
      if (!answer) return false;
      known_ = x;
      last_ = std::move(*answer);
    }
    std::copy(last_.data(), last_.data() + last_.size(), residuals);
    if (jacobians == nullptr || jacobians[0] == nullptr) return true;
    const auto matrix = model_.jacobian(x);
    if (!matrix) return false;
    for (Eigen::Index row = 0; row < matrix->rows(); ++row)
      for (std::size_t k = 0; k < free_.size(); ++k)
        jacobians[0][static_cast<std::size_t>(row) * free_.size() + k] = (*matrix)(row, free_[k]);
    return true;
  }

 private:
  Model& model_;
  std::vector<Eigen::Index> free_;
  Vector at_;
  mutable std::optional<Vector> known_;
  mutable Vector last_;
};

struct Minimum {
  Vector x;
  double cost = infinity;  // sum of squares with priors
  bool converged = false;
  std::string message;
};

class Reporter : public ceres::IterationCallback {
 public:
  Reporter(const LeastSquaresOptions& options, std::size_t start) : options_(options), start_(start) {}
  ceres::CallbackReturnType operator()(const ceres::IterationSummary& summary) override {
    if (options_.progress) options_.progress(start_, static_cast<std::size_t>(summary.iteration), 2.0 * summary.cost);
    return ceres::SOLVER_CONTINUE;
  }

 private:
  const LeastSquaresOptions& options_;
  std::size_t start_;
};

// From x over the parameters in `free`.
Minimum minimise(Model& model, Vector x, const std::vector<Eigen::Index>& free, const LeastSquaresOptions& options, std::size_t start) {
  Minimum result{x, infinity, false, "the model has no answer there"};
  if (!model.at({x}).front()) return result;
  std::vector<double> values;
  for (const Eigen::Index k : free) values.push_back(x[k]);
  ceres::Problem problem;
  problem.AddResidualBlock(new Cost(model, free, x), nullptr, values.data());
  for (int k = 0; k < static_cast<int>(free.size()); ++k) {
    problem.SetParameterLowerBound(values.data(), k, 0.0);
    problem.SetParameterUpperBound(values.data(), k, 1.0);
  }
  Reporter reporter(options, start);
  ceres::Solver::Options settings;
  settings.linear_solver_type = ceres::DENSE_QR;
  settings.max_num_iterations = static_cast<int>(options.iterations);
  settings.logging_type = ceres::SILENT;
  settings.function_tolerance = 1e-5;  // of chi^2: far below what tells two sets of parameters apart, and above the noise of the runs
  settings.parameter_tolerance = 1e-6;
  settings.callbacks.push_back(&reporter);
  ceres::Solver::Summary summary;
  ceres::Solve(settings, &problem, &summary);
  for (std::size_t k = 0; k < free.size(); ++k) result.x[free[k]] = values[k];
  if (!summary.IsSolutionUsable()) {
    result.message = summary.message;
    return result;
  }
  result.cost = 2.0 * summary.final_cost;
  result.converged = summary.termination_type == ceres::CONVERGENCE;
  result.message = summary.message;
  return result;
}

std::vector<Eigen::Index> all_but(Eigen::Index count, Eigen::Index left_out = -1) {
  std::vector<Eigen::Index> free;
  for (Eigen::Index k = 0; k < count; ++k)
    if (k != left_out) free.push_back(k);
  return free;
}

std::vector<Vector> starting_points(const std::vector<Unknown>& unknowns, std::size_t count) {
  Vector first(static_cast<Eigen::Index>(unknowns.size()));
  for (std::size_t k = 0; k < unknowns.size(); ++k) first[static_cast<Eigen::Index>(k)] = std::clamp(to_share(unknowns[k], unknowns[k].start), 0.0, 1.0);
  std::vector<Vector> points{first};
  if (count < 2) return points;
  const Samples samples = latin_hypercube(count - 1, unknowns.size(), seed_of_starts);
  for (std::size_t k = 0; k < samples.size(); ++k) {
    Vector point(first.size());
    for (std::size_t d = 0; d < unknowns.size(); ++d) point[static_cast<Eigen::Index>(d)] = samples.at(k, d);
    points.push_back(point);
  }
  return points;
}

// Parameters that depend on each other near the minimum, or on nothing.
std::vector<Undetermined> undetermined(const Matrix& jacobian, const Vector& width, double scatter) {
  std::vector<Undetermined> result;
  std::vector<Eigen::Index> seen;
  for (Eigen::Index k = 0; k < jacobian.cols(); ++k) {
    // All the way from one bound to the other moves the residuals less than their scatter does.
    if (jacobian.col(k).norm() < scatter) result.push_back({{static_cast<std::size_t>(k)}, infinity});
    else seen.push_back(k);
  }
  if (seen.size() < 2) return result;
  Matrix scaled(jacobian.rows(), static_cast<Eigen::Index>(seen.size()));
  for (std::size_t k = 0; k < seen.size(); ++k) scaled.col(static_cast<Eigen::Index>(k)) = jacobian.col(seen[k]).normalized();
  const Eigen::JacobiSVD<Matrix> svd(scaled, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Vector sigma = svd.singularValues().cwiseMax(1e-300);
  Matrix part(scaled.cols(), scaled.cols());  // of the variance of a parameter (row) in a direction (column)
  for (Eigen::Index j = 0; j < part.rows(); ++j)
    for (Eigen::Index k = 0; k < part.cols(); ++k) part(j, k) = std::pow(svd.matrixV()(j, k) / sigma[k], 2);
  for (Eigen::Index j = 0; j < part.rows(); ++j) part.row(j) /= part.row(j).sum();
  for (Eigen::Index k = 0; k < part.cols(); ++k) {
    const double index = sigma[0] / sigma[k];
    if (index < worst_condition_index) continue;
    Undetermined found{{}, index};
    for (Eigen::Index j = 0; j < part.rows(); ++j)
      if (part(j, k) > share_of_variance) found.parameters.push_back(static_cast<std::size_t>(seen[static_cast<std::size_t>(j)]));
    // Collinear, and nothing else settles them: where a prior does, they are known.
    const bool open = std::any_of(found.parameters.begin(), found.parameters.end(), [&](std::size_t j) { return width[static_cast<Eigen::Index>(j)] > open_share; });
    if (found.parameters.size() > 1 && open) result.push_back(std::move(found));
  }
  return result;
}

// (J^T J)^-1 with infinite variances along directions that nothing depends on.
Matrix covariance_of(const Matrix& jacobian) {
  const Eigen::JacobiSVD<Matrix> svd(jacobian, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Vector sigma = svd.singularValues();
  Matrix covariance = Matrix::Zero(jacobian.cols(), jacobian.cols());
  for (Eigen::Index k = 0; k < sigma.size(); ++k) {
    const double s = std::max(sigma[k], 1e-12 * std::max(sigma[0], 1e-300));
    covariance += svd.matrixV().col(k) * svd.matrixV().col(k).transpose() / (s * s);
  }
  return covariance;
}

// Where the likelihood, maximised over all other parameters, falls to the edge of the interval on one side.
double profile_edge(Model& model, const Minimum& best, Eigen::Index k, double side, double width, double rise, const LeastSquaresOptions& options) {
  Vector x = best.x;
  double inside = best.x[k], outside = infinity * side;
  double trial = best.x[k] + side * width;
  for (int step = 0; step < profile_steps; ++step) {
    const double bound = side > 0 ? 1.0 : 0.0;
    trial = std::clamp(trial, 0.0, 1.0);
    Vector start = x;
    start[k] = trial;
    const std::vector<Eigen::Index> others = all_but(x.size(), k);
    double cost = infinity;
    if (others.empty()) {
      if (const auto r = model.at({start}).front()) cost = r->squaredNorm();
    } else {
      const Minimum there = minimise(model, start, others, options, 0);
      cost = there.cost;
      if (std::isfinite(cost)) x = there.x;
    }
    if (cost > best.cost + rise) outside = trial;
    else inside = trial;
    if (inside == bound) return infinity * side;  // the bound comes first
    if (std::isfinite(outside) && std::abs(outside - inside) < profile_accuracy * width) break;
    // The rise is nearly a parabola: its root is a good next point; where that falls outside the bracket, the middle.
    const double reach = trial - best.x[k];
    double next = std::isfinite(cost) && cost > best.cost ? best.x[k] + reach * std::sqrt(rise / (cost - best.cost)) : trial + side * width;
    if (std::isfinite(outside)) {
      const double low = std::min(inside, outside), high = std::max(inside, outside);
      if (!(next > low + 0.05 * (high - low) && next < high - 0.05 * (high - low))) next = 0.5 * (low + high);
    } else if (side * (next - inside) < 0.1 * width) {
      next = inside + side * width;
    }
    trial = next;
  }
  return 0.5 * (inside + (std::isfinite(outside) ? outside : inside));
}

// One step of Gauss and Newton with the Jacobian of the intervals, which is there anyway: the search stops where chi^2 hardly changes, a little beside the minimum.
void take_last_step(Model& model, const Matrix& jacobian, Minimum& best, Vector& residuals) {
  const Vector next = best.x - jacobian.completeOrthogonalDecomposition().solve(residuals);
  if (!(next.minCoeff() >= 0.0 && next.maxCoeff() <= 1.0)) return;
  const auto there = model.at({next}).front();
  if (!there || there->squaredNorm() > best.cost) return;
  best.x = next;
  best.cost = there->squaredNorm();
  residuals = *there;
}

}  // namespace

LeastSquaresResult least_squares(const std::vector<Unknown>& unknowns, const ResidualsAt& residuals, const LeastSquaresOptions& options, const SlopesAt& slopes) {
  Model model(unknowns, residuals, slopes, options.step);
  LeastSquaresResult result;
  Minimum best;
  const std::vector<Vector> starts = starting_points(unknowns, options.starts);
  for (std::size_t k = 0; k < starts.size(); ++k) {
    const Minimum found = minimise(model, starts[k], all_but(starts[k].size()), options, k);
    result.minima.push_back(found.cost);
    if (found.cost < best.cost || best.x.size() == 0) best = found;
  }
  if (!std::isfinite(best.cost)) throw SolverError(fmt::format("no start of the fit has an answer: {}", best.message));
  const auto jacobian = model.jacobian(best.x);
  auto final_residuals = model.at({best.x}).front();
  if (jacobian && final_residuals) take_last_step(model, *jacobian, best, *final_residuals);
  if (!final_residuals || !jacobian) throw SolverError("the model has no answer beside the best fit: bounds that leave room around it may help");

  const auto n = static_cast<double>(model.size());
  const auto p = static_cast<double>(unknowns.size());
  const double freedom = std::max(n - p, 1.0);
  result.converged = best.converged;
  result.message = best.message;
  result.residuals = model.size();
  result.chi_squared = final_residuals->head(static_cast<Eigen::Index>(model.size())).squaredNorm();
  result.scatter = std::sqrt(result.chi_squared / freedom);
  const double scale = options.errors_known ? 1.0 : result.scatter;
  const double tail = 0.5 * (1.0 + options.confidence);
  const double quantile = options.errors_known ? boost::math::quantile(boost::math::normal(), tail) : boost::math::quantile(boost::math::students_t(freedom), tail);

  const Matrix covariance = covariance_of(*jacobian) * scale * scale;
  const Vector width = covariance.diagonal().cwiseSqrt();
  result.correlation = width.cwiseInverse().asDiagonal() * covariance * width.cwiseInverse().asDiagonal();
  result.undetermined = undetermined(*jacobian, width, scale);
  for (Eigen::Index k = 0; k < best.x.size(); ++k) {
    const Unknown& u = unknowns[static_cast<std::size_t>(k)];
    Estimate estimate;
    estimate.value = from_share(u, best.x[k]);
    estimate.error = slope_of(u, estimate.value) * width[k];
    estimate.lower = from_share(u, best.x[k] - quantile * width[k]);
    estimate.upper = from_share(u, best.x[k] + quantile * width[k]);
    estimate.at_bound = best.x[k] < 1e-6 || best.x[k] > 1.0 - 1e-6;
    if (options.profile) {
      const double rise = std::pow(quantile * scale, 2);
      const auto edge = [&](double side) {
        const double share = profile_edge(model, best, k, side, quantile * width[k], rise, options);
        return std::isfinite(share) ? from_share(u, share) : share;
      };
      estimate.profile_lower = edge(-1.0);
      estimate.profile_upper = edge(1.0);
    }
    result.estimates.push_back(estimate);
  }
  result.evaluations = model.evaluations;
  return result;
}

}  // namespace brineflow
