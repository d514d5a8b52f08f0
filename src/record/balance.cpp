#include "record/balance.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace brineflow {
namespace {

void close(BalanceRow& row) {
  const double size = std::max({std::abs(row.in), std::abs(row.out), std::abs(row.held_at_start), std::abs(row.held)});
  const double missing = row.in - row.out - (row.held - row.held_at_start);
  row.closure = size == 0.0 ? 0.0 : missing / size;  // no number stays no number
}

double badness(const BalanceRow& row) { return std::isnan(row.closure) ? HUGE_VAL : std::abs(row.closure); }

}  // namespace

Balance make_balance(const ComponentSet& components, const std::vector<double>& in, const std::vector<double>& out,
                     const std::vector<double>& held_at_start, const std::vector<double>& held) {
  Balance balance;
  std::map<std::string, BalanceRow> elements;
  for (std::size_t i = 0; i < components.size(); ++i) {
    BalanceRow row{components[i].name, in[i], out[i], held_at_start[i], held[i], 0.0};
    close(row);
    balance.components.push_back(row);
    for (const auto& [element, atoms] : components[i].elements) {
      BalanceRow& sum = elements[element];
      sum.name = element;
      sum.in += atoms * in[i];
      sum.out += atoms * out[i];
      sum.held_at_start += atoms * held_at_start[i];
      sum.held += atoms * held[i];
    }
  }
  for (auto& [name, row] : elements) {
    close(row);
    balance.elements.push_back(row);
  }
  return balance;
}

const BalanceRow& Balance::worst_row() const {
  const BalanceRow* worst = &components.front();
  for (const auto* rows : {&components, &elements})
    for (const BalanceRow& row : *rows)
      if (badness(row) > badness(*worst)) worst = &row;
  return *worst;
}

double Balance::worst() const { return badness(worst_row()); }

}  // namespace brineflow
