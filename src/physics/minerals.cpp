#include "physics/minerals.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <Eigen/LU>

#include <algorithm>
#include <cmath>

// With n_k mol of mineral k, SI_k = ln(IAP / K) of the solution that is left, b - sum nu n, and s_k its
// undersaturation:
//
//   s_k + SI_k(b - sum nu n) = 0,   n_k >= 0, s_k >= 0, n_k s_k = 0                                     (1)
//
// the optimality conditions of the least Gibbs energy. Solved by a primal-dual interior-point method: n_k s_k
// = mu > 0, mu going to zero, n and s kept positive; (2) is Newton's step with ds eliminated, M = -dSI/dn:
//
//   (M + diag(s / n)) dn = mu / n + SI,   ds = M dn - (s + SI)                                          (2)
//
// and at the end Newton's method on SI = 0 for the minerals that are there.

namespace brineflow {
namespace {

constexpr double ln_10 = 2.302585092994046;
constexpr int max_iterations = 300;
constexpr double keep = 0.1;          // share of anything positive that one step leaves at least
constexpr double negligible = 1e-11;  // mol per kg of water: less of a component forms nothing

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

}  // namespace

MineralEquilibrium::MineralEquilibrium(const Speciation& solution, const MineralSet& set)
    : solution_(solution) {
  const ComponentSet& components = solution.components();
  for (const Mineral& mineral : set.minerals) {
    std::vector<Part> parts;
    double charge = 0.0;
    bool complete = true;
    for (const auto& [name, nu] : mineral.dissolves_to) {
      const auto at = components.find(name);
      complete = complete && at.has_value();
      if (!at) continue;
      parts.push_back({*at, nu});
      charge += nu * components[*at].charge;
    }
    if (!complete) continue;
    if (std::abs(charge) > 1e-9)
      throw InputError(
          fmt::format("{}: {} does not conserve charge as it dissolves", set.name, mineral.name));
    minerals_.push_back(mineral);
    parts_.push_back(std::move(parts));
  }
}

template <Scalar S>
void MineralEquilibrium::saturation_indices(std::span<const S> species_amounts, const S& T,
                                            std::span<S> indices) const {
  std::array<S, ComponentSet::max_size> ln_a;
  solution_.log_activities(species_amounts, T, std::span<S>(ln_a.data(), solution_.components().size()));
  const TemperatureTerms terms(value_of(T));
  for (std::size_t k = 0; k < minerals_.size(); ++k) {
    const TemperatureFunction& log_K = minerals_[k].log_K;
    S sum = -chain(T, log_K.at(terms), log_K.slope(terms));
    for (const Part& part : parts_[k]) sum += S(part.nu / ln_10) * ln_a[part.component];
    indices[k] = sum;
  }
}

// The equations (1) for some of the minerals and one total composition, per kg of water in it.
struct MineralEquilibrium::Problem {
  const MineralEquilibrium& minerals;
  double T;
  std::vector<double> totals;        // mol per kg of water in all
  std::vector<std::size_t> forming;  // numbers of the minerals
  Matrix nu;                         // by forming mineral and component
  Vector ln_K;
  std::vector<bool> may_vanish;  // by component: H+, whose total may have any sign

  // At the solution that is left:
  std::vector<double> left;
  Vector SI;
  Matrix M;  // -dSI/dn

  Problem(const MineralEquilibrium& m, std::span<const double> all, double temperature,
          const std::vector<bool>& may_form);
  bool evaluate(const Vector& n);
  double longest_step(const Vector& dn) const;
};

MineralEquilibrium::Problem::Problem(const MineralEquilibrium& m, std::span<const double> all,
                                     double temperature, const std::vector<bool>& may_form)
    : minerals(m), T(temperature) {
  const ComponentSet& components = m.solution_.components();
  const double water = all[0] * components[0].molar_mass;
  for (const double total : all) totals.push_back(total / water);
  may_vanish.assign(components.size(), false);
  if (const auto hydrogen = components.find("H+")) may_vanish[*hydrogen] = true;
  for (std::size_t k = 0; k < m.minerals_.size(); ++k) {
    const auto there = [&](const Part& part) {
      return may_vanish[part.component] || totals[part.component] > negligible;
    };
    const bool allowed = may_form.empty() ? m.minerals_[k].precipitates : static_cast<bool>(may_form[k]);
    if (allowed && std::all_of(m.parts_[k].begin(), m.parts_[k].end(), there)) forming.push_back(k);
  }
  const auto rows = static_cast<Eigen::Index>(forming.size()),
             columns = static_cast<Eigen::Index>(components.size());
  nu = Matrix::Zero(rows, columns);
  ln_K.resize(rows);
  const TemperatureTerms terms(T);
  for (Eigen::Index k = 0; k < rows; ++k) {
    const std::size_t number = forming[static_cast<std::size_t>(k)];
    for (const Part& part : m.parts_[number]) nu(k, static_cast<Eigen::Index>(part.component)) = part.nu;
    ln_K[k] = ln_10 * m.minerals_[number].log_K.at(terms);
  }
}

// False when no solution is left at n, or its species are not found.
bool MineralEquilibrium::Problem::evaluate(const Vector& n) {
  const Speciation& solution = minerals.solution_;
  const std::size_t size = solution.components().size(), species = solution.species().size();
  left = totals;
  for (std::size_t b = 0; b < size; ++b) left[b] -= nu.col(static_cast<Eigen::Index>(b)).dot(n);
  std::array<Dual, ComponentSet::max_size> dual, amounts, ln_a;
  Matrix slopes(size, size);  // d ln a / d left
  Vector values(size);
  try {
    for (std::size_t first = 0; first < size; first += dual_width) {
      for (std::size_t b = 0; b < size; ++b)
        dual[b] =
            b >= first && b < first + dual_width ? Dual(left[b], static_cast<int>(b - first)) : Dual(left[b]);
      solution.speciate(std::span<const Dual>(dual.data(), size), Dual(T),
                        std::span<Dual>(amounts.data(), species));
      solution.log_activities(std::span<const Dual>(amounts.data(), species), Dual(T),
                              std::span<Dual>(ln_a.data(), size));
      for (std::size_t a = 0; a < size; ++a) {
        values[static_cast<Eigen::Index>(a)] = ln_a[a].a;
        for (std::size_t b = first; b < std::min(size, first + dual_width); ++b)
          slopes(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)) =
              ln_a[a].v[static_cast<Eigen::Index>(b - first)];
      }
    }
  } catch (const NoEquilibrium&) {
    return false;
  }
  SI = nu * values - ln_K;
  M = nu * slopes * nu.transpose();
  return SI.allFinite() && M.allFinite();
}

// How much of a step leaves a share `keep` of every component in solution.
double MineralEquilibrium::Problem::longest_step(const Vector& dn) const {
  double longest = 1.0;
  for (std::size_t b = 0; b < left.size(); ++b) {
    const double change = -nu.col(static_cast<Eigen::Index>(b)).dot(dn);
    if (!may_vanish[b] && change < 0.0) longest = std::min(longest, (keep - 1.0) * left[b] / change);
  }
  return longest;
}

namespace {

double longest_positive(const Vector& x, const Vector& dx) {
  double longest = 1.0;
  for (Eigen::Index k = 0; k < x.size(); ++k)
    if (dx[k] < 0.0) longest = std::min(longest, -(1.0 - 0.1 * keep) * x[k] / dx[k]);
  return longest;
}

}  // namespace

SolidEquilibrium MineralEquilibrium::equilibrate(std::span<const double> totals, double T,
                                                 const std::vector<bool>& may_form) const {
  const double water = totals[0] * solution_.components()[0].molar_mass;
  SolidEquilibrium result{{totals.begin(), totals.end()}, std::vector<double>(minerals_.size(), 0.0)};
  Problem problem(*this, totals, T, may_form);
  const auto size = static_cast<Eigen::Index>(problem.forming.size());
  if (size == 0) return result;
  const auto refuse = [&](const char* why) {
    throw NoEquilibrium(fmt::format("no equilibrium of brine and minerals at {:.4g} K: {}", T, why));
  };
  if (!problem.evaluate(Vector::Zero(size))) refuse("the solution itself has none");
  if (problem.SI.maxCoeff() <= 0.0) return result;

  Vector n(size), s(size);
  for (Eigen::Index k = 0; k < size; ++k) {
    double most = 1e3;  // mol that the components allow
    for (Eigen::Index b = 0; b < problem.nu.cols(); ++b)
      if (problem.nu(k, b) > 0.0 && !problem.may_vanish[static_cast<std::size_t>(b)])
        most = std::min(most, problem.totals[static_cast<std::size_t>(b)] / problem.nu(k, b));
    n[k] = 0.01 * most / static_cast<double>(size);
    s[k] = std::max(1.0, -problem.SI[k]);
  }
  bool good = problem.evaluate(n);
  bool converged = false;
  for (int iteration = 0; good && iteration < max_iterations; ++iteration) {
    result.iterations = iteration + 1;
    const double gap = n.dot(s) / static_cast<double>(size),
                 mismatch = (s + problem.SI).cwiseAbs().maxCoeff();
    converged = gap < 1e-15 && mismatch < 1e-9;
    if (converged) break;
    // Follow the path to zero gap faster the better the equations hold.
    const double mu = mismatch > 1.0 ? gap : std::max(0.1 * gap, 1e-16);
    Matrix matrix = problem.M;
    matrix.diagonal() += (s.array() / n.array()).matrix();
    const Vector right = (mu / n.array()).matrix() + problem.SI;
    const Vector dn = matrix.partialPivLu().solve(right);
    const Vector ds = problem.M * dn - (s + problem.SI);
    double step = std::min({longest_positive(n, dn), longest_positive(s, ds), problem.longest_step(dn)});
    const std::vector<double> before = problem.left;
    for (int trial = 0;; ++trial, step *= 0.5) {
      if (trial == 30) refuse("the search stands still");
      if (problem.evaluate(n + step * dn)) break;
      problem.left = before;
    }
    n += step * dn;
    s += step * ds;
  }
  if (!converged)
    refuse(problem.left[0] < 1e-3 * problem.totals[0] ? "hardly any water is left"
                                                      : "the search does not end");

  for (Eigen::Index k = 0; k < size; ++k)
    if (n[k] > s[k]) result.solids[problem.forming[static_cast<std::size_t>(k)]] = n[k] * water;
  // What is left follows from the solids that are kept, so that nothing is lost.
  for (std::size_t b = 0; b < totals.size(); ++b) {
    double bound = 0.0;
    for (Eigen::Index k = 0; k < size; ++k)
      bound += problem.nu(k, static_cast<Eigen::Index>(b)) *
               result.solids[problem.forming[static_cast<std::size_t>(k)]];
    result.dissolved[b] = totals[b] - bound;
  }
  return result;
}

template void MineralEquilibrium::saturation_indices<double>(std::span<const double>, const double&,
                                                             std::span<double>) const;
template void MineralEquilibrium::saturation_indices<Dual>(std::span<const Dual>, const Dual&,
                                                           std::span<Dual>) const;
template void MineralEquilibrium::saturation_indices<Trace>(std::span<const Trace>, const Trace&,
                                                            std::span<Trace>) const;

}  // namespace brineflow
