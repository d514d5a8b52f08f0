#include "solve/vector_operations.hpp"

#include <Eigen/Core>
#include <nvector/nvector_serial.h>

#include <cmath>

namespace brineflow::sundials {
namespace {

// Distribution packages of SUNDIALS compile these loops entry by entry and build combinations of several vectors from
// sums of two, each a pass through memory. An integrator of some thousand variables spends most of its time here
// (docs/numerics.md, "Cost of a step").

using Array = Eigen::Map<Eigen::ArrayXd>;

Array array(N_Vector v) { return {NV_DATA_S(v), NV_LENGTH_S(v)}; }

void linear_sum(double a, N_Vector x, double b, N_Vector y, N_Vector z) {
  if (a == 1.0) array(z) = array(x) + b * array(y);
  else if (b == 1.0) array(z) = a * array(x) + array(y);
  else array(z) = a * array(x) + b * array(y);
}

void scale(double c, N_Vector x, N_Vector z) {
  if (c == 1.0) array(z) = array(x);
  else array(z) = c * array(x);
}

void fill(double c, N_Vector z) { array(z) = c; }
void multiply(N_Vector x, N_Vector y, N_Vector z) { array(z) = array(x) * array(y); }
void absolute(N_Vector x, N_Vector z) { array(z) = array(x).abs(); }
void invert(N_Vector x, N_Vector z) { array(z) = array(x).inverse(); }
void add_constant(N_Vector x, double b, N_Vector z) { array(z) = array(x) + b; }
double smallest(N_Vector x) { return array(x).minCoeff(); }

double weighted_rms(N_Vector x, N_Vector w) {
  return std::sqrt((array(x) * array(w)).square().sum() / static_cast<double>(NV_LENGTH_S(x)));
}

// `mask` holds ones and zeros, so that a product stands for the choice.
double masked_weighted_rms(N_Vector x, N_Vector w, N_Vector mask) {
  return std::sqrt((array(x) * array(w) * array(mask)).square().sum() / static_cast<double>(NV_LENGTH_S(x)));
}

// z = sum_k c_k x_k in one pass for two to six vectors; z may be x_0.
int linear_combination(int count, double* c, N_Vector* x, N_Vector z) {
  int k = 0;
  switch (count) {
    case 1: scale(c[0], x[0], z); return 0;
    case 2: linear_sum(c[0], x[0], c[1], x[1], z); return 0;
    case 3: array(z) = c[0] * array(x[0]) + c[1] * array(x[1]) + c[2] * array(x[2]); return 0;
    case 4: array(z) = c[0] * array(x[0]) + c[1] * array(x[1]) + c[2] * array(x[2]) + c[3] * array(x[3]); return 0;
    default:
      array(z) = c[0] * array(x[0]) + c[1] * array(x[1]) + c[2] * array(x[2]) + c[3] * array(x[3]) + c[4] * array(x[4]);
      k = 5;
  }
  for (; k < count; ++k) array(z) += c[k] * array(x[k]);
  return 0;
}

// z_k = a_k x + y_k
int scale_add_multi(int count, double* a, N_Vector x, N_Vector* y, N_Vector* z) {
  for (int k = 0; k < count; ++k) array(z[k]) = a[k] * array(x) + array(y[k]);
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
  operations->nvscaleaddmulti = scale_add_multi;
  operations->nvscalevectorarray = scale_each;
}

}  // namespace brineflow::sundials
