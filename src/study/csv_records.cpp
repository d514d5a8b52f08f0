#include "study/csv_records.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace brineflow {
namespace {

constexpr std::string_view separators = ",;\t";
constexpr std::size_t longest_line =
    1U << 20U;                         // bytes; no row of measurements is near it, and a wrong file ends soon
constexpr int lines_kept = 1'000'000;  // up to which findings show the line itself

// Lines without their ends, "\n" or "\r\n", from a stream that may be larger than memory.
class LineReader {
 public:
  bool open(const std::filesystem::path& path) {
    stream_.open(path, std::ios::binary);
    return stream_.is_open() && fill();
  }
  bool failed() const { return stream_.bad(); }
  std::string_view start() const {
    return {buffer_.data(), size_};
  }  // of the file, before the first line is taken
  void skip(std::size_t count) { at_ += count; }

  // False at the end of the file. A line beyond longest_line is cut.
  bool next(std::string& line) {
    line.clear();
    while (at_ < size_ || fill()) {
      const char* from = buffer_.data() + at_;
      const void* end = std::memchr(from, '\n', size_ - at_);
      const std::size_t count =
          end == nullptr ? size_ - at_ : static_cast<std::size_t>(static_cast<const char*>(end) - from);
      line.append(from, count);
      at_ += count + (end == nullptr ? 0 : 1);
      if (end == nullptr && line.size() <= longest_line) continue;
      if (line.ends_with('\r')) line.pop_back();
      return true;
    }
    return !line.empty();
  }

 private:
  bool fill() {
    at_ = 0;
    stream_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    size_ = static_cast<std::size_t>(stream_.gcount());
    return size_ > 0;
  }

  std::ifstream stream_;
  std::vector<char> buffer_ = std::vector<char>(1U << 16U);
  std::size_t at_ = 0, size_ = 0;
};

// How often each separator stands outside quotes.
std::array<std::size_t, 3> count_separators(std::string_view line) {
  std::array<std::size_t, 3> counts{};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    const std::size_t which = separators.find(c);
    if (!quoted && which != std::string_view::npos) ++counts[which];
  }
  return counts;
}

}  // namespace

std::string separator_name(char separator) {
  return separator == ',' ? "a comma" : separator == ';' ? "a semicolon" : "a tab";
}

class CsvRecords::Implementation {
 public:
  Implementation(const std::filesystem::path& path, Diagnostics& diagnostics)
      : file_(path.string()), diagnostics_(diagnostics), source_(std::make_shared<Source>()) {
    source_->file = file_;
    open(path);
  }

  bool next() {
    while (readable_ && take_line()) {
      if (line_.empty() || line_.front() == '#' || trim(line_).empty()) continue;
      if (!separator_known_ && !detect_separator()) return false;
      return read_record();
    }
    return false;
  }

  const std::vector<CsvField>& fields() const { return fields_; }
  int record_line() const { return record_line_; }
  char separator() const { return separator_; }
  std::size_t fields_with(char separator) const {
    return count_separators(line_)[separators.find(separator)] + 1;
  }

  Place place(int line, int column, std::size_t width) const {
    if (line == number_) keep_line();
    return {file_, line, column, static_cast<int>(std::max<std::size_t>(width, 1)), source_};
  }

 private:
  void open(const std::filesystem::path& path) {
    std::error_code unknown;
    if (std::filesystem::is_directory(path, unknown)) return refuse_file("it is a folder");
    errno = 0;
    if (reader_.open(path)) return check_start(reader_.start());
    if (errno != 0) return refuse_file(std::strerror(errno));
    refuse(Place{.file = file_}, "the file is empty");
  }

  void refuse(const Place& place, const std::string& message, const std::string& hint = "") {
    diagnostics_.error(place, message, hint);
    readable_ = false;
  }
  void refuse_file(const std::string& why) {
    refuse(Place{.file = file_}, fmt::format("the file cannot be read: {}", why));
  }

  void check_start(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
      return refuse({.file = file_, .line = 1, .column = 1}, "the text is UTF-16", "save it as UTF-8");
    if (bytes.starts_with("\xEF\xBB\xBF")) reader_.skip(3);
  }

  // Findings show the lines they are about; only those are kept.
  void keep_line() const {
    if (number_ > lines_kept) return;
    const std::size_t index = static_cast<std::size_t>(number_) - 1;
    if (source_->lines.size() <= index) source_->lines.resize(index + 1);
    source_->lines[index] = line_;
  }

  bool take_line() {
    if (!reader_.next(line_)) {
      if (reader_.failed()) refuse_file("reading stopped in the middle");
      return false;
    }
    ++number_;
    return line_is_text();
  }

  bool line_is_text() {
    if (line_.size() > longest_line) {
      refuse({.file = file_, .line = number_, .column = 1},
             "a line of more than a megabyte: this is no table of measurements");
    } else if (const std::size_t nul = line_.find('\0'); nul != std::string::npos) {
      refuse(place(number_, column_at(nul), 1), "a NUL byte: the file is damaged, or no text in UTF-8");
    } else if (const auto bad = first_bad_utf8(line_)) {
      refuse(place(number_, column_at(*bad), 1), "this is not UTF-8", "save the file as UTF-8");
    }
    return readable_;
  }

  int column_at(std::size_t byte) const {
    return static_cast<int>(code_points(std::string_view(line_).substr(0, byte))) + 1;
  }

  bool detect_separator() {
    separator_known_ = true;
    const std::array<std::size_t, 3> counts = count_separators(line_);
    std::vector<std::string> found;
    for (std::size_t k = 0; k < separators.size(); ++k) {
      if (counts[k] == 0) continue;
      separator_ = separators[k];
      found.push_back(separator_name(separator_));
    }
    if (found.size() < 2) return true;
    refuse(place(number_, 1, code_points(line_)),
           fmt::format("several separators in the header: {}", join(found, " and ")),
           "one kind in a file; a name that holds one stands in quotes");
    return false;
  }

  bool read_record() {
    record_line_ = number_;
    std::size_t count = 0, at = 0, counted = 0;
    int column = 1;
    for (bool more = true; more; ++count) {
      if (fields_.size() <= count) fields_.emplace_back();
      column += static_cast<int>(code_points(std::string_view(line_).substr(counted, at - counted)));
      counted = at;
      fields_[count].column = column;
      const int line_before = number_;
      if (!read_field(fields_[count].text, at)) return false;
      if (number_ != line_before) {  // a quoted field went over a line end
        counted = 0;
        column = 1;
      }
      more = at < line_.size();
      if (more) ++at;  // the separator
    }
    fields_.resize(count);
    return true;
  }

  // From `at` up to the separator or the end of the line.
  bool read_field(std::string& text, std::size_t& at) {
    std::size_t first = at;
    while (first < line_.size() && line_[first] == ' ') ++first;
    if (first < line_.size() && line_[first] == '"') {
      at = first;
      return read_quoted(text, at);
    }
    const std::size_t end = std::min(line_.find(separator_, at), line_.size());
    text.assign(trim(std::string_view(line_).substr(at, end - at)));
    at = end;
    return true;
  }

  bool read_quoted(std::string& text, std::size_t& at) {
    const Place opening = place(number_, column_at(at), 1);
    text.clear();
    for (++at;;) {
      const std::size_t quote = line_.find('"', at);
      if (quote == std::string::npos) {
        text.append(line_, at).push_back('\n');
        if (text.size() > longest_line || !take_line()) {
          if (readable_ || text.size() > longest_line) refuse(opening, "this quote is not closed");
          return false;
        }
        at = 0;
        continue;
      }
      text.append(line_, at, quote - at);
      at = quote + 1;
      if (at == line_.size() || line_[at] != '"') break;
      text.push_back('"');
      ++at;
    }
    while (at < line_.size() && line_[at] == ' ') ++at;
    if (at == line_.size() || line_[at] == separator_) return true;
    refuse(place(number_, column_at(at), 1), "text after a closing quote",
           "a quote inside a quoted text is written twice");
    return false;
  }

  std::string file_;
  Diagnostics& diagnostics_;
  std::shared_ptr<Source> source_;
  LineReader reader_;
  bool readable_ = true, separator_known_ = false;
  char separator_ = ',';
  std::string line_;
  int number_ = 0, record_line_ = 0;
  std::vector<CsvField> fields_;
};

CsvRecords::CsvRecords(const std::filesystem::path& path, Diagnostics& diagnostics)
    : self_(std::make_unique<Implementation>(path, diagnostics)) {}
CsvRecords::~CsvRecords() = default;

bool CsvRecords::next() { return self_->next(); }
const std::vector<CsvField>& CsvRecords::fields() const { return self_->fields(); }
int CsvRecords::line() const { return self_->record_line(); }
char CsvRecords::separator() const { return self_->separator(); }
Place CsvRecords::place(const CsvField& field) const {
  return self_->place(self_->record_line(), field.column, code_points(field.text));
}
Place CsvRecords::place_of_record() const { return self_->place(self_->record_line(), 1, 1); }
std::size_t CsvRecords::fields_with(char separator) const { return self_->fields_with(separator); }

}  // namespace brineflow
