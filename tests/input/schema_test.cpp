#include "input/schema.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <regex>

using namespace brineflow;

namespace {

const ParameterTable& table() {
  static const ParameterTable rows = {
      quantity("length", "m").positive().means("height of the bed"),
      quantity("void_fraction", "1").between("0", "1").or_default("0.38").means("share | of the bed"),
      integer("cells").between(1, 1000).or_default("16").means("cells"),
      choice("method", {"dg", "weno"}).or_default("dg").means("discretisation"),
      boolean("adiabatic").or_default("false").means("no heat to the wall"),
      any("initial").maybe_absent().means("contents"),
  };
  return rows;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schema)

BOOST_AUTO_TEST_CASE(an_object_with_nothing_else) {
  const nlohmann::json json = schema_of(table());
  BOOST_TEST(json.at("type") == "object");
  BOOST_TEST(json.at("additionalProperties") == false);
  BOOST_TEST(json.at("required") == nlohmann::json::array({"length"}));
  BOOST_TEST(json.at("properties").size() == 6U);
}

BOOST_AUTO_TEST_CASE(quantities_carry_a_pattern) {
  const nlohmann::json length = schema_of(table()).at("properties").at("length");
  const std::regex pattern(length.at("pattern").get<std::string>(), std::regex::ECMAScript);
  for (const std::string good : {"2.4 m", "-.5e3 m3/h", "5. kg"}) BOOST_TEST(std::regex_match(good, pattern), good);
  for (const std::string bad : {"2.4", "m", "nan m", "", "0x1 m"}) BOOST_TEST(!std::regex_match(bad, pattern), bad);
  BOOST_TEST(length.at("description") == "height of the bed [m]; above 0 m");
}

BOOST_AUTO_TEST_CASE(values_of_other_kinds) {
  const nlohmann::json properties = schema_of(table()).at("properties");
  BOOST_TEST(properties.at("void_fraction").at("anyOf").at(0).at("maximum") == 1.0);
  BOOST_TEST(properties.at("cells").at("default") == 16);
  BOOST_TEST(properties.at("cells").at("minimum") == 1.0);
  BOOST_TEST(properties.at("method").at("enum") == nlohmann::json::array({"dg", "weno"}));
  BOOST_TEST(properties.at("adiabatic").at("default") == false);
  BOOST_TEST(!properties.at("initial").contains("type"));
}

BOOST_AUTO_TEST_CASE(reference) {
  const std::string text = reference_of(table());
  BOOST_TEST(text.starts_with("| key | unit | range | default | meaning |\n|---|---|---|---|---|\n"
                              "| `length` | m | above 0 m | required | height of the bed |\n"
                              "| `void_fraction` | - | between 0 and 1 | `0.38` | share \\| of the bed |\n"));
  BOOST_TEST(text.find("| `method` | choice | dg or weno | `dg` | discretisation |") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
