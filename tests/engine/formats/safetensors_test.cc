#include "engine/formats/safetensors.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace traind::engine {
namespace {

std::vector<NamedTensor> Tensors() {
  return {{"dense_1.weight", {2, 3}, {1, 2, 3, 4, 5, std::numeric_limits<float>::denorm_min()}},
          {"dense_1.bias", {2}, {-0.0f, 1e30f}},
          {"none", {0}, {}},
          {"scalar", {}, {7}}};
}

std::string File(const std::string& header, std::size_t data_bytes = 0) {
  const uint64_t length = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + std::string(data_bytes, '\0');
}

TEST(SafetensorsTest, ReadsWhatItWrote) {
  const std::string bytes = SerializeSafetensors(Tensors());
  EXPECT_EQ(bytes, SerializeSafetensors(Tensors()));
  const auto tensors = ParseSafetensors(bytes);
  ASSERT_TRUE(tensors.ok()) << tensors.status();
  EXPECT_EQ(*tensors, Tensors());
  const auto nothing = ParseSafetensors(SerializeSafetensors({}));
  ASSERT_TRUE(nothing.ok()) << nothing.status();
  EXPECT_TRUE(nothing->empty());
}

TEST(SafetensorsTest, WritesTheFormat) {
  const std::string bytes = SerializeSafetensors({{"a", {1}, {1.0f}}});
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  EXPECT_EQ(length % 8, 0u);
  const std::string header = bytes.substr(8, length);
  EXPECT_TRUE(header.starts_with(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})")) << header;
  EXPECT_EQ(bytes.substr(8 + length), std::string("\0\0\x80\x3f", 4));
}

TEST(SafetensorsTest, SkipsMetadataAndTakesTensorsInAnyOrder) {
  const auto tensors =
      ParseSafetensors(File(R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},)"
                            R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                            8));
  ASSERT_TRUE(tensors.ok()) << tensors.status();
  ASSERT_EQ(tensors->size(), 2u);
  EXPECT_EQ((*tensors)[0].name, "a");
}

TEST(SafetensorsTest, RefusesWhatIsNoSuchFile) {
  const std::string tensor = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  const std::vector<std::string> hostile = {
      "",
      "1234567",
      std::string(8, '\xff'),
      File("").substr(0, 8),
      File("[]"),
      File("{"),
      File("nul"),
      File("\xff\xfe"),
      File(std::string(100'000, '[')),
      File(R"({"a":)" + std::string(100'000, '[')),
      File(tensor),
      File(tensor, 3),
      File(tensor, 5),
      File(R"({"a":1})"),
      File(R"({"a":{}})"),
      File(R"({"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}})", 2),
      File(R"({"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}})", 4),
      File(R"({"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}})", 4),
      File(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4),
      File(R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", 4),
      File(R"({"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}})", 4),
      File(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})"),
      File(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", 4),
      File(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":["0","4"]}})", 4),
      File(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4),
      File(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8),
      File(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[18446744073709551612,0]}})", 4),
      File(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],)"
           R"("data_offsets":[0,4]}})",
           4),
  };
  for (const std::string& bytes : hostile) {
    EXPECT_EQ(ParseSafetensors(bytes).status().code(), absl::StatusCode::kInvalidArgument) << bytes.substr(0, 100);
  }
}

TEST(SafetensorsTest, SurvivesEveryTruncationAndEveryChangedByte) {
  const std::string bytes = SerializeSafetensors(Tensors());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(ParseSafetensors(bytes.substr(0, i)).ok());
    for (const char change : {'\x01', '\x20', '\x80', '\xff'}) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ change);
      (void)ParseSafetensors(changed);
    }
  }
}

}  // namespace
}  // namespace traind::engine
