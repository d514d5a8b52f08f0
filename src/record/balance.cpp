#include "record/balance.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace brineflow {
namespace {

double size_of(const BalanceRow& row) {
  return std::max({std::abs(row.in), std::abs(row.out), std::abs(row.held_at_start), std::abs(row.held)});
}

void close(BalanceRow& row, double size) {
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
    const BalanceRow row{components[i].name, in[i], out[i], held_at_start[i], held[i], 0.0};
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
  // Acid and base cancel in the total of H+, which may be all but zero: it is what the charges of the other ions leave, and no nearer to zero than their rounding.
  // A millionth of them keeps that rounding below the limit of a closure by a factor of a hundred.
  double charges = 0.0;
  for (std::size_t i = 0; i < components.size(); ++i)
    if (components[i].name != "H+") charges += std::abs(components[i].charge) * size_of(balance.components[i]);
  for (BalanceRow& row : balance.components) {
    const double own = size_of(row);
    close(row, row.name == "H+" ? std::max(own, 1e-6 * charges) : own);
  }
  for (auto& [name, row] : elements) {
    close(row, size_of(row));
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
