#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/ascii.h"
#include "client/cli/npy_header.h"
#include "client/cli/npy_table.h"

namespace traind::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Header(const std::string& dictionary, char version = 1) {
  std::string header = "\x93NUMPY";
  header += {version, 0};
  const size_t length_bytes = version == 1 ? 2 : 4;
  for (size_t i = 0; i < length_bytes; ++i) header += static_cast<char>(dictionary.size() >> 8 * i);
  return header + dictionary;
}

TEST(NpyHeaderTest, ReadsWhatNumpyWrites) {
  for (const char version : {1, 2, 3}) {
    const std::string file =
        Header("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }          \n", version) + "numbers";
    const auto header = ParseNpyHeader(file);
    ASSERT_TRUE(header.ok()) << header.status();
    EXPECT_EQ(header->type, v1::Dataset::FLOAT32);
    EXPECT_THAT(header->shape, ElementsAre(3, 4));
    EXPECT_EQ(header->data_bytes, 48);
    EXPECT_EQ(file.substr(header->data_offset), "numbers");
  }
  EXPECT_THAT(ParseNpyHeader(Header("{'descr':'|u1','fortran_order':True,'shape':(5,)}"))->shape, ElementsAre(5));
  EXPECT_EQ(ParseNpyHeader(Header("{'shape': (), 'fortran_order': False, \"descr\": '<i8'}"))->data_bytes, 8);
}

TEST(NpyHeaderTest, SaysHowToSaveItOtherwise) {
  const struct {
    std::string file, message;
  } cases[] = {
      {"x,y\n1,2\n", "is no .npy file; save one with np.save"},
      {"", "is no .npy file"},
      {std::string("\x93NUMPY"), "is no .npy file"},
      {Header("{}", 4), "is of version 4"},
      {Header("{'descr': '>f4', 'fortran_order': False, 'shape': (3,), }"), "big-endian"},
      {Header("{'descr': '>f4', 'fortran_order': False, 'shape': (3,), }"), "astype('<f4')"},
      {Header("{'descr': '|O', 'fortran_order': False, 'shape': (3,), }"), "Python objects"},
      {Header("{'descr': '<f2', 'fortran_order': False, 'shape': (3,), }"), "astype('float32')"},
      {Header("{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }"), "|b1"},
      {Header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }"), "structures"},
      {Header("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }"), "np.ascontiguousarray(array)"},
      {Header("{'descr': '<f4', 'fortran_order': False, 'shape': (3, -2), }"), "damaged"},
      {Header("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }"), "damaged"},
      {Header("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }"), "damaged"},
      {Header("{'descr': '<f4', 'fortran_order': False}"), "damaged"},
      {Header("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}"), "damaged"},
      {Header("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,)}"), "damaged"},
      {Header("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x"), "damaged"},
      {Header("{'descr': '<f4"), "damaged"},
      {Header("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}").substr(0, 30), "damaged"},
      {Header("{", 2).substr(0, 9), "damaged"},
  };
  for (const auto& c : cases) {
    const auto header = ParseNpyHeader(c.file);
    EXPECT_EQ(header.status().code(), absl::StatusCode::kInvalidArgument) << c.file;
    EXPECT_THAT(std::string(header.status().message()), HasSubstr(c.message)) << c.file;
  }
}

TEST(NpyHeaderTest, EveryCutOfAHeaderIsRefused) {
  const std::string whole = Header("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }\n");
  for (size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(ParseNpyHeader(whole.substr(0, size)).ok()) << size;
}

// Files that NumPy itself wrote.
class NpyTableTest : public testing::Test {
 protected:
  NpyTableTest() {
    std::string pattern = testing::TempDir() + "/npy_XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~NpyTableTest() override { std::filesystem::remove_all(folder_); }

  // Runs Python with NumPy in the folder of the test.
  void Python(const std::string& program) {
    std::ofstream(folder_ + "/program.py") << "import numpy as np\n" << program << "\n";
    ASSERT_EQ(std::system(("cd " + folder_ + " && /usr/bin/python3 program.py").c_str()), 0) << program;
  }
  absl::StatusOr<NpyTable> Open(v1::Dataset::Task task = v1::Dataset::CLASSIFICATION, bool weights = false) {
    return NpyTable::Open({folder_ + "/x.npy", folder_ + "/y.npy", weights ? folder_ + "/w.npy" : ""}, task);
  }
  static std::string All(const NpyTable& table) {
    std::string all(table.size(), '?');
    int64_t at = 0;
    while (at < table.size()) {
      // Odd pieces, so that they end within parts.
      const auto count = table.Read(at, absl::MakeSpan(all).subspan(at, std::min<int64_t>(7, table.size() - at)));
      EXPECT_TRUE(count.ok() && *count > 0);
      at += static_cast<int64_t>(*count);
    }
    EXPECT_EQ(*table.Read(at, absl::MakeSpan(all)), 0u);
    return all;
  }
  std::string File(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string folder_;
};

TEST_F(NpyTableTest, IsTheArraysOneAfterAnother) {
  Python(
      "x = np.arange(15, dtype='uint8').reshape(5, 3)\n"
      "y = np.array([0, 3, 1, 2, 3], dtype='int64')\n"
      "w = np.array([1, 2, 0.5, 0, 1], dtype='float32')\n"
      "np.save('x', x); np.save('y', y); np.save('w', w)\n"
      "open('all', 'wb').write(x.tobytes() + bytes(1) + y.tobytes() + w.tobytes())");
  const auto table = Open(v1::Dataset::CLASSIFICATION, true);
  ASSERT_TRUE(table.ok()) << table.status();
  const v1::Tensors& tensors = table->format().tensors();
  EXPECT_EQ(tensors.row_count(), 5);
  EXPECT_EQ(tensors.feature_count(), 3);
  EXPECT_EQ(tensors.class_count(), 4) << "the largest label is 3";
  EXPECT_EQ(tensors.feature_type(), v1::Dataset::UINT8);
  EXPECT_EQ(tensors.label_type(), v1::Dataset::INT64);
  EXPECT_EQ(tensors.weight_type(), v1::Dataset::FLOAT32);
  EXPECT_TRUE(tensors.has_weights());
  EXPECT_EQ(All(*table), File("all"));
}

TEST_F(NpyTableTest, TakesEveryTypeThatNumpySaves) {
  for (const char* type : {"float32", "float64", "int32", "int64", "uint8"}) {
    Python(std::string("t = '") + type +
           "'\nnp.save('x', np.ones((4, 2), t)); np.save('y', np.array([[0, 1], [2, 3], [4, 5], [6, 7]], t))");
    const auto table = Open(v1::Dataset::REGRESSION);
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_EQ(table->format().tensors().target_count(), 2);
    EXPECT_EQ(v1::Dataset::ElementType_Name(table->format().tensors().feature_type()), absl::AsciiStrToUpper(type));
  }
}

TEST_F(NpyTableTest, WhatDoesNotFitIsRefusedWithACure) {
  const std::string good = "np.save('x', np.ones((4, 2), 'float32')); np.save('y', np.array([0, 1, 2, 1]))\n";
  const struct {
    std::string program, message;
  } cases[] = {
      {"np.save('x', np.ones(4))", "x.npy has shape (4); features are rows of numbers: save array.reshape(-1, 1)"},
      {"np.save('x', np.ones((4, 2, 2)))", "save array.reshape(len(array), -1)"},
      {"np.save('x', np.asfortranarray(np.ones((4, 2))))", "Fortran order"},
      {"np.save('x', np.ones((4, 2), '>f8'))", "big-endian"},
      {"np.save('x', np.ones((4, 2), object), allow_pickle=True)", "Python objects"},
      {"np.save('x', np.ones((4, 2), 'float16'))", "<f2"},
      {"np.save('y', np.array([0, 1, 1]))", "y.npy has shape (3); "},
      {"np.save('y', np.array([0, 1, 1, 0.5]))", "array.astype('int32')"},
      {"np.save('y', np.array([0, -1, 1, 0]))", "the label -1 in row 2"},
      {"np.save('y', np.array([0, 0, 0, 0]))", "at least two classes"},
      {"np.save('y', np.ones((4, 2), 'int32'))", "one number a row"},
      {"open('x.npy', 'ab').write(b'more')", "holds 36 bytes of numbers where its header says 32"},
      {"open('x.npy', 'r+b').truncate(140)", "cut off or damaged"},
      {"open('x.npy', 'wb').write(b'')", "is no .npy file"},
  };
  for (const auto& c : cases) {
    Python(good + c.program);
    const auto table = Open();
    EXPECT_EQ(table.status().code(), absl::StatusCode::kInvalidArgument) << c.program;
    EXPECT_THAT(std::string(table.status().message()), HasSubstr(c.message)) << c.program;
  }
  EXPECT_TRUE(absl::IsNotFound(NpyTable::Open({folder_ + "/none", "", ""}, v1::Dataset::REGRESSION).status()));
}

}  // namespace
}  // namespace traind::client
