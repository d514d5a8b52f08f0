#include "study/comparison_map.hpp"

#include "base/quantity.hpp"

#include <fmt/format.h>

namespace brineflow {
namespace {

NamedColumn named_column(const Values& values, std::string_view key) {
  if (!values.has(key)) return {};
  return {values.text(key), values.place(key)};
}

Moment read_moment(const Values& values, std::string_view key, Diagnostics& diagnostics) {
  Moment moment;
  if (!values.has(key)) return moment;
  const Node& node = *values.node(key);
  moment.place = node.place();
  moment.stamp = parse_time_stamp(node.text());
  if (moment.stamp) return moment;
  const bool like_a_stamp = node.text().size() > 4 && node.text()[4] == '-';
  if (!node.is_scalar() || like_a_stamp)
    diagnostics.error(moment.place, fmt::format("'{}' in {} is not a time stamp", key, values.context()),
                      "as in 2026-03-01T08:00:00, or 2 h");
  else
    moment.elapsed = read_quantity(node, "h", fmt::format("'{}' in {}", key, values.context()), diagnostics);
  return moment;
}

// One text or a list of them; added to `marks`.
void read_marks(const Values& values, std::string_view key, std::vector<std::string>& marks,
                Diagnostics& diagnostics) {
  if (!values.has(key)) return;
  const Node& node = *values.node(key);
  if (node.is_scalar()) marks.push_back(node.text());
  for (const Node& item : node.items()) {
    if (item.is_scalar()) marks.push_back(item.text());
    else diagnostics.error(item.place(), fmt::format("'{}' is a list of texts", key));
  }
  if (node.is_map())
    diagnostics.error(node.place(), fmt::format("'{}' is a list of texts", key), "as in [Bad, -9999]");
}

ToleranceRule read_tolerance(const Values& parent, const ToleranceRule& otherwise, const std::string& context,
                             Diagnostics& diagnostics) {
  if (!parent.has("tolerance")) return otherwise;
  const Values values =
      read_values(*parent.node("tolerance"), tolerance_parameters(), context, diagnostics, {});
  ToleranceRule rule;
  rule.time = otherwise.time;
  if (values.has("absolute")) rule.absolute = values.node("absolute");
  if (values.has("relative")) rule.relative = values.quantity("relative");
  if (values.given("time") && values.has("time")) rule.time = values.quantity("time");
  if (rule.absolute == nullptr && !rule.relative) {  // a band in time alone
    rule.absolute = otherwise.absolute;
    rule.relative = otherwise.relative;
  }
  return rule;
}

void read_format(const Values& values, MeasuredFormat& format, Diagnostics& diagnostics) {
  if (values.has("time")) {
    const Values time = read_values(*values.node("time"), time_column_parameters(), "time", diagnostics, {});
    format.time.name = time.text("column");
    if (time.given("column")) format.time.place = time.place("column");
    if (time.has("unit")) format.time_unit = time.text("unit");
  }
  format.decimal_comma = values.text("decimal") == "comma";
  read_marks(values, "bad_marks", format.bad_marks, diagnostics);
  read_marks(values, "good_marks", format.good_marks, diagnostics);
  format.quality = named_column(values, "quality");
}

TagRule read_tag(const Entry& entry, const Values& all, ComparisonMap& map, Diagnostics& diagnostics) {
  TagRule rule;
  rule.tag = entry.key;
  rule.place = rule.path_place = rule.unit_place = entry.key_place;
  rule.path = entry.key;
  if (entry.value.is_scalar()) {  // `tag: path` is short for `tag: {path: path}`
    rule.path = entry.value.text();
    rule.path_place = entry.value.place();
  }
  const Node nothing = Node::map(entry.key_place);
  const Values values = read_values(entry.value.is_scalar() ? nothing : entry.value, tag_parameters(),
                                    fmt::format("tags.{}", entry.key), diagnostics, {});
  if (values.has("path") && values.has("kpi"))
    diagnostics.error(values.place("kpi"), fmt::format("tags.{} has a path and an indicator", entry.key),
                      "one of them");
  for (const char* key : {"path", "kpi"}) {
    if (!values.has(key)) continue;
    rule.path = key == std::string_view("kpi") ? "kpi/" + values.text(key) : values.text(key);
    rule.path_place = values.place(key);
  }
  if (values.has("over")) {
    rule.over = values.text("over");
    rule.over_place = values.place("over");
  }
  if (values.has("unit")) {
    rule.unit = values.text("unit");
    rule.unit_place = values.place("unit");
  }
  rule.tolerance =
      read_tolerance(values, map.tolerance, fmt::format("tags.{}.tolerance", entry.key), diagnostics);
  rule.share = (values.has("share") ? values : all).quantity("share");
  rule.from = read_moment(values.has("from") ? values : all, "from", diagnostics);
  rule.to = read_moment(values.has("to") ? values : all, "to", diagnostics);
  if (values.has("quality")) map.format.quality_of[entry.key] = named_column(values, "quality");
  return rule;
}

}  // namespace

ParameterTable comparison_map_parameters() {
  return {
      text("title").maybe_absent().means("what is compared, for people"),
      any("start").maybe_absent().means("the time stamp at which the run begins, or the elapsed time of the "
                                        "data; the first row where it is not given, or zero"),
      any("time").maybe_absent().means("the column of times, see below"),
      choice("decimal", {"point", "comma"}).or_default("point").means("decimal mark of the data"),
      any("bad_marks")
          .maybe_absent()
          .means(
              "texts that stand in place of bad values, besides 'Bad' and 'NaN', as in [I/O Timeout, -9999]"),
      text("quality").maybe_absent().means("a column that says of every row whether its values count"),
      any("good_marks")
          .maybe_absent()
          .means("what stands in a column of qualities where a value counts, besides 'Good' and 192"),
      any("tolerance")
          .maybe_absent()
          .means("how near the model has to be, see below; for every tag without its own"),
      quantity("share", "%")
          .between("0 %", "100 %")
          .or_default("100 %")
          .means("of the points of a tag that have to be inside"),
      any("from").maybe_absent().means(
          "points before it do not count: a time stamp, or a time since the start of the run"),
      any("to").maybe_absent().means("points after it do not count"),
      any("tags").means("the columns to compare, by their name in the header without the unit"),
  };
}

ParameterTable time_column_parameters() {
  return {
      text("column").or_default("time").means("its name in the header, without the unit"),
      text("unit").maybe_absent().means("unit of an elapsed time, where the header states none"),
  };
}

ParameterTable tolerance_parameters() {
  return {
      any("absolute")
          .maybe_absent()
          .means("a quantity of the dimension of the data, as in 0.5 g/L; adds to the relative one"),
      quantity("relative", "%")
          .not_negative()
          .maybe_absent()
          .means("share of the measured value; not for temperatures"),
      quantity("time", "min")
          .not_negative()
          .or_default("0 min")
          .means("the model may come so much earlier or later"),
  };
}

ParameterTable tag_parameters() {
  return {
      text("path").maybe_absent().means("of the result, as in streams/column.outlet/concentration/Li+; the "
                                        "tag itself where it is not given"),
      text("kpi").maybe_absent().means(
          "an indicator in place of a path, as in li_recovery; every point is compared with it"),
      text("over").maybe_absent().means("a path of the result by which that of 'path' is divided, for C/C0"),
      text("unit").maybe_absent().means("of the data, where the header states none"),
      any("tolerance").maybe_absent().means("how near the model has to be"),
      quantity("share", "%")
          .between("0 %", "100 %")
          .maybe_absent()
          .means("of the points that have to be inside"),
      any("from").maybe_absent().means("points before it do not count"),
      any("to").maybe_absent().means("points after it do not count"),
      text("quality").maybe_absent().means("the column of this tag's qualities"),
  };
}

ComparisonMap read_comparison_map(const std::filesystem::path& path, Diagnostics& diagnostics) {
  ComparisonMap map;
  map.file = path.string();
  map.document = read_document(path, diagnostics);
  if (!diagnostics.empty()) return map;
  const Values values =
      read_values(map.document.root, comparison_map_parameters(), "the mapping", diagnostics, {});
  if (values.has("title")) map.title = values.text("title");
  map.start = read_moment(values, "start", diagnostics);
  read_format(values, map.format, diagnostics);
  map.tolerance = read_tolerance(values, {}, "tolerance", diagnostics);
  if (!values.has("tags")) return map;
  const Node& tags = *values.node("tags");
  if (!tags.is_map() || tags.entries().empty())
    diagnostics.error(tags.place(), "'tags' is a map from the names of columns to paths of the result",
                      "as in {Li out: {path: streams/column.outlet/concentration/Li+}}");
  for (const Entry& entry : tags.entries()) map.tags.push_back(read_tag(entry, values, map, diagnostics));
  return map;
}

}  // namespace brineflow
