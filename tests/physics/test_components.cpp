#include "base/error.hpp"
#include "physics/components.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

namespace brineflow::test {

BOOST_AUTO_TEST_SUITE(components)

BOOST_AUTO_TEST_CASE(the_masses_of_neutral_salts_are_the_published_ones) {
  const ComponentSet set = ComponentSet::from_names(known_component_names());
  const auto mass = [&](const char* name) { return set[set.find(name).value()].molar_mass; };
  const Tolerance rounding{.absolute = 2e-6, .reason = "handbook masses are given to 0.01 g/mol at worst"};
  check_close(mass("Li+") + mass("Cl-"), 42.39e-3, rounding);
  check_close(mass("Mg+2") + 2.0 * mass("Cl-"), 95.205e-3, rounding);
  check_close(2.0 * mass("Na+") + mass("SO4-2"), 142.036e-3, rounding);
  check_close(mass("Ca+2") + mass("SO4-2"), 136.134e-3, rounding);
  check_close(mass("H2O"), 18.015e-3, rounding);
}

BOOST_AUTO_TEST_CASE(charges_are_those_in_the_names) {
  for (const Component& component : ComponentSet::from_names(known_component_names())) {
    int expected = 0;
    const std::size_t sign = component.name.find_last_of("+-");
    if (sign != std::string::npos) {
      const std::string digits = component.name.substr(sign + 1);
      expected = (digits.empty() ? 1 : std::stoi(digits)) * (component.name[sign] == '+' ? 1 : -1);
    }
    BOOST_CHECK_EQUAL(component.charge, expected);
  }
}

BOOST_AUTO_TEST_CASE(a_set_starts_with_water_and_names_nothing_twice) {
  BOOST_CHECK_THROW(ComponentSet({}), InputError);
  BOOST_CHECK_THROW(ComponentSet::from_names({"Li+", "H2O"}), InputError);
  BOOST_CHECK_THROW(ComponentSet::from_names({"H2O", "Li+", "Li+"}), InputError);
  BOOST_CHECK_THROW(ComponentSet({*known_component("H2O"), {"tracer", 0.0, 0, {}}}), InputError);
  BOOST_CHECK_NO_THROW(ComponentSet({*known_component("H2O"), {"tracer", 0.1, 0, {}}}));
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_answered_with_those_known) {
  try {
    ComponentSet::from_names({"H2O", "Rb+"});
    BOOST_ERROR("Rb+ was accepted");
  } catch (const InputError& error) {
    BOOST_CHECK_EQUAL(error.what(), "unknown component 'Rb+'; known are H2O, Li+, Na+, K+, Mg+2, Ca+2, Cl-, SO4-2, Br-, H+, OH-, HSO4-, HCO3-, CO3-2, CO2, MgOH+, MgCO3, CaCO3, "
                    "B(OH)3, B(OH)4-, B3O3(OH)4-, B4O5(OH)4-2, MgB(OH)4+, CaB(OH)4+");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace brineflow::test
