#include "peer_module.hpp"

#include "physics/hindered_transport.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <functional>

namespace brineflow::test {
namespace {

constexpr double temperature = 298.15, gas_constant = 8.314462618;
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

  // Unknowns: concentrations of the permeate, those at the membrane, water flux [mol/m2/s] times 1000, and the field in the film, over
  // the faraday and in 1/m. No unknown but the last changes by more than a factor of three in a pass.
  bool solve(Values& x) {
    for (int pass = 0; pass < 80; ++pass) {
      const Values f = mismatch(x);
      const auto n = static_cast<Eigen::Index>(x.size());
      Eigen::MatrixXd jacobian(n, n);
      for (Eigen::Index j = 0; j < n; ++j) {
        // By the logarithm of all but the field.
        const auto at = static_cast<std::size_t>(j);
        const bool field = j + 1 == n;
        Values up = x, down = x;
        const double h = field ? 1e-5 * std::max(std::abs(x[at]), 100.0) : 1e-5;
        up[at] = field ? x[at] + h : x[at] * std::exp(h);
        down[at] = field ? x[at] - h : x[at] * std::exp(-h);
        const Values g = mismatch(up), b = mismatch(down);
        for (Eigen::Index i = 0; i < n; ++i) jacobian(i, j) = (g[static_cast<std::size_t>(i)] - b[static_cast<std::size_t>(i)]) / (2.0 * h);
      }
      const Eigen::VectorXd step = jacobian.fullPivLu().solve(Eigen::Map<const Eigen::VectorXd>(f.data(), n));
      if (!step.allFinite()) return false;
      double change = 0.0;
      for (std::size_t k = 0; k < x.size(); ++k) {
        const bool field = k + 1 == x.size();
        const double wanted = -step[static_cast<Eigen::Index>(k)];
        const double next = field ? x[k] + wanted : x[k] * std::exp(std::clamp(wanted, -1.1, 1.1));
        change = std::max(change, std::abs(next - x[k]) / (std::abs(x[k]) + (field ? 10.0 : 0.0)));
        x[k] = next;
      }
      settle_activities(x);
      double left = 0.0;
      for (const double value : f) left = std::max(left, std::abs(value));
      if (change < 1e-9 && left < 1e-6) return true;
    }
    return false;
  }

  // From nearly no pressure up, where the permeate is the feed.
  static bool climb(const PeerModule& module, const Values& bulk, double speed, Values& x) {
    x = bulk;
    x.insert(x.end(), bulk.begin(), bulk.end());
    const double A = module.membrane.pore_radius * module.membrane.pore_radius / (8.0 * viscosity * module.membrane.thickness);
    const double full = module.pressure - permeate_pressure;
    double reached = 0.0, stride = std::min(1e4, full);
    x.push_back(1e3 * A * stride * water_density / water_molar_mass);
    x.push_back(0.0);
    for (int stage = 0; stage < 400 && reached < full; ++stage) {
      PeerModule low = module;
      low.pressure = permeate_pressure + std::min(full, reached + stride);
      Values trial = x;
      if (End(low, bulk, speed).solve(trial)) {
        x = trial;
        reached = low.pressure - permeate_pressure;
        stride *= 1.6;
      } else {
        stride *= 0.3;
      }
    }
    return reached >= full;
  }

  Values flux(const Values& x) const {
    Values J;
    const double volume = permeate_volume(x);
    for (std::size_t i = 0; i < z_.size(); ++i) J.push_back(volume * x[i]);
    return J;
  }
  Values face(const Values& x) const { return {x.begin() + size(), x.begin() + 2 * size()}; }

 private:
  // [m/s] of the permeating water, which stands for that of the solution.
  static double permeate_volume(const Values& x) { return 1e-3 * x[x.size() - 2] * water_molar_mass / water_density; }

  std::ptrdiff_t size() const { return static_cast<std::ptrdiff_t>(z_.size()); }

  // Spacer of a spiral-wound element.
  double film(std::size_t i) const {
    if (m_.fixed_mass_transfer > 0.0) return m_.fixed_mass_transfer;
    const double D = m_.ions[i].diffusion, schmidt = viscosity / (solution_density * D), peclet = 2.0 * channel_height * speed_ / D;
    return 0.753 * std::sqrt(mixing_efficiency / (2.0 - mixing_efficiency)) * 2.0 * D / channel_height * std::pow(schmidt, -1.0 / 6.0) *
           std::sqrt(peclet * channel_height / (2.0 * mixing_length));
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
    const Values permeate(x.begin(), x.begin() + size());
    const auto ratio = [&](const Values& outside, Values& last) {
      Values next = davies(m_, outside), in = davies(m_, inside(outside, times(partition_, last)));
      for (std::size_t i = 0; i < next.size(); ++i) last[i] = next[i] / in[i];
    };
    if (!m_.davies) return;
    ratio(face(x), feed_ratio_);
    ratio(permeate, permeate_ratio_);
  }

  Values mismatch(const Values& x) const {
    const Values feed_partition = times(partition_, feed_ratio_), permeate_partition = times(partition_, permeate_ratio_);
    const Values permeate(x.begin(), x.begin() + size()), c_m = face(x), J_i = flux(x);
    const double J = permeate_volume(x), xi = x.back();
    Values ratio(z_.size()), f;
    const dspm_de::Pore<double> pore{z_, feed_partition, permeate_partition, resistance_, convection_, m_.membrane.charge, m_.profile, m_.steps};
    dspm_de::face_over_permeate<double>(pore, J, permeate, ratio);
    double osmotic = 0.0;
    for (std::size_t i = 0; i < z_.size(); ++i) {
      f.push_back(std::log(c_m[i] / (ratio[i] * permeate[i])));
      osmotic += gas_constant * temperature * (c_m[i] - permeate[i]);
    }
    // The film: J_i = -k_i (c_m - c_b) + J c_m - z_i D_i xi c_m with neutral c_m; without polarisation c_m = c_b.
    for (std::size_t i = 0; i < z_.size(); ++i)
      f.push_back(m_.polarisation ? (J_i[i] + film(i) * (c_m[i] - bulk_[i]) - J * c_m[i] + z_[i] * m_.ions[i].diffusion * xi * c_m[i]) / (film(i) * bulk_[i])
                                  : c_m[i] / bulk_[i] - 1.0);
    const double A = m_.membrane.pore_radius * m_.membrane.pore_radius / (8.0 * viscosity * m_.membrane.thickness);
    f.push_back(J / (A * 1e5) - (m_.pressure - permeate_pressure - osmotic) / 1e5);
    // Of the permeate: what it lacks reappears at the membrane, where a membrane that rejects nearly all would not notice it.
    double strength = 0.0;
    for (std::size_t i = 0; i < z_.size(); ++i) strength += std::abs(z_[i]) * permeate[i];
    f.push_back(m_.polarisation ? charge(permeate) / strength : 1e-3 * xi);
    return f;
  }

  const PeerModule& m_;
  Values bulk_;
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
  PeerResult result;
  Values x0;
  if (!End::climb(m, c_in, velocity, x0)) return result;
  End inlet(m, c_in, velocity);
  if (!inlet.solve(x0)) return result;
  Values mean = inlet.flux(x0), x1 = x0;
  const auto water_of = [](const Values& x) { return 1e-3 * x[x.size() - 2]; };
  double water = water_of(x0);
  for (int pass = 0; pass < 400; ++pass) {
    Values left = m.feed;
    for (std::size_t i = 0; i < n; ++i) left[i] -= m.area * mean[i];
    const double water_left = m.feed_water - m.area * water, V_out = volume(left, water_left);
    if (water_left <= 0.0) return result;
    End outlet(m, concentrations(left, water_left), velocity * V_out / V_in);
    Values trial = x1;
    if (outlet.solve(trial)) x1 = trial;
    else if (!End::climb(m, concentrations(left, water_left), velocity * V_out / V_in, x1) || !outlet.solve(x1)) return result;
    const Values J = outlet.flux(x1);
    double change = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      const double next = 0.5 * (inlet.flux(x0)[i] + J[i]);
      change = std::max(change, std::abs(next / mean[i] - 1.0));
      mean[i] = 0.5 * (mean[i] + next);
    }
    water = 0.5 * (water + 0.5 * (water_of(x0) + water_of(x1)));
    if (change < 1e-10) {
      result.converged = true;
      break;
    }
  }
  result.flux = mean;
  result.water_flux = water;
  const Values permeate = concentrations(mean, water);
  for (std::size_t i = 0; i < n; ++i) result.rejection.push_back(1.0 - permeate[i] / inlet.face(x0)[i]);
  result.recovery = m.area * volume(mean, water) / V_in;
  return result;
}

}  // namespace brineflow::test
