// The three scalar types in which the equations of every unit are evaluated.
//
//   double  values
//   Dual    values and derivatives along eight directions at once (forward mode)
//   Trace   which variables a value depends on, and nothing else
//
// Equations are templates over `Scalar S`, written once. None of the three converts to double by
// itself, and Trace has no comparisons, so a plain `if` on a state does not compile: use select().
#pragma once

#include <ceres/jet.h>

#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace brineflow {

inline constexpr int dual_width = 8;
using Dual = ceres::Jet<double, dual_width>;

// A set of variable numbers, grown by union as a value passes through arithmetic.
class Trace {
 public:
  Trace() = default;
  Trace(double /*constant*/) {}  // NOLINT: constants mix freely with traced values

  static Trace variable(std::size_t index) {
    Trace t;
    t.words_.resize(index / 64 + 1);
    t.words_[index / 64] |= std::uint64_t{1} << (index % 64);
    return t;
  }

  void merge(const Trace& other) {
    if (other.words_.size() > words_.size()) words_.resize(other.words_.size());
    for (std::size_t k = 0; k < other.words_.size(); ++k) words_[k] |= other.words_[k];
  }

  // The variable numbers in the set, ascending.
  std::vector<int> indices() const {
    std::vector<int> result;
    for (std::size_t k = 0; k < words_.size(); ++k)
      for (std::uint64_t left = words_[k]; left != 0; left &= left - 1)
        result.push_back(static_cast<int>(64 * k) + std::countr_zero(left));
    return result;
  }

  Trace& operator+=(const Trace& o) { merge(o); return *this; }
  Trace& operator-=(const Trace& o) { merge(o); return *this; }
  Trace& operator*=(const Trace& o) { merge(o); return *this; }
  Trace& operator/=(const Trace& o) { merge(o); return *this; }

 private:
  std::vector<std::uint64_t> words_;
};

inline Trace merged(Trace a, const Trace& b) { a.merge(b); return a; }
inline Trace operator+(const Trace& a, const Trace& b) { return merged(a, b); }
inline Trace operator-(const Trace& a, const Trace& b) { return merged(a, b); }
inline Trace operator*(const Trace& a, const Trace& b) { return merged(a, b); }
inline Trace operator/(const Trace& a, const Trace& b) { return merged(a, b); }
inline Trace operator-(const Trace& a) { return a; }
inline Trace operator+(const Trace& a) { return a; }
inline Trace exp(const Trace& a) { return a; }
inline Trace log(const Trace& a) { return a; }
inline Trace sqrt(const Trace& a) { return a; }
inline Trace tanh(const Trace& a) { return a; }
inline Trace abs(const Trace& a) { return a; }
inline Trace pow(const Trace& a, const Trace& b) { return merged(a, b); }

// The functions an equation may call; std:: for double, ceres:: for Dual, the above for Trace.
using std::abs;
using std::exp;
using std::log;
using std::pow;
using std::sqrt;
using std::tanh;

template <class S>
concept Scalar = std::same_as<S, double> || std::same_as<S, Dual> || std::same_as<S, Trace>;

// The value alone, for choosing a branch inside a numerical kernel whose dependencies are stated in
// another way (chain() below). A trace has none and answers 1.
inline double value_of(double x) { return x; }
inline double value_of(const Dual& x) { return x.a; }
inline double value_of(const Trace&) { return 1.0; }

// f(x) given f and df/dx at the value of x: the chain rule for a function of one argument whose
// value and derivative are computed together in double.
inline double chain(double /*x*/, double f, double /*dfdx*/) { return f; }
inline Dual chain(const Dual& x, double f, double dfdx) { return Dual(f, dfdx * x.v); }
inline Trace chain(const Trace& x, double /*f*/, double /*dfdx*/) { return x; }

// `yes` where x > 0, else `no`. Depends on all three in a trace.
inline double select(double x, double yes, double no) { return x > 0 ? yes : no; }
inline Dual select(const Dual& x, const Dual& yes, const Dual& no) { return x.a > 0 ? yes : no; }
inline Trace select(const Trace& x, const Trace& yes, const Trace& no) { return merged(merged(x, yes), no); }

// The larger of a and b.
template <Scalar S>
S larger(const S& a, const S& b) {
  return select(S(a - b), a, b);
}

// A smooth stand-in for max(x, 0): never negative, differs from it by at most `width` / 2 (at x = 0).
template <Scalar S>
S smooth_positive(const S& x, double width) {
  return 0.5 * (x + sqrt(x * x + S(width * width)));
}

}  // namespace brineflow
