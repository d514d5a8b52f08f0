// Numbers with units, as they stand in a case: "120 m3/h", "4.2 L/m2/h/bar", "25 degC", "12 %".
//
// A unit is a product of named units: `kg/m2/s`, `mol/(m3 s)`, `kg m-3`, `m^3`, `1/h`. After a `/` one factor or a
// bracket follows; `W/m2 K` is refused because half of its readers take it for W/(m2 K).
#pragma once

#include "base/error.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

// Exponents of the base units m, kg, s, K, mol, A.
struct Dimension {
  std::array<int, 6> exponents{};

  bool dimensionless() const { return *this == Dimension{}; }
  friend bool operator==(const Dimension&, const Dimension&) = default;
};

// "volume flow", "length", "dimensionless"; where there is no word for it, "quantity in m2 kg-1 s-1".
std::string name_of(const Dimension& dimension);
// "m-3 mol" as udunits reads it; "1" where it is dimensionless.
std::string si_unit(const Dimension& dimension);

// value in SI = scale * value in this unit + offset; the offset is zero except for degC alone.
// (`Unit` is a unit operation.)
struct UnitOfMeasure {
  double scale = 1.0;
  double offset = 0.0;
  Dimension dimension;
};

struct Quantity {
  double value = 0.0;      // SI
  Dimension dimension;
  bool has_unit = false;   // false for a bare number
};

// A text is not a number, a unit or a quantity. what() is the sentence; hint() may say what to write instead.
class QuantityError : public InputError {
 public:
  explicit QuantityError(const std::string& message, std::string hint = "")
      : InputError(message), hint_(std::move(hint)) {}
  const std::string& hint() const { return hint_; }

 private:
  std::string hint_;
};

// A decimal number and nothing else. Refuses nan, inf, hexadecimal, leading zeros (010 is eight to some and ten
// to others), thousands separators, overflow and underflow. Throws QuantityError.
double parse_number(std::string_view text);

// Throws QuantityError. "1" and "" are dimensionless.
UnitOfMeasure parse_unit(std::string_view text);

// Throws QuantityError. A bare number is dimensionless, with has_unit = false.
Quantity parse_quantity(std::string_view text);

// The value in SI of a text that must have the dimension of `unit`: for tables and tests. Throws QuantityError.
double parse_quantity_as(std::string_view text, std::string_view unit);

inline double to_unit(double si, const UnitOfMeasure& unit) { return (si - unit.offset) / unit.scale; }
inline double from_unit(double value, const UnitOfMeasure& unit) { return value * unit.scale + unit.offset; }

// "2.4 m" from 2.4 and "m"; dimensionless "1" leaves the number alone. Six digits.
std::string format_quantity(double si, std::string_view unit);

// Every unit that has a name, with its value: for the test against udunits2 and the reference of the case format.
struct NamedUnit {
  std::string_view name;
  UnitOfMeasure unit;
};
const std::vector<NamedUnit>& named_units();

}  // namespace brineflow
