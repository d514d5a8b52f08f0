// The particles of a bed: what their solid takes up, the film around them, their pores and the way along their walls
// (docs/equations/adsorption_column.md, equations 2, 6, 7, 8 and 12). For adsorption_column.cpp alone.
#pragma once

#include "numerics/sphere_element.hpp"
#include "physics/surface_diffusion.hpp"
#include "units/column_layout.hpp"
#include "units/column_reading.hpp"
#include "units/local.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace brineflow {

// Where the numbers of the particles stand in the unit's parameters; what a model does not need stays 0 and unused.
struct ParticleNumbers {
  std::size_t radius = 0, porosity = 0;
  std::size_t pore_diffusion = 0;
  std::size_t surface_diffusion = 0, saturation = 0, exponent = 0;
  std::size_t sorbent = 0;  // those of the sorbent, up to the end
};

class ColumnParticles {
 public:
  ColumnParticles(Sorbent sorbent, SphereElement sphere, ColumnModel model, std::optional<SurfaceDiffusionLaw> along_walls)
      : sorbent_(std::move(sorbent)), sphere_(std::move(sphere)), model_(model), along_walls_(along_walls) {}

  const Sorbent& sorbent() const { return sorbent_; }
  const Sorption& sorption() const { return sorbent_.sorption; }
  const SphereElement& sphere() const { return sphere_; }
  bool have_pores() const { return model_ != ColumnModel::lumped; }
  bool have_radius() const { return model_ == ColumnModel::general_rate; }
  std::optional<SurfaceDiffusionLaw> along_walls() const { return along_walls_; }

  ParticleNumbers at;
  ColumnLayout layout;

  // The rows of loadings, ageing and pores at every node of the bed. T [K] of the liquid; film [m/s], of no meaning without pores.
  template <Scalar S>
  void rows(const Local<S>& here, const Brine& brine, const S& T, const S& film, std::span<S> residual) const {
    solid_rows(here, brine, T, residual);
    if (!have_pores()) return;
    Inside<S> moved;
    const S &eps = here.p[at.porosity], &radius = here.p[at.radius];
    const PoreNumbers<S> numbers{eps, S(1.0 - eps), S(sphere_.surface_gain() * film / radius),
                                 have_radius() ? S(eps * here.p[at.pore_diffusion] / (radius * radius)) : S(0.0)};
    for (std::size_t k = 0; k < layout.nodes; ++k) {
      if (along_walls_) along_the_walls(here, k, moved, residual);
      for (std::size_t i = 0; i < layout.components; ++i) pore_rows(here, numbers, i, k, moved, residual);
    }
  }

  // [mol/m2/s] (6) what of component i goes through the film, of coefficient `film` [m/s], into the particles at node k.
  template <Scalar S>
  S film_flux(const Local<S>& here, const S& film, std::size_t i, std::size_t k) const {
    return film * beyond_film(here, i, k);
  }

 private:
  // A value of every sorbed species at every node of one particle.
  template <Scalar S>
  using Inside = std::array<std::array<S, max_sphere_nodes>, max_sorbed_species>;

  // What (7) takes from the parameters, the same at every node: the share of the pores and of the solid, what the difference of concentrations across the
  // film adds to the rate at the surface [1/s], and eps_p D_p / R^2 [1/s].
  template <Scalar S>
  struct PoreNumbers {
    S pores, solid, through_film, diffusion;
  };

  // [mol/m3] concentration of component i in the bed less that at the surface of the particles, at node k.
  template <Scalar S>
  S beyond_film(const Local<S>& here, std::size_t i, std::size_t k) const {
    return here.y[layout.concentration_at(i) + k] - here.y[layout.beside_solid_at(i) + (k + 1) * layout.radial - 1];
  }

  // (2) dq_j/dt = r_j(c, q, T), docs/equations/sorption.md, point by point. In particles c is that of the pores.
  template <Scalar S>
  void solid_rows(const Local<S>& here, const Brine& brine, const S& T, std::span<S> residual) const {
    const auto p = here.p.subspan(at.sorbent);
    std::array<S, ComponentSet::max_size> c{};
    std::array<S, max_sorbed_species> q{}, rate{};
    const std::size_t states = sorption().ageing.states();
    std::array<S, 2> state{}, state_rate{};
    const auto first = [](auto& array, std::size_t count) { return std::span(array).first(count); };
    for (std::size_t k = 0; k < layout.points(); ++k) {
      for (std::size_t i = 0; i < layout.components; ++i) c[i] = here.y[layout.beside_solid_at(i) + k];
      for (std::size_t j = 0; j < layout.species; ++j) q[j] = here.y[layout.loading_at(j) + k];
      for (std::size_t n = 0; n < states; ++n) state[n] = here.y[layout.ageing_at(n) + k];
      ageing_sorption_rates<S>(sorption(), brine, p, first(c, layout.components), T, first(q, layout.species), first(state, states),
                               first(rate, layout.species), first(state_rate, states));
      for (std::size_t n = 0; n < states; ++n) residual[layout.ageing_at(n) + k] = here.ydot[layout.ageing_at(n) + k] - state_rate[n];
      for (std::size_t j = 0; j < layout.species; ++j) residual[layout.loading_at(j) + k] = here.ydot[layout.loading_at(j) + k] - rate[j];
    }
  }

  // (12) over R^2 at the nodes of the particles at node k.
  template <Scalar S>
  std::array<S, max_sphere_nodes> wall_diffusion(const Local<S>& here, std::size_t k) const {
    std::array<S, max_sphere_nodes> result;
    const S b = *along_walls_ == SurfaceDiffusionLaw::exponential ? here.p[at.exponent] : S(0.0);
    const S empty = here.p[at.surface_diffusion] / (here.p[at.radius] * here.p[at.radius]);
    for (std::size_t m = 0; m < layout.radial; ++m) {
      S taken(0.0);
      for (std::size_t j = 0; j < layout.species; ++j) taken += here.y[layout.loading_at(j) + k * layout.radial + m];
      result[m] = surface_diffusion(*along_walls_, empty, S(taken / here.p[at.saturation]), b);
    }
    return result;
  }

  // (8) adds div(D_s grad q_j) in the particles at node k, without flux through their surface, to the rows of the loadings; `moved` keeps it.
  template <Scalar S>
  void along_the_walls(const Local<S>& here, std::size_t k, Inside<S>& moved, std::span<S> residual) const {
    const bool varies = *along_walls_ != SurfaceDiffusionLaw::constant;
    std::array<S, max_sphere_nodes> D;
    if (varies) D = wall_diffusion(here, k);
    else D[0] = here.p[at.surface_diffusion] / (here.p[at.radius] * here.p[at.radius]);
    for (std::size_t j = 0; j < layout.species; ++j) {
      const std::span<S> along = std::span<S>(moved[j]).first(layout.radial);
      std::fill(along.begin(), along.end(), S(0.0));
      const auto q = here.values(layout.loading_at(j) + k * layout.radial, layout.radial);
      if (varies) sphere_.add_diffusion<S>(q, std::span<const S>(D).first(layout.radial), along);
      else sphere_.add_diffusion<S>(q, D[0], along);
      for (std::size_t m = 0; m < layout.radial; ++m) residual[layout.loading_at(j) + k * layout.radial + m] -= along[m];
    }
  }

  // (7) eps_p dc_p,i/dt + (1 - eps_p) sum_j nu_ij dq_j/dt = div(eps_p D_p grad c_p,i + (1 - eps_p) sum_j nu_ij D_s grad q_j),
  // the film's flux (6) being what enters at the surface.
  template <Scalar S>
  void pore_rows(const Local<S>& here, const PoreNumbers<S>& numbers, std::size_t i, std::size_t k, const Inside<S>& moved, std::span<S> residual) const {
    const std::size_t radial = layout.radial, start = layout.beside_solid_at(i) + k * radial;
    std::array<S, max_sphere_nodes> rate;
    std::fill_n(rate.begin(), radial, S(0.0));
    rate[radial - 1] = numbers.through_film * beyond_film(here, i, k);
    if (have_radius()) sphere_.add_diffusion<S>(here.values(start, radial), numbers.diffusion, std::span<S>(rate).first(radial));
    for (std::size_t m = 0; m < radial; ++m) residual[start + m] = numbers.pores * here.ydot[start + m] - rate[m];
    for (std::size_t j = 0; j < layout.species; ++j) {
      const int nu = sorption().species[j].stoichiometry[i];
      if (nu == 0) continue;
      const S share = static_cast<double>(nu) * numbers.solid;
      for (std::size_t m = 0; m < radial; ++m) {
        S taken_up = here.ydot[layout.loading_at(j) + k * radial + m];
        if (along_walls_) taken_up -= moved[j][m];
        residual[start + m] += share * taken_up;
      }
    }
  }

  Sorbent sorbent_;
  SphereElement sphere_;
  ColumnModel model_;
  std::optional<SurfaceDiffusionLaw> along_walls_;
};

}  // namespace brineflow
