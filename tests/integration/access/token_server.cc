#include "tests/integration/access/token_server.h"

#include <cstdlib>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/storage/sha256.h"

namespace traind {

void TokenServer::Start(std::vector<std::string> flags) {
  WriteFile(tokens_file_, AllTokens());
  flags.push_back("--tokens_file=" + tokens_file_);
  traind_ = std::make_unique<TraindProcess>(data_.path(), std::move(flags));
}

std::unique_ptr<ServiceStubs> TokenServer::As(const std::string& token) {
  auto stubs = std::make_unique<ServiceStubs>(traind_->Connect());
  stubs->UseToken(token);
  return stubs;
}

Targets TokenServer::MakeWhatAcmeHas() {
  std::unique_ptr<ServiceStubs> acme = As("trainer-of-acme");
  acme->CreateDigits();
  v1::TrainingJob job;
  EXPECT_TRUE(ServiceStubs::Ok(acme->training().CreateTrainingJob(acme->NewContext(), acme->DigitsJob("j"), &job)));
  EXPECT_EQ(acme->WaitForEnd("trainingJobs/j").state(), v1::TrainingJob::SUCCEEDED);
  v1::CreateUploadRequest request;
  request.set_dataset_id("to-be");
  request.set_size_bytes(100);
  request.mutable_format()->mutable_csv()->set_label_column("y");
  v1::Upload upload;
  EXPECT_TRUE(ServiceStubs::Ok(acme->datasets().CreateUpload(acme->NewContext(), request, &upload)));
  return {.dataset = "digits", .job = "j", .upload = upload.name().substr(upload.name().find('/') + 1)};
}

std::string TokenServer::Line(const std::string& name, const std::string& role, const std::string& tenant,
                              const std::string& token, const std::string& expiry) {
  return absl::StrCat(name, " ", role, " ", tenant, " ", Sha256Hex(token), " ", expiry, "\n");
}

std::string TokenServer::AllTokens() {
  std::string text = "# who  role  tenant  hash  expiry\n";
  for (const char* tenant : {"acme", "beta"}) {
    for (const char* role : {"reader", "trainer", "admin"}) {
      const std::string token = absl::StrCat(role, "-of-", tenant);
      absl::StrAppend(&text, Line(absl::StrCat("its-", token), role, tenant, token));
    }
  }
  return absl::StrCat(text, Line("late", "admin", "acme", "expired", "2020-01-01T00:00:00Z"));
}

void TokenServer::WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  ASSERT_TRUE(file << text << std::flush) << path;
}

double TokenServer::Metric(const std::string& name) const {
  const std::string page = absl::StrCat("\n", traind_->HttpGet("/metrics"));
  const size_t at = page.find(absl::StrCat("\n", name, " "));
  return at == std::string::npos ? -1 : std::atof(page.c_str() + at + name.size() + 2);
}

}  // namespace traind
