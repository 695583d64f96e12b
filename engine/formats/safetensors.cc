#include "engine/formats/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace traind::engine {
namespace {

// A file is: the header's length (8 bytes, little-endian), the header (JSON, padded with spaces to a multiple of 8),
// the numbers (little-endian). The header maps names to {dtype, shape, data_offsets: [begin, end)} counted from the
// numbers.
static_assert(std::endian::native == std::endian::little, "the numbers are copied as they lie in memory");
constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kMaxHeaderBytes = 100'000'000;  // the format's own limit

struct Entry {
  NamedTensor tensor;
  uint64_t begin;
  uint64_t end;
};

template <typename... Args>
absl::Status Invalid(const Args&... args) {
  return absl::InvalidArgumentError(absl::StrCat("not a safetensors file of F32 tensors: ", args...));
}

// Numbers of the shape, or nothing if it is no shape or larger than `limit`.
bool ReadShape(const nlohmann::ordered_json& json, uint64_t limit, std::vector<int64_t>& shape, uint64_t& size) {
  if (!json.is_array()) return false;
  size = 1;
  for (const auto& dimension : json) {
    if (!dimension.is_number_unsigned()) return false;
    const auto value = dimension.get<uint64_t>();
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return false;
    if (value != 0 && size > limit / value) return false;
    size *= value;
    shape.push_back(static_cast<int64_t>(value));
  }
  return true;
}

absl::StatusOr<Entry> ReadEntry(const std::string& name, const nlohmann::ordered_json& json, uint64_t data_bytes) {
  if (!json.is_object() || !json.contains("dtype") || !json.contains("shape") || !json.contains("data_offsets")) {
    return Invalid("tensor '", name, "' lacks dtype, shape or data_offsets");
  }
  if (json["dtype"] != "F32")
    return Invalid("tensor '", name, "' has dtype ", json["dtype"].dump(), ", only F32 is read");
  Entry entry;
  entry.tensor.name = name;
  uint64_t size = 0;
  if (!ReadShape(json["shape"], data_bytes / sizeof(float), entry.tensor.shape, size)) {
    return Invalid("the shape of tensor '", name, "' is no list of whole numbers, or larger than the file");
  }
  const auto& offsets = json["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned()) {
    return Invalid("the data_offsets of tensor '", name, "' are no two whole numbers");
  }
  entry.begin = offsets[0].get<uint64_t>();
  entry.end = offsets[1].get<uint64_t>();
  if (entry.begin > entry.end || entry.end > data_bytes || entry.end - entry.begin != size * sizeof(float)) {
    return Invalid("the data_offsets of tensor '", name, "' do not fit its shape or the file");
  }
  return entry;
}

}  // namespace

std::string SafetensorsHeader(const std::vector<NamedTensor>& tensors) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  uint64_t offset = 0;
  for (const NamedTensor& tensor : tensors) {
    const auto size = std::accumulate(tensor.shape.begin(), tensor.shape.end(), uint64_t{1}, std::multiplies<>());
    const uint64_t end = offset + size * sizeof(float);
    header[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  // A name that is not UTF-8 cannot stand in JSON; layer names are ASCII, so this replaces nothing of ours.
  std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  text.resize((text.size() + 7) / 8 * 8, ' ');

  const uint64_t length = text.size();
  std::string bytes(kLengthBytes, '\0');
  std::memcpy(bytes.data(), &length, kLengthBytes);
  return bytes + text;
}

std::string SerializeSafetensors(const std::vector<NamedTensor>& tensors) {
  std::string bytes = SafetensorsHeader(tensors);
  for (const NamedTensor& tensor : tensors) {
    bytes.append(reinterpret_cast<const char*>(tensor.values.data()), tensor.values.size() * sizeof(float));
  }
  return bytes;
}

absl::StatusOr<std::vector<NamedTensor>> ParseSafetensors(std::string_view bytes) {
  if (bytes.size() < kLengthBytes) return Invalid("it has ", bytes.size(), " bytes");
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  bytes.remove_prefix(kLengthBytes);
  if (length > bytes.size() || length > kMaxHeaderBytes) return Invalid("its header would be ", length, " bytes long");

  // Nesting is bounded before parsing: each tensor has one object and two lists, never deeper.
  const auto keep_shallow = [](int depth, nlohmann::ordered_json::parse_event_t, nlohmann::ordered_json&) {
    return depth <= 4;
  };
  const std::string_view text = bytes.substr(0, length);
  const auto header = nlohmann::ordered_json::parse(text.begin(), text.end(), keep_shallow, /*allow_exceptions=*/false);
  if (!header.is_object()) return Invalid("its header is no JSON object");
  const std::string_view data = bytes.substr(length);

  std::vector<Entry> entries;
  for (const auto& [name, json] : header.items()) {
    if (name == "__metadata__") continue;
    auto entry = ReadEntry(name, json, data.size());
    if (!entry.ok()) return entry.status();
    entries.push_back(*std::move(entry));
  }
  // The tensors must cover the data without holes and overlaps, which also bounds what they take in memory.
  std::ranges::stable_sort(entries, {}, &Entry::begin);
  uint64_t covered = 0;
  std::vector<NamedTensor> tensors;
  for (Entry& entry : entries) {
    if (entry.begin != covered)
      return Invalid("tensor '", entry.tensor.name, "' does not begin where the last one ends");
    covered = entry.end;
    entry.tensor.values.resize((entry.end - entry.begin) / sizeof(float));
    if (entry.begin != entry.end) {
      std::memcpy(entry.tensor.values.data(), data.data() + entry.begin, entry.end - entry.begin);
    }
    tensors.push_back(std::move(entry.tensor));
  }
  if (covered != data.size()) return Invalid(data.size() - covered, " bytes belong to no tensor");
  return tensors;
}

}  // namespace traind::engine
