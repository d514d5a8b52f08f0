#include "record/hdf5.hpp"

#include <fmt/core.h>
#include <hdf5.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string_view>

namespace brineflow::hdf5 {

struct FileState {
  hid_t id = -1;
  bool abandoned = false;
};

namespace {

// A handle whose closing does no input or output.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

struct Reason {
  std::string text = "no reason given";
  int error_number = 0;
};

herr_t keep_innermost(unsigned level, const H5E_error2_t* error, void* out) {
  if (level != 0 || error->desc == nullptr) return 0;
  auto& reason = *static_cast<Reason*>(out);
  reason.text = error->desc;
  constexpr std::string_view mark = "errno = ";
  if (const auto at = reason.text.find(mark); at != std::string::npos)
    reason.error_number = std::atoi(reason.text.c_str() + at + mark.size());
  return 0;
}

[[noreturn]] void fail(const std::string& what) {
  Reason reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &reason);
  if (reason.error_number != 0) reason.text = std::strerror(reason.error_number);
  throw Failure(fmt::format("{}: {}", what, reason.text), reason.error_number);
}

// Passes a result on, or throws what HDF5 says about it.
template <class Result>
Result checked(Result result, const char* what, const std::string& subject = "") {
  if (result < 0) fail(subject.empty() ? std::string(what) : fmt::format("{} {}", what, subject));
  return result;
}

// Before any other call in a thread: no messages on stderr, no attempt to flush files at exit.
void prepare_library() {
  static const herr_t at_exit = H5dont_atexit();
  static_cast<void>(at_exit);  // fails if a host program already uses HDF5: then exit is the host's
  thread_local bool quiet = false;
  if (!quiet) H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  quiet = true;
}

// Locks of HDF5's own would let a reader stop the run; record/working_file.hpp keeps writers apart.
// Format bounds: what HDF5 1.8 reads, so that every h5py and netCDF in use does.
hid_t access_properties() {
  prepare_library();
  const hid_t list = checked(H5Pcreate(H5P_FILE_ACCESS), "cannot set up HDF5");
  H5Pset_file_locking(list, false, true);
  H5Pset_libver_bounds(list, H5F_LIBVER_V18, H5F_LIBVER_V18);
  H5Pset_fclose_degree(list, H5F_CLOSE_STRONG);
  return list;
}

constexpr unsigned in_order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

hid_t text_type() {
  const hid_t type = checked(H5Tcopy(H5T_C_S1), "cannot make a text type");
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

std::vector<hsize_t> sizes(const std::vector<std::size_t>& shape) { return {shape.begin(), shape.end()}; }

std::size_t product(const std::vector<std::size_t>& shape, std::size_t from) {
  std::size_t result = 1;
  for (std::size_t k = from; k < shape.size(); ++k) result *= shape[k];
  return result;
}

hid_t make_space(const Layout& layout) {
  if (layout.shape.empty()) return checked(H5Screate(H5S_SCALAR), "cannot make a dataspace");
  const auto now = sizes(layout.shape);
  auto largest = now;
  if (layout.growing) largest[0] = H5S_UNLIMITED;
  return checked(H5Screate_simple(static_cast<int>(now.size()), now.data(), largest.data()), "cannot make a dataspace");
}

hid_t creation_properties(const Layout& layout) {
  const hid_t list = checked(H5Pcreate(H5P_DATASET_CREATE), "cannot set up a dataset");
  H5Pset_obj_track_times(list, false);
  const double missing = std::numeric_limits<double>::quiet_NaN();
  if (!layout.text) H5Pset_fill_value(list, H5T_NATIVE_DOUBLE, &missing);
  if (!layout.growing) return list;
  auto chunk = sizes(layout.shape);
  chunk[0] = layout.chunk_rows;
  H5Pset_chunk(list, static_cast<int>(chunk.size()), chunk.data());
  if (!layout.text) {  // text itself lies in the heap, which HDF5 cannot compress
    H5Pset_shuffle(list);
    H5Pset_deflate(list, 1);
  }
  return list;
}

// Room for the one chunk that grows; without it every block would be compressed again and again.
hid_t cache_properties(std::size_t chunk_bytes) {
  const hid_t list = checked(H5Pcreate(H5P_DATASET_ACCESS), "cannot set up a dataset");
  H5Pset_chunk_cache(list, 5, 2 * chunk_bytes, 1.0);
  return list;
}

Handle rows_of(hid_t dataset, std::size_t first, std::size_t count, const std::vector<std::size_t>& shape) {
  const hid_t space = checked(H5Dget_space(dataset), "cannot read a dataspace");
  auto start = std::vector<hsize_t>(shape.size(), 0);
  auto extent = sizes(shape);
  start[0] = first;
  extent[0] = count;
  const herr_t status = H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr);
  if (status < 0 || H5Sselect_valid(space) <= 0) {
    H5Sclose(space);
    throw Failure("rows outside a dataset", 0);
  }
  return Handle(space, H5Sclose);
}

Handle line(std::size_t count) {
  const hsize_t length = count;
  return Handle(checked(H5Screate_simple(1, &length, nullptr), "cannot make a dataspace"), H5Sclose);
}

std::vector<const char*> pointers(const std::vector<std::string>& texts) {
  std::vector<const char*> result;
  for (const std::string& text : texts) result.push_back(text.c_str());
  return result;
}

bool holds_text(hid_t type) { return H5Tget_class(type) == H5T_STRING; }

// Reads `count` texts of either kind through a reader that fills memory of the given type.
template <class Read>
std::vector<std::string> read_all_texts(hid_t stored, hid_t space, std::size_t count, const Read& read) {
  if (!holds_text(stored)) throw Failure("holds no text", 0);
  std::vector<std::string> result;
  if (H5Tis_variable_str(stored) > 0) {
    const Handle type(text_type(), H5Tclose);
    H5Tset_cset(type, H5Tget_cset(stored));
    std::vector<char*> found(count, nullptr);
    checked(read(type, found.data()), "cannot read text");
    for (const char* text : found) result.emplace_back(text == nullptr ? "" : text);
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, found.data());
    return result;
  }
  const std::size_t width = H5Tget_size(stored);
  std::vector<char> found(count * width);
  checked(read(stored, found.data()), "cannot read text");
  for (std::size_t k = 0; k < count; ++k) {
    const char* begin = found.data() + k * width;
    result.emplace_back(begin, strnlen(begin, width));
  }
  return result;
}

}  // namespace

// --- Dataset ---

Dataset::~Dataset() {
  if (file_ && !file_->abandoned && id_ >= 0) H5Dclose(id_);
}

std::vector<std::size_t> Dataset::shape() const {
  const Handle space(checked(H5Dget_space(id_), "cannot read a dataspace"), H5Sclose);
  std::vector<hsize_t> found(static_cast<std::size_t>(checked(H5Sget_simple_extent_ndims(space), "cannot read a shape")));
  H5Sget_simple_extent_dims(space, found.data(), nullptr);
  return {found.begin(), found.end()};
}

bool Dataset::is_growing() const {
  const Handle space(checked(H5Dget_space(id_), "cannot read a dataspace"), H5Sclose);
  std::vector<hsize_t> largest(static_cast<std::size_t>(checked(H5Sget_simple_extent_ndims(space), "cannot read a shape")));
  H5Sget_simple_extent_dims(space, nullptr, largest.data());
  return !largest.empty() && largest[0] == H5S_UNLIMITED;
}

bool Dataset::is_text() const { return holds_text(Handle(checked(H5Dget_type(id_), "cannot read a type"), H5Tclose)); }

void Dataset::resize_rows(std::size_t rows) {
  auto extent = sizes(shape());
  extent.at(0) = rows;
  checked(H5Dset_extent(id_, extent.data()), "cannot resize a dataset");
}

void Dataset::write_rows(std::size_t first, std::size_t count, std::span<const double> values) {
  const auto form = shape();
  if (values.size() != count * product(form, 1)) throw Failure("wrong number of values for a dataset", 0);
  if (values.empty()) return;
  const Handle target = rows_of(id_, first, count, form);
  const Handle source = line(values.size());
  checked(H5Dwrite(id_, H5T_NATIVE_DOUBLE, source, target, H5P_DEFAULT, values.data()), "cannot write rows");
}

void Dataset::write_rows(std::size_t first, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  const Handle target = rows_of(id_, first, texts.size(), shape());
  const Handle source = line(texts.size());
  const Handle type(text_type(), H5Tclose);
  checked(H5Dwrite(id_, type, source, target, H5P_DEFAULT, pointers(texts).data()), "cannot write texts");
}

void Dataset::write(std::span<const double> values) {
  if (values.size() != product(shape(), 0)) throw Failure("wrong number of values for a dataset", 0);
  if (values.empty()) return;
  checked(H5Dwrite(id_, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "cannot write values");
}

void Dataset::write(const std::vector<std::string>& texts) {
  if (texts.size() != product(shape(), 0)) throw Failure("wrong number of texts for a dataset", 0);
  if (texts.empty()) return;
  const Handle type(text_type(), H5Tclose);
  checked(H5Dwrite(id_, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers(texts).data()), "cannot write texts");
}

std::vector<double> Dataset::read_rows(std::size_t first, std::size_t count) const {
  const auto form = shape();
  if (is_text() || form.empty()) throw Failure("holds no rows of numbers", 0);
  std::vector<double> values(count * product(form, 1));
  if (values.empty()) return values;
  const Handle source = rows_of(id_, first, count, form);
  const Handle target = line(values.size());
  checked(H5Dread(id_, H5T_NATIVE_DOUBLE, target, source, H5P_DEFAULT, values.data()), "cannot read rows");
  return values;
}

std::vector<double> Dataset::read() const {
  if (is_text()) throw Failure("holds text, not numbers", 0);
  std::vector<double> values(product(shape(), 0));
  if (values.empty()) return values;
  checked(H5Dread(id_, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "cannot read values");
  return values;
}

std::vector<std::string> Dataset::read_texts() const {
  const Handle type(checked(H5Dget_type(id_), "cannot read a type"), H5Tclose);
  const Handle space(checked(H5Dget_space(id_), "cannot read a dataspace"), H5Sclose);
  const std::size_t count = product(shape(), 0);
  if (count == 0) return {};
  return read_all_texts(type, space, count, [this](hid_t memory, void* out) {
    return H5Dread(id_, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
  });
}

// --- File ---

File::File(std::shared_ptr<FileState> state) : state_(std::move(state)) {}

File File::create(const std::string& path) {
  const Handle access(access_properties(), H5Pclose);
  const Handle creation(checked(H5Pcreate(H5P_FILE_CREATE), "cannot set up HDF5"), H5Pclose);
  H5Pset_link_creation_order(creation, in_order);
  H5Pset_istore_k(creation, 8);  // nodes of the chunk index: 0.5 kB a series instead of 2 kB
  const hid_t id = checked(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access), "cannot create", path);
  return File(std::make_shared<FileState>(FileState{id, false}));
}

File File::open_to_read(const std::string& path) {
  const Handle access(access_properties(), H5Pclose);
  const hid_t id = checked(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), "cannot open", path);
  return File(std::make_shared<FileState>(FileState{id, false}));
}

File File::open_to_extend(const std::string& path) {
  const Handle access(access_properties(), H5Pclose);
  const hid_t id = checked(H5Fopen(path.c_str(), H5F_ACC_RDWR, access), "cannot open", path);
  return File(std::make_shared<FileState>(FileState{id, false}));
}

File::~File() {
  if (state_ && !state_->abandoned && state_->id >= 0) H5Fclose(state_->id);
}

void File::flush() { checked(H5Fflush(state_->id, H5F_SCOPE_GLOBAL), "cannot write"); }

void File::close() {
  flush();
  checked(H5Fclose(state_->id), "cannot close");
  state_->id = -1;
  state_->abandoned = true;  // a dataset that outlived the file has lost its handle with it
}

void File::abandon() noexcept {
  if (state_) state_->abandoned = true;
}

bool File::has(const std::string& path) const {
  if (path == "/") return true;
  for (auto end = path.find('/', 1);; end = path.find('/', end + 1)) {  // each part: HDF5 asks for it
    if (H5Lexists(state_->id, path.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
    if (end == std::string::npos) return true;
  }
}

bool File::is_group(const std::string& path) const {
  if (!has(path)) return false;
  H5O_info_t info;
  checked(H5Oget_info_by_name2(state_->id, path.c_str(), &info, H5O_INFO_BASIC, H5P_DEFAULT), "cannot read", path);
  return info.type == H5O_TYPE_GROUP;
}

std::vector<std::string> File::list(const std::string& group) const {
  const Handle opened(checked(H5Gopen2(state_->id, group.c_str(), H5P_DEFAULT), "cannot open group", group), H5Gclose);
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* out) {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return herr_t{0};
  };
  if (H5Literate(opened, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, collect, &names) >= 0) return names;
  names.clear();  // a file from elsewhere that keeps no order of creation
  checked(H5Literate(opened, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names), "cannot list", group);
  return names;
}

std::vector<std::string> File::all_datasets() const {
  std::vector<std::string> paths;
  std::vector<std::string> groups{"/"};
  while (!groups.empty()) {
    const std::string group = groups.back();
    groups.pop_back();
    for (const std::string& name : list(group)) {
      const std::string path = group == "/" ? "/" + name : group + "/" + name;
      (is_group(path) ? groups : paths).push_back(path);
    }
  }
  return paths;
}

void File::make_group(const std::string& path) {
  if (has(path)) return;
  const Handle links(checked(H5Pcreate(H5P_LINK_CREATE), "cannot set up a group"), H5Pclose);
  const Handle creation(checked(H5Pcreate(H5P_GROUP_CREATE), "cannot set up a group"), H5Pclose);
  H5Pset_link_creation_order(creation, in_order);
  if (const auto slash = path.rfind('/'); slash != 0) make_group(path.substr(0, slash));
  const Handle group(checked(H5Gcreate2(state_->id, path.c_str(), links, creation, H5P_DEFAULT), "cannot create", path),
                     H5Gclose);
}

void File::remove(const std::string& path) {
  checked(H5Ldelete(state_->id, path.c_str(), H5P_DEFAULT), "cannot remove", path);
}

Dataset File::create_dataset(const std::string& path, const Layout& layout) {
  if (const auto slash = path.rfind('/'); slash != 0) make_group(path.substr(0, slash));
  const Handle type(layout.text ? text_type() : checked(H5Tcopy(H5T_IEEE_F64LE), "cannot make a type"), H5Tclose);
  const Handle space(make_space(layout), H5Sclose);
  const Handle creation(creation_properties(layout), H5Pclose);
  const std::size_t width = layout.growing ? product(layout.shape, 1) : 0;
  const Handle access(cache_properties(layout.chunk_rows * std::max<std::size_t>(width, 1) * 8), H5Pclose);
  const hid_t id = checked(H5Dcreate2(state_->id, path.c_str(), type, space, H5P_DEFAULT, creation, access),
                           "cannot create", path);
  return Dataset(state_, id);
}

Dataset File::dataset(const std::string& path) const {
  return Dataset(state_, checked(H5Dopen2(state_->id, path.c_str(), H5P_DEFAULT), "cannot open dataset", path));
}

// --- attributes ---

namespace {

Handle open_object(hid_t file, const std::string& path) {
  return Handle(checked(H5Oopen(file, path.c_str(), H5P_DEFAULT), "cannot open", path), H5Oclose);
}

// Replaces an attribute; `dimensions` empty for a scalar.
void write_attribute(hid_t file, const std::string& path, const char* name, hid_t type,
                     const std::vector<hsize_t>& dimensions, const void* value) {
  const Handle object = open_object(file, path);
  if (H5Aexists(object, name) > 0) checked(H5Adelete(object, name), "cannot replace an attribute of", path);
  const Handle space(dimensions.empty() ? H5Screate(H5S_SCALAR)
                                        : H5Screate_simple(static_cast<int>(dimensions.size()), dimensions.data(), nullptr),
                     H5Sclose);
  const Handle made(checked(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT),
                            "cannot create an attribute of", path), H5Aclose);
  checked(H5Awrite(made, type, value), "cannot write an attribute of", path);
}

// The dimension scale specification wants these two as text of fixed length.
void write_short_text(hid_t file, const std::string& path, const char* name, const std::string& text) {
  const Handle type(checked(H5Tcopy(H5T_C_S1), "cannot make a text type"), H5Tclose);
  H5Tset_size(type, text.size() + 1);
  write_attribute(file, path, name, type, {}, text.c_str());
}

struct StoredUse {
  hobj_ref_t dataset;
  unsigned dimension;
};

}  // namespace

void File::set_attribute(const std::string& object, const std::string& name, const std::string& text) {
  const Handle type(text_type(), H5Tclose);
  const char* value = text.c_str();
  write_attribute(state_->id, object, name.c_str(), type, {}, &value);
}

void File::set_attribute(const std::string& object, const std::string& name, double number) {
  write_attribute(state_->id, object, name.c_str(), H5T_IEEE_F64LE, {}, &number);
}

bool File::has_attribute(const std::string& object, const std::string& name) const {
  return has(object) && H5Aexists_by_name(state_->id, object.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

std::string File::text_attribute(const std::string& object, const std::string& name) const {
  const Handle opened = open_object(state_->id, object);
  const Handle attribute(checked(H5Aopen(opened, name.c_str(), H5P_DEFAULT), "no attribute", name), H5Aclose);
  const Handle type(checked(H5Aget_type(attribute), "cannot read a type"), H5Tclose);
  const Handle space(checked(H5Aget_space(attribute), "cannot read a dataspace"), H5Sclose);
  if (H5Sget_simple_extent_npoints(space) != 1) throw Failure("holds more than one text", 0);
  return read_all_texts(type, space, 1, [&attribute](hid_t memory, void* out) {
    return H5Aread(attribute, memory, out);
  }).front();
}

double File::number_attribute(const std::string& object, const std::string& name) const {
  const Handle opened = open_object(state_->id, object);
  const Handle attribute(checked(H5Aopen(opened, name.c_str(), H5P_DEFAULT), "no attribute", name), H5Aclose);
  const Handle type(checked(H5Aget_type(attribute), "cannot read a type"), H5Tclose);
  const Handle space(checked(H5Aget_space(attribute), "cannot read a dataspace"), H5Sclose);
  if (holds_text(type) || H5Sget_simple_extent_npoints(space) != 1) throw Failure("holds no single number", 0);
  double number = 0;
  checked(H5Aread(attribute, H5T_NATIVE_DOUBLE, &number), "cannot read attribute", name);
  return number;
}

// --- dimension scales ---

void File::make_scale(const std::string& path, const std::string& name) {
  write_short_text(state_->id, path, "CLASS", "DIMENSION_SCALE");
  write_short_text(state_->id, path, "NAME", name);
}

bool File::is_scale(const std::string& path) const {
  return has_attribute(path, "CLASS") && text_attribute(path, "CLASS") == "DIMENSION_SCALE";
}

void File::set_scales(const std::string& dataset, const std::vector<std::string>& scales) {
  if (scales.empty()) return;
  std::vector<hobj_ref_t> references(scales.size());
  std::vector<hvl_t> lists(scales.size());
  for (std::size_t k = 0; k < scales.size(); ++k) {
    checked(H5Rcreate(&references[k], state_->id, scales[k].c_str(), H5R_OBJECT, -1), "cannot refer to", scales[k]);
    lists[k] = hvl_t{1, &references[k]};
  }
  const Handle type(checked(H5Tvlen_create(H5T_STD_REF_OBJ), "cannot make a type"), H5Tclose);
  write_attribute(state_->id, dataset, "DIMENSION_LIST", type, {scales.size()}, lists.data());
}

std::vector<std::string> File::scales(const std::string& dataset) const {
  std::vector<std::string> paths(this->dataset(dataset).shape().size());
  if (paths.empty() || !has_attribute(dataset, "DIMENSION_LIST")) return paths;
  const Handle opened = open_object(state_->id, dataset);
  const Handle attribute(checked(H5Aopen(opened, "DIMENSION_LIST", H5P_DEFAULT), "cannot read the axes of", dataset),
                         H5Aclose);
  const Handle type(checked(H5Tvlen_create(H5T_STD_REF_OBJ), "cannot make a type"), H5Tclose);
  const Handle space(checked(H5Aget_space(attribute), "cannot read a dataspace"), H5Sclose);
  if (H5Sget_simple_extent_npoints(space) != static_cast<hssize_t>(paths.size())) return paths;
  std::vector<hvl_t> lists(paths.size(), hvl_t{0, nullptr});
  checked(H5Aread(attribute, type, lists.data()), "cannot read the axes of", dataset);
  for (std::size_t k = 0; k < paths.size(); ++k) {
    if (lists[k].len == 0) continue;
    char name[1024] = "";
    if (H5Rget_name(state_->id, H5R_OBJECT, lists[k].p, name, sizeof name) > 0) paths[k] = name;
  }
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, lists.data());
  return paths;
}

void File::set_scale_uses(const std::string& scale, const std::vector<ScaleUse>& uses) {
  // The list is a convenience (who uses this axis?); an attribute may not exceed 64 kB.
  if (uses.empty() || uses.size() > 4000) return;
  std::vector<StoredUse> stored(uses.size());
  for (std::size_t k = 0; k < uses.size(); ++k) {
    checked(H5Rcreate(&stored[k].dataset, state_->id, uses[k].dataset.c_str(), H5R_OBJECT, -1), "cannot refer to",
            uses[k].dataset);
    stored[k].dimension = uses[k].dimension;
  }
  const Handle type(checked(H5Tcreate(H5T_COMPOUND, sizeof(StoredUse)), "cannot make a type"), H5Tclose);
  H5Tinsert(type, "dataset", HOFFSET(StoredUse, dataset), H5T_STD_REF_OBJ);
  H5Tinsert(type, "dimension", HOFFSET(StoredUse, dimension), H5T_NATIVE_UINT);
  write_attribute(state_->id, scale, "REFERENCE_LIST", type, {stored.size()}, stored.data());
}

}  // namespace brineflow::hdf5
