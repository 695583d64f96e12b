#include "engine/training/training_state.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace traind::engine {
namespace {

std::string_view TextOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

absl::Status StateSaver::Finish() { return status_.ok() ? writer_.Finish() : status_; }

void StateSaver::Bytes(const std::string& path, std::span<std::byte> bytes) {
  if (status_.ok()) status_ = writer_.Add(path, TextOf(bytes));
}

void StateSaver::AnyBytes(const std::string& path, std::string& bytes) {
  if (status_.ok()) status_ = writer_.Add(path, bytes);
}

void StateSaver::Array(const std::string& path, std::span<float> array, bool trainable) {
  if (!status_.ok() || array.empty()) return;
  status_ = weights_.ReadArray(array, trainable, [&](const WeightDefinition& weight, std::span<float> values) {
    return writer_.Add(absl::StrCat(path, "/", weight.name), TextOf(std::as_bytes(values)));
  });
}

void StateSaver::Fail(const std::string& why) { status_.Update(absl::InternalError(why)); }

absl::Status StateRestorer::Finish() {
  if (status_.ok() && next_ < sections_.size()) {
    Fail(absl::StrCat("section ", std::string(sections_[next_].name), " belongs to nothing"));
  }
  return status_;
}

std::string_view StateRestorer::Next(const std::string& path) {
  if (!status_.ok()) return {};
  if (next_ == sections_.size() || sections_[next_].name != path) {
    Fail(absl::StrCat("section ", path, " is missing"));
    return {};
  }
  return sections_[next_++].contents;
}

void StateRestorer::Bytes(const std::string& path, std::span<std::byte> bytes) {
  const std::string_view contents = Next(path);
  if (!status_.ok()) return;
  if (contents.size() != bytes.size()) {
    return Fail(absl::StrCat("section ", path, " has ", contents.size(), " bytes instead of ", bytes.size()));
  }
  if (!bytes.empty()) std::memcpy(bytes.data(), contents.data(), bytes.size());
}

void StateRestorer::AnyBytes(const std::string& path, std::string& bytes) {
  const std::string_view contents = Next(path);
  if (status_.ok()) bytes = contents;
}

void StateRestorer::Array(const std::string& path, std::span<float> array, bool trainable) {
  if (!status_.ok() || array.empty()) return;
  const absl::Status written =
      weights_.WriteArray(array, trainable, [&](const WeightDefinition& weight, std::span<float> values) {
        Bytes(absl::StrCat(path, "/", weight.name), std::as_writable_bytes(values));
        return status_;
      });
  status_.Update(written);
}

void StateRestorer::Fail(const std::string& why) {
  status_.Update(absl::InvalidArgumentError(absl::StrCat("the state is not that of this training: ", why)));
}

}  // namespace traind::engine
