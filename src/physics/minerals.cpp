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

namespace brineflow {
namespace {

constexpr double ln_10 = 2.302585092994046;
constexpr int max_iterations = 300;
constexpr double keep = 0.1;          // share of anything positive that one step leaves at least
constexpr double far_beyond = 2.0;    // of the ionic strength that the activities were fitted to
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
  double ionic_strength(const std::vector<double>& amounts) const;
  Vector first_solids() const;
  const char* follow(Vector& n, Vector& s, double final_gap, double final_mismatch, int& iterations);
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

// A little of every mineral.
Vector MineralEquilibrium::Problem::first_solids() const {
  Vector n(nu.rows());
  for (Eigen::Index k = 0; k < nu.rows(); ++k) {
    double most = 1e3;  // mol that the components allow
    for (std::size_t b = 0; b < totals.size(); ++b)
      if (const double share = nu(k, static_cast<Eigen::Index>(b)); share > 0.0 && !may_vanish[b])
        most = std::min(most, totals[b] / share);
    n[k] = 0.01 * most / static_cast<double>(nu.rows());
  }
  return n;
}

// Of components as if nothing were formed; mol per kg of water in `amounts`.
double MineralEquilibrium::Problem::ionic_strength(const std::vector<double>& amounts) const {
  const ComponentSet& components = minerals.solution_.components();
  double I = 0.0;
  for (std::size_t b = 1; b < amounts.size(); ++b)
    if (!may_vanish[b]) I += 0.5 * components[b].charge * components[b].charge * std::max(amounts[b], 0.0);
  return I / (amounts[0] * components[0].molar_mass);
}

// Newton steps (2) with mu falling until n.s / size <= gap and (1) holds within `mismatch`; what is in the
// way, or nullptr.
const char* MineralEquilibrium::Problem::follow(Vector& n, Vector& s, double final_gap, double final_mismatch,
                                                int& iterations) {
  const auto size = static_cast<double>(n.size());
  for (int iteration = 0; iteration < max_iterations; ++iteration, ++iterations) {
    const double gap = n.dot(s) / size, mismatch = (s + SI).cwiseAbs().maxCoeff();
    if (gap <= final_gap && mismatch <= final_mismatch) return nullptr;
    // Go on to a smaller gap only as the equations come to hold.
    const double mu = mismatch > 1.0 ? gap : std::max(0.1 * gap, 0.1 * final_gap);
    Matrix matrix = M;
    matrix.diagonal() += (s.array() / n.array()).matrix();
    const Vector dn = matrix.partialPivLu().solve((mu / n.array()).matrix() + SI);
    const Vector ds = M * dn - (s + SI);
    double step = std::min({longest_positive(n, dn), longest_positive(s, ds), longest_step(dn)});
    const std::vector<double> before = left;
    for (int trial = 0;; ++trial, step *= 0.5) {
      if (trial == 30) return "the search stands still";
      if (evaluate(n + step * dn)) break;
      left = before;
    }
    n += step * dn;
    s += step * ds;
  }
  return left[0] < 1e-3 * totals[0] ? "hardly any water is left" : "the search does not end";
}

SolidEquilibrium MineralEquilibrium::equilibrate(std::span<const double> totals, double T,
                                                 const std::vector<bool>& may_form) const {
  const double water = totals[0] * solution_.components()[0].molar_mass;
  SolidEquilibrium result{{totals.begin(), totals.end()}, std::vector<double>(minerals_.size(), 0.0)};
  Problem problem(*this, totals, T, may_form);
  const auto size = static_cast<Eigen::Index>(problem.forming.size());
  if (size == 0) return result;
  const auto refuse = [&](const std::string& why) {
    throw NoEquilibrium(fmt::format("no equilibrium of brine and minerals at {:.4g} K: {}", T, why));
  };
  // Far beyond saturation the activity model means nothing: begin with more water and take it away in stages.
  const double true_water = problem.totals[0];
  double dilution = std::max(1.0, problem.ionic_strength(problem.totals) / 8.0);
  problem.totals[0] = dilution * true_water;
  if (!problem.evaluate(Vector::Zero(size))) refuse("the species of the solution itself are not found");
  if (dilution == 1.0 && problem.SI.maxCoeff() <= 0.0) return result;
  Vector n = problem.first_solids(), s = (-problem.SI).cwiseMax(1.0);
  if (!problem.evaluate(n)) refuse("the species of the solution are not found");
  while (true) {
    const bool last = dilution == 1.0;
    const char* fault = problem.follow(n, s, last ? 1e-13 : 1e-5, last ? 1e-9 : 1e-2, result.iterations);
    if (fault != nullptr) refuse(fault);
    if (last) break;
    // No stage takes more than a tenth of the water that is left: what supersaturates in between stays within reach.
    dilution = std::max(1.0, dilution - 0.1 * problem.left[0] / true_water);
    problem.totals[0] = dilution * true_water;
    if (!problem.evaluate(n)) refuse("the species of the solution are not found");
  }

  // Where minerals that would form are not in the set, the search ends in brines that do not exist.
  if (const double limit = far_beyond * solution_.activities().ionic_strength_up_to(),
      I = problem.ionic_strength(problem.left);
      limit > 0.0 && I > limit)
    refuse(
        fmt::format("the brine that would be left, of ionic strength {:.3g} mol/kg, lies far beyond what the "
                    "activities hold for",
                    I));

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
