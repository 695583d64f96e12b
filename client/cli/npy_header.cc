#include "client/cli/npy_header.h"

#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/cli/table.h"

namespace traind::client {
namespace {

constexpr char kMagic[] = "\x93NUMPY";
constexpr size_t kMagicBytes = 6;
constexpr size_t kMostDimensions = 32;  // NumPy's own limit

absl::Status Fault(absl::string_view text) { return absl::InvalidArgumentError(text); }

absl::Status Damaged() { return Fault("has a damaged header; save it anew with np.save(path, array)"); }

uint32_t LittleEndian(absl::string_view bytes) {
  uint32_t number = 0;
  for (size_t i = bytes.size(); i > 0; --i) number = number << 8 | static_cast<unsigned char>(bytes[i - 1]);
  return number;
}

// Reads the literal of a Python dictionary with the three keys that a header has.
class DictionaryReader {
 public:
  explicit DictionaryReader(absl::string_view text) : rest_(text) {}

  struct Values {
    std::string descr;
    bool fields = false;  // descr is a list: a structure, not a number
    bool fortran_order = false;
    std::vector<int64_t> shape;
  };

  absl::StatusOr<Values> Read() {
    Values values;
    int found = 0;  // bits of the keys
    if (!Take("{")) return Damaged();
    while (!Take("}")) {
      std::string key;
      if (!TakeString(key) || !Take(":")) return Damaged();
      int bit = 0;
      if (key == "descr") {
        bit = 1;
        SkipSpace();
        values.fields = absl::StartsWith(rest_, "[");
        if (values.fields) return values;
        if (!TakeString(values.descr)) return Damaged();
      } else if (key == "fortran_order") {
        bit = 2;
        values.fortran_order = Take("True");
        if (!values.fortran_order && !Take("False")) return Damaged();
      } else if (key == "shape") {
        bit = 4;
        if (!TakeTuple(values.shape)) return Damaged();
      }
      if (bit == 0 || (found & bit) != 0) return Damaged();
      found |= bit;
      if (!Take(",")) {
        if (!Take("}")) return Damaged();
        break;
      }
    }
    SkipSpace();
    if (found != 7 || !rest_.empty()) return Damaged();
    return values;
  }

 private:
  void SkipSpace() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

  bool Take(absl::string_view token) {
    SkipSpace();
    if (!absl::StartsWith(rest_, token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  bool TakeString(std::string& text) {
    SkipSpace();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) return false;
    const size_t end = rest_.find(rest_[0], 1);
    if (end == absl::string_view::npos) return false;
    text = std::string(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool TakeTuple(std::vector<int64_t>& numbers) {
    if (!Take("(")) return false;
    while (!Take(")")) {
      size_t digits = 0;
      while (digits < rest_.size() && absl::ascii_isdigit(static_cast<unsigned char>(rest_[digits]))) ++digits;
      int64_t number = 0;
      if (digits == 0 || !absl::SimpleAtoi(rest_.substr(0, digits), &number)) return false;
      rest_.remove_prefix(digits);
      Take("L");  // Python 2 wrote long numbers so
      numbers.push_back(number);
      if (numbers.size() > kMostDimensions) return false;
      if (!Take(",")) return Take(")");
      SkipSpace();
    }
    return true;
  }

  absl::string_view rest_;
};

absl::StatusOr<v1::Dataset::ElementType> TypeOf(const DictionaryReader::Values& values) {
  if (values.fields)
    return Fault("holds structures; save their numbers as one array of float32, such as a table's columns");
  const std::string& descr = values.descr;
  for (const auto& [name, type] : {std::pair("<f4", v1::Dataset::FLOAT32), std::pair("<f8", v1::Dataset::FLOAT64),
                                   std::pair("<i4", v1::Dataset::INT32), std::pair("<i8", v1::Dataset::INT64),
                                   std::pair("|u1", v1::Dataset::UINT8), std::pair("<u1", v1::Dataset::UINT8)}) {
    if (descr == name) return type;
  }
  const std::string shown = Printable(descr.substr(0, 40));
  if (absl::StartsWith(descr, ">")) {
    return Fault(absl::StrCat("holds big-endian numbers (", shown, "); save it with np.save(path, array.astype('<",
                              Printable(descr.substr(1, 2)), "'))"));
  }
  if (descr == "|O") {
    return Fault("holds Python objects; save it with np.save(path, array.astype('float32'))");
  }
  return Fault(absl::StrCat("holds numbers of type ", shown,
                            "; must be float32, float64, int32, int64 or uint8, such as by np.save(path, "
                            "array.astype('float32'))"));
}

}  // namespace

int64_t SizeOf(v1::Dataset::ElementType type) {
  if (type == v1::Dataset::UINT8) return 1;
  return type == v1::Dataset::FLOAT64 || type == v1::Dataset::INT64 ? 8 : 4;
}

absl::StatusOr<NpyHeader> ParseNpyHeader(absl::string_view file) {
  if (!absl::StartsWith(file, absl::string_view(kMagic, kMagicBytes)) || file.size() < kMagicBytes + 2) {
    return Fault("is no .npy file; save one with np.save(path, array)");
  }
  const int version = static_cast<unsigned char>(file[kMagicBytes]);
  if (version < 1 || version > 3) {
    return Fault(absl::StrCat("is of version ", version, " of the .npy format; must be 1 to 3"));
  }
  const size_t length_bytes = version == 1 ? 2 : 4;
  const size_t begin = kMagicBytes + 2 + length_bytes;
  if (file.size() < begin) return Damaged();
  const size_t length = LittleEndian(file.substr(kMagicBytes + 2, length_bytes));
  if (length > file.size() - begin) return Damaged();
  absl::StatusOr<DictionaryReader::Values> values = DictionaryReader(file.substr(begin, length)).Read();
  if (!values.ok()) return values.status();
  absl::StatusOr<v1::Dataset::ElementType> type = TypeOf(*values);
  if (!type.ok()) return type.status();
  if (values->fortran_order && values->shape.size() > 1) {
    return Fault("is in Fortran order, column after column; save it with np.save(path, np.ascontiguousarray(array))");
  }
  NpyHeader header;
  header.type = *type;
  header.shape = std::move(values->shape);
  header.data_offset = static_cast<int64_t>(begin + length);
  header.data_bytes = SizeOf(*type);
  for (const int64_t size : header.shape) {
    if (size != 0 && header.data_bytes > std::numeric_limits<int64_t>::max() / size) return Damaged();
    header.data_bytes *= size;
  }
  return header;
}

}  // namespace traind::client
