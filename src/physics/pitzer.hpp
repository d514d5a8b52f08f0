// The Pitzer ion-interaction model: activity coefficients and water activity.
#pragma once

#include "base/scalar.hpp"
#include "physics/components.hpp"
#include "physics/temperature_function.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace brineflow {

// The numbers of one parameter set. Ions that a case does not carry are skipped, interactions that are
// not listed are zero, but a cation and an anion have to stand in `binary` or in `without_data`.
// Molal units: beta, theta and lambda in kg/mol, C_phi, psi and zeta in kg2/mol2.
struct PitzerParameters {
  struct Binary {
    std::string cation, anion;
    TemperatureFunction beta0, beta1, beta2;
    TemperatureFunction C_phi;  // of the osmotic coefficient; C = C_phi / (2 sqrt|z_c z_a|)
    // Without a value: alpha1 = 2 kg^.5/mol^.5, and for 2-2 salts 1.4; alpha2 = 12 (HMW84 p. 724).
    std::optional<double> alpha1, alpha2;
    double up_to = 0.0;  // molality the fit reaches [mol/kg]; 0: not stated
  };
  struct Theta {  // between two ions of like sign; the higher-order electrostatic term comes on top by itself
    std::array<std::string, 2> ions;
    TemperatureFunction value;
  };
  struct Psi {  // two ions of like sign and one of the other, in any order
    std::array<std::string, 3> ions;
    TemperatureFunction value;
  };
  struct Zeta {  // a neutral solute, a cation and an anion, in any order
    std::array<std::string, 3> ions;
    TemperatureFunction value;
  };
  struct Lambda {  // a neutral species with an ion or another neutral
    std::string neutral, other;
    TemperatureFunction value;
  };

  std::string name;                     // for messages
  double temperature = parameter_temperature;  // K, of the fit
  double temperature_tolerance = 5.0;          // K either side within which nobody needs a warning
  // K. With a range, the parameters and the Debye-Hueckel slope follow the temperature; without, they are those of
  // `temperature` whatever the temperature of the brine.
  std::optional<std::array<double, 2>> temperature_range;
  double A_phi = 0.3915;                // kg^.5/mol^.5, Debye-Hueckel slope of the osmotic coefficient at 25 degC, HMW84
  double b = 1.2;                       // kg^.5/mol^.5
  double ionic_strength_up_to = 0.0;    // mol/kg; 0: not stated
  std::vector<Binary> binary;
  std::vector<Theta> theta;
  std::vector<Psi> psi;
  std::vector<Lambda> lambda;
  std::vector<Zeta> zeta;
  std::vector<std::array<std::string, 2>> without_data;  // cation and anion: taken as zero because nobody measured them
};

// The model for one ComponentSet, in flat tables. Immutable; evaluation allocates nothing (but for Trace).
class PitzerModel {
 public:
  // Throws InputError for an interaction between ions of the wrong signs, one listed twice, or a cation and an anion
  // of the set that have neither binary parameters nor an entry in `without_data`.
  PitzerModel(const ComponentSet& components, const PitzerParameters& parameters);

  double ionic_strength_up_to() const { return ionic_strength_up_to_; }  // mol/kg; 0: not stated

  // ln of the molal activity coefficient of every species, unscaled single-ion convention; [0] is ln a_w.
  // `amounts` [mol, or any factor of it] and `ln_gamma` have the size of the ComponentSet; T in K.
  template <Scalar S>
  void log_activity(std::span<const S> amounts, const S& T, std::span<S> ln_gamma) const;

  template <Scalar S>
  S log_water_activity(std::span<const S> amounts, const S& T) const;

  // sum_i stoichiometry_i ln gamma_i over all species; the entry of water counts ln a_w.
  template <Scalar S>
  S log_mean_product(std::span<const S> amounts, const S& T, std::span<const int> stoichiometry) const;

  // What Newton's method on equilibria needs, at molalities [mol/kg] by species (entry of water unused) and T [K]:
  // ln gamma as log_activity gives it, and jacobian[i][j] = d ln gamma_i / d m_j [kg/mol], row 0 that of ln a_w.
  using Vector = std::array<double, ComponentSet::max_size>;
  using Matrix = std::array<Vector, ComponentSet::max_size>;
  void log_activity_jacobian(const Vector& molality, double T, Vector& ln_gamma, Matrix& jacobian) const;

  // d(G^ex / R T)/dT per kg of water [mol/(kg K)], with G^ex on the molal scale: the excess (relative apparent)
  // enthalpy of the solution is -R T^2 times it. Zero for a set without a temperature range.
  double excess_gibbs_slope(std::span<const double> amounts, double T) const;

 private:
  static constexpr std::size_t max_size = ComponentSet::max_size;
  static constexpr std::size_t max_curves = 6;  // different alpha, and different pairs of charges
  static constexpr std::size_t max_pairs = max_size * max_size / 2, max_triples = max_size * max_size;
  struct StrengthFunctions;
  struct Gibbs;
  struct Pair {  // one m_i m_j (L(I) + Z C) of the excess Gibbs energy; L = constant + sum of beta terms + E-theta
    std::size_t i, j;
    int shape1, shape2;  // which g(alpha sqrt I), -1 for none
    int electrostatic;   // which E-theta, -1 for none
  };
  template <class Number>
  struct PairNumbers {
    Number constant;          // 2 beta0, 2 theta or 2 lambda
    Number C;
    Number factor1, factor2;  // 2 beta1, 2 beta2
  };
  struct Triple {
    std::size_t i, j, k;
  };
  // The numbers at one temperature, or their slopes with it.
  struct Numbers {
    double A_phi;
    const PairNumbers<double>* pair;
    const double* psi;
  };
  struct NumbersAt;

  void add_binaries(const ComponentSet& components, const PitzerParameters& parameters);
  void add_like_pairs(const ComponentSet& components, const PitzerParameters& parameters);
  void add_lambdas(const ComponentSet& components, const PitzerParameters& parameters);
  void add_triples(const ComponentSet& components, const PitzerParameters& parameters);
  void add_triple(const ComponentSet& components, const std::string& set, const std::string& kind,
                  const std::array<std::string, 3>& ions, const TemperatureFunction& value);
  int shape_number(double alpha);
  int electrostatic_number(int charge_i, int charge_j);
  void store_constant_numbers();
  Numbers constant_numbers() const { return {A_phi_, constant_pairs_.data(), constant_psi_.data()}; }
  StrengthFunctions strength_functions(double I, double A_phi) const;
  template <bool with_hessian>
  void add_pairs(const Vector& m, double Z, const StrengthFunctions& at, const Numbers& numbers, Gibbs& gibbs) const;
  template <bool with_hessian>
  void add_triples(const Vector& m, const Numbers& numbers, Gibbs& gibbs) const;
  template <bool with_hessian>
  void sum_up(const Vector& m, const StrengthFunctions& at, const Numbers& numbers, Gibbs& gibbs) const;
  template <bool with_hessian>
  void evaluate(const Vector& m, double T, Gibbs& gibbs) const;
  void evaluate_slope(const Vector& m, double T, Gibbs& slope) const;
  double ionic_strength(const Vector& m) const;
  double log_water_slope(const Vector& m, const Gibbs& slope) const;
  template <Scalar S>
  S weighted(std::span<const S> amounts, const S& T, const Vector& weight) const;
  template <Scalar S>
  Vector molalities(std::span<const S> amounts, std::array<S, max_size>& molality) const;

  std::size_t size_ = 0;
  double water_mass_ = 0.0;  // kg/mol
  double A_phi_ = 0.0, b_ = 0.0;
  Vector half_charge_squared_{}, charge_magnitude_{};
  bool varies_ = false;  // with temperature
  double ionic_strength_up_to_ = 0.0;
  std::vector<Pair> pairs_;
  std::vector<Triple> triples_;
  std::vector<PairNumbers<TemperatureFunction>> pair_functions_;  // by pair
  std::vector<TemperatureFunction> psi_functions_;                // by triple
  std::vector<PairNumbers<double>> constant_pairs_;               // both at the reference temperature
  std::vector<double> constant_psi_;
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

// J(x) of the electrostatic mixing term; Pitzer (1975): series about zero, Chebyshev form of Harvie (1981) beyond one.
Curve exact_J(double x);
// The same out of a table, to rounding.
Curve J(double x);

// E-theta as a function of s = sqrt(I) for two ions of charge magnitudes z1, z2; Pitzer (1975).
Curve electrostatic_mixing(double s, double z1, double z2, double A_phi);

}  // namespace pitzer
}  // namespace brineflow
