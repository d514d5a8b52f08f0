#include "base/quantity.hpp"

#include "support/tolerance.hpp"

#include <udunits2.h>

#include <cmath>
#include <map>
#include <memory>

using namespace brineflow;
using test::check_close;
using test::Tolerance;

namespace {

constexpr Tolerance rounding{.relative = 1e-14, .reason = "a few roundings of a double"};

bool refused(std::string_view text) {
  try {
    parse_quantity(text);
  } catch (const QuantityError&) {
    return true;
  }
  return false;
}

std::string refusal(std::string_view text) {
  try {
    parse_quantity(text);
  } catch (const QuantityError& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return "";
}

// The database of udunits2, an authority of its own.
class Udunits {
 public:
  Udunits() {
    ut_set_error_message_handler(ut_ignore);
    system_ = ut_read_xml(nullptr);
    BOOST_REQUIRE(system_ != nullptr);
  }
  ~Udunits() { ut_free_system(system_); }
  Udunits(const Udunits&) = delete;
  Udunits& operator=(const Udunits&) = delete;

  // 1 and 2 `unit` in base units of SI; empty where udunits2 does not know the unit.
  std::vector<double> values(const std::string& unit, const std::string& si) const {
    ut_unit* from = ut_parse(system_, unit.c_str(), UT_UTF8);
    ut_unit* to = ut_parse(system_, si.c_str(), UT_UTF8);
    std::vector<double> result;
    if (from != nullptr && to != nullptr && ut_are_convertible(from, to) != 0) {
      cv_converter* converter = ut_get_converter(from, to);
      result = {cv_convert_double(converter, 1.0), cv_convert_double(converter, 2.0)};
      cv_free(converter);
    }
    ut_free(from);
    ut_free(to);
    return result;
  }

 private:
  ut_system* system_ = nullptr;
};

std::string si_name(const Dimension& dimension) {
  const char* symbols[] = {"m", "kg", "s", "K", "mol", "A"};
  std::string name = "1";
  for (std::size_t k = 0; k < 6; ++k)
    if (dimension.exponents[k] != 0) name += std::string(" ") + symbols[k] + std::to_string(dimension.exponents[k]);
  return name;
}

// Ours to theirs, where the spelling differs.
std::string their_name(const std::string& ours) {
  static const std::map<std::string, std::string> others = {
      {"a", "365.25 d"}, {"P", "poise"}, {"cP", "centipoise"}, {"eq", "mol"}, {"meq", "mmol"}, {"wt%", "%"}, {"LMH", "L/m2/h"},
      {"ppb", "1e-9"}, {"ppm", "1e-6"}, {"mbar", "millibar"}, {"BV", "1"}, {"Wh", "W h"}, {"kWh", "kW h"}, {"MWh", "MW h"}};
  const auto found = others.find(ours);
  return found == others.end() ? ours : found->second;
}

void compare_with_udunits(const Udunits& udunits, const std::string& ours, const std::string& theirs) {
  const UnitOfMeasure unit = parse_unit(ours);
  const std::vector<double> expected = udunits.values(theirs, si_name(unit.dimension));
  BOOST_TEST_CONTEXT(ours) {
    BOOST_REQUIRE_MESSAGE(expected.size() == 2, "udunits2 knows no such unit, or of another dimension than "
                                                    << name_of(unit.dimension));
    check_close(from_unit(1.0, unit), expected[0], {.relative = 1e-13, .reason = "udunits2 multiplies in its own order"});
    check_close(from_unit(2.0, unit), expected[1], {.relative = 1e-13, .reason = "udunits2 multiplies in its own order"});
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quantity)

BOOST_AUTO_TEST_CASE(every_named_unit_agrees_with_udunits2) {
  const Udunits udunits;
  for (const NamedUnit& named : named_units())
    compare_with_udunits(udunits, std::string(named.name), their_name(std::string(named.name)));
}

BOOST_AUTO_TEST_CASE(compound_units_agree_with_udunits2) {
  const Udunits udunits;
  for (const std::string unit :
       {"m3/h", "L/h", "kg/m2/s", "kg m-3", "m^3", "s-1", "1/h", "L/m2/h/bar", "m2/s", "mol/m3", "g/L", "mg/L",
        "A/m2", "mS/cm", "ohm cm2", "J/mol/K", "mmol/g", "kg/h", "t/d", "mm/d", "Pa s", "um", "cm2", "MJ/kg"})
    compare_with_udunits(udunits, unit, unit);
  compare_with_udunits(udunits, "mol/(m3 s)", "mol m-3 s-1");
  compare_with_udunits(udunits, "W/(m2 K)", "W m-2 K-1");
  compare_with_udunits(udunits, "m3/(kg (s))", "m3 kg-1 s-1");
  compare_with_udunits(udunits, "kWh/m3", "kW h m-3");
  compare_with_udunits(udunits, "BV/h", "h-1");
  compare_with_udunits(udunits, "LMH/bar", "L m-2 h-1 bar-1");
  compare_with_udunits(udunits, "kg*m/s^2", "N");
  compare_with_udunits(udunits, "\u00B5m", "um");
  compare_with_udunits(udunits, "\u03BCm", "um");
}

BOOST_AUTO_TEST_CASE(values_by_hand) {
  check_close(parse_quantity("120 m3/h").value, 120.0 / 3600.0, rounding);
  check_close(parse_quantity("25 degC").value, 298.15, rounding);
  check_close(parse_quantity("-5.5e1 degC").value, 218.15, rounding);
  check_close(parse_quantity("4.2 L/m2/h/bar").value, 4.2e-3 / 3600.0 / 1e5, rounding);
  check_close(parse_quantity("12 %").value, 0.12, rounding);
  check_close(parse_quantity(" +.5  wt% ").value, 0.005, rounding);
  check_close(to_unit(298.15, parse_unit("degC")), 25.0, rounding);
  check_close(parse_quantity_as("1 a", "d"), 365.25 * 86400.0, rounding);
  BOOST_TEST(!parse_quantity("3.5").has_unit);
  BOOST_TEST(parse_quantity("3.5 1").has_unit);
  BOOST_CHECK_THROW(parse_quantity_as("1 kg", "m"), QuantityError);
}

BOOST_AUTO_TEST_CASE(numbers_are_decimal_and_finite) {
  for (const std::string_view bad :
       {"nan", "NaN", ".nan", "inf", "-inf", ".inf", "infinity", "0x10", "0X1p3", "010", "-007", "00.5", "1e999", "-1e999",
        "1e-999", "1,000", "1_000", "1.2.3", "--1", "+-1", "1e", "e5", "", " ", ".", "-", "one", "1 2", "3m", "1e308 km",
        "1e-310 um um um um"})
    BOOST_CHECK_MESSAGE(refused(bad), bad << " was taken for a quantity");
  for (const std::string_view good : {"0", "-0", "0.5", "5.", ".5", "1e5", "1E-5", "+1", "0e0", "-0.25"})
    BOOST_CHECK_MESSAGE(!refused(good), good << " was refused");
  BOOST_TEST(refusal("010").find("write 10") != std::string::npos);
  BOOST_TEST(refusal("-00.5").find("write -0.5") != std::string::npos);
  BOOST_TEST(refusal("000").find("write 0") != std::string::npos);
  BOOST_TEST(refusal("3m").find("blank") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(units_that_are_none) {
  for (const std::string_view bad :
       {"1 /h", "1 m//s", "1 m/", "1 (m", "1 m)", "1 m^", "1 m^x", "1 m-", "1 m0", "1 m10", "1 m2.5", "1 degC/min", "1 W/m2 K",
        "1 m/s*kg", "1 furlong", "1 M", "1 ()", "1 2", "1 1m", "1 m,s", "1 \xFF"})
    BOOST_CHECK_MESSAGE(refused(bad), bad << " was taken for a quantity");
  BOOST_CHECK(refused("1 " + std::string(100000, '(')));
  BOOST_TEST(refusal("1 meters").find("unknown unit 'meters'") != std::string::npos);
  BOOST_TEST(refusal("1 barr").find("did you mean 'bar'?") != std::string::npos);
  BOOST_TEST(refusal("1 M").find("write 'mol/L'") != std::string::npos);
  BOOST_TEST(refusal("25 \u00B0C").find("write 'degC'") != std::string::npos);
  BOOST_TEST(refusal("1 W/m2 K").find("two ways") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(dimensions_have_names) {
  BOOST_TEST(name_of(parse_unit("m3/h").dimension) == "volume flow");
  BOOST_TEST(name_of(parse_unit("mm").dimension) == "length");
  BOOST_TEST(name_of(parse_unit("%").dimension) == "dimensionless");
  BOOST_TEST(name_of(parse_unit("kWh").dimension) == "energy");
  BOOST_TEST(name_of(parse_unit("m5 s-7").dimension) == "quantity in m5 s-7");
}

BOOST_AUTO_TEST_CASE(formatted) {
  BOOST_TEST(format_quantity(2.4, "m") == "2.4 m");
  BOOST_TEST(format_quantity(298.15, "degC") == "25 degC");
  BOOST_TEST(format_quantity(0.38, "1") == "0.38");
}

BOOST_AUTO_TEST_SUITE_END()
