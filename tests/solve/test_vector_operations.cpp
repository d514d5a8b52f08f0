// The operations on vectors that IDAS uses, entry by entry, to the last bit: what a wide processor does is what is written down here.
#include "solve/sundials.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <random>
#include <vector>

namespace ida = brineflow::sundials;

namespace {

// Lengths around multiples of the widths in which the loops go.
constexpr std::array<std::size_t, 10> lengths{1, 2, 3, 4, 7, 8, 9, 16, 31, 250};

class Vectors {
 public:
  explicit Vectors(std::size_t length) : length_(length) {}

  ida::Vector random() {
    std::vector<double> numbers(length_);
    for (double& x : numbers) x = distribution_(generator_);
    return ida::make_vector(context_, numbers);
  }

 private:
  std::size_t length_;
  ida::Context context_;
  std::mt19937 generator_{7};
  std::uniform_real_distribution<double> distribution_{0.5, 2.0};
};

std::vector<double> copy(const ida::Vector& v) {
  const std::span<const double> entries = ida::values(v.get());
  return {entries.begin(), entries.end()};
}

// Whether the entries of v are those of expected(k).
template <class Expected>
void check_entries(const ida::Vector& v, Expected expected) {
  const std::vector<double> found = copy(v);
  for (std::size_t k = 0; k < found.size(); ++k) BOOST_CHECK_EQUAL(found[k], expected(k));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vector_operations)

BOOST_AUTO_TEST_CASE(sums_of_two) {
  for (const std::size_t n : lengths)
    for (const double a : {1.0, -1.0, 0.3})
      for (const double b : {1.0, -1.0, 0.7})
        for (int result = 0; result < 3; ++result) {  // a vector of its own, or one of the operands
          Vectors make(n);
          const ida::Vector x = make.random(), y = make.random(), own = make.random();
          const std::vector<double> x0 = copy(x), y0 = copy(y);
          const ida::Vector& z = result == 0 ? own : result == 1 ? x : y;
          N_VLinearSum(a, x.get(), b, y.get(), z.get());
          check_entries(z, [&](std::size_t k) { return a * x0[k] + b * y0[k]; });
        }
}

BOOST_AUTO_TEST_CASE(sums_of_many) {
  for (const std::size_t n : lengths)
    for (int count = 1; count <= 7; ++count) {
      Vectors make(n);
      std::vector<ida::Vector> x;
      std::vector<std::vector<double>> x0;
      std::vector<N_Vector> pointers;
      std::vector<double> c;
      for (int j = 0; j < count; ++j) {
        x.push_back(make.random());
        x0.push_back(copy(x.back()));
        pointers.push_back(x.back().get());
        c.push_back(0.3 + j);
      }
      N_VLinearCombination(count, c.data(), pointers.data(), x[0].get());  // IDAS's predictor: the result is the first operand
      check_entries(x[0], [&](std::size_t k) {
        double sum = c[0] * x0[0][k];
        for (std::size_t j = 1; j < x0.size(); ++j) sum += c[j] * x0[j][k];
        return sum;
      });
    }
}

// phi_j += phi_(j+1), the latter as just changed: how IDAS updates its history.
BOOST_AUTO_TEST_CASE(sums_that_build_on_one_another) {
  for (const std::size_t n : lengths) {
    Vectors make(n);
    const std::array<ida::Vector, 3> phi{make.random(), make.random(), make.random()};
    const std::array<std::vector<double>, 3> before{copy(phi[0]), copy(phi[1]), copy(phi[2])};
    std::array<N_Vector, 2> x{phi[1].get(), phi[0].get()}, y{phi[2].get(), phi[1].get()};
    N_VLinearSumVectorArray(2, 1.0, x.data(), 1.0, y.data(), x.data());
    check_entries(phi[1], [&](std::size_t k) { return before[1][k] + before[2][k]; });
    check_entries(phi[0], [&](std::size_t k) { return before[0][k] + (before[1][k] + before[2][k]); });
  }
}

BOOST_AUTO_TEST_CASE(entry_by_entry) {
  for (const std::size_t n : lengths) {
    Vectors make(n);
    const ida::Vector x = make.random(), y = make.random(), z = make.random();
    ida::values(x.get())[n / 2] *= -1.0;
    const std::vector<double> x0 = copy(x), y0 = copy(y);
    N_VProd(x.get(), y.get(), z.get());
    check_entries(z, [&](std::size_t k) { return x0[k] * y0[k]; });
    N_VAbs(x.get(), z.get());
    check_entries(z, [&](std::size_t k) { return std::abs(x0[k]); });
    N_VInv(x.get(), z.get());
    check_entries(z, [&](std::size_t k) { return 1.0 / x0[k]; });
    N_VAddConst(x.get(), 0.1, z.get());
    check_entries(z, [&](std::size_t k) { return x0[k] + 0.1; });
    N_VScale(-0.4, x.get(), z.get());
    check_entries(z, [&](std::size_t k) { return -0.4 * x0[k]; });
    N_VScale(1.0, x.get(), z.get());
    check_entries(z, [&](std::size_t k) { return x0[k]; });
    N_VConst(0.25, z.get());
    check_entries(z, [&](std::size_t) { return 0.25; });
    BOOST_CHECK_EQUAL(N_VMin(x.get()), x0[n / 2]);
    std::array<double, 2> c{0.5, -2.0};
    const ida::Vector u = make.random(), v = make.random();
    std::array<N_Vector, 2> of{x.get(), y.get()}, to{u.get(), v.get()};
    N_VScaleVectorArray(2, c.data(), of.data(), to.data());
    check_entries(v, [&](std::size_t k) { return -2.0 * y0[k]; });
    N_VScaleAddMulti(2, c.data(), x.get(), to.data(), to.data());
    check_entries(u, [&](std::size_t k) { return 0.5 * x0[k] + 0.5 * x0[k]; });
  }
}

BOOST_AUTO_TEST_CASE(entry_by_entry_in_place) {
  for (const std::size_t n : lengths) {
    Vectors make(n);
    const auto in_place = [&](auto operation, auto expected) {
      const ida::Vector x = make.random(), y = make.random();
      const std::vector<double> x0 = copy(x), y0 = copy(y);
      operation(x.get(), y.get());
      check_entries(x, [&](std::size_t k) { return expected(x0[k], y0[k]); });
    };
    in_place([](N_Vector x, N_Vector y) { N_VProd(x, y, x); }, [](double a, double b) { return a * b; });
    in_place([](N_Vector x, N_Vector) { N_VAbs(x, x); }, [](double a, double) { return std::abs(a); });
    in_place([](N_Vector x, N_Vector) { N_VInv(x, x); }, [](double a, double) { return 1.0 / a; });
    in_place([](N_Vector x, N_Vector) { N_VAddConst(x, 0.1, x); }, [](double a, double) { return a + 0.1; });
    in_place([](N_Vector x, N_Vector) { N_VScale(-0.4, x, x); }, [](double a, double) { return -0.4 * a; });
    in_place([](N_Vector x, N_Vector) { N_VLinearSum(0.3, x, 0.7, x, x); }, [](double a, double) { return 0.3 * a + 0.7 * a; });
  }
}

// Squares are added up in eight parts, the entries left over to the first parts.
BOOST_AUTO_TEST_CASE(norms) {
  for (const std::size_t n : lengths) {
    Vectors make(n);
    const ida::Vector x = make.random(), w = make.random(), mask = make.random();
    for (std::size_t k = 0; k < n; ++k) ida::values(mask.get())[k] = k % 3 == 0 ? 0.0 : 1.0;
    const std::vector<double> x0 = copy(x), w0 = copy(w);
    const auto norm = [&](auto counts) {
      std::array<double, 8> p{};
      for (std::size_t k = 0; k < n; ++k)
        if (counts(k)) p[k % 8] += (x0[k] * w0[k]) * (x0[k] * w0[k]);
      return std::sqrt((((p[0] + p[4]) + (p[2] + p[6])) + ((p[1] + p[5]) + (p[3] + p[7]))) / static_cast<double>(n));
    };
    BOOST_CHECK_EQUAL(N_VWrmsNorm(x.get(), w.get()), norm([](std::size_t) { return true; }));
    BOOST_CHECK_EQUAL(N_VWrmsNormMask(x.get(), w.get(), mask.get()), norm([](std::size_t k) { return k % 3 != 0; }));
  }
}

BOOST_AUTO_TEST_SUITE_END()
