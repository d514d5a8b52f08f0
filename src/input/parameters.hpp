// One row a key. From it come parsing, range checks, error text, the JSON schema and the generated reference.
//
//   const ParameterTable table = {
//     quantity("length", "m").positive().between("0 m", "100 m").means("height of the packed bed"),
//     quantity("void_fraction", "1").between("0", "1").or_default("0.38").means("share of the bed between the grains"),
//     choice("method", {"dg", "weno"}).or_default("dg").means("discretisation along the column"),
//     any("initial").maybe_absent().means("contents at the start"),
//   };
#pragma once

#include "base/diagnostics.hpp"
#include "input/document.hpp"

#include <initializer_list>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

enum class ValueKind {
  quantity,  // a number with a unit
  number,    // a bare number
  integer,
  text,
  choice,    // one of Parameter::choices
  boolean,   // true or false
  any,       // a structure that its owner reads: Values::node
};

struct Range {
  double lower = -std::numeric_limits<double>::infinity();  // SI
  double upper = std::numeric_limits<double>::infinity();
  bool lower_open = false;
  bool upper_open = false;

  bool contains(double value) const;  // false for NaN
};

struct Parameter {
  std::string name;
  ValueKind kind = ValueKind::any;
  std::string unit = "1";  // display unit and dimension of a quantity; "1": dimensionless
  Range range = {};
  std::optional<std::string> default_text = {};  // none: required, unless `optional`
  bool optional = false;                         // may be absent and has no default
  std::vector<std::string> choices = {};
  std::string meaning = {};

  bool required() const { return !optional && !default_text; }

  // Ranges: each narrows what is there, so positive().between("0 m", "1 m") leaves zero out. Bounds of a quantity
  // are texts with units, or SI numbers.
  Parameter positive() const;      // > 0
  Parameter not_negative() const;  // >= 0
  Parameter between(std::string_view lower, std::string_view upper) const;  // both included
  Parameter between(double lower, double upper) const;
  Parameter at_least(std::string_view lower) const;
  Parameter at_least(double lower) const;
  Parameter at_most(std::string_view upper) const;
  Parameter at_most(double upper) const;
  Parameter above(std::string_view lower) const;  // excluded
  Parameter above(double lower) const;
  Parameter below(std::string_view upper) const;  // excluded
  Parameter below(double upper) const;

  Parameter or_default(std::string text) const;
  Parameter maybe_absent() const;
  Parameter means(std::string text) const;

 private:
  double bound(std::string_view text) const;
};

Parameter quantity(std::string name, std::string unit);
Parameter number(std::string name);
Parameter integer(std::string name);
Parameter text(std::string name);
Parameter choice(std::string name, std::vector<std::string> choices);
Parameter boolean(std::string name);
Parameter any(std::string name);

using ParameterTable = std::vector<Parameter>;

// What a map of a case says about the keys of a table. Asking for a key that the table lacks, for another kind than
// the table states, or for the value of an absent key (see has) is an InternalError.
//
// A key whose value was refused (there is a finding) answers has() = false and, if asked all the same, a stand-in
// within the range: the owner may go on and find more that is wrong. Structures stay in the document, which must
// outlive the Values.
class Values {
 public:
  bool has(std::string_view name) const;    // a valid value is there, given or by default
  bool given(std::string_view name) const;  // the case has the key
  bool complete() const { return complete_; }  // no finding when these were read

  double quantity(std::string_view name) const;  // SI
  double number(std::string_view name) const;
  long integer(std::string_view name) const;
  const std::string& text(std::string_view name) const;  // of text and choice
  bool flag(std::string_view name) const;
  const Node* node(std::string_view name) const;  // of any kind as it stands in the case; nullptr where absent
  Place place(std::string_view name) const;       // of the value; of the whole map where it is not given
  const std::string& context() const { return context_; }

 private:
  friend class ValueReader;
  struct Value {
    ValueKind kind = ValueKind::any;
    bool valid = false;
    bool refused = false;
    double number = 0.0;
    std::string text = {};
    const Node* node = nullptr;
    std::shared_ptr<const Node> default_node = nullptr;
    Place place = {};
  };
  const Value& value(std::string_view name) const;
  const Value& value(std::string_view name, ValueKind kind) const;

  std::string context_;
  bool complete_ = true;
  std::map<std::string, Value, std::less<>> values_;
};

// Reads `map` by `table`; every finding, not only the first, goes to `diagnostics`.
// context: how the map is called in messages, "units.eluate (tank)".
Values read_values(const Node& map, const ParameterTable& table, const std::string& context, Diagnostics& diagnostics,
                   std::span<const std::string> ignored_keys);
Values read_values(const Node& map, const ParameterTable& table, const std::string& context, Diagnostics& diagnostics,
                   std::initializer_list<std::string> ignored_keys = {"type"});

// One quantity outside a table: SI, or nothing and a finding. what: how it is called, "'Li+' in brines.lake".
std::optional<double> read_quantity(const Node& node, std::string_view unit, std::string_view what,
                                    Diagnostics& diagnostics);

// The finding for a key that is not among the valid ones: did you mean, else the list.
void report_unknown_key(const Entry& entry, std::span<const std::string> valid, const std::string& context,
                        Diagnostics& diagnostics);

}  // namespace brineflow
