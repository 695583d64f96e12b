// The catalogue of bad inputs: what a client, a disk or bad luck can bring, and the one answer to each.
//
// It is one table in several files, by theme. A row makes its fault happen over real gRPC; what holds for every row
// (the answer has its code, says why and where, is no fault of the server's own; nothing is left in storage; the server
// stays well) is checked in one place, bad_inputs_test.cc.
#ifndef TRAIND_TESTS_INTEGRATION_BAD_INPUTS_BAD_INPUT_H_
#define TRAIND_TESTS_INTEGRATION_BAD_INPUTS_BAD_INPUT_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/integration/bad_inputs/bad_input_server.h"

namespace traind {

using Code = grpc::StatusCode;

struct BadInput {
  int number = 0;    // of its fault in catalogue.h; 0: a fault that is not listed there
  std::string name;  // letters and digits, no two alike
  // Makes it happen and returns the answer. Takes away again what it had to store on the way.
  std::function<grpc::Status(BadInputServer&)> send = {};
  Code code = Code::INVALID_ARGUMENT;
  std::vector<std::string> fields = {};  // of the violations, in part
  std::string message = "";              // of the answer, in part
  // gRPC itself gives the answer, without details.
  bool by_grpc = false;

  // A row with one of these has a server of its own, the others share one.
  std::vector<std::string> flags = {};
  std::function<void(BadInputServer&)> prepare = {};  // what it stores may stay
  int disk_mb = 0;                                    // its data lie on a disk of this size
  bool has_own_server() const { return !flags.empty() || prepare || disk_mb > 0; }
};

// The parts of the table.
std::vector<BadInput> BadNetworks();
std::vector<BadInput> BadTrainings();
std::vector<BadInput> BadJobs();
std::vector<BadInput> BadTables();
std::vector<BadInput> BadTensors();
std::vector<BadInput> BadUploads();
std::vector<BadInput> BadStreams();
std::vector<BadInput> BadNames();
std::vector<BadInput> BadCalls();
std::vector<BadInput> TooMuch();
std::vector<BadInput> BadLuck();

// Spoils the spec of a good job. The row is sent twice, the first time only to be validated.
BadInput InSpec(int number, std::string name, std::function<void(v1::TrainingSpec&)> spoil,
                std::vector<std::string> fields);
// Spoils the whole request.
BadInput InJob(int number, std::string name, std::function<void(v1::CreateTrainingJobRequest&)> spoil, Code code,
               std::vector<std::string> fields, std::string message = "");

inline v1::Layer* LayerOf(v1::TrainingSpec& spec, int index) { return spec.mutable_model()->mutable_layers(index); }

}  // namespace traind

#endif  // TRAIND_TESTS_INTEGRATION_BAD_INPUTS_BAD_INPUT_H_
