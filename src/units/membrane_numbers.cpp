#include "units/membrane_numbers.hpp"

#include "physics/hindered_transport.hpp"
#include "physics/water.hpp"

namespace brineflow {
namespace {

// Order of the numbers of either law; solutes follow.
enum PoreParameter : std::size_t { pore_radius, thickness, charge_density, dielectric_constant, charge_exponent, charge_reference, first_diffusion };

// Relative permittivity of water at 25 degC (Archer and Wang 1990, J. Phys. Chem. Ref. Data 19, 371, from memory). One number for
// all temperatures: the step into the pore is fitted together with it.
constexpr double water_dielectric_constant = 78.4;

}  // namespace

MembraneParameters::MembraneParameters(Membrane membrane, const ComponentSet& components) : membrane_(std::move(membrane)) {
  for (std::size_t i = 1; i < components.size(); ++i) {
    solutes_.push_back(components[i].name);
    charge_.push_back(components[i].charge);
  }
}

void MembraneParameters::add_to(std::vector<TunableParameter>& parameters) {
  const auto add = [&](const std::string& key, const char* unit, double value) { parameters.push_back({membrane_.name + "." + key, unit, value}); };
  if (membrane_.water_permeability > 0.0) add("water_permeability", "L/m2/h/bar", membrane_.water_permeability);
  start_ = parameters.size();
  if (membrane_.law == MembraneLaw::solution_diffusion) {
    for (std::size_t i = 0; i < solutes_.size(); ++i) add("permeability." + solutes_[i], "um/s", membrane_.permeability[i]);
    return;
  }
  const MembranePores& pores = membrane_.pores;
  add("pore_radius", "nm", pores.radius);
  add("effective_thickness", "um", pores.thickness);
  add("charge_density", "mol/m3", pores.charge);
  add("pore_dielectric_constant", "1", pores.dielectric_constant);
  add("charge_exponent", "1", pores.charge_exponent);
  add("charge_reference", "mol/m3", pores.charge_reference);
  for (std::size_t i = 0; i < solutes_.size(); ++i) {
    add("diffusion." + solutes_[i], "m2/s", pores.diffusion[i]);
    add("stokes_radius." + solutes_[i], "nm", pores.stokes_radius[i]);
  }
}

template <Scalar S>
MembraneNumbers<S> MembraneParameters::numbers(std::span<const S> p, const S& T) const {
  MembraneNumbers<S> result;
  result.law = membrane_.law;
  const auto own = p.subspan(start_);
  if (membrane_.water_permeability > 0.0) result.water_permeability = p[start_ - 1];
  if (membrane_.law == MembraneLaw::solution_diffusion) {
    result.permeability.assign(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(solutes_.size()));
    return result;
  }
  const S& radius = own[pore_radius];
  // (P7) Hagen and Poiseuille
  if (!(membrane_.water_permeability > 0.0)) result.water_permeability = radius * radius / (8.0 * water_viscosity(T) * own[thickness]);
  result.charge = own[charge_density];
  result.charge_exponent = own[charge_exponent];
  result.charge_reference = own[charge_reference];
  for (std::size_t i = 0; i < solutes_.size(); ++i) {
    const S &diffusion = own[first_diffusion + 2 * i], &stokes = own[first_diffusion + 2 * i + 1];
    const S lambda = relative_size(stokes, radius);
    result.partition.push_back(steric_partition(lambda) *
                               born_partition(charge_[i], stokes, own[dielectric_constant], S(water_dielectric_constant), T));
    result.resistance.push_back(own[thickness] / (hindered_diffusion(lambda) * diffusion));
    result.convection.push_back(hindered_convection(lambda));
  }
  return result;
}

#define BRINEFLOW_INSTANTIATE(S) template MembraneNumbers<S> MembraneParameters::numbers<S>(std::span<const S>, const S&) const;
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
