#include "peer_diafiltration.hpp"

#include "physics/dspm_de.hpp"
#include "physics/sdem.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>

namespace brineflow::test {
namespace {

constexpr double gas_constant = 8.314462618;
using Values = std::vector<double>;

// One place along the membrane: what permeates there, from what arrives there.
class Place {
 public:
  Place(const Diafiltration& module, double flow, const Values& arriving) : m_(module), flow_(flow), arriving_(arriving) {
    for (const PartitionedIon& ion : m_.ions) {
      z_.push_back(ion.z);
      partition_.push_back(ion.partition);
      resistance_.push_back(m_.thickness / ion.diffusion);
      film_.push_back(m_.film > 0.0 ? ion.diffusion / m_.film : 0.0);
    }
  }

  // Unknowns: logarithms of the cations' concentrations in the permeate, then the volume flux [m/s] times 1e5. Newton's method.
  bool solve(Values& x) const {
    const auto n = static_cast<Eigen::Index>(x.size());
    for (int pass = 0; pass < 60; ++pass) {
      const Values f = mismatch(x);
      Eigen::MatrixXd jacobian(n, n);
      for (Eigen::Index j = 0; j < n; ++j) {
        Values up = x, down = x;
        const double h = 1e-6;
        up[static_cast<std::size_t>(j)] += h;
        down[static_cast<std::size_t>(j)] -= h;
        const Values g = mismatch(up), b = mismatch(down);
        for (Eigen::Index i = 0; i < n; ++i) jacobian(i, j) = (g[static_cast<std::size_t>(i)] - b[static_cast<std::size_t>(i)]) / (2.0 * h);
      }
      const Eigen::VectorXd step = jacobian.fullPivLu().solve(Eigen::Map<const Eigen::VectorXd>(f.data(), n));
      if (!step.allFinite()) return false;
      double change = 0.0;
      for (std::size_t k = 0; k < x.size(); ++k) {
        const double by = std::clamp(-step[static_cast<Eigen::Index>(k)], -0.5, 0.5);
        change = std::max(change, std::abs(by));
        x[k] += by;
      }
      if (change < 1e-10) return true;
    }
    return false;
  }

  static double volume_flux(const Values& x) { return 1e-5 * x.back(); }

  Values permeate(const Values& x) const {
    Values c;
    double charge = 0.0;
    for (std::size_t i = 0; i + 1 < z_.size(); ++i) {
      c.push_back(std::exp(x[i]));
      charge += z_[i] * c.back();
    }
    c.push_back(-charge / z_.back());
    return c;
  }

  // What is left after the place.
  double left_flow(double J) const { return flow_ - m_.area / m_.cells * J; }
  Values left(const Values& c_p, double J) const {
    const double through = m_.area / m_.cells * J, flow = left_flow(J);
    Values c;
    for (std::size_t i = 0; i < c_p.size(); ++i)
      c.push_back(m_.conserving ? (flow_ * arriving_[i] - through * c_p[i]) / flow : (flow * arriving_[i] - through * c_p[i]) / (flow - through));
    return c;
  }

 private:
  // c exp(-z psi), neutral together with a fixed charge X. By bisection: the cations fall with psi.
  Values neutral(const Values& c, double X) const {
    const auto at = [&](double psi) {
      Values result;
      for (std::size_t i = 0; i < c.size(); ++i) result.push_back(c[i] * std::exp(-z_[i] * psi));
      return result;
    };
    double low = -60.0, high = 60.0;
    for (int pass = 0; pass < 200; ++pass) {
      const double middle = 0.5 * (low + high);
      const Values trial = at(middle);
      double charge = X;
      for (std::size_t i = 0; i < c.size(); ++i) charge += z_[i] * trial[i];
      (charge > 0.0 ? low : high) = middle;
    }
    return at(0.5 * (low + high));
  }

  // The extended Nernst-Planck equation (P6) without hindrance, a layer of `resistance` s/m, no current: from its end towards the feed, the slope of every
  // step taken at the end from which it starts. That is what a backward difference makes of it.
  Values backwards(Values c, const Values& c_p, double J, const Values& resistance, int steps) const {
    for (int step = 0; step < steps; ++step) {
      Values slope;
      double driven = 0.0, carried = 0.0;
      for (std::size_t i = 0; i < c.size(); ++i) {
        slope.push_back(J * resistance[i] * (c[i] - c_p[i]));
        driven += z_[i] * slope[i];
        carried += z_[i] * z_[i] * c[i];
      }
      for (std::size_t i = 0; i < c.size(); ++i) c[i] -= (slope[i] - z_[i] * c[i] * driven / carried) / steps;
    }
    return c;
  }

  // At the feed face of the membrane, outside it.
  Values face(const Values& c_p, double J) const {
    Values c(c_p.size());
    if (m_.layers == Diafiltration::Layers::product) {
      const Values convection(c.size(), 1.0);
      const dspm_de::Pore<double> pore{z_, partition_, partition_, resistance_, convection, m_.charge, dspm_de::Profile::resolved, m_.membrane_steps};
      dspm_de::face_over_permeate<double>(pore, J, c_p, c);
      for (std::size_t i = 0; i < c.size(); ++i) c[i] *= c_p[i];
      return c;
    }
    for (std::size_t i = 0; i < c.size(); ++i) c[i] = partition_[i] * c_p[i];
    c = backwards(neutral(c, m_.charge), c_p, J, resistance_, m_.membrane_steps);
    for (std::size_t i = 0; i < c.size(); ++i) c[i] /= partition_[i];
    return neutral(c, 0.0);
  }

  Values mismatch(const Values& x) const {
    const double J = volume_flux(x);
    const Values c_p = permeate(x), c_m = face(c_p, J), bulk = left(c_p, J);
    Values other_side = c_m, this_side = bulk;  // of the film
    if (m_.film > 0.0 && m_.layers == Diafiltration::Layers::product) {
      Values transmission, ratio(bulk.size());
      for (std::size_t i = 0; i < bulk.size(); ++i) transmission.push_back(c_p[i] / bulk[i]);
      sdem::face_over_bulk<double>(z_, film_, J, bulk, transmission, ratio, m_.film_steps);
      for (std::size_t i = 0; i < bulk.size(); ++i) this_side[i] *= ratio[i];
    } else if (m_.film > 0.0) {
      Values resistance;
      for (const double k : film_) resistance.push_back(1.0 / k);
      other_side = backwards(c_m, c_p, J, resistance, m_.film_steps);
    }
    Values f;
    double osmotic = 0.0;
    for (std::size_t i = 0; i < z_.size(); ++i) {
      if (i + 1 < z_.size()) f.push_back(std::log(other_side[i] / this_side[i]));
      osmotic += m_.ions[i].osmotic * gas_constant * m_.temperature * (c_m[i] - c_p[i]);
    }
    f.push_back(1e5 * (J - m_.water_permeability * (m_.pressure - osmotic)));
    return f;
  }

  const Diafiltration& m_;
  double flow_;
  Values arriving_;
  std::vector<int> z_;
  Values partition_, resistance_, film_;
};

// The first place, from nearly no pressure up, where the permeate is what arrives.
bool climb(const Diafiltration& module, const Values& arriving, Values& x) {
  for (std::size_t i = 0; i + 1 < arriving.size(); ++i) x.push_back(std::log(arriving[i]));
  x.push_back(0.0);
  double reached = 0.0, stride = 0.02;
  for (int stage = 0; stage < 400 && reached < 1.0; ++stage) {
    Diafiltration low = module;
    const double next = std::min(1.0, reached + stride);
    low.pressure = next * module.pressure;
    Values trial = x;
    if (Place(low, module.flow, arriving).solve(trial)) {
      x = trial;
      reached = next;
      stride *= 1.6;
    } else {
      stride *= 0.3;
    }
  }
  return reached >= 1.0;
}

}  // namespace

DiafiltrationResult solve(const Diafiltration& m) {
  DiafiltrationResult result;
  Values c, x, permeated(m.ions.size(), 0.0);
  for (const PartitionedIon& ion : m.ions) c.push_back(ion.arriving);
  double flow = m.flow;
  if (!climb(m, c, x)) return result;
  for (int cell = 0; cell < m.cells; ++cell) {
    const Place place(m, flow, c);
    if (!place.solve(x)) return result;
    const double J = Place::volume_flux(x), through = m.area / m.cells * J;
    const Values c_p = place.permeate(x);
    c = place.left(c_p, J);
    flow = place.left_flow(J);
    result.permeate_flow += through;
    for (std::size_t i = 0; i < c.size(); ++i) permeated[i] += through * c_p[i];
    result.last_volume_flux = J;
    result.last_permeate = c_p;
  }
  for (const double amount : permeated) result.permeate.push_back(amount / result.permeate_flow);
  result.retentate_flow = flow;
  result.retentate = c;
  result.converged = true;
  return result;
}

std::map<std::string, Table> diafiltration_cases() {
  std::map<std::string, Table> result;
  for (const auto& row : read_csv("tests/reference/membranes/diafiltration_multi_component.csv")) result[row.at("case")].push_back(row);
  return result;
}

Diafiltration diafiltration_of(const Table& rows) {
  constexpr double hour = 3600.0, feed = 12.5 / hour, diafiltrate = 3.75 / hour;  // this and the others: the file's header
  Diafiltration module{.ions = {}, .charge = -44.0, .thickness = 1e-7, .film = number(rows[0], "boundary_layer") > 0.0 ? 2e-5 : 0.0,
                       .water_permeability = 0.01 / hour / 1e5, .pressure = number(rows[0], "pressure"), .temperature = 298.0, .area = 164.0,
                       .flow = feed + diafiltrate};
  double charge = 0.0;
  for (const auto& row : rows) {
    const int z = static_cast<int>(number(row, "z"));
    const double mixed = (feed * number(row, "feed") + diafiltrate * number(row, "diafiltrate")) / (feed + diafiltrate);
    const double arriving = z > 0 ? mixed : charge / -z;
    charge += z * arriving;
    module.ions.push_back({row.at("ion"), z, number(row, "diffusion"), number(row, "partition"), number(row, "osmotic"), arriving});
  }
  return module;
}

}  // namespace brineflow::test
