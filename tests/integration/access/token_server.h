// A traind that asks for tokens, and who has which.
#ifndef TRAIND_TESTS_INTEGRATION_ACCESS_TOKEN_SERVER_H_
#define TRAIND_TESTS_INTEGRATION_ACCESS_TOKEN_SERVER_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/integration/access/every_method.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {

// Tokens are `ROLE-of-TENANT` for each role and the tenants acme and beta, and one that has expired: `expired`.
class TokenServer : public ::testing::Test {
 protected:
  void Start(std::vector<std::string> flags = {});

  // A client with that token; empty: with none.
  std::unique_ptr<ServiceStubs> As(const std::string& token);
  // Makes, as acme, a dataset `digits`, a job `j` that has ended with its model, and an upload.
  Targets MakeWhatAcmeHas();

  // A line of a file of tokens.
  static std::string Line(const std::string& name, const std::string& role, const std::string& tenant,
                          const std::string& token, const std::string& expiry = "");
  static std::string AllTokens();
  static void WriteFile(const std::string& path, const std::string& text);
  // Of the metric that the page has in a line `name value`; -1 if it has none.
  double Metric(const std::string& name) const;

  TemporaryFolder folder_;
  TemporaryFolder data_;
  const std::string tokens_file_ = folder_.path() + "/tokens";
  std::unique_ptr<TraindProcess> traind_;
};

}  // namespace traind

#endif  // TRAIND_TESTS_INTEGRATION_ACCESS_TOKEN_SERVER_H_
