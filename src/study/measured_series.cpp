#include "study/measured_series.hpp"

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "study/csv_records.hpp"
#include "study/time_stamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace brineflow {
namespace {

bool same_text(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

bool is_among(std::string_view text, const std::vector<std::string>& marks) {
  return std::any_of(marks.begin(), marks.end(),
                     [&](const std::string& mark) { return same_text(text, mark); });
}

struct Header {
  std::string name, unit;
};

bool is_unit(const std::string& text) {
  try {
    parse_unit(text);
    return true;
  } catch (const QuantityError&) {
    return false;
  }
}

// `Li out [mg/L]` has the unit mg/L. `streams/column.outlet/concentration[Li+]` has none: its bracket follows
// without a blank and holds no unit.
Header split_header(const std::string& text) {
  const std::size_t open = text.rfind('[');
  if (!text.ends_with(']') || open == std::string::npos || open == 0) return {text, ""};
  const std::string inside(trim(std::string_view(text).substr(open + 1, text.size() - open - 2)));
  if (text[open - 1] != ' ' && !is_unit(inside)) return {text, ""};
  return {std::string(trim(std::string_view(text).substr(0, open))), inside};
}

class Reader {
 public:
  Reader(const std::filesystem::path& path, const MeasuredFormat& format, Diagnostics& diagnostics)
      : records_(path, diagnostics),
        format_(format),
        diagnostics_(diagnostics),
        before_(diagnostics.count()) {
    table_.file = path.string();
  }

  MeasuredTable read() {
    if (!records_.next()) {
      if (unharmed())
        diagnostics_.error({.file = table_.file},
                           "there is no header in this file, only comments or blank lines");
      return std::move(table_);
    }
    read_header();
    if (!unharmed()) return std::move(table_);  // rows would be read in a wrong way
    while (records_.next()) read_row();
    if (table_.rows == 0 && unharmed())
      diagnostics_.error(records_.place_of_record(), "there is no row of data below the header");
    return std::move(table_);
  }

 private:
  struct Column {
    Header header;
    Place place;
    std::optional<std::size_t> series;   // where its numbers go
    std::optional<std::size_t> quality;  // the column that says whether they count
  };

  bool unharmed() const { return diagnostics_.count() == before_; }

  void read_header() {
    for (const CsvField& field : records_.fields())
      columns_.push_back({split_header(field.text), records_.place(field), {}, {}});
    check_names();
    time_column_ = find_column(format_.time, "the times").value_or(0);
    if (format_.decimal_comma && columns_.size() > 1 && records_.separator() == ',')
      diagnostics_.error(records_.place_of_record(), "the separator is a comma, and so is the decimal mark",
                         "export with semicolons or tabs");
    if (columns_.size() == 1 && unharmed())
      diagnostics_.error(records_.place_of_record(),
                         "one column only: a column of times and one of values are needed",
                         "between columns stands a comma, a semicolon or a tab");
    read_time_unit();
    choose_series();
  }

  void check_names() {
    for (std::size_t k = 0; k < columns_.size(); ++k)
      for (std::size_t other = 0; other < k; ++other)
        if (!columns_[k].header.name.empty() && columns_[k].header.name == columns_[other].header.name) {
          diagnostics_.error_with_other(columns_[k].place,
                                        fmt::format("a second column '{}'", columns_[k].header.name),
                                        columns_[other].place, "the first is here");
          break;
        }
  }

  std::optional<std::size_t> find_column(const NamedColumn& wanted, const std::string& meaning) {
    std::vector<std::string> names;
    for (std::size_t k = 0; k < columns_.size(); ++k) {
      if (same_text(columns_[k].header.name, wanted.name)) return k;
      if (!columns_[k].header.name.empty()) names.push_back(columns_[k].header.name);
    }
    const auto near = closest(wanted.name, names);
    const bool named = wanted.place.line > 0;
    diagnostics_.error(
        named ? wanted.place : records_.place_of_record(),
        fmt::format("{} has no column '{}' for {}", named ? table_.file : "the file", wanted.name, meaning),
        near    ? fmt::format("did you mean '{}'?", *near)
        : named ? fmt::format("its columns: {}", join(names, ", "))
                : "name it in the mapping: `time: {column: ...}`");
    return std::nullopt;
  }

  void read_time_unit() {
    const Column& column = columns_[time_column_];
    const std::string& text = column.header.unit.empty() ? format_.time_unit : column.header.unit;
    if (text.empty()) return;
    try {
      const UnitOfMeasure unit = parse_unit(text);
      if (unit.dimension == parse_unit("s").dimension) time_scale_ = unit.scale;
      else
        diagnostics_.error(column.place, fmt::format("[{}] is {}, not a unit of time", text,
                                                     with_article(name_of(unit.dimension))));
    } catch (const QuantityError& error) {
      diagnostics_.error(column.place, error.what(), error.hint());
    }
  }

  void choose_series() {
    std::vector<std::size_t> qualities;
    const auto quality_column = [&](const NamedColumn& named) -> std::optional<std::size_t> {
      if (named.name.empty()) return std::nullopt;
      const auto found = find_column(named, "qualities");
      if (found) qualities.push_back(*found);
      return found;
    };
    const auto of_all = quality_column(format_.quality);
    for (Column& column : columns_) {
      const auto own = format_.quality_of.find(column.header.name);
      column.quality = own != format_.quality_of.end() ? quality_column(own->second) : of_all;
    }
    for (std::size_t k = 0; k < columns_.size(); ++k) {
      Column& column = columns_[k];
      const std::string& name = column.header.name;
      if (k == time_column_ || name.empty() ||
          std::find(qualities.begin(), qualities.end(), k) != qualities.end())
        continue;
      if (format_.wanted && !format_.wanted(name)) {
        table_.passed_over.push_back(name);
        continue;
      }
      column.series = table_.series.size();
      table_.series.push_back({name, column.header.unit, column.place, {}, {}});
    }
  }

  void read_row() {
    const std::vector<CsvField>& fields = records_.fields();
    if (std::all_of(fields.begin(), fields.end(), [](const CsvField& field) { return field.text.empty(); }))
      return;
    if (!has_right_count(fields)) return;
    ++table_.rows;
    const std::optional<double> time = read_time(fields[time_column_]);
    if (!time) return;
    for (std::size_t k = 0; k < columns_.size(); ++k) {
      if (columns_[k].series) read_cell(columns_[k], fields, fields[k], *time);
      else if (columns_[k].header.name.empty() && !fields[k].text.empty())
        diagnostics_.error(records_.place(fields[k]), "this column has no name in the header");
    }
  }

  bool has_right_count(const std::vector<CsvField>& fields) {
    if (fields.size() == columns_.size()) return true;
    for (const char other : {',', ';', '\t'})
      if (other != records_.separator() && records_.fields_with(other) == columns_.size() &&
          columns_.size() > 1) {
        diagnostics_.error(records_.place_of_record(),
                           fmt::format("mixed separators: {} here, {} in the header", separator_name(other),
                                       separator_name(records_.separator())));
        return false;
      }
    const bool comma = fields.size() > columns_.size() && records_.separator() == ',';
    diagnostics_.error(fields.size() > columns_.size() ? records_.place(fields[columns_.size()])
                                                       : records_.place_of_record(),
                       fmt::format("{} fields, the header has {}", fields.size(), columns_.size()),
                       comma ? "decimal commas need another separator" : "");
    return false;
  }

  std::optional<double> read_time(const CsvField& field) {
    const std::optional<double> time = time_scale_ ? elapsed(field) : stamp(field);
    if (!time) return std::nullopt;
    if (previous_line_ == 0) table_.first_time = *time;
    else if (!(*time > previous_time_)) {
      const bool again = *time == previous_time_;
      diagnostics_.error(records_.place(field),
                         fmt::format("time {}: '{}' is {} line {}", again ? "repeats" : "goes back",
                                     field.text, again ? "also that of" : "before that of", previous_line_),
                         table_.stamped && !table_.zoned && !again ? "local time in autumn? export UTC" : "");
    }
    previous_time_ = *time;
    previous_line_ = records_.line();
    return time;
  }

  std::optional<double> elapsed(const CsvField& field) {
    if (parse_time_stamp(field.text)) {
      diagnostics_.error(
          records_.place(field),
          fmt::format("'{}' is a time stamp, but the column has the unit of an elapsed time", field.text));
      return std::nullopt;
    }
    const std::optional<double> value = number(field, "a time");
    return value ? std::optional(*value * *time_scale_) : std::nullopt;
  }

  std::optional<double> stamp(const CsvField& field) {
    const std::optional<TimeStamp> read = parse_time_stamp(field.text);
    if (!read) {
      const Place place = records_.place(field);
      if (field.text.empty()) diagnostics_.error(place, "a time is missing");
      else if (previous_line_ == 0 && is_number(field.text))
        diagnostics_.error(columns_[time_column_].place,
                           fmt::format("'{}' below is an elapsed time, and its unit is missing", field.text),
                           "as in `time [h]`");
      else
        diagnostics_.error(place, fmt::format("'{}' is not a time stamp", field.text),
                           "as in 2026-03-01T08:00:00");
      return std::nullopt;
    }
    if (previous_line_ != 0 && read->zoned != table_.zoned && !zones_mixed_) {
      diagnostics_.error(records_.place(field),
                         fmt::format("'{}' has {} time zone, those above {}", field.text,
                                     read->zoned ? "a" : "no", read->zoned ? "none" : "one"));
      zones_mixed_ = true;
    }
    table_.stamped = true;
    if (previous_line_ == 0) table_.zoned = read->zoned;
    return read->seconds;
  }

  void read_cell(const Column& column, const std::vector<CsvField>& fields, const CsvField& field,
                 double time) {
    MeasuredSeries& series = table_.series[*column.series];
    if (field.text.empty() || same_text(field.text, "NaN")) {
      ++series.empty;
    } else if (is_among(field.text, format_.bad_marks) ||
               (column.quality && !is_among(fields[*column.quality].text, format_.good_marks))) {
      ++series.bad;
    } else if (const std::optional<double> value = number(field, fmt::format("'{}'", column.header.name))) {
      series.time.push_back(time);
      series.value.push_back(*value);
    }
  }

  // `what` the number is, for the finding.
  std::optional<double> number(const CsvField& field, const std::string& what) {
    std::string_view text = field.text;
    if (format_.decimal_comma) {
      scratch_ = field.text;
      std::replace(scratch_.begin(), scratch_.end(), ',', '.');
      text = scratch_;
    }
    try {
      return parse_number(text);
    } catch (const QuantityError& error) {
      const bool comma =
          !format_.decimal_comma && records_.separator() != ',' && field.text.find(',') != std::string::npos;
      diagnostics_.error(records_.place(field), fmt::format("{}: {}", what, error.what()),
                         comma ? "a decimal comma? then say `decimal: comma` in the mapping"
                         : error.hint().empty()
                             ? "a mark for a bad value? then name it in `bad_marks` of the mapping"
                             : error.hint());
      return std::nullopt;
    }
  }

  static bool is_number(const std::string& text) {
    try {
      parse_number(text);
      return true;
    } catch (const QuantityError&) {
      return false;
    }
  }

  CsvRecords records_;
  const MeasuredFormat& format_;
  Diagnostics& diagnostics_;
  std::size_t before_;
  MeasuredTable table_;
  std::vector<Column> columns_;
  std::size_t time_column_ = 0;
  std::optional<double> time_scale_;  // s; of elapsed time
  double previous_time_ = 0.0;
  int previous_line_ = 0;
  bool zones_mixed_ = false;
  std::string scratch_;
};

}  // namespace

std::vector<std::string> MeasuredTable::tags() const {
  std::vector<std::string> names;
  for (const MeasuredSeries& one : series) names.push_back(one.tag);
  return names;
}

const MeasuredSeries* MeasuredTable::find(const std::string& tag) const {
  const auto found =
      std::find_if(series.begin(), series.end(), [&](const MeasuredSeries& one) { return one.tag == tag; });
  return found == series.end() ? nullptr : &*found;
}

MeasuredTable read_measured(const std::filesystem::path& path, const MeasuredFormat& format,
                            Diagnostics& diagnostics) {
  return Reader(path, format, diagnostics).read();
}

}  // namespace brineflow
