#include "physics/membrane_barrier.hpp"

#include "base/error.hpp"

#include <Eigen/Dense>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace brineflow {

template <Scalar S>
void face_over_permeate(const MembraneBarrier<S>& barrier, std::span<const int> z, const S& J_v, std::span<const S> c_p, std::span<S> ratio) {
  if (const auto* diffusion = std::get_if<SolutionDiffusion<S>>(&barrier)) sdem::face_over_permeate<S>(z, diffusion->permeability, J_v, c_p, ratio);
  else dspm_de::face_over_permeate<S>(std::get<dspm_de::Pore<S>>(barrier), J_v, c_p, ratio);
}

#define BRINEFLOW_INSTANTIATE(S) \
  template void face_over_permeate<S>(const MembraneBarrier<S>&, std::span<const int>, const S&, std::span<const S>, std::span<S>);
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

namespace {

std::vector<Dual> constants(std::span<const double> values) { return std::vector<Dual>(values.begin(), values.end()); }

// The numbers of a barrier as constants for derivatives.
class ConstantBarrier {
 public:
  explicit ConstantBarrier(const MembraneBarrier<double>& from) : from_(from) {
    if (const auto* diffusion = std::get_if<SolutionDiffusion<double>>(&from)) keep({diffusion->permeability});
    if (const auto* pore = std::get_if<dspm_de::Pore<double>>(&from)) keep({pore->feed_partition, pore->permeate_partition, pore->resistance, pore->convection});
  }

  MembraneBarrier<Dual> barrier() const {
    const auto* pore = std::get_if<dspm_de::Pore<double>>(&from_);
    if (pore == nullptr) return SolutionDiffusion<Dual>{kept_[0]};
    return dspm_de::Pore<Dual>{pore->z, kept_[0], kept_[1], kept_[2], kept_[3], Dual(pore->charge), pore->profile, pore->steps};
  }

 private:
  void keep(std::initializer_list<std::span<const double>> lists) {
    for (const auto& list : lists) kept_.push_back(constants(list));
  }

  const MembraneBarrier<double>& from_;
  std::vector<std::vector<Dual>> kept_;
};

TransmissionMismatch mismatch(const MembranePoint& point, double J_v, const std::vector<double>& at) {
  const std::size_t n = at.size();
  TransmissionMismatch result{1.0, std::vector<double>(n), std::vector<double>(n * n)};
  const ConstantBarrier constant(point.barrier);
  const std::vector<Dual> k = constants(point.mass_transfer), bulk = constants(point.c_bulk);
  std::vector<Dual> barrier(n), film(n), c_p(n);
  for (std::size_t first = 0; first < n; first += dual_width) {
    std::vector<Dual> T = constants(at);
    const std::size_t last = std::min(n, first + dual_width);
    for (std::size_t j = first; j < last; ++j) T[j].v[static_cast<Eigen::Index>(j - first)] = 1.0;
    for (std::size_t i = 0; i < n; ++i) c_p[i] = T[i] * bulk[i];
    face_over_permeate<Dual>(constant.barrier(), point.z, Dual(J_v), c_p, barrier);
    sdem::face_over_bulk<Dual>(point.z, k, Dual(J_v), bulk, T, film);
    for (std::size_t i = 0; i < n; ++i) {
      const Dual difference = film[i] - barrier[i] * T[i];
      result.value[i] = difference.a;
      result.face = std::max(result.face, std::abs(film[i].a));
      for (std::size_t j = first; j < last; ++j)
        result.jacobian[i * n + j] = difference.v[static_cast<Eigen::Index>(j - first)];
    }
  }
  return result;
}

// Newton's method from T; a transmission loses at most nine tenths of itself in one step, so that it stays positive.
// True when both the step and the mismatch are down to round-off.
bool newton(const MismatchAt& mismatch, double J_v, std::vector<double>& T) {
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto n = static_cast<Eigen::Index>(T.size());
  if (n == 0) return true;
  for (int iteration = 0; iteration < 25; ++iteration) {
    const TransmissionMismatch m = mismatch(J_v, T);
    const Eigen::Map<const Eigen::VectorXd> value(m.value.data(), n);
    const Eigen::Map<const Rows> jacobian(m.jacobian.data(), n, n);
    if (!value.allFinite() || !jacobian.allFinite()) return false;
    const Eigen::VectorXd step = jacobian.partialPivLu().solve(value);
    if (!step.allFinite()) return false;
    double change = 0.0;
    for (std::size_t i = 0; i < T.size(); ++i) {
      const double next = std::max(T[i] - step[static_cast<Eigen::Index>(i)], 0.1 * T[i]);
      change = std::max(change, std::abs(next - T[i]));
      T[i] = next;
    }
    if (change <= 1e-11 && value.cwiseAbs().maxCoeff() <= 1e-8 * m.face) return true;
  }
  return false;
}

}  // namespace

bool continue_transmissions(const MembranePoint& point, double J_from, double J_to, std::vector<double>& T) {
  return continue_transmissions([&](double J_v, const std::vector<double>& at) { return mismatch(point, J_v, at); }, J_from, J_to, T);
}

bool continue_transmissions(const MismatchAt& mismatch, double J_from, double J_to, std::vector<double>& T) {
  std::vector<double> present = T;
  double J = J_from, stride = J_to - J_from;
  for (int stage = 0; stage < 200; ++stage) {
    const double target = std::abs(J_to - J) <= std::abs(stride) ? J_to : J + stride;
    std::vector<double> trial = present;
    if (newton(mismatch, target, trial)) {
      present = trial;
      J = target;
      if (J == J_to) {
        T = present;
        return true;
      }
      stride *= 1.5;
    } else {
      stride *= 0.25;
    }
  }
  return false;
}

std::vector<double> transmissions(const MembranePoint& point, double J_v) {
  std::vector<double> T(point.z.size(), 1.0);
  if (!continue_transmissions(point, 0.01 * J_v, J_v, T))
    throw SolverError(fmt::format("no permeate composition found at a volume flux of {:.4g} m/s", J_v));
  return T;
}

}  // namespace brineflow
