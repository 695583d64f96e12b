// A call of each method that there is, on resources that are another's or one's own.
#ifndef TRAIND_TESTS_INTEGRATION_ACCESS_EVERY_METHOD_H_
#define TRAIND_TESTS_INTEGRATION_ACCESS_EVERY_METHOD_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/integration/service_stubs.h"

namespace traind {

// What the calls are about, by id.
struct Targets {
  std::string dataset;
  std::string job;  // has ended; its model has the same id
  std::string upload;
};

enum class About { kOneResource, kList, kCreate };

struct MethodCall {
  std::string method;      // `traind.v1.TrainingService/GetTrainingJob`
  std::string least_role;  // that may call it
  About about;
  std::function<grpc::Status(ServiceStubs&, const Targets&)> call;
};

// Those that delete come last. Creates make `made-by-them`, out of `targets.dataset`.
const std::vector<MethodCall>& EveryMethod();

// As the wire contract has them.
std::vector<std::string> MethodsOfTheContract();

}  // namespace traind

#endif  // TRAIND_TESTS_INTEGRATION_ACCESS_EVERY_METHOD_H_
