#include "solve/vector_operations.hpp"

#include <nvector/nvector_serial.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

// Compiled for processors with AVX2 as well; which of the two is used is decided when the program starts. AVX2 alone fuses nothing, and sums are added up in
// eight parts either way, so that results are the same to the last bit. Sanitizers do not bear the choosing, which comes before they are set up.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BRINEFLOW_SANITIZED
#endif
#endif
#if defined(__x86_64__) && !defined(BRINEFLOW_SANITIZED) && !defined(__SANITIZE_ADDRESS__)
#define FOR_WIDE_VECTORS [[gnu::target_clones("avx2", "default")]]
#else
#define FOR_WIDE_VECTORS
#endif

// The result may be one of the operands: entry k is read before it is written, and no entry depends on another.
#if defined(__clang__)
#define ENTRIES_APART _Pragma("clang loop vectorize(assume_safety)")
#pragma clang diagnostic ignored "-Wpass-failed"  // a build that does not vectorise, for sanitizers or coverage, is none the worse
#else
#define ENTRIES_APART _Pragma("GCC ivdep")
#endif

namespace brineflow::sundials {

// Distribution packages of SUNDIALS compile these loops entry by entry and build combinations of several vectors from
// sums of two, each a pass through memory. An integrator of some thousand variables spends most of its time here
// (docs/numerics.md, "Cost of a step").
namespace {

FOR_WIDE_VECTORS void sum(std::size_t n, const double* x, const double* y, double* z) {
  ENTRIES_APART
  for (std::size_t k = 0; k < n; ++k) z[k] = x[k] + y[k];
}

FOR_WIDE_VECTORS void sum(std::size_t n, const double* x, double b, const double* y, double* z) {
  ENTRIES_APART
  for (std::size_t k = 0; k < n; ++k) z[k] = x[k] + b * y[k];
}

FOR_WIDE_VECTORS void sum(std::size_t n, double a, const double* x, double b, const double* y, double* z) {
  ENTRIES_APART
  for (std::size_t k = 0; k < n; ++k) z[k] = a * x[k] + b * y[k];
}

FOR_WIDE_VECTORS void sum_of_three(std::size_t n, const double* c, const double* const* x, double* z) {
  const double c0 = c[0], c1 = c[1], c2 = c[2];
  const double *const x0 = x[0], *const x1 = x[1], *const x2 = x[2];
  ENTRIES_APART
  for (std::size_t k = 0; k < n; ++k) z[k] = c0 * x0[k] + c1 * x1[k] + c2 * x2[k];
}

FOR_WIDE_VECTORS void sum_of_four(std::size_t n, const double* c, const double* const* x, double* z) {
  const double c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
  const double *const x0 = x[0], *const x1 = x[1], *const x2 = x[2], *const x3 = x[3];
  ENTRIES_APART
  for (std::size_t k = 0; k < n; ++k) z[k] = c0 * x0[k] + c1 * x1[k] + c2 * x2[k] + c3 * x3[k];
}

FOR_WIDE_VECTORS void sum_of_five(std::size_t n, const double* c, const double* const* x, double* z) {
  const double c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3], c4 = c[4];
  const double *const x0 = x[0], *const x1 = x[1], *const x2 = x[2], *const x3 = x[3], *const x4 = x[4];
  ENTRIES_APART
  for (std::size_t k = 0; k < n; ++k) z[k] = c0 * x0[k] + c1 * x1[k] + c2 * x2[k] + c3 * x3[k] + c4 * x4[k];
}

FOR_WIDE_VECTORS void scale(std::size_t n, double c, const double* x, double* z) {
  ENTRIES_APART
  for (std::size_t k = 0; k < n; ++k) z[k] = c * x[k];
}

FOR_WIDE_VECTORS void multiply(std::size_t n, const double* x, const double* y, double* z) {
  ENTRIES_APART
  for (std::size_t k = 0; k < n; ++k) z[k] = x[k] * y[k];
}

FOR_WIDE_VECTORS void absolute(std::size_t n, const double* x, double* z) {
  ENTRIES_APART
  for (std::size_t k = 0; k < n; ++k) z[k] = std::fabs(x[k]);
}

FOR_WIDE_VECTORS void invert(std::size_t n, const double* x, double* z) {
  ENTRIES_APART
  for (std::size_t k = 0; k < n; ++k) z[k] = 1.0 / x[k];
}

FOR_WIDE_VECTORS void add(std::size_t n, const double* x, double b, double* z) {
  ENTRIES_APART
  for (std::size_t k = 0; k < n; ++k) z[k] = x[k] + b;
}

constexpr std::size_t parts = 8;
using Parts = std::array<double, parts>;

double total(const Parts& p) { return ((p[0] + p[4]) + (p[2] + p[6])) + ((p[1] + p[5]) + (p[3] + p[7])); }

// Taken into each of the versions of the two below.
template <class Entry>
[[gnu::always_inline]] inline double sum_of_squares_of(std::size_t n, Entry entry) {
  Parts sums{};
  std::size_t k = 0;
  for (; k + parts <= n; k += parts)
    for (std::size_t p = 0; p < parts; ++p) sums[p] += entry(k + p) * entry(k + p);
  for (; k < n; ++k) sums[k % parts] += entry(k) * entry(k);
  return total(sums);
}

FOR_WIDE_VECTORS double sum_of_squares(std::size_t n, const double* x, const double* w) {
  return sum_of_squares_of(n, [=](std::size_t k) { return x[k] * w[k]; });
}

FOR_WIDE_VECTORS double sum_of_squares(std::size_t n, const double* x, const double* w, const double* mask) {
  return sum_of_squares_of(n, [=](std::size_t k) { return x[k] * w[k] * mask[k]; });
}

std::size_t size(N_Vector v) { return static_cast<std::size_t>(NV_LENGTH_S(v)); }
double* entries(N_Vector v) { return NV_DATA_S(v); }

void linear_sum(double a, N_Vector x, double b, N_Vector y, N_Vector z) {
  const std::size_t n = size(x);
  if (a == 1.0 && b == 1.0) sum(n, entries(x), entries(y), entries(z));
  else if (a == 1.0) sum(n, entries(x), b, entries(y), entries(z));
  else if (b == 1.0) sum(n, entries(y), a, entries(x), entries(z));
  else sum(n, a, entries(x), b, entries(y), entries(z));
}

void scale(double c, N_Vector x, N_Vector z) {
  if (c != 1.0) scale(size(x), c, entries(x), entries(z));
  else if (x != z) std::copy_n(entries(x), size(x), entries(z));
}

void fill(double c, N_Vector z) { std::fill_n(entries(z), size(z), c); }
void multiply(N_Vector x, N_Vector y, N_Vector z) { multiply(size(x), entries(x), entries(y), entries(z)); }
void absolute(N_Vector x, N_Vector z) { absolute(size(x), entries(x), entries(z)); }
void invert(N_Vector x, N_Vector z) { invert(size(x), entries(x), entries(z)); }
void add_constant(N_Vector x, double b, N_Vector z) { add(size(x), entries(x), b, entries(z)); }
double smallest(N_Vector x) { return *std::min_element(entries(x), entries(x) + size(x)); }

double weighted_rms(N_Vector x, N_Vector w) {
  return std::sqrt(sum_of_squares(size(x), entries(x), entries(w)) / static_cast<double>(size(x)));
}

// `mask` holds ones and zeros, so that a product stands for the choice.
double masked_weighted_rms(N_Vector x, N_Vector w, N_Vector mask) {
  return std::sqrt(sum_of_squares(size(x), entries(x), entries(w), entries(mask)) / static_cast<double>(size(x)));
}

// z = sum_k c_k x_k in one pass for two to five vectors; z may be x_0.
int linear_combination(int count, double* c, N_Vector* x, N_Vector z) {
  const std::size_t n = size(z);
  std::array<const double*, 5> of{};
  for (int k = 0; k < std::min(count, 5); ++k) of[static_cast<std::size_t>(k)] = entries(x[k]);
  switch (count) {
    case 1: scale(c[0], x[0], z); return 0;
    case 2: linear_sum(c[0], x[0], c[1], x[1], z); return 0;
    case 3: sum_of_three(n, c, of.data(), entries(z)); return 0;
    case 4: sum_of_four(n, c, of.data(), entries(z)); return 0;
    default: sum_of_five(n, c, of.data(), entries(z));
  }
  for (int k = 5; k < count; ++k) sum(n, entries(z), c[k], entries(x[k]), entries(z));
  return 0;
}

// z_k = a x_k + b y_k, in this order: a later operand may be an earlier result.
int linear_sums(int count, double a, N_Vector* x, double b, N_Vector* y, N_Vector* z) {
  for (int k = 0; k < count; ++k) linear_sum(a, x[k], b, y[k], z[k]);
  return 0;
}

// z_k = a_k x + y_k
int scale_add_multi(int count, double* a, N_Vector x, N_Vector* y, N_Vector* z) {
  for (int k = 0; k < count; ++k) linear_sum(a[k], x, 1.0, y[k], z[k]);
  return 0;
}

// z_k = c_k x_k
int scale_each(int count, double* c, N_Vector* x, N_Vector* z) {
  for (int k = 0; k < count; ++k) scale(c[k], x[k], z[k]);
  return 0;
}

}  // namespace

void speed_up(N_Vector v) {
  N_Vector_Ops operations = v->ops;
  operations->nvlinearsum = linear_sum;
  operations->nvscale = scale;
  operations->nvconst = fill;
  operations->nvprod = multiply;
  operations->nvabs = absolute;
  operations->nvinv = invert;
  operations->nvaddconst = add_constant;
  operations->nvmin = smallest;
  operations->nvwrmsnorm = weighted_rms;
  operations->nvwrmsnormmask = masked_weighted_rms;
  operations->nvlinearcombination = linear_combination;
  operations->nvlinearsumvectorarray = linear_sums;
  operations->nvscaleaddmulti = scale_add_multi;
  operations->nvscalevectorarray = scale_each;
}

}  // namespace brineflow::sundials
