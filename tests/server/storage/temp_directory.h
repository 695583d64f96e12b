// A folder that goes away with the test.
#ifndef TRAIND_TESTS_SERVER_STORAGE_TEMP_DIRECTORY_H_
#define TRAIND_TESTS_SERVER_STORAGE_TEMP_DIRECTORY_H_

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "gtest/gtest.h"

namespace traind {

class TempDirectory {
 public:
  TempDirectory() : path_(testing::TempDir() + "traind_storage_XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << "cannot make " << path_;
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace traind

#endif  // TRAIND_TESTS_SERVER_STORAGE_TEMP_DIRECTORY_H_
