// A case of milliseconds, and a folder for its results.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <stdlib.h>

namespace brineflow::test {

inline const std::string tank_case = R"(title: A tank
components: [H2O, Li+, Cl-]
brine: {chemistry: hmw84_lithium_25C}
units:
  lake:    {type: feed, brine: {Li+: 1 g/L, balance: Cl-}, flow: 5 m3/h}
  pond:    {type: tank, volume: 60 m3, outflow: 4 m3/h}
  product: {type: sink, role: product}
schedule:
  cycle:
    - {step: fill,  route: [lake -> pond], set: {pond.outflow: 0 m3/h}, until: pond.volume > 20 m3, at_most: 8 h}
    - {step: drain, route: [pond -> product], set: {lake.flow: 0 m3/h}, for: 3 h}
  repeat: {times: 4}
)";

class CaseFolder {
 public:
  CaseFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "brineflow_study_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a scratch folder");
    path_ = name;
    write("tank.yaml", tank_case);
  }
  CaseFolder(const CaseFolder&) = delete;
  CaseFolder& operator=(const CaseFolder&) = delete;
  ~CaseFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  void write(const std::string& name, const std::string& text) const { std::ofstream(path_ / name) << text; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace brineflow::test
