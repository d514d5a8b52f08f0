// A comparison as text for the terminal, as JUnit XML and as JSON.
#include "app/tables.hpp"
#include "base/text.hpp"
#include "solve/diagnosis.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

// "2026-03-04T05:10:00 (77.17 h)"; without time stamps "77.17 h".
std::string moment_text(const ComparisonReport& report, double t) {
  if (!report.start) return format_time(t);
  return fmt::format("{} ({})", format_time_stamp({report.start->seconds + t, report.start->zoned}),
                     format_time(t));
}

std::string percent(double share) {
  return std::isfinite(share) ? fmt::format("{:.4g} %", 100.0 * share) : "-";
}

std::string with_unit(double value, const TagComparison& tag) {
  return tag.unit == "1" ? fmt::format("{:.5g}", value) : fmt::format("{:.5g} {}", value, tag.unit);
}

using Row = std::vector<std::string>;

// Columns as wide as their widest text; those of `text_columns` begin at the left, numbers end at the right.
std::string laid_out(const std::vector<Row>& rows, const std::vector<std::size_t>& text_columns) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const Row& row : rows)
    for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], code_points(row[k]));
  std::string text;
  for (const Row& row : rows) {
    std::string line = "  ";
    for (std::size_t k = 0; k < row.size(); ++k) {
      const std::string blanks(widths[k] - code_points(row[k]), ' ');
      const bool is_text = std::find(text_columns.begin(), text_columns.end(), k) != text_columns.end();
      line += (k == 0 ? "" : "  ") + (is_text ? row[k] + blanks : blanks + row[k]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string left_out_text(const TagComparison& tag, const ComparisonReport& report) {
  std::vector<std::string> parts;
  const auto say = [&parts](std::size_t count, const std::string& what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
  };
  say(tag.left_out.empty, "empty");
  say(tag.left_out.bad, "marked bad");
  say(tag.left_out.before_run, "before the run");
  say(tag.left_out.after_run, fmt::format("after its end at {}", format_time(report.run_to)));
  say(tag.left_out.outside_window, "outside 'from' and 'to'");
  say(tag.left_out.without_model, "where the model has no value");
  return parts.empty() ? "" : "; left out: " + join(parts, ", ");
}

std::string verdict_text(const TagComparison& tag, const ComparisonReport& report) {
  const ComparedPoint& worst = tag.points[tag.worst];
  return fmt::format(
      "{} of {} points are inside ({} wanted; band {}); worst at {}: measured {}, model {}, off by {} where {} is allowed",
      percent(tag.share()), tag.points.size(), percent(tag.required_share), tag.band, moment_text(report, worst.time),
      with_unit(worst.measured, tag), with_unit(worst.nearest, tag),
      with_unit(std::abs(worst.nearest - worst.measured), tag), with_unit(worst.allowed, tag));
}

nlohmann::json number(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
}

}  // namespace

std::string comparison_table(const ComparisonReport& report) {
  std::string text = report.title.empty() ? "" : report.title + "\n";
  text += fmt::format("{} beside {}\n", report.result, report.data);
  if (report.start)
    text +=
        fmt::format("the run begins at {}{}\n", format_time_stamp(*report.start),
                    report.start_assumed ? ", the first row of the data, since nothing else is said" : "");
  std::vector<Row> rows{{"tag", "unit", "points", "bias", "NRMSE", "worst at", "measured", "model", "inside",
                         "wanted", "verdict"}};
  for (const TagComparison& tag : report.tags) {
    const ComparedPoint& worst = tag.points[tag.worst];
    rows.push_back({tag.tag, tag.unit == "1" ? "-" : tag.unit, std::to_string(tag.points.size()),
                    fmt::format("{:+.3g}", tag.bias), percent(tag.nrmse()), moment_text(report, worst.time),
                    fmt::format("{:.5g}", worst.measured), fmt::format("{:.5g}", worst.nearest),
                    percent(tag.share()), percent(tag.required_share), tag.passed() ? "passed" : "FAILED"});
  }
  text += '\n' + laid_out(rows, {0, 1, 5, 10});
  text +=
      "\nbias: mean of model - measured; NRMSE: root mean square of model - measured over the range of the "
      "measured values\n"
      "model: at the worst point, the nearest value within the tolerance of time\n\n";
  std::vector<Row> bands;
  for (const TagComparison& tag : report.tags)
    bands.push_back(
        {tag.tag, fmt::format("{}, within {}{}", tag.path, tag.band, left_out_text(tag, report))});
  text += laid_out(bands, {0, 1});
  if (!report.passed_over.empty())
    text += fmt::format("  columns not compared: {}\n", join(report.passed_over, ", "));
  return text;
}

std::string comparison_failures(const ComparisonReport& report) {
  std::string text;
  for (const TagComparison& tag : report.tags)
    if (!tag.passed()) text += fmt::format("FAILED {}: {}\n", tag.tag, verdict_text(tag, report));
  return text;
}

std::string comparison_junit(const ComparisonReport& report) {
  const auto failures = std::count_if(report.tags.begin(), report.tags.end(),
                                      [](const TagComparison& tag) { return !tag.passed(); });
  const std::string name = xml_escaped(fmt::format("{} beside {}", report.result, report.data));
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{0}\" failures=\"{1}\" errors=\"0\">\n"
      "<testsuite name=\"{2}\" tests=\"{0}\" failures=\"{1}\" errors=\"0\" skipped=\"0\">\n",
      report.tags.size(), failures, name);
  for (const TagComparison& tag : report.tags) {
    text += fmt::format("<testcase classname=\"brineflow.compare\" name=\"{}\" time=\"0\">",
                        xml_escaped(tag.tag));
    if (!tag.passed())
      text +=
          fmt::format("<failure type=\"outside\" message=\"{}\"/>", xml_escaped(verdict_text(tag, report)));
    else text += fmt::format("<system-out>{}</system-out>", xml_escaped(verdict_text(tag, report)));
    text += "</testcase>\n";
  }
  return text + "</testsuite>\n</testsuites>\n";
}

std::string comparison_json(const ComparisonReport& report) {
  nlohmann::json result = {{"result", report.result},
                           {"data", report.data},
                           {"title", report.title},
                           {"status", report.status},
                           {"passed", report.passed()},
                           {"run_from_s", report.run_from},
                           {"run_to_s", report.run_to},
                           {"nrmse_over", "range of the measured values"},
                           {"columns_not_compared", report.passed_over},
                           {"tags", nlohmann::json::array()}};
  result["start"] = report.start ? nlohmann::json(format_time_stamp(*report.start)) : nlohmann::json();
  result["start_assumed"] = report.start_assumed;
  for (const TagComparison& tag : report.tags) {
    const ComparedPoint& worst = tag.points[tag.worst];
    const LeftOut& out = tag.left_out;
    nlohmann::json row = {{"tag", tag.tag},
                          {"path", tag.path},
                          {"unit", tag.unit},
                          {"band", tag.band},
                          {"points", tag.points.size()},
                          {"bias", tag.bias},
                          {"rmse", tag.rmse},
                          {"nrmse", number(tag.nrmse())},
                          {"inside", tag.inside},
                          {"share", tag.share()},
                          {"required_share", tag.required_share},
                          {"passed", tag.passed()}};
    row["worst"] = {{"time_s", worst.time},     {"measured", worst.measured}, {"model", worst.model},
                    {"nearest", worst.nearest}, {"allowed", worst.allowed},   {"miss", number(worst.miss())}};
    if (report.start)
      row["worst"]["time"] = format_time_stamp({report.start->seconds + worst.time, report.start->zoned});
    row["left_out"] = {{"empty", out.empty},
                       {"bad", out.bad},
                       {"before_run", out.before_run},
                       {"after_run", out.after_run},
                       {"outside_window", out.outside_window},
                       {"without_model", out.without_model}};
    result["tags"].push_back(std::move(row));
  }
  return result.dump(2) + "\n";
}

}  // namespace brineflow
