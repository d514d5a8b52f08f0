#include "record/result_file.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "record/result_store.hpp"

namespace brineflow {

namespace fs = std::filesystem;

namespace {

std::string describe(int error_number, const std::string& otherwise) {
  switch (error_number) {
    case 0: return otherwise;
    case ENOSPC: return "the disk is full";
    case EDQUOT: return "the disk quota is used up";
    case EFBIG: return "the file would become larger than allowed here (ulimit -f)";
    default: return std::strerror(error_number);
  }
}

}  // namespace

// Adds the one thing the store does not know: what to do when it fails.
class ResultFile::Implementation {
 public:
  // Runs `work`; a write that failed ends the file (see give_up).
  template <class Work>
  auto guarded(const Work& work) {
    if (!failure_.empty()) throw StorageError(failure_);
    if (finished_) throw InternalError("a finished result file was written to");
    try {
      return work(*store_);
    } catch (const hdf5::Failure& e) {
      give_up(e.error_number(), e.what());
    } catch (const std::system_error& e) {
      give_up(e.code().value(), e.what());
    }
  }

  Implementation(const fs::path& path, SnapshotPolicy policy, ResultStore::Origin origin)
      : store_(open_store(path, policy, origin)), resumed_(origin == ResultStore::Origin::from_target) {
    earlier_ = fs::exists(store_->working().target());
    guarded([this](ResultStore& store) {
      kept_ = store.reached();
      store.file().set_attribute("/", "status", "running");
      store.file().flush();
    });
  }

  bool commit(Snapshot when) {
    return guarded([this, when](ResultStore& store) {
      store.commit();
      committed_ = true;
      if (when == Snapshot::if_due && !store.is_due()) return false;
      snapshot(store);
      return true;
    });
  }

  void finish(const std::string& status) {
    guarded([this, &status](ResultStore& store) {
      store.commit();
      store.file().set_attribute("/", "status", status);
      close_and_publish(store);
      finished_ = true;
    });
    store_.reset();
  }

  // What a run that ends by an exception leaves: all that was committed, under its last status.
  void end_quietly() noexcept {
    if (!store_ || finished_ || !failure_.empty()) return;
    try {
      guarded([this](ResultStore& store) {
        store.drop_uncommitted();
        if (committed_ && store.has_rows()) close_and_publish(store);
        else store.working().discard();
      });
    } catch (const std::exception&) {  // give_up has tidied; a destructor has nobody to tell
    }
  }

  ResultStore& store() { return *store_; }
  const fs::path& path() const { return target_; }

 private:
  std::unique_ptr<ResultStore> open_store(const fs::path& path, SnapshotPolicy policy, ResultStore::Origin origin) {
    try {
      auto store = std::make_unique<ResultStore>(path, policy, origin);
      target_ = store->working().target();
      return store;
    } catch (const hdf5::Failure& e) {
      throw StorageError(fmt::format("cannot open the result {}: {}", path.string(), describe(e.error_number(), e.what())));
    } catch (const std::system_error& e) {
      throw StorageError(fmt::format("cannot open the result {}: {}", path.string(), describe(e.code().value(), e.what())));
    }
  }

  void snapshot(ResultStore& store) {
    const std::string now = store.reached();
    try {
      store.publish_copy();
    } catch (const std::system_error& e) {
      // No room for a copy, but the working file itself is complete: it becomes the target.
      close_and_publish(store);
      failure_ = message(e.code().value(), e.what());
      throw StorageError(failure_);
    }
    kept_ = now;
    saved_ = true;
  }

  void close_and_publish(ResultStore& store) {
    const std::string now = store.reached();
    store.close();
    try {
      store.working().publish_itself();
    } catch (const std::system_error& e) {
      failure_ = fmt::format("cannot replace {}: {}; the result is in {}", target_.string(),
                             describe(e.code().value(), e.what()), store.working().path().string());
      throw StorageError(failure_);
    }
    kept_ = now;
    saved_ = true;
  }

  [[noreturn]] void give_up(int error_number, const std::string& what) {
    store_->file().abandon();
    store_->working().discard();
    failure_ = message(error_number, what);
    throw StorageError(failure_);
  }

  std::string message(int error_number, const std::string& what) const {
    std::string text = fmt::format("cannot write the result {}: {}; ", target_.string(), describe(error_number, what));
    if (!kept_.empty() && (saved_ || resumed_)) return text + fmt::format("the result up to {} is in {}", kept_, target_.string());
    if (saved_) return text + fmt::format("what was written before is in {}", target_.string());
    if (earlier_) return text + "nothing of this run is kept, and the file of that name is still the earlier one";
    return text + "nothing of this run is kept";
  }

  fs::path target_;  // set by open_store, so before store_
  std::unique_ptr<ResultStore> store_;
  bool resumed_;
  bool earlier_ = false;   // the target existed before this run
  bool committed_ = false;  // anything, by this run
  bool saved_ = false;     // the target is of this run
  bool finished_ = false;
  std::string kept_;       // how far the target reaches
  std::string failure_;
};

ResultFile::ResultFile(std::unique_ptr<Implementation> implementation) : self_(std::move(implementation)) {}
ResultFile::ResultFile(ResultFile&&) noexcept = default;

ResultFile& ResultFile::operator=(ResultFile&& other) noexcept {
  std::swap(self_, other.self_);
  return *this;
}

ResultFile::~ResultFile() {
  if (self_) self_->end_quietly();
}

ResultFile ResultFile::create(const fs::path& path, SnapshotPolicy policy) {
  return ResultFile(std::make_unique<Implementation>(path, policy, ResultStore::Origin::fresh));
}

ResultFile ResultFile::reopen(const fs::path& path, SnapshotPolicy policy) {
  if (!fs::is_regular_file(path)) throw StorageError(fmt::format("there is no result {} to go on with", path.string()));
  return ResultFile(std::make_unique<Implementation>(path, policy, ResultStore::Origin::from_target));
}

FileAxis ResultFile::add_axis(const std::string& path, std::span<const double> coordinates, const Label& label) {
  return self_->guarded([&](ResultStore& store) { return store.add_axis(path, coordinates, label); });
}

FileAxis ResultFile::add_text_axis(const std::string& path, const std::vector<std::string>& names, const Label& label) {
  return self_->guarded([&](ResultStore& store) { return store.add_text_axis(path, names, label); });
}

FileAxis ResultFile::add_dimension(const std::string& path, std::size_t size) {
  return self_->guarded([&](ResultStore& store) { return store.add_dimension(path, size); });
}

FileAxis ResultFile::add_growing_axis(const std::string& path, const Label& label) {
  return self_->guarded([&](ResultStore& store) { return store.add_growing_axis(path, label); });
}

Series ResultFile::add_series(const std::string& path, const std::vector<FileAxis>& axes, const Label& label) {
  return self_->guarded([&](ResultStore& store) { return Series{store.add_series(path, axes, label, false)}; });
}

TextSeries ResultFile::add_text_series(const std::string& path, FileAxis growing, const Label& label) {
  return self_->guarded([&](ResultStore& store) { return TextSeries{store.add_series(path, {growing}, label, true)}; });
}

Fixed ResultFile::add_fixed(const std::string& path, const std::vector<FileAxis>& axes, const Label& label) {
  return self_->guarded([&](ResultStore& store) { return Fixed{store.add_fixed(path, axes, label)}; });
}

void ResultFile::append(FileAxis axis, double coordinate) {
  self_->guarded([&](ResultStore& store) { store.table(axis).append(coordinate); });
}

void ResultFile::put(Series series, std::span<const double> values) {
  self_->guarded([&](ResultStore& store) { store.table_of(series.index).put(store.column_of(series.index), values); });
}

void ResultFile::put(Series series, double value) { put(series, std::span<const double>(&value, 1)); }

void ResultFile::put(TextSeries series, std::string_view text) {
  self_->guarded([&](ResultStore& store) { store.table_of(series.index).put_text(store.column_of(series.index), text); });
}

void ResultFile::write(Fixed fixed, std::span<const double> values) {
  self_->guarded([&](ResultStore& store) { store.write(fixed.index, values); });
}

void ResultFile::write(Fixed fixed, double value) { write(fixed, std::span<const double>(&value, 1)); }

void ResultFile::write_text(const std::string& path, const std::string& text, const std::string& long_name) {
  self_->guarded([&](ResultStore& store) { store.write_text(path, text, long_name); });
}

void ResultFile::set_attribute(const std::string& object, const std::string& name, const std::string& text) {
  self_->guarded([&](ResultStore& store) {
    if (!store.file().has(object)) store.file().make_group(object);
    store.file().set_attribute(object, name, text);
  });
}

void ResultFile::set_attribute(const std::string& object, const std::string& name, double number) {
  self_->guarded([&](ResultStore& store) {
    if (!store.file().has(object)) store.file().make_group(object);
    store.file().set_attribute(object, name, number);
  });
}

void ResultFile::add_event_table() {
  self_->guarded([](ResultStore& store) { store.add_event_table(); });
}

void ResultFile::add_event(double time, std::string_view unit, std::string_view message) {
  self_->guarded([&](ResultStore& store) { store.add_event(time, unit, message); });
}

void ResultFile::checkpoint(Checkpoint state) {
  self_->guarded([&](ResultStore& store) {
    store.check(state);
    store.set_checkpoint([state = std::move(state)] { return state; });
  });
}

void ResultFile::checkpoint(std::function<Checkpoint()> make) {
  self_->guarded([&](ResultStore& store) { store.set_checkpoint(std::move(make)); });
}

bool ResultFile::commit(Snapshot when) { return self_->commit(when); }

void ResultFile::finish(const std::string& status) { self_->finish(status); }

std::size_t ResultFile::rows(FileAxis growing) const { return self_->store().table(growing).rows(); }

void ResultFile::truncate_to(FileAxis growing, std::size_t count) {
  self_->guarded([&](ResultStore& store) { store.table(growing).truncate_to(count); });
}

void ResultFile::truncate_to_checkpoint() {
  self_->guarded([](ResultStore& store) { store.truncate_to_checkpoint(); });
}

const fs::path& ResultFile::path() const { return self_->path(); }

}  // namespace brineflow
