#include "study/result_series.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "physics/components.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace brineflow {
namespace {

constexpr std::size_t values_at_once = 1U << 20U;  // of a dataset larger than memory
constexpr std::size_t names_shown = 12;

// What is wrong with a path; becomes a finding where its place is known.
struct Refusal {
  std::string message;
  std::string hint = {};
};

std::string list_text(const std::vector<std::string>& names) {
  if (names.size() <= names_shown) return join(names, ", ");
  return fmt::format("{}, ... ({} in all)", join(std::span(names).first(names_shown), ", "), names.size());
}

std::string suggestion(const std::string& name, const std::vector<std::string>& names) {
  const auto near = closest(name, names);
  return near ? fmt::format("did you mean '{}'?", *near) : names.empty() ? "it is empty" : list_text(names);
}

// `a/b[c, d]` is `a/b/c/d`.
std::vector<std::string> parts_of(std::string path) {
  const std::size_t open = path.find('[');
  if (open != std::string::npos && path.ends_with(']')) {
    path.pop_back();
    path[open] = '/';
    std::replace(path.begin() + static_cast<std::ptrdiff_t>(open), path.end(), ',', '/');
  }
  std::vector<std::string> parts = split(path, '/');
  if (!parts.empty() && parts.front().empty()) parts.erase(parts.begin());
  return parts;
}

// A mean of columns of a row: one column, or two neighbours of a coordinate that lies between them.
struct Pick {
  std::size_t column = 0;
  double weight = 1.0;
};

class SeriesReader {
 public:
  SeriesReader(const ResultReader& result, const std::string& path)
      : result_(result), parts_(parts_of(path)) {
    series_.path = path;
  }

  ResultSeries read() {
    find_dataset();
    series_.unit_text = result_.attribute(dataset_, "units");
    try {
      series_.unit = parse_unit(series_.unit_text);
    } catch (const QuantityError& error) {
      throw Refusal{fmt::format("{} is recorded in a unit that is not known: {}", dataset_, error.what())};
    }
    shape_ = result_.shape(dataset_);
    axes_ = result_.axes(dataset_);
    const std::string time = shape_.empty() ? "" : time_axis();
    pick_columns(time.empty() ? 0 : 1);
    if (!time.empty()) series_.time = result_.read_vector(time);
    read_values(!time.empty());
    return std::move(series_);
  }

 private:
  void find_dataset() {
    std::string group = "/";
    for (used_ = 0; used_ < parts_.size(); ++used_) {
      const std::string& name = parts_[used_];
      const std::string below = group == "/" ? "/" + name : group + "/" + name;
      if (name.empty() || !result_.has(below))
        throw Refusal{
            fmt::format("the result has no '{}' in {}", name, group == "/" ? "it" : group.substr(1)),
            suggestion(name, result_.list(group))};
      group = below;
      if (!result_.is_group(group)) {
        ++used_;
        dataset_ = group;
        return;
      }
    }
    throw Refusal{fmt::format("'{}' is a group of the result, not a series", series_.path),
                  list_text(result_.list(group))};
  }

  // The dataset that holds the times of the first axis; "" for a dataset that does not go on with time.
  std::string time_axis() const {
    const std::string& first = axes_.front();
    if (first == "/time" || first.ends_with("/profile_time")) return first;
    if (first == "/kpi/per_cycle/cycle") return "/kpi/per_cycle/end_time";
    return "";
  }

  void pick_columns(std::size_t first_axis) {
    picks_ = {Pick{}};
    const std::size_t wanted = shape_.size() - first_axis, given = parts_.size() - used_;
    for (std::size_t a = first_axis; a < shape_.size(); ++a) {
      const std::size_t part = used_ + a - first_axis;
      const std::string axis = axes_[a].empty() ? "" : axes_[a].substr(axes_[a].rfind('/') + 1);
      if (part >= parts_.size())
        throw Refusal{fmt::format("{} has a value for every {}: which is meant?", dataset_.substr(1), axis),
                      choices(a)};
      const std::vector<Pick> chosen = pick_on_axis(a, axis, parts_[part]);
      std::vector<Pick> product;
      for (const Pick& before : picks_)
        for (const Pick& now : chosen)
          product.push_back({before.column * shape_[a] + now.column, before.weight * now.weight});
      picks_ = product;
    }
    if (given > wanted)
      throw Refusal{fmt::format("{} has no axis for '{}'", dataset_.substr(1), parts_[used_ + wanted])};
  }

  std::vector<std::string> labels(std::size_t axis) const {
    try {
      return result_.read_texts(axes_[axis]);
    } catch (const InputError&) {
      return {};  // coordinates
    }
  }

  std::string choices(std::size_t axis) const {
    const std::vector<std::string> names = labels(axis);
    const std::string& first_name = names.empty() ? "0.5" : names.front();
    return fmt::format("as in {}/{}{}", series_.path, first_name,
                       names.empty() ? "" : "; " + list_text(names));
  }

  std::vector<Pick> pick_on_axis(std::size_t axis, const std::string& name, const std::string& wanted) {
    if (axes_[axis].empty()) throw Refusal{fmt::format("{} has an axis without names", dataset_)};
    const std::vector<std::string> names = labels(axis);
    if (names.empty()) return pick_coordinate(axis, name, wanted);
    const auto found = std::find(names.begin(), names.end(), wanted);
    if (found == names.end())
      throw Refusal{fmt::format("the result has no {} '{}'", name, wanted), suggestion(wanted, names)};
    if (const Component* component = known_component(wanted)) series_.molar_mass = component->molar_mass;
    return {{static_cast<std::size_t>(found - names.begin()), 1.0}};
  }

  std::vector<Pick> pick_coordinate(std::size_t axis, const std::string& name,
                                    const std::string& wanted) const {
    const std::vector<double> at = result_.read_vector(axes_[axis]);
    const std::string unit = result_.attribute(axes_[axis], "units");
    double x = 0.0;
    try {
      x = to_unit(parse_quantity_as(wanted, unit), parse_unit(unit));
    } catch (const QuantityError& error) {
      throw Refusal{fmt::format("a place on the axis {} is wanted: {}", name, error.what()), error.hint()};
    }
    const double slack =
        1e-9 * std::abs(at.back() - at.front());  // 0.6 m is within a bed whose last node is 0.6 - 1e-16 m
    if (at.empty() || x < at.front() - slack || x > at.back() + slack)
      throw Refusal{fmt::format("{} lies outside the axis {}", wanted, name),
                    fmt::format("from {:.6g} to {:.6g} {}", at.front(), at.back(), unit)};
    const auto right = std::min(std::upper_bound(at.begin(), at.end(), x), at.end() - 1);
    const auto r = static_cast<std::size_t>(right - at.begin());
    if (r == 0) return {{0, 1.0}};
    const double w = at[r] > at[r - 1] ? std::clamp((x - at[r - 1]) / (at[r] - at[r - 1]), 0.0, 1.0) : 1.0;
    return {{r - 1, 1.0 - w}, {r, w}};
  }

  void read_values(bool over_time) {
    std::size_t width = 1;
    for (std::size_t a = over_time ? 1 : 0; a < shape_.size(); ++a) width *= shape_[a];
    const auto take = [this, width](const std::vector<double>& rows) {
      for (std::size_t start = 0; start + width <= rows.size(); start += width) {
        double sum = 0.0;
        for (const Pick& pick : picks_)
          if (pick.weight > 0.0) sum += pick.weight * rows[start + pick.column];
        series_.value.push_back(sum);
      }
    };
    if (!over_time) return take(result_.read_vector(dataset_));
    const std::size_t block = std::max<std::size_t>(1, values_at_once / width);
    for (std::size_t row = 0; row < shape_.front(); row += block)
      take(result_.read_rows(dataset_, row, std::min(block, shape_.front() - row)));
    series_.time.resize(std::min(series_.time.size(), series_.value.size()));
    series_.value.resize(series_.time.size());
    if (series_.time.empty()) throw Refusal{fmt::format("{} has no rows", dataset_.substr(1))};
  }

  const ResultReader& result_;
  std::vector<std::string> parts_;
  std::size_t used_ = 0;  // parts that name the dataset
  std::string dataset_;
  std::vector<std::size_t> shape_;
  std::vector<std::string> axes_;
  std::vector<Pick> picks_;
  ResultSeries series_;
};

}  // namespace

std::optional<ResultSeries> read_result_series(const ResultReader& result, const std::string& path,
                                               const Place& place, Diagnostics& diagnostics) {
  try {
    return SeriesReader(result, path).read();
  } catch (const Refusal& refusal) {
    diagnostics.error(place, refusal.message, refusal.hint);
  } catch (const InputError& error) {  // a dataset of text, or a file of somebody else
    diagnostics.error(place, error.what());
  }
  return std::nullopt;
}

bool convert_series(ResultSeries& series, const std::string& unit, const Place& place,
                    Diagnostics& diagnostics) {
  UnitOfMeasure to;
  try {
    to = parse_unit(unit);
  } catch (const QuantityError& error) {
    diagnostics.error(place, error.what(), error.hint());
    return false;
  }
  double factor = 1.0;
  if (to.dimension != series.unit.dimension) {
    Dimension by_mass = series.unit.dimension;
    by_mass.exponents[1] += by_mass.exponents[4];  // kg in place of mol
    by_mass.exponents[4] = 0;
    const int moles = series.unit.dimension.exponents[4];
    if (moles == 0 || by_mass != to.dimension || !series.molar_mass) {
      const bool unknown_mass = moles != 0 && by_mass == to.dimension;
      diagnostics.error(place,
                        fmt::format("'{}' is {}, and {} is {}", unit, with_article(name_of(to.dimension)),
                                    series.path, with_article(name_of(series.unit.dimension))),
                        unknown_mass ? "the molar mass is not known: state the data in moles"
                                     : fmt::format("recorded in {}", series.unit_text));
      return false;
    }
    factor = std::pow(*series.molar_mass, moles);
  }
  for (double& value : series.value) value = to_unit(factor * from_unit(value, series.unit), to);
  series.unit = to;
  series.unit_text = unit;
  return true;
}

}  // namespace brineflow
