#include "base/quantity.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>

namespace brineflow {

namespace {

// m, kg, s, K, mol, A
using Exponents = std::array<int, 6>;
constexpr Exponents none{};
constexpr Exponents length{1, 0, 0, 0, 0, 0};
constexpr Exponents mass{0, 1, 0, 0, 0, 0};
constexpr Exponents time_{0, 0, 1, 0, 0, 0};
constexpr Exponents temperature{0, 0, 0, 1, 0, 0};
constexpr Exponents amount{0, 0, 0, 0, 1, 0};
constexpr Exponents current{0, 0, 0, 0, 0, 1};
constexpr Exponents volume{3, 0, 0, 0, 0, 0};
constexpr Exponents velocity{1, 0, -1, 0, 0, 0};
constexpr Exponents force{1, 1, -2, 0, 0, 0};
constexpr Exponents pressure{-1, 1, -2, 0, 0, 0};
constexpr Exponents energy{2, 1, -2, 0, 0, 0};
constexpr Exponents power{2, 1, -3, 0, 0, 0};
constexpr Exponents voltage{2, 1, -3, 0, 0, -1};
constexpr Exponents resistance{2, 1, -3, 0, 0, -2};
constexpr Exponents conductance{-2, -1, 3, 0, 0, 2};
constexpr Exponents viscosity{-1, 1, -1, 0, 0, 0};

struct DimensionName {
  Exponents exponents;
  std::string_view name;
};

constexpr DimensionName dimension_names[] = {
    {none, "dimensionless"},
    {length, "length"},
    {{2, 0, 0, 0, 0, 0}, "area"},
    {volume, "volume"},
    {mass, "mass"},
    {time_, "time"},
    {temperature, "temperature"},
    {amount, "amount of substance"},
    {current, "electric current"},
    {velocity, "velocity or volume flux"},
    {{1, 0, -2, 0, 0, 0}, "acceleration"},
    {{3, 0, -1, 0, 0, 0}, "volume flow"},
    {{0, 1, -1, 0, 0, 0}, "mass flow"},
    {{0, 0, -1, 0, 1, 0}, "molar flow"},
    {{0, 0, -1, 0, 0, 0}, "rate per time"},
    {{-1, 0, 0, 0, 0, 0}, "number per length"},
    {pressure, "pressure"},
    {{-2, 1, -2, 0, 0, 0}, "pressure gradient"},
    {force, "force"},
    {{0, 1, -2, 0, 0, 0}, "surface tension"},
    {energy, "energy"},
    {power, "power"},
    {{-3, 1, 0, 0, 0, 0}, "density or mass concentration"},
    {{-3, 0, 0, 0, 1, 0}, "concentration"},
    {{0, -1, 0, 0, 1, 0}, "amount per mass"},
    {{0, 1, 0, 0, -1, 0}, "molar mass"},
    {{3, 0, 0, 0, -1, 0}, "molar volume"},
    {{3, -1, 0, 0, 0, 0}, "volume per mass"},
    {{3, -1, -1, 0, 0, 0}, "second-order rate constant per mass"},
    {{3, 0, -1, 0, -1, 0}, "second-order rate constant"},
    {{2, 0, -1, 0, 0, 0}, "diffusivity"},
    {viscosity, "viscosity"},
    {{2, -1, 1, 0, 0, 0}, "permeance"},
    {{-2, 0, -1, 0, 1, 0}, "molar flux"},
    {{-2, 1, -1, 0, 0, 0}, "mass flux"},
    {{-2, 0, 0, 0, 1, 0}, "amount per area"},
    {{-2, 1, 0, 0, 0, 0}, "mass per area"},
    {{2, 1, -2, 0, -1, 0}, "molar energy"},
    {{2, 1, -2, -1, -1, 0}, "molar heat capacity"},
    {{2, 0, -2, 0, 0, 0}, "energy per mass"},
    {{2, 0, -2, -1, 0, 0}, "specific heat capacity"},
    {{1, 1, -3, -1, 0, 0}, "thermal conductivity"},
    {{0, 1, -3, -1, 0, 0}, "heat transfer coefficient"},
    {{0, 1, -3, 0, 0, 0}, "power per area"},
    {{0, 0, 0, -1, 0, 0}, "temperature coefficient"},
    {{0, 0, 1, 0, 0, 1}, "electric charge"},
    {{0, 0, 1, 0, -1, 1}, "charge per amount"},
    {{-2, 0, 0, 0, 0, 1}, "current density"},
    {voltage, "voltage"},
    {resistance, "resistance"},
    {{4, 1, -3, 0, 0, -2}, "area resistance"},
    {{3, 1, -3, 0, 0, -2}, "resistivity"},
    {conductance, "conductance"},
    {{-3, -1, 3, 0, 0, 2}, "conductivity"},
    {{0, -1, 3, 0, -1, 2}, "molar conductivity"},
};

constexpr double litre = 1e-3;
constexpr double hour = 3600.0;
constexpr double atmosphere = 101325.0;
constexpr double julian_year = 365.25 * 86400.0;

UnitOfMeasure unit(double scale, const Exponents& exponents, double offset = 0.0) {
  return {scale, offset, Dimension{exponents}};
}

const UnitOfMeasure* find_named(std::string_view name) {
  for (const NamedUnit& named : named_units())
    if (named.name == name) return &named.unit;
  return nullptr;
}

// What people write, and what it is called here.
constexpr std::pair<std::string_view, std::string_view> other_names[] = {
    {"M", "mol/L"},   {"C", "degC"},       {"\u00B0C", "degC"}, {"celsius", "degC"}, {"l", "L"},     {"hr", "h"},
    {"hour", "h"},    {"hours", "h"},      {"sec", "s"},        {"second", "s"},     {"day", "d"},   {"days", "d"},
    {"minute", "min"}, {"minutes", "min"}, {"y", "a"},          {"yr", "a"},         {"year", "a"},  {"years", "a"},
    {"tonne", "t"},   {"tonnes", "t"},     {"ton", "t"},        {"micron", "um"},    {"Ohm", "ohm"}, {"percent", "%"},
    {"poise", "P"},   {"liter", "L"},      {"litre", "L"},      {"ml", "mL"},
};

[[noreturn]] void unknown_unit(std::string_view name) {
  for (const auto& [other, ours] : other_names)
    if (other == name) throw QuantityError(fmt::format("unknown unit '{}'", name), fmt::format("write '{}'", ours));
  std::vector<std::string> known;
  for (const NamedUnit& named : named_units()) known.emplace_back(named.name);
  const auto near = closest(name, known);
  throw QuantityError(fmt::format("unknown unit '{}'", name),
                      near ? fmt::format("did you mean '{}'?", *near) : "units are such as m3/h, g/L, bar, degC, mol/m3");
}

UnitOfMeasure power_of(const UnitOfMeasure& base, int exponent) {
  UnitOfMeasure result;
  result.scale = std::pow(base.scale, exponent);
  for (std::size_t k = 0; k < 6; ++k) result.dimension.exponents[k] = base.dimension.exponents[k] * exponent;
  return result;
}

UnitOfMeasure product(const UnitOfMeasure& a, const UnitOfMeasure& b) {
  UnitOfMeasure result;
  result.scale = a.scale * b.scale;
  for (std::size_t k = 0; k < 6; ++k)
    result.dimension.exponents[k] = a.dimension.exponents[k] + b.dimension.exponents[k];
  return result;
}

// unit    = product , { "/" , factor } ;   product = factor , { (" " | "*") , factor } ;
// factor  = "(" , unit , ")" | ( name | "1" ) , [ power ] ;   power = ["^"] , ["-"] , digit ;
class UnitParser {
 public:
  explicit UnitParser(std::string_view text) : text_(text) {}

  UnitOfMeasure parse() {
    if (text_.size() > 100) throw QuantityError("a unit of more than 100 characters");
    const UnitOfMeasure result = expression();
    if (at_ < text_.size()) fail();
    return result;
  }

 private:
  UnitOfMeasure expression() {
    UnitOfMeasure result = factor();
    for (bool divided = false;;) {
      const bool blank = skip_blanks();
      if (at_ == text_.size() || text_[at_] == ')') return result;
      const char next = text_[at_];
      if (next == '/' || next == '*') ++at_;
      if (next != '/' && next != '*' && !blank) fail();
      skip_blanks();
      if (next != '/' && divided) ambiguous();
      divided = next == '/';
      result = product(result, divided ? power_of(factor(), -1) : factor());
    }
  }

  UnitOfMeasure factor() {
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '(') {
      ++at_;
      const UnitOfMeasure inside = expression();
      if (at_ == text_.size()) throw QuantityError(fmt::format("unit '{}' lacks a closing bracket", text_));
      ++at_;
      return inside;
    }
    if (at_ < text_.size() && text_[at_] == '1') {
      ++at_;
      return {};
    }
    const UnitOfMeasure named = name();
    const int exponent = this->exponent();
    if (named.offset != 0.0) throw QuantityError("degC cannot be part of another unit", "write K");
    return power_of(named, exponent);
  }

  UnitOfMeasure name() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    if (at_ == start) fail();
    std::string word(text_.substr(start, at_ - start));
    for (const std::string_view micro : {"\u00B5", "\u03BC"})  // the two code points that look like a micro sign
      if (word.starts_with(micro)) word = "u" + word.substr(micro.size());
    const UnitOfMeasure* found = find_named(word);
    if (found == nullptr) unknown_unit(word);
    return *found;
  }

  int exponent() {
    const bool caret = at_ < text_.size() && text_[at_] == '^';
    if (caret) ++at_;
    const bool negative = at_ < text_.size() && text_[at_] == '-';
    if (negative) ++at_;
    const bool digit = at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
    if (!digit) {
      if (caret || negative) fail();
      return 1;
    }
    const int value = text_[at_++] - '0';
    const bool more = at_ < text_.size() && ((text_[at_] >= '0' && text_[at_] <= '9') || text_[at_] == '.');
    if (value == 0 || more) throw QuantityError(fmt::format("a power in '{}' is not a whole number from 1 to 9", text_));
    return negative ? -value : value;
  }

  static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%' || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  }

  bool skip_blanks() {
    const std::size_t start = at_;
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    return at_ > start;
  }

  [[noreturn]] void fail() const {
    throw QuantityError(fmt::format("'{}' is not a unit", text_), "units are such as m3/h, kg/m2/s, mol/(m3 s)");
  }

  [[noreturn]] void ambiguous() const {
    throw QuantityError(fmt::format("'{}' can be read in two ways", text_),
                        "write every divisor with its own '/', or brackets: W/m2/K or W/(m2 K)");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// The characters that can be part of a number, from the start of a text.
std::string_view number_part(std::string_view text) {
  const std::size_t end = text.find_first_of(" \t");
  return text.substr(0, end);
}

std::string shortened(std::string_view text) {
  if (code_points(text) <= 60) return std::string(text);
  const std::string_view rest = skip_characters(text, 57);
  return std::string(text.substr(0, text.size() - rest.size())) + "...";
}

// The hint for what is nearly a number.
std::string number_hint(std::string_view text) {
  const auto is = [&](std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
  };
  if (is({"nan", "NaN", ".nan", ".NaN", "inf", ".inf", "-inf", "-.inf", "Inf", ".Inf", "infinity"}))
    return "a finite number is needed";
  const std::size_t digits = text.find_first_not_of("+-0123456789.eE");
  if (digits != std::string_view::npos && digits > 0 && (text[digits] == ',' || text[digits] == '_'))
    return "decimal point '.', no separators between thousands";
  if (digits != std::string_view::npos && digits > 0 && (text[digits] == 'x' || text[digits] == 'X'))
    return "decimal numbers only";
  if (digits != std::string_view::npos && digits > 0)
    return fmt::format("if '{}' is a unit, put a blank before it", shortened(text.substr(digits)));
  return "";
}

bool has_leading_zero(std::string_view digits) {
  return digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9';
}

}  // namespace

const std::vector<NamedUnit>& named_units() {
  static const std::vector<NamedUnit> all = {
      {"m", unit(1, length)},
      {"km", unit(1e3, length)},
      {"cm", unit(1e-2, length)},
      {"mm", unit(1e-3, length)},
      {"um", unit(1e-6, length)},
      {"nm", unit(1e-9, length)},
      {"L", unit(litre, volume)},
      {"mL", unit(1e-3 * litre, volume)},
      {"kg", unit(1, mass)},
      {"g", unit(1e-3, mass)},
      {"mg", unit(1e-6, mass)},
      {"ug", unit(1e-9, mass)},
      {"t", unit(1e3, mass)},
      {"s", unit(1, time_)},
      {"ms", unit(1e-3, time_)},
      {"min", unit(60, time_)},
      {"h", unit(hour, time_)},
      {"d", unit(24 * hour, time_)},
      {"a", unit(julian_year, time_)},
      {"K", unit(1, temperature)},
      {"degC", unit(1, temperature, 273.15)},
      {"mol", unit(1, amount)},
      {"mmol", unit(1e-3, amount)},
      {"umol", unit(1e-6, amount)},
      {"kmol", unit(1e3, amount)},
      {"eq", unit(1, amount)},
      {"meq", unit(1e-3, amount)},
      {"A", unit(1, current)},
      {"mA", unit(1e-3, current)},
      {"kA", unit(1e3, current)},
      {"V", unit(1, voltage)},
      {"mV", unit(1e-3, voltage)},
      {"kV", unit(1e3, voltage)},
      {"ohm", unit(1, resistance)},
      {"S", unit(1, conductance)},
      {"mS", unit(1e-3, conductance)},
      {"uS", unit(1e-6, conductance)},
      {"N", unit(1, force)},
      {"kN", unit(1e3, force)},
      {"Pa", unit(1, pressure)},
      {"kPa", unit(1e3, pressure)},
      {"MPa", unit(1e6, pressure)},
      {"bar", unit(1e5, pressure)},
      {"mbar", unit(1e2, pressure)},
      {"atm", unit(atmosphere, pressure)},
      {"P", unit(0.1, viscosity)},
      {"cP", unit(1e-3, viscosity)},
      {"J", unit(1, energy)},
      {"kJ", unit(1e3, energy)},
      {"MJ", unit(1e6, energy)},
      {"GJ", unit(1e9, energy)},
      {"Wh", unit(hour, energy)},
      {"kWh", unit(1e3 * hour, energy)},
      {"MWh", unit(1e6 * hour, energy)},
      {"W", unit(1, power)},
      {"kW", unit(1e3, power)},
      {"MW", unit(1e6, power)},
      {"LMH", unit(litre / hour, velocity)},
      {"%", unit(1e-2, none)},
      {"wt%", unit(1e-2, none)},
      {"ppm", unit(1e-6, none)},
      {"ppb", unit(1e-9, none)},
      {"BV", unit(1, none)},
  };
  return all;
}

std::string name_of(const Dimension& dimension) {
  for (const DimensionName& named : dimension_names)
    if (named.exponents == dimension.exponents) return std::string(named.name);
  return "quantity in " + si_unit(dimension);
}

std::string si_unit(const Dimension& dimension) {
  if (dimension.dimensionless()) return "1";
  constexpr std::array<std::string_view, 6> symbols{"m", "kg", "s", "K", "mol", "A"};
  std::string text;
  for (std::size_t k = 0; k < 6; ++k) {
    const int exponent = dimension.exponents[k];
    if (exponent == 0) continue;
    text += fmt::format("{}{}", text.empty() ? "" : " ", symbols[k]);
    if (exponent != 1) text += std::to_string(exponent);
  }
  return text;
}

double parse_number(std::string_view text) {
  text = trim(text);
  if (text.empty()) throw QuantityError("a number is missing");
  std::string_view digits = text;
  if (digits.front() == '+') digits.remove_prefix(1);
  const bool starts_well = !digits.empty() && (digits.front() == '-' || digits.front() == '.' ||
                                               (digits.front() >= '0' && digits.front() <= '9'));
  const std::string_view unsigned_digits = digits.starts_with('-') ? digits.substr(1) : digits;
  double value = 0.0;
  // An explicit plus before a minus would pass otherwise.
  const bool two_signs = digits.size() < text.size() && digits.starts_with('-');
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = error != std::errc::invalid_argument && end == digits.data() + digits.size();
  if (!starts_well || two_signs || !whole || std::isnan(value) || std::isinf(value))
    throw QuantityError(fmt::format("'{}' is not a number", shortened(text)), number_hint(text));
  if (error == std::errc::result_out_of_range)
    throw QuantityError(fmt::format("'{}' is beyond what a number can hold (1e-308 to 1e308)", shortened(text)));
  if (has_leading_zero(unsigned_digits)) {
    const std::size_t first = std::min(unsigned_digits.find_first_not_of('0'), unsigned_digits.size() - 1);
    throw QuantityError(fmt::format("'{}' starts with a zero", shortened(text)),
                        fmt::format("write {}{}", digits.starts_with('-') ? "-" : "",
                                    unsigned_digits[first] == '.' ? shortened(unsigned_digits.substr(first - 1))
                                                                  : shortened(unsigned_digits.substr(first))));
  }
  return value;
}

UnitOfMeasure parse_unit(std::string_view text) {
  text = trim(text);
  if (text.empty()) return {};
  if (text == "degC") return *find_named(text);
  return UnitParser(text).parse();
}

Quantity parse_quantity(std::string_view text) {
  text = trim(text);
  const std::string_view digits = number_part(text);
  Quantity result;
  result.value = parse_number(digits);
  const std::string_view unit_text = trim(text.substr(digits.size()));
  if (unit_text.empty()) return result;
  const UnitOfMeasure unit = parse_unit(unit_text);
  const double number = result.value;
  result = {from_unit(number, unit), unit.dimension, true};
  const bool lost = !std::isfinite(result.value) || (number != 0.0 && result.value == 0.0 && unit.offset == 0.0);
  if (lost) throw QuantityError(fmt::format("'{}' is beyond what a number can hold in SI units", shortened(text)));
  return result;
}

double parse_quantity_as(std::string_view text, std::string_view unit) {
  const Quantity quantity = parse_quantity(text);
  const Dimension wanted = parse_unit(unit).dimension;
  if (quantity.dimension != wanted)
    throw QuantityError(fmt::format("'{}' is {}; {} is wanted", shortened(text), with_article(name_of(quantity.dimension)),
                                    with_article(name_of(wanted))));
  return quantity.value;
}

std::string format_quantity(double si, std::string_view unit) {
  const double value = to_unit(si, parse_unit(unit));
  return unit.empty() || unit == "1" ? fmt::format("{:.6g}", value) : fmt::format("{:.6g} {}", value, unit);
}

}  // namespace brineflow
