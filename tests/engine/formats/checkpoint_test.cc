#include "engine/formats/checkpoint.h"

#include <gtest/gtest.h>

#include <cstring>
#include <utility>

#include "engine/core/crc32c.h"

namespace traind::engine {
namespace {

using Sections = std::vector<std::pair<std::string, std::string>>;

std::string Write(const Sections& sections) {
  std::string bytes;
  const auto append = [&](std::string_view piece) {
    bytes.append(piece);
    return absl::OkStatus();
  };
  CheckpointWriter writer(append);
  for (const auto& [name, contents] : sections) EXPECT_TRUE(writer.Add(name, contents).ok());
  EXPECT_TRUE(writer.Finish().ok());
  return bytes;
}

// Puts the checksum of changed bytes right, so that what looks at their structure sees them.
std::string WithChecksum(std::string bytes) {
  const uint32_t crc = Crc32c(std::string_view(bytes).substr(0, bytes.size() - sizeof(crc)));
  std::memcpy(bytes.data() + bytes.size() - sizeof(crc), &crc, sizeof(crc));
  return bytes;
}

const Sections kSections = {{"one", "1"}, {"nothing", ""}, {"three", std::string("a\0b", 3)}};

TEST(CheckpointTest, SectionsComeBackInOrder) {
  for (const Sections& sections : {Sections(), kSections, Sections{{"large", std::string(300'000, 'x')}, {"s", "y"}}}) {
    const std::string bytes = Write(sections);
    const auto parsed = ParseCheckpoint(bytes);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    Sections read;
    for (const CheckpointSection& section : *parsed) {
      read.emplace_back(section.name, section.contents);
    }
    EXPECT_EQ(read, sections);
  }
}

TEST(CheckpointTest, TheBytesAreThoseOfTheHeader) {
  const std::string bytes = Write({{"ab", "xyz"}});
  EXPECT_EQ(bytes.substr(0, bytes.size() - 4), std::string("TRAINDCK"
                                                           "\1\0\0\0"
                                                           "\2\0\0\0"
                                                           "\3\0\0\0\0\0\0\0"
                                                           "ab"
                                                           "xyz"
                                                           "\0\0\0\0",
                                                           33));
  EXPECT_EQ(WithChecksum(bytes), bytes);
}

TEST(CheckpointTest, EveryFlippedBitIsSeen) {
  const std::string bytes = Write(kSections);
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    std::string flipped = bytes;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << i % 8));
    EXPECT_EQ(ParseCheckpoint(flipped).status().code(), absl::StatusCode::kDataLoss) << "bit " << i;
  }
}

TEST(CheckpointTest, EveryCutIsSeen) {
  const std::string bytes = Write(kSections);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(ParseCheckpoint(bytes.substr(0, size)).status().code(), absl::StatusCode::kDataLoss) << size;
    EXPECT_FALSE(ParseCheckpoint(bytes.substr(bytes.size() - size)).ok()) << size;
    if (size >= 4) {
      EXPECT_FALSE(ParseCheckpoint(WithChecksum(bytes.substr(0, size))).ok()) << size;
    }
  }
  EXPECT_FALSE(ParseCheckpoint(WithChecksum(bytes + "more")).ok());
}

// No byte can lead the parser out of its input, whatever the checksum says. AddressSanitizer would tell.
TEST(CheckpointTest, EveryByteMayHaveAnyValue) {
  const std::string bytes = Write(kSections);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const char value : {'\0', '\1', '\x7f', '\x80', '\xff'}) {
      std::string changed = bytes;
      changed[i] = value;
      const auto parsed = ParseCheckpoint(WithChecksum(changed));
      if (!parsed.ok()) continue;
      std::size_t size = 0;
      for (const CheckpointSection& section : *parsed) size += section.name.size() + section.contents.size();
      EXPECT_LE(size, bytes.size());
    }
  }
}

TEST(CheckpointTest, TheFirstErrorOfTheSinkIsTold) {
  int calls = 0;
  const auto fail = [&](std::string_view) {
    ++calls;
    return absl::ResourceExhaustedError("disk full");
  };
  CheckpointWriter writer(fail);
  EXPECT_TRUE(writer.Add("small", "gathered").ok());
  EXPECT_TRUE(absl::IsResourceExhausted(writer.Add("large", std::string(100'000, 'x'))));
  EXPECT_TRUE(absl::IsResourceExhausted(writer.Finish()));
  EXPECT_EQ(calls, 1);
}

TEST(CheckpointTest, NamesHaveABoundedLength) {
  const auto drop = [](std::string_view) { return absl::OkStatus(); };
  CheckpointWriter writer(drop);
  EXPECT_TRUE(absl::IsInvalidArgument(writer.Add("", "x")));
  EXPECT_TRUE(absl::IsInvalidArgument(writer.Add(std::string(65'536, 'n'), "x")));
  EXPECT_TRUE(writer.Add(std::string(65'535, 'n'), "x").ok());
}

}  // namespace
}  // namespace traind::engine
