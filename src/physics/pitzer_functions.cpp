// The functions of ionic strength that the Pitzer equations are built from, with two derivatives.
#include "physics/pitzer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace brineflow::pitzer {
namespace {

constexpr int series_terms = 26;

// Coefficients of the convergent series of J about zero,
//   J(x) = sum_{n>=3} a_n x^(n-1) (b_n - ln x),   a_n = n^(n-3) / (n! (n-3)!),
//   b_n = psi(n+1) + psi(n-2) - ln n - (n-3)/n,
// which follows from Pitzer's integral by Mellin transform (docs/equations/brine.md). Terms fall below 1e-16 at x = 1.
struct SeriesOfJ {
  std::array<double, series_terms> a{}, b{};
  SeriesOfJ() {
    constexpr double euler = 0.57721566490153286;
    for (int k = 0; k < series_terms; ++k) {
      const int n = k + 3;
      double harmonic_n = 0.0, harmonic_k = 0.0;
      for (int l = 1; l <= n; ++l) harmonic_n += 1.0 / l;
      for (int l = 1; l <= k; ++l) harmonic_k += 1.0 / l;
      const auto at = static_cast<std::size_t>(k);
      a[at] = std::exp(k * std::log(n) - std::lgamma(n + 1.0) - std::lgamma(k + 1.0));
      b[at] = harmonic_n + harmonic_k - 2.0 * euler - std::log(n) - static_cast<double>(k) / n;
    }
  }
};

Curve J_near_zero(double x) {
  static const SeriesOfJ series;
  const double log_x = std::log(x);
  double value = 0.0, first = 0.0, second = 0.0;  // divided by x^2, x and 1
  double power = 1.0;                              // x^k
  for (int k = 0; k < series_terms; ++k) {
    const auto at = static_cast<std::size_t>(k);
    const double scaled = series.a[at] * power;
    const double bracket = series.b[at] - log_x;
    const double p = k + 2.0;
    value += scaled * bracket;
    first += scaled * (p * bracket - 1.0);
    second += scaled * (p * (p - 1.0) * bracket - (2.0 * p - 1.0));
    if (scaled < 1e-18) break;
    power *= x;
  }
  return {value * x * x, first * x, second};
}

// Chebyshev coefficients for x > 1: Harvie (1981), as printed by Pitzer, Activity Coefficients in Electrolyte
// Solutions (2nd ed. 1991) ch. 3 app.; quoted from memory, checked against the integral of J in test_physics.
constexpr std::array<double, 21> chebyshev = {
    0.628023320520852,  0.462762985338493,  0.150044637187895,  -0.028796057604906, -0.036552745910311, -0.001668087945272,
    0.006519840398744,  0.001130378079086,  -0.000887171310131, -0.000242107641309, 0.000087294451594,  0.000034682122751,
    -0.000004583768938, -0.000003548684306, -0.000000250453880, 0.000000216991779,  0.000000080779570,  0.000000004558555,
    -0.000000006944757, -0.000000002849257, 0.000000000237816};

Curve J_beyond_one(double x) {
  const double tenth_root = std::pow(x, -0.1);
  const double z = 40.0 / 9.0 * tenth_root - 22.0 / 9.0;
  const double z1 = -4.0 / 9.0 * tenth_root / x;
  const double z2 = 4.4 / 9.0 * tenth_root / (x * x);
  // Clenshaw's recurrence for the sum and, differentiated, for its two derivatives.
  double b0 = 0.0, b1 = 0.0, b2 = 0.0, d0 = 0.0, d1 = 0.0, d2 = 0.0, e0 = 0.0, e1 = 0.0, e2 = 0.0;
  for (std::size_t k = chebyshev.size(); k-- > 0;) {
    b2 = b1, b1 = b0, d2 = d1, d1 = d0, e2 = e1, e1 = e0;
    b0 = z * b1 - b2 + chebyshev[k];
    d0 = z * d1 - d2 + b1;
    e0 = z * e1 - e2 + 2.0 * d1;
  }
  const double d = 0.5 * (d0 - d2), e = 0.5 * (e0 - e2);
  return {0.25 * x - 1.0 + 0.5 * (b0 - b2), 0.25 + z1 * d, z2 * d + z1 * z1 * e};
}

// J from polynomials of fifth degree that meet it, its slope and its curvature at both ends of a cell: every octave of x has 64 cells, so that what is left is a
// rounding. A run spends a large part of its time with J where unlike charges mix (docs/numerics.md).
class TableOfJ {
 public:
  TableOfJ() {
    for (std::size_t k = 0; k < cells; ++k) {
      const double from = start_of(k), h = start_of(k + 1) - from;
      const auto form = from < 1.0 ? J_near_zero : J_beyond_one;  // one for a cell: where they meet they differ by 3e-10
      const Curve a = form(from), b = form(from + h);
      const double d0 = h * a.first, dd0 = h * h * a.second, d1 = h * b.first, dd1 = h * h * b.second, rise = b.value - a.value;
      cell_[k] = {from, 1.0 / h,
                  {a.value, d0, 0.5 * dd0, 10.0 * rise - 6.0 * d0 - 4.0 * d1 - 1.5 * dd0 + 0.5 * dd1,
                   -15.0 * rise + 8.0 * d0 + 7.0 * d1 + 1.5 * dd0 - dd1, 6.0 * rise - 3.0 * (d0 + d1) - 0.5 * (dd0 - dd1)}};
    }
  }

  static bool covers(double x) { return x >= lowest && x < highest; }

  Curve at(double x) const {
    const Cell& cell = cell_[index_of(x)];
    const double u = (x - cell.from) * cell.per_h;
    const auto& c = cell.c;
    const double value = c[0] + u * (c[1] + u * (c[2] + u * (c[3] + u * (c[4] + u * c[5]))));
    const double first = c[1] + u * (2.0 * c[2] + u * (3.0 * c[3] + u * (4.0 * c[4] + u * 5.0 * c[5])));
    const double second = 2.0 * c[2] + u * (6.0 * c[3] + u * (12.0 * c[4] + u * 20.0 * c[5]));
    return {value, first * cell.per_h, second * cell.per_h * cell.per_h};
  }

 private:
  // 2^-10 to 2^10: x is 0.002 in a millimolal solution of 1:1 salts, 50 in a saturated one of 2:2 salts.
  static constexpr double lowest = 0x1p-10, highest = 0x1p10;
  static constexpr int bits_of_cell = 6;
  static constexpr std::size_t cells = 20u << bits_of_cell;
  struct Cell {
    double from = 0.0, per_h = 0.0;
    std::array<double, 6> c{};
  };

  // The exponent and the first bits of the mantissa are the number of the cell.
  static constexpr std::uint64_t code(double x) { return std::bit_cast<std::uint64_t>(x) >> (52 - bits_of_cell); }
  static std::size_t index_of(double x) { return static_cast<std::size_t>(code(x) - code(lowest)); }
  static double start_of(std::size_t cell) { return std::bit_cast<double>((code(lowest) + cell) << (52 - bits_of_cell)); }

  std::array<Cell, cells> cell_;
};

const TableOfJ& table_of_J() {
  static const TableOfJ table;
  return table;
}

// The first terms of the power series 2 sum_k (-x)^k (k+1)/(k+2)!, where the closed form would cancel.
Curve g_near_zero(double x) {
  double value = 0.0, first = 0.0, second = 0.0;
  double coefficient = 1.0;  // 2 (-1)^k (k+1) / (k+2)!
  double power = 1.0, power1 = 0.0, power2 = 0.0;
  for (int k = 0; k < 16; ++k) {
    value += coefficient * power;
    first += coefficient * k * power1;
    second += coefficient * k * (k - 1.0) * power2;
    power2 = power1, power1 = power, power *= x;
    coefficient *= -(k + 2.0) / ((k + 1.0) * (k + 3.0));
  }
  return {value, first, second};
}

}  // namespace

Curve exact_J(double x) { return x < 1.0 ? J_near_zero(x) : J_beyond_one(x); }

Curve smooth_sqrt(double I) {
  // p(I) = width ln(1 + exp(I / width)) is I to all digits beyond 40 widths and never negative; the constant keeps
  // it from underflowing for rounding errors below zero.
  constexpr double floor = 1e-18;
  const double u = I / sqrt_width;
  double p = I, p1 = 1.0, p2 = 0.0;
  if (u < 40.0) {
    const double e = std::exp(-std::abs(u));
    p = sqrt_width * (std::max(u, 0.0) + std::log1p(e)) + floor;
    p1 = u > 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
    p2 = e / ((1.0 + e) * (1.0 + e) * sqrt_width);
  }
  const double s = std::sqrt(p);
  return {s, 0.5 * p1 / s, 0.5 * p2 / s - 0.25 * p1 * p1 / (p * s)};
}

Curve g(double x) {
  if (x < 0.5) return g_near_zero(x);
  const double e = std::exp(-x);
  const double value = 2.0 * (1.0 - (1.0 + x) * e) / (x * x);
  const double first = 2.0 * (e - value) / x;
  return {value, first, -(2.0 * e + 3.0 * first) / x};
}

Curve J(double x) { return TableOfJ::covers(x) ? table_of_J().at(x) : exact_J(x); }

Curve electrostatic_mixing(double s, double z1, double z2, double A_phi) {
  // E-theta = z1 z2 / (4 I) [J(x12) - J(x11)/2 - J(x22)/2], x_ij = 6 z_i z_j A_phi sqrt(I); Pitzer (1975) eq. 14.
  double d = 0.0, d1 = 0.0, d2 = 0.0;
  const auto add = [&](double weight, double charges) {
    const double k = 6.0 * charges * A_phi;
    const Curve curve = J(k * s);
    d += weight * curve.value;
    d1 += weight * k * curve.first;
    d2 += weight * k * k * curve.second;
  };
  add(1.0, z1 * z2);
  add(-0.5, z1 * z1);
  add(-0.5, z2 * z2);
  const double c = 0.25 * z1 * z2 / (s * s);
  return {c * d, c * (d1 - 2.0 * d / s), c * (d2 - 4.0 * d1 / s + 6.0 * d / (s * s))};
}

}  // namespace brineflow::pitzer
