#include "engine/formats/checkpoint.h"

#include <bit>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "engine/core/crc32c.h"

namespace traind::engine {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie in memory");
constexpr std::string_view kMagic = "TRAINDCK";
constexpr uint32_t kVersion = 1;
constexpr std::size_t kMostNameBytes = 65'535;
constexpr std::size_t kGatheredBytes = 64 << 10;

template <typename Number>
std::string_view BytesOf(const Number& number) {
  return {reinterpret_cast<const char*>(&number), sizeof(number)};
}

// Takes `size` bytes off the front of `bytes`; false if it has fewer.
bool Take(std::string_view& bytes, uint64_t size, std::string_view& taken) {
  if (bytes.size() < size) return false;
  taken = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

template <typename Number>
bool TakeNumber(std::string_view& bytes, Number& number) {
  std::string_view taken;
  if (!Take(bytes, sizeof(number), taken)) return false;
  std::memcpy(&number, taken.data(), sizeof(number));
  return true;
}

template <typename... Args>
absl::Status Damaged(const Args&... args) {
  return absl::DataLossError(absl::StrCat("the checkpoint is damaged: ", args...));
}

}  // namespace

CheckpointWriter::CheckpointWriter(Sink sink) : sink_(sink) {
  Write(kMagic);
  Write(BytesOf(kVersion));
}

void CheckpointWriter::Write(std::string_view bytes) {
  if (!status_.ok()) return;
  if (gathered_.size() + bytes.size() > kGatheredBytes) Flush();
  if (bytes.size() <= kGatheredBytes) {
    gathered_.append(bytes);
  } else if (status_.ok()) {
    crc_ = Crc32c(bytes, crc_);
    status_ = sink_(bytes);
  }
}

void CheckpointWriter::Flush() {
  if (gathered_.empty() || !status_.ok()) return;
  crc_ = Crc32c(gathered_, crc_);
  status_ = sink_(gathered_);
  gathered_.clear();
}

absl::Status CheckpointWriter::Add(std::string_view name, std::string_view contents) {
  if (name.empty() || name.size() > kMostNameBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a section's name has ", name.size(), " bytes; it must have 1 to ", kMostNameBytes));
  }
  Write(BytesOf(static_cast<uint32_t>(name.size())));
  Write(BytesOf(static_cast<uint64_t>(contents.size())));
  Write(name);
  Write(contents);
  return status_;
}

absl::Status CheckpointWriter::Finish() {
  Write(BytesOf(uint32_t{0}));
  Flush();
  if (status_.ok()) status_ = sink_(BytesOf(crc_));
  return status_;
}

absl::StatusOr<std::vector<CheckpointSection>> ParseCheckpoint(std::string_view bytes) {
  if (bytes.size() < kMagic.size() + 3 * sizeof(uint32_t)) return Damaged("it has ", bytes.size(), " bytes");
  std::string_view rest = bytes.substr(0, bytes.size() - sizeof(uint32_t));
  uint32_t crc = 0;
  std::memcpy(&crc, bytes.data() + rest.size(), sizeof(crc));
  std::string_view magic;
  uint32_t version = 0;
  if (!Take(rest, kMagic.size(), magic) || magic != kMagic) return Damaged("it does not begin as one");
  if (!TakeNumber(rest, version) || version != kVersion) {
    return Damaged("it has version ", version, ", and ", kVersion, " is read");
  }
  if (Crc32c(bytes.substr(0, bytes.size() - sizeof(crc))) != crc)
    return Damaged("its checksum is not that of its bytes");

  std::vector<CheckpointSection> sections;
  uint32_t name_size = 0;
  while (TakeNumber(rest, name_size)) {
    if (name_size == 0) {
      if (!rest.empty()) return Damaged(rest.size(), " bytes follow its end");
      return sections;
    }
    uint64_t size = 0;
    CheckpointSection section;
    if (name_size > kMostNameBytes || !TakeNumber(rest, size) || !Take(rest, name_size, section.name) ||
        !Take(rest, size, section.contents)) {
      return Damaged("section ", sections.size() + 1, " is longer than the rest of it");
    }
    sections.push_back(section);
  }
  return Damaged("it ends after ", sections.size(), " sections without saying so");
}

}  // namespace traind::engine
