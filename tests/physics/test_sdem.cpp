// Ion transport through a nanofiltration membrane and its film, against closed forms and published rejections.
#include "physics/membrane_barrier.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace brineflow;
using test::check_close;
using test::Tolerance;

namespace {

constexpr double um_s = 1e-6;
constexpr double lmh = 1e-3 / 3600.0;
constexpr double no_film = 1.0;  // m/s: a film that is not there

// Concentrations at the membrane from those of the permeate, and of the bulk.
std::vector<double> barrier(const std::vector<int>& z, const std::vector<double>& P, double J_v, const std::vector<double>& c_p,
                            int steps = sdem::barrier_steps) {
  std::vector<double> face(z.size());
  sdem::face_over_permeate<double>(z, P, J_v, c_p, face, steps);
  for (std::size_t i = 0; i < face.size(); ++i) face[i] *= c_p[i];
  return face;
}

std::vector<double> film(const std::vector<int>& z, const std::vector<double>& k, double J_v, const std::vector<double>& c_bulk,
                         const std::vector<double>& c_p, int steps = sdem::film_steps) {
  std::vector<double> face(z.size()), T(z.size());
  for (std::size_t i = 0; i < T.size(); ++i) T[i] = c_p[i] / c_bulk[i];
  sdem::face_over_bulk<double>(z, k, J_v, c_bulk, T, face, steps);
  for (std::size_t i = 0; i < face.size(); ++i) face[i] *= c_bulk[i];
  return face;
}

std::vector<double> permeate_at_flux(const std::vector<int>& z, const std::vector<double>& P, const std::vector<double>& k, double J_v,
                                     const std::vector<double>& c_bulk) {
  std::vector<double> c_p = transmissions({z, SolutionDiffusion<double>{P}, k, c_bulk}, J_v);
  for (std::size_t i = 0; i < c_p.size(); ++i) c_p[i] *= c_bulk[i];
  return c_p;
}

double charge(const std::vector<int>& z, const std::vector<double>& c) {
  double sum = 0.0;
  for (std::size_t i = 0; i < z.size(); ++i) sum += z[i] * c[i];
  return sum;
}

double largest_error(const std::vector<double>& actual, const std::vector<double>& expected) {
  double error = 0.0;
  for (std::size_t i = 0; i < actual.size(); ++i) error = std::max(error, std::abs(actual[i] / expected[i] - 1.0));
  return error;
}

// The ions of a lake brine behind a membrane that rejects magnesium by more than 99 %.
struct LakeBrine {
  std::vector<int> z{1, 1, 1, 2, 2, -1, -2};
  std::vector<double> P{4.54e-6, 5.9e-6, 8.6e-6, 0.0413e-6, 0.046e-6, 4.54e-6, 0.03e-6};
  std::vector<double> c_p{2.5, 5.0, 3.0, 0.2, 0.1, 11.06, 0.02};
  std::vector<double> k{2.8e-5, 3.3e-5, 4.2e-5, 2.1e-5, 2.3e-5, 4.3e-5, 2.8e-5};
  std::vector<double> bulk{50, 300, 80, 200, 30, 790, 50};
};

// Li+, Mg+2, Cl- as in Wang et al. (2023), Nature Water 1, 291, source data: feed [mmol/L], permeabilities fitted there
// [um/s], flux [L/m2/h]; then rejections [%] of Li+ and Mg+2 from an independent integration of the same equations in
// pure Python with P_Cl = P_Li: observed with a film of 100 L/m2/h, intrinsic with it, and without a film.
struct WangCase {
  const char* name;
  double Mg, Li, P_Li, P_Mg, flux;
  double observed_Li, observed_Mg, intrinsic_Li, intrinsic_Mg, plain_Li, plain_Mg;
  double listed_Li, listed_Mg;  // as the source tabulates them
};
const std::vector<WangCase> wang_cases = {
    {"LBL 2 g/L 20:1", 19.3077, 3.3809, 4.5411, 0.0413, 38.0, 21.449, 98.542, 28.535, 98.999, 31.193, 99.032, 28.61, 99.0},
    {"LBL 2 g/L 40:1", 20.0207, 1.7529, 4.1006, 0.0411, 36.5, 21.234, 98.424, 27.971, 98.901, 29.508, 98.921, 27.99, 98.9},
    {"LBL 2 g/L 60:1", 20.2703, 1.1832, 4.0752, 0.0362, 36.2, 19.438, 98.568, 25.734, 98.999, 26.905, 99.013, 25.73, 99.0},
    {"LBL 4 g/L 20:1", 38.6154, 6.7619, 5.2305, 0.0504, 22.3, -16.285, 97.523, -21.217, 98.008, -15.292, 98.076, -22.06, 98.0},
    {"LBL 6 g/L 20:1", 57.9231, 10.1428, 6.4517, 0.0729, 17.8, -44.552, 95.873, -58.291, 96.523, -49.101, 96.645, -60.22, 96.5},
    {"NF270 2 g/L 20:1", 19.3077, 3.3809, 71.0745, 9.1557, 76.056338, -5.08, 32.718, -11.536, 50.99, -10.151, 51.715, -10.176991, 51.70068},
    {"NF270 2 g/L 40:1", 20.0207, 1.7529, 127.1917, 18.8673, 95.070423, -3.091, 19.488, -8.41, 38.511, -8.034, 38.802, -8.0, 38.830898},
    {"NF270 2 g/L 60:1", 20.2703, 1.1832, 83.3317, 11.0696, 80.28169, -5.306, 28.085, -12.67, 46.569, -12.218, 46.833, -12.174941, 46.861925},
    {"NF270 4 g/L 20:1", 38.6154, 6.7619, 69.8117, 8.8903, 73.943662, -5.371, 33.178, -11.953, 50.982, -10.572, 51.701, -10.234542, 51.882353},
    {"NF270 6 g/L 20:1", 57.9231, 10.1428, 72.4631, 8.0494, 63.380282, -8.275, 33.863, -16.829, 49.109, -15.474, 49.806, -15.373961, 49.855072},
};

struct Rejections {
  double observed_Li, observed_Mg, intrinsic_Li, intrinsic_Mg;  // %
};

Rejections reject(const WangCase& wang, double P_Cl, double film_coefficient) {
  const std::vector<int> z{1, 2, -1};
  const std::vector<double> P{wang.P_Li * um_s, wang.P_Mg * um_s, P_Cl * um_s}, k(3, film_coefficient);
  const std::vector<double> bulk{wang.Li, wang.Mg, wang.Li + 2.0 * wang.Mg};
  const double J_v = wang.flux * lmh;
  const std::vector<double> c_p = permeate_at_flux(z, P, k, J_v, bulk);
  const std::vector<double> face = film(z, k, J_v, bulk, c_p);
  return {100.0 * (1.0 - c_p[0] / bulk[0]), 100.0 * (1.0 - c_p[1] / bulk[1]), 100.0 * (1.0 - c_p[0] / face[0]),
          100.0 * (1.0 - c_p[1] / face[1])};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(solution_diffusion_electromigration)

BOOST_AUTO_TEST_CASE(single_salt_follows_its_closed_form_at_any_rejection) {
  const std::vector<int> z{2, -1};
  const std::vector<double> P{0.04 * um_s, 4.5 * um_s};
  const double P_s = sdem::salt_permeability(2, P[0], -1, P[1]);
  check_close(P_s, 3.0 * P[0] * P[1] / (2.0 * P[0] + P[1]), {1e-15, 0.0, "the same formula"});
  for (const double J_v : {1e-9, 1e-7, 1e-5, 1e-3}) {
    const std::vector<double> face = barrier(z, P, J_v, {1.0, 2.0});
    for (std::size_t i = 0; i < 2; ++i)
      check_close(1.0 - static_cast<double>(i + 1) / face[i], J_v / (J_v + P_s), {1e-9, 0.0, "exact for one salt but for the bound on the field"});
  }
}

BOOST_AUTO_TEST_CASE(trace_ion_follows_the_closed_form_of_a_dominant_salt) {
  // A 1-1 salt grows by f = c_s / c_s,p = 1 + J_v x' / P_s with the distance x' from the permeate face, in the field
  // e = J_v (1 / P_+ - 1 / P_-) / (2 f). A trace t obeys dc_t/dx' = J_v c_t,p / P_t - z_t c_t e, linear in c_t:
  //   c_t / c_t,p = f^-a + (P_s / P_t) (f - f^-a) / (1 + a),   a = z_t P_s (1 / P_+ - 1 / P_-) / 2
  const double P_plus = 2.0 * um_s, P_minus = 9.0 * um_s, J_v = 2e-5;
  const double P_s = sdem::salt_permeability(1, P_plus, -1, P_minus);
  const double f = 1.0 + J_v / P_s;
  for (const int z_t : {2, 1, -2}) {
    const double P_t = 0.5 * um_s;
    const double a = z_t * P_s * (1.0 / P_plus - 1.0 / P_minus) / 2.0;
    const double expected = std::pow(f, -a) + P_s / P_t * (f - std::pow(f, -a)) / (1.0 + a);
    const double trace = 1e-9;
    const std::vector<double> face = barrier({1, -1, z_t}, {P_plus, P_minus, P_t}, J_v, {1.0, 1.0 + z_t * trace, trace}, 64);
    check_close(face[2] / trace, expected, {1e-6, 0.0, "fourth-order steps, 64 of them, and a trace of 1e-9"});
  }
}

BOOST_AUTO_TEST_CASE(neutral_solute_feels_no_field) {
  const LakeBrine brine;
  std::vector<int> z = brine.z;
  std::vector<double> P = brine.P, c_p = brine.c_p;
  z.push_back(0), P.push_back(2.0 * um_s), c_p.push_back(0.7);
  const double J_v = 1e-5;
  check_close(barrier(z, P, J_v, c_p).back(), 0.7 * (1.0 + J_v / (2.0 * um_s)), {1e-6, 0.0, "steps of the barrier"});
}

BOOST_AUTO_TEST_CASE(film_with_equal_coefficients_is_film_theory) {
  const LakeBrine brine;
  const double J_v = 3e-5, k = 100.0 * lmh;
  const std::vector<double> face = film(brine.z, std::vector<double>(7, k), J_v, brine.bulk, brine.c_p, 1);
  for (std::size_t i = 0; i < 7; ++i)
    check_close(face[i], brine.c_p[i] + (brine.bulk[i] - brine.c_p[i]) * std::exp(J_v / k), {1e-12, 0.0, "exact in one step"});
}

BOOST_AUTO_TEST_CASE(both_layers_keep_charge) {
  const LakeBrine brine;
  for (const double J_v : {1e-6, 1e-5, 5e-5}) {
    const std::vector<double> face = barrier(brine.z, brine.P, J_v, brine.c_p);
    BOOST_TEST(std::abs(charge(brine.z, face)) < 1e-12 * face[5]);
    const std::vector<double> polarised = film(brine.z, brine.k, J_v, brine.bulk, brine.c_p);
    BOOST_TEST(std::abs(charge(brine.z, polarised)) < 1e-12 * polarised[5]);
  }
}

BOOST_AUTO_TEST_CASE(steps_converge_with_fourth_order) {
  const LakeBrine brine;
  const double J_v = 1e-5;
  const std::vector<double> fine = barrier(brine.z, brine.P, J_v, brine.c_p, 4000);
  const double coarse_error = largest_error(barrier(brine.z, brine.P, J_v, brine.c_p, 24), fine);
  const double error = largest_error(barrier(brine.z, brine.P, J_v, brine.c_p, 48), fine);
  BOOST_TEST(std::log2(coarse_error / error) > 3.8);
  BOOST_TEST(largest_error(barrier(brine.z, brine.P, J_v, brine.c_p), fine) < 1e-5);

  const std::vector<double> fine_film = film(brine.z, brine.k, 5e-5, brine.bulk, brine.c_p, 4000);
  const double coarse_film = largest_error(film(brine.z, brine.k, 5e-5, brine.bulk, brine.c_p, 4), fine_film);
  const double film_error = largest_error(film(brine.z, brine.k, 5e-5, brine.bulk, brine.c_p, 8), fine_film);
  BOOST_TEST(std::log2(coarse_film / film_error) > 3.8);
  BOOST_TEST(coarse_film < 2e-5);
}

BOOST_AUTO_TEST_CASE(published_rejections_come_out_with_chloride_as_permeable_as_lithium) {
  const Tolerance as_printed{0.0, 3e-3, "printed to 1e-3 %; 20 steps leave 2.1e-3 %"};
  for (const WangCase& wang : wang_cases) {
    BOOST_TEST_CONTEXT(wang.name) {
      const Rejections polarised = reject(wang, wang.P_Li, 100.0 * lmh);
      check_close(polarised.observed_Li, wang.observed_Li, as_printed);
      check_close(polarised.observed_Mg, wang.observed_Mg, as_printed);
      check_close(polarised.intrinsic_Li, wang.intrinsic_Li, as_printed);
      check_close(polarised.intrinsic_Mg, wang.intrinsic_Mg, as_printed);
      const Rejections plain = reject(wang, wang.P_Li, no_film);
      check_close(plain.observed_Li, wang.plain_Li, as_printed);
      check_close(plain.observed_Mg, wang.plain_Mg, as_printed);
    }
  }
}

// The chloride permeability that repeats the rejections which the source tabulates beside its fits is that of lithium:
// within 1.5 % for all feeds of 2 g/L. At 4 and 6 g/L it is 10 and 19 % higher for LBL, 4 and 1 % lower for NF270, where
// the table's rounded rejections and the source's concentration-dependent permeabilities leave more room.
BOOST_AUTO_TEST_CASE(listed_rejections_imply_the_chloride_permeability) {
  for (const WangCase& wang : wang_cases) {
    const bool lbl = wang.name[0] == 'L';
    double low = 0.1 * wang.P_Li, high = 10.0 * wang.P_Li;
    for (int pass = 0; pass < 60; ++pass) {
      const double middle = std::sqrt(low * high);
      const double R = reject(wang, middle, lbl ? 100.0 * lmh : no_film).intrinsic_Li;
      (R > wang.listed_Li ? low : high) = middle;  // chloride that passes more easily takes lithium along
    }
    BOOST_TEST_MESSAGE(wang.name << ": P_Cl / P_Li " << low / wang.P_Li);
    const bool dilute = std::string(wang.name).find(" 2 g/L") != std::string::npos;
    if (dilute) check_close(low / wang.P_Li, 1.0, {0.0, 0.015, "rejections and permeabilities to 3 or 4 digits"});
  }
}

BOOST_AUTO_TEST_CASE(derivatives_are_those_of_the_values) {
  const LakeBrine brine;
  const double J_v = 1e-5, relative = 1e-6;
  std::vector<double> transmission(7);
  for (std::size_t i = 0; i < 7; ++i) transmission[i] = brine.c_p[i] / brine.bulk[i];
  for (std::size_t j = 0; j < 7; ++j) {
    const auto duals = [](const std::vector<double>& v) { return std::vector<Dual>(v.begin(), v.end()); };
    std::vector<Dual> P = duals(brine.P), k = duals(brine.k), bulk = duals(brine.bulk), c_p = duals(brine.c_p), T = duals(transmission);
    std::vector<Dual> inside(7), outside(7);
    c_p[j].v[0] = brine.c_p[j], bulk[j].v[0] = brine.bulk[j];
    P[j].v[1] = brine.P[j], T[j].v[1] = transmission[j];
    Dual flux(J_v);
    flux.v[2] = J_v;
    sdem::face_over_permeate<Dual>(brine.z, P, flux, c_p, inside);
    sdem::face_over_bulk<Dual>(brine.z, k, flux, bulk, T, outside);

    const auto difference = [&](auto evaluate) {
      std::vector<double> up(7), down(7), result(7);
      evaluate(1.0 + relative, up);
      evaluate(1.0 - relative, down);
      for (std::size_t i = 0; i < 7; ++i) result[i] = (up[i] - down[i]) / (2.0 * relative);
      return result;
    };
    const auto scaled = [j](std::vector<double> v, double factor) { return v[j] *= factor, v; };
    using Out = std::vector<double>;
    const std::vector<std::vector<double>> of_inside = {
        difference([&](double f, Out& r) { sdem::face_over_permeate<double>(brine.z, brine.P, J_v, scaled(brine.c_p, f), r); }),
        difference([&](double f, Out& r) { sdem::face_over_permeate<double>(brine.z, scaled(brine.P, f), J_v, brine.c_p, r); }),
        difference([&](double f, Out& r) { sdem::face_over_permeate<double>(brine.z, brine.P, J_v * f, brine.c_p, r); })};
    const std::vector<std::vector<double>> of_outside = {
        difference([&](double f, Out& r) { sdem::face_over_bulk<double>(brine.z, brine.k, J_v, scaled(brine.bulk, f), transmission, r); }),
        difference([&](double f, Out& r) { sdem::face_over_bulk<double>(brine.z, brine.k, J_v, brine.bulk, scaled(transmission, f), r); }),
        difference([&](double f, Out& r) { sdem::face_over_bulk<double>(brine.z, brine.k, J_v * f, brine.bulk, transmission, r); })};
    for (std::size_t i = 0; i < 7; ++i)
      for (std::size_t by = 0; by < 3; ++by) {
        const auto direction = static_cast<Eigen::Index>(by);
        check_close(inside[i].v[direction], of_inside[by][i], {1e-6, 1e-8 * inside[i].a, "central differences with steps of 1e-6"});
        check_close(outside[i].v[direction], of_outside[by][i], {1e-6, 1e-8 * outside[i].a, "central differences with steps of 1e-6"});
      }
  }
}

BOOST_AUTO_TEST_CASE(transmissions_depend_on_the_composition_only) {
  const LakeBrine brine;
  std::vector<double> share = brine.bulk, thousandth = brine.bulk;
  for (double& c : share) c /= 1500.0;
  for (double& c : thousandth) c /= 1.5e6;
  const std::vector<double> T = transmissions({brine.z, SolutionDiffusion<double>{brine.P}, brine.k, share}, 1e-5);
  const std::vector<double> diluted = transmissions({brine.z, SolutionDiffusion<double>{brine.P}, brine.k, thousandth}, 1e-5);
  for (std::size_t i = 0; i < 7; ++i) check_close(diluted[i], T[i], {1e-7, 0.0, "the width that rounds magnitudes, 1e-9"});
}

BOOST_AUTO_TEST_CASE(an_absent_ion_has_the_transmission_of_a_trace_of_it) {
  const std::vector<int> z{1, 2, -1, -2};
  const std::vector<double> P{4.5e-6, 0.04e-6, 4.5e-6, 0.06e-6}, k(4, 100.0 * lmh);
  const std::vector<double> absent = transmissions({z, SolutionDiffusion<double>{P}, k, std::vector<double>{0.1, 0.3, 0.7, 0.0}}, 1e-5);
  const std::vector<double> trace = transmissions({z, SolutionDiffusion<double>{P}, k, std::vector<double>{0.1, 0.3, 0.7 - 2e-7, 1e-7}}, 1e-5);
  BOOST_TEST(absent[3] > 0.0);
  BOOST_TEST(absent[3] < 0.1);  // sulfate is rejected whether or not it is there
  for (std::size_t i = 0; i < 4; ++i) check_close(absent[i], trace[i], {1e-5, 0.0, "a trace of 1e-7"});
}

BOOST_AUTO_TEST_CASE(wild_trials_stay_finite) {
  const LakeBrine brine;
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<double> c_p = brine.c_p, bulk = brine.bulk;
    for (double& c : c_p) c *= normal(random) * std::pow(10.0, 3.0 * normal(random));
    for (double& c : bulk) c *= normal(random);
    const double J_v = sdem::forward_flux(1e-5 * normal(random) * std::pow(10.0, normal(random)));
    for (const auto& face : {barrier(brine.z, brine.P, J_v, c_p), film(brine.z, brine.k, J_v, bulk, c_p)})
      for (const double c : face) BOOST_REQUIRE_MESSAGE(std::isfinite(c), "trial " << trial << " J_v " << J_v << " c_p[0] " << c_p[0]);
  }
}

BOOST_AUTO_TEST_CASE(permeate_is_found_from_standstill_to_high_flux) {
  const LakeBrine brine;
  for (const double concentration : {0.01, 1.0, 10.0}) {
    std::vector<double> bulk = brine.bulk;
    for (double& c : bulk) c *= concentration;
    for (const double J_v : {1e-10, 1e-8, 1e-6, 1e-5, 1e-4}) {
      const std::vector<double> c_p = permeate_at_flux(brine.z, brine.P, brine.k, J_v, bulk);
      const std::vector<double> outside = film(brine.z, brine.k, J_v, bulk, c_p), inside = barrier(brine.z, brine.P, J_v, c_p);
      for (std::size_t i = 0; i < 7; ++i)
        check_close(inside[i], outside[i], {1e-7, 1e-9, "Newton's method down to round-off of the largest concentration"});
      BOOST_TEST(std::abs(charge(brine.z, c_p)) <= 1e-10 * bulk[5]);
    }
  }
}

BOOST_AUTO_TEST_CASE(without_flux_the_permeate_is_the_bulk) {
  const LakeBrine brine;
  const std::vector<double> c_p = permeate_at_flux(brine.z, brine.P, brine.k, sdem::forward_flux(0.0), brine.bulk);
  for (std::size_t i = 0; i < 7; ++i)
    check_close(c_p[i], brine.bulk[i], {2e-2, 0.0, "forward_flux(0) is 5e-11 m/s, against the least permeability of 3e-8"});
}

BOOST_AUTO_TEST_SUITE_END()
