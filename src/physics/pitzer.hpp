// The Pitzer ion-interaction model at one temperature: activity coefficients and water activity.
#pragma once

#include "base/scalar.hpp"
#include "physics/components.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace brineflow {

// The numbers of one parameter set. Ions that a case does not carry are skipped, interactions that are
// not listed are zero. Molal units: beta and theta in kg/mol, C_phi and psi in kg2/mol2.
struct PitzerParameters {
  struct Binary {
    std::string cation, anion;
    double beta0 = 0.0, beta1 = 0.0, beta2 = 0.0;
    double C_phi = 0.0;  // of the osmotic coefficient; C = C_phi / (2 sqrt|z_c z_a|)
    // Without a value: alpha1 = 2 kg^.5/mol^.5, and for 2-2 salts 1.4; alpha2 = 12 (HMW84 p. 724).
    std::optional<double> alpha1, alpha2;
    double up_to = 0.0;  // molality the fit reaches [mol/kg]; 0: not stated
  };
  struct Theta {  // between two ions of like sign; the higher-order electrostatic term comes on top by itself
    std::array<std::string, 2> ions;
    double value = 0.0;
  };
  struct Psi {  // two ions of like sign and one of the other, in any order
    std::array<std::string, 3> ions;
    double value = 0.0;
  };
  struct Lambda {  // a neutral species with an ion or another neutral
    std::string neutral, other;
    double value = 0.0;
  };

  std::string name;                     // for messages
  double temperature = 298.15;          // K, of the fit
  double temperature_tolerance = 5.0;   // K either side within which nobody needs a warning
  double A_phi = 0.3915;                // kg^.5/mol^.5, Debye-Hueckel slope of the osmotic coefficient at 25 degC, HMW84
  double b = 1.2;                       // kg^.5/mol^.5
  double ionic_strength_up_to = 0.0;    // mol/kg; 0: not stated
  std::vector<Binary> binary;
  std::vector<Theta> theta;
  std::vector<Psi> psi;
  std::vector<Lambda> lambda;
};

// The model for one ComponentSet, in flat tables. Immutable; evaluation allocates nothing (but for Trace).
class PitzerModel {
 public:
  // Throws InputError for an interaction between ions of the wrong signs, one listed twice, or ions that have no
  // binary parameters at all with some ion of opposite sign in the set.
  PitzerModel(const ComponentSet& components, const PitzerParameters& parameters);

  // ln of the molal activity coefficient of every species, unscaled single-ion convention; [0] is ln a_w.
  // `amounts` [mol, or any factor of it] and `ln_gamma` have the size of the ComponentSet.
  template <Scalar S>
  void log_activity(std::span<const S> amounts, std::span<S> ln_gamma) const;

  template <Scalar S>
  S log_water_activity(std::span<const S> amounts) const;

  // sum_i stoichiometry_i ln gamma_i over all species; the entry of water counts ln a_w.
  template <Scalar S>
  S log_mean_product(std::span<const S> amounts, std::span<const int> stoichiometry) const;

 private:
  static constexpr std::size_t max_size = ComponentSet::max_size;
  static constexpr std::size_t max_curves = 6;  // different alpha, and different pairs of charges
  using Vector = std::array<double, max_size>;
  using Matrix = std::array<Vector, max_size>;
  struct StrengthFunctions;
  struct Gibbs;
  struct Pair {  // one m_i m_j (L(I) + Z C) of the excess Gibbs energy; L = constant + sum of beta terms + E-theta
    std::size_t i, j;
    double constant;  // 2 beta0, 2 theta or 2 lambda
    double C;
    int shape1, shape2;        // which g(alpha sqrt I), -1 for none
    double factor1, factor2;   // 2 beta1, 2 beta2
    int electrostatic;         // which E-theta, -1 for none
  };
  struct Triple {
    std::size_t i, j, k;
    double psi;
  };

  void add_binaries(const ComponentSet& components, const PitzerParameters& parameters);
  void add_like_pairs(const ComponentSet& components, const PitzerParameters& parameters);
  void add_lambdas(const ComponentSet& components, const PitzerParameters& parameters);
  void add_triples(const ComponentSet& components, const PitzerParameters& parameters);
  int shape_number(double alpha);
  int electrostatic_number(int charge_i, int charge_j);
  StrengthFunctions strength_functions(double I) const;
  template <bool with_hessian>
  void add_pairs(const Vector& m, double Z, const StrengthFunctions& at, Gibbs& gibbs) const;
  template <bool with_hessian>
  void add_triples(const Vector& m, Gibbs& gibbs) const;
  template <bool with_hessian>
  void evaluate(const Vector& m, Gibbs& gibbs) const;
  template <Scalar S>
  S weighted(std::span<const S> amounts, const Vector& weight) const;
  template <Scalar S>
  Vector molalities(std::span<const S> amounts, std::array<S, max_size>& molality) const;

  std::size_t size_ = 0;
  double water_mass_ = 0.0;  // kg/mol
  double A_phi_ = 0.0, b_ = 0.0;
  Vector half_charge_squared_{}, charge_magnitude_{};
  std::vector<Pair> pairs_;
  std::vector<Triple> triples_;
  std::vector<double> alphas_;
  std::vector<std::array<double, 2>> unlike_charges_;  // magnitudes, one entry for each E-theta
};

namespace pitzer {

// A function of one variable with its first two derivatives.
struct Curve {
  double value, first, second;
};

// sqrt(I) [mol^.5/kg^.5] made smooth at zero: sqrt(softplus(I)) of width `sqrt_width`, see docs/equations/brine.md.
inline constexpr double sqrt_width = 2e-8;  // mol/kg
Curve smooth_sqrt(double I);

// g(x) = 2 [1 - (1 + x) exp(-x)] / x^2 and its derivatives; Pitzer (1973).
Curve g(double x);

// J(x) of the electrostatic mixing term; Pitzer (1975), Chebyshev form of Harvie (1981).
Curve J(double x);

// E-theta as a function of s = sqrt(I) for two ions of charge magnitudes z1, z2; Pitzer (1975).
Curve electrostatic_mixing(double s, double z1, double z2, double A_phi);

}  // namespace pitzer
}  // namespace brineflow
