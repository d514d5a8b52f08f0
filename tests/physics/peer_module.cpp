#include "peer_module.hpp"

#include "physics/hindered_transport.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <functional>

namespace brineflow::test {
namespace {

constexpr double temperature = 298.15, gas_constant = 8.314462618, faraday = 96485.33212;
constexpr double permeate_pressure = 101325.0, viscosity = 1e-3, solution_density = 1000.0, water_density = 996.8923398437499;
constexpr double water_molar_mass = 0.018, velocity = 0.25, channel_height = 5e-4;
constexpr double mixing_efficiency = 0.5, mixing_length = 0.6;

using Values = std::vector<double>;

// A root of a rising function, by bisection from a bracket that holds it.
double rising_root(const std::function<double(double)>& f, double low, double high) {
  for (int pass = 0; pass < 200; ++pass) {
    const double middle = 0.5 * (low + high);
    (f(middle) > 0.0 ? high : low) = middle;
  }
  return 0.5 * (low + high);
}

Values davies(const PeerModule& m, const Values& c) {
  double I = 0.0, water = solution_density;
  for (std::size_t i = 0; i < c.size(); ++i) {
    I += 0.5 * m.ions[i].z * m.ions[i].z * c[i];
    water -= c[i] * m.ions[i].molar_mass;
  }
  I /= water;  // mol/kg
  Values result;
  for (const PoreIon& ion : m.ions)
    result.push_back(m.davies ? std::exp(-0.01555 * ion.z * ion.z * (std::sqrt(I) / (1.0 + std::sqrt(I)) - 0.3 * I)) : 1.0);
  return result;
}

// One end of the channel.
class End {
 public:
  End(const PeerModule& module, Values bulk, double speed) : m_(module), bulk_(std::move(bulk)), speed_(speed) {
    for (const PoreIon& ion : m_.ions) {
      const double lambda = relative_size(ion.stokes_radius, m_.membrane.pore_radius);
      z_.push_back(ion.z);
      partition_.push_back(steric_partition(lambda) *
                           born_partition(ion.z, ion.stokes_radius, m_.membrane.dielectric, m_.membrane.bulk_dielectric, temperature));
      resistance_.push_back(m_.membrane.thickness / (hindered_diffusion(lambda) * ion.diffusion));
      convection_.push_back(hindered_convection(lambda));
    }
    feed_ratio_ = permeate_ratio_ = Values(z_.size(), 1.0);
  }

  // Unknowns: concentrations of the permeate, water flux [mol/m2/s] times 1000. True when Newton's method converges.
  bool solve(Values& x) {
    for (int pass = 0; pass < 60; ++pass) {
      const Values f = mismatch(x);
      const auto n = static_cast<Eigen::Index>(x.size());
      Eigen::MatrixXd jacobian(n, n);
      for (Eigen::Index j = 0; j < n; ++j) {
        Values moved = x;
        const double h = 1e-7 * std::max(std::abs(x[static_cast<std::size_t>(j)]), 1e-6);
        moved[static_cast<std::size_t>(j)] += h;
        const Values g = mismatch(moved);
        for (Eigen::Index i = 0; i < n; ++i) jacobian(i, j) = (g[static_cast<std::size_t>(i)] - f[static_cast<std::size_t>(i)]) / h;
      }
      const Eigen::VectorXd step = jacobian.fullPivLu().solve(Eigen::Map<const Eigen::VectorXd>(f.data(), n));
      if (!step.allFinite()) return false;
      double change = 0.0;
      for (std::size_t k = 0; k < x.size(); ++k) {
        const double next = std::clamp(x[k] - step[static_cast<Eigen::Index>(k)], 0.3 * x[k], 3.0 * x[k]);
        change = std::max(change, std::abs(next / x[k] - 1.0));
        x[k] = next;
      }
      settle_activities(x);
      if (change < 1e-9) return true;
    }
    return false;
  }

  Values flux(const Values& x) const {
    Values J;
    const double volume = permeate_volume(x);
    for (std::size_t i = 0; i < z_.size(); ++i) J.push_back(volume * x[i]);
    return J;
  }
  const Values& face() const { return face_; }

 private:
  // [m/s] of the permeating water, which stands for that of the solution.
  static double permeate_volume(const Values& x) { return 1e-3 * x.back() * water_molar_mass / water_density; }

  // Spacer of a spiral-wound element.
  double film(std::size_t i) const {
    if (m_.fixed_mass_transfer > 0.0) return m_.fixed_mass_transfer;
    const double D = m_.ions[i].diffusion, schmidt = viscosity / (solution_density * D), peclet = 2.0 * channel_height * speed_ / D;
    return 0.753 * std::sqrt(mixing_efficiency / (2.0 - mixing_efficiency)) * 2.0 * D / channel_height * std::pow(schmidt, -1.0 / 6.0) *
           std::sqrt(peclet * channel_height / (2.0 * mixing_length));
  }

  // J_i = -k_i (c_m - c_b) + J c_m - z_i D_i xi c_m, the same as c_m (k_i - J + z_i D_i xi) = k_i c_b - J_i; xi such that c_m is neutral.
  Values face_of_film(const Values& x) const {
    if (!m_.polarisation) return bulk_;
    const Values J = flux(x);
    const double J_w = permeate_volume(x);
    if (z_.size() == 2) return face_of_salt(J, J_w);
    const auto at = [&](double xi) {
      Values c;
      for (std::size_t i = 0; i < z_.size(); ++i) c.push_back((film(i) * bulk_[i] - J[i]) / (film(i) - J_w + z_[i] * m_.ions[i].diffusion * xi));
      return c;
    };
    double low = -1e30, high = 1e30;
    for (std::size_t i = 0; i < z_.size(); ++i) {
      const double pole = -(film(i) - J_w) / (z_[i] * m_.ions[i].diffusion);
      if (z_[i] > 0) low = std::max(low, pole);
      else high = std::min(high, pole);
    }
    const double xi = rising_root([&](double t) { return -charge(at(t)); }, low, high);
    return at(xi);
  }

  // The same for one salt, where xi drops out: also beyond J = k, where the linear film has left its range but still has a solution.
  Values face_of_salt(const Values& J, double J_w) const {
    double left = 0.0, right = 0.0;
    for (std::size_t i = 0; i < 2; ++i) {
      const double mobility = std::abs(z_[i]) * m_.ions[i].diffusion, share = std::abs(z_[i]) / static_cast<double>(std::abs(z_[0]));
      left += (film(i) - J_w) / mobility;
      right += share * (film(i) * bulk_[i] - J[i]) / mobility;
    }
    return {right / left, right / left * std::abs(z_[0]) / std::abs(z_[1])};
  }

  double charge(const Values& c) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < c.size(); ++i) sum += z_[i] * c[i];
    return sum;
  }

  Values inside(const Values& c, const Values& partition) const {
    const auto at = [&](double psi) {
      Values result;
      for (std::size_t i = 0; i < c.size(); ++i) result.push_back(c[i] * partition[i] * std::exp(-z_[i] * psi));
      return result;
    };
    return at(rising_root([&](double psi) { return -charge(at(psi)) - m_.membrane.charge; }, -40.0, 40.0));
  }

  static Values times(Values a, const Values& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] *= b[i];
    return a;
  }

  // Activity coefficients outside over inside, lagging one iteration.
  void settle_activities(const Values& x) {
    const Values permeate(x.begin(), x.end() - 1);
    const auto ratio = [&](const Values& outside, Values& last) {
      Values next = davies(m_, outside), in = davies(m_, inside(outside, times(partition_, last)));
      for (std::size_t i = 0; i < next.size(); ++i) last[i] = next[i] / in[i];
    };
    ratio(face_, feed_ratio_);
    ratio(permeate, permeate_ratio_);
  }

  Values mismatch(const Values& x) {
    face_ = face_of_film(x);
    const Values feed_partition = times(partition_, feed_ratio_), permeate_partition = times(partition_, permeate_ratio_), permeate(x.begin(), x.end() - 1);
    const double J = permeate_volume(x);
    Values ratio(z_.size());
    const dspm_de::Pore<double> pore{z_, feed_partition, permeate_partition, resistance_, convection_, m_.membrane.charge, m_.profile, m_.steps};
    dspm_de::face_over_permeate<double>(pore, J, permeate, ratio);
    Values f;
    double osmotic = 0.0;
    for (std::size_t i = 0; i < z_.size(); ++i) {
      f.push_back((face_[i] - ratio[i] * x[i]) / std::max(bulk_[i], 1e-3));
      osmotic += gas_constant * temperature * (face_[i] - x[i]);
    }
    const double A = m_.membrane.pore_radius * m_.membrane.pore_radius / (8.0 * viscosity * m_.membrane.thickness);
    f.push_back(J / (A * 1e5) - (m_.pressure - permeate_pressure - osmotic) / 1e5);
    return f;
  }

  const PeerModule& m_;
  Values bulk_, face_;
  double speed_;
  std::vector<int> z_;
  Values partition_, resistance_, convection_, feed_ratio_, permeate_ratio_;
};

}  // namespace

PeerResult solve(const PeerModule& m) {
  const std::size_t n = m.ions.size();
  const auto volume = [&](const Values& amounts, double water) {
    double mass = water * water_molar_mass;
    for (std::size_t i = 0; i < n; ++i) mass += amounts[i] * m.ions[i].molar_mass;
    return mass / solution_density;
  };
  const auto concentrations = [&](Values amounts, double water) {
    const double V = volume(amounts, water);
    for (double& a : amounts) a /= V;
    return amounts;
  };
  const Values c_in = concentrations(m.feed, m.feed_water);
  const double V_in = volume(m.feed, m.feed_water);
  const auto first_guess = [&](const Values& bulk) {
    Values x;
    for (const double c : bulk) x.push_back(0.5 * c);
    x.push_back(1e3 * 1e-6 * water_density / water_molar_mass);
    return x;
  };
  PeerResult result;
  // From a low pressure up: far above the solution the film has left its range.
  Values x0 = first_guess(c_in);
  for (double pressure = std::min(m.pressure, 4e5); pressure < m.pressure; pressure *= 1.2) {
    PeerModule low = m;
    low.pressure = pressure;
    if (!End(low, c_in, velocity).solve(x0)) return result;
  }
  End inlet(m, c_in, velocity);
  if (!inlet.solve(x0)) return result;
  Values mean = inlet.flux(x0), x1 = x0;
  double water = 1e-3 * x0.back();
  for (int pass = 0; pass < 400; ++pass) {
    Values left = m.feed;
    for (std::size_t i = 0; i < n; ++i) left[i] -= m.area * mean[i];
    const double water_left = m.feed_water - m.area * water, V_out = volume(left, water_left);
    if (water_left <= 0.0) return result;
    End outlet(m, concentrations(left, water_left), velocity * V_out / V_in);
    if (!outlet.solve(x1)) return result;
    const Values J = outlet.flux(x1);
    double change = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      const double next = 0.5 * (inlet.flux(x0)[i] + J[i]);
      change = std::max(change, std::abs(next / mean[i] - 1.0));
      mean[i] = 0.5 * (mean[i] + next);
    }
    water = 0.5 * (water + 0.5 * 1e-3 * (x0.back() + x1.back()));
    if (change < 1e-10) {
      result.converged = true;
      break;
    }
  }
  result.flux = mean;
  result.water_flux = water;
  const Values permeate = concentrations(mean, water);
  for (std::size_t i = 0; i < n; ++i) result.rejection.push_back(1.0 - permeate[i] / inlet.face()[i]);
  result.recovery = m.area * volume(mean, water) / V_in;
  return result;
}

}  // namespace brineflow::test
