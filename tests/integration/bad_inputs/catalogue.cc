#include "tests/integration/bad_inputs/catalogue.h"

#include <utility>

namespace traind {

const std::vector<Fault>& Faults() {
  static const auto* const kFaults = new std::vector<Fault>{
      {1, Code::INVALID_ARGUMENT, "a network without layers"},
      {2, Code::INVALID_ARGUMENT, "a layer without units"},
      {3, Code::INVALID_ARGUMENT, "units beyond int32"},
      {4, Code::INVALID_ARGUMENT, "a million layers"},
      {5, Code::INVALID_ARGUMENT, "more parameters than can be counted"},
      {6, Code::INVALID_ARGUMENT, "a choice that is not made, or not known"},
      {7, Code::INVALID_ARGUMENT, "a network that does not end in a dense layer, or begins with an activation"},
      {8, Code::INVALID_ARGUMENT, "outputs of another number than the classes"},
      {9, Code::INVALID_ARGUMENT, "a learning rate that is no positive number"},
      {10, Code::INVALID_ARGUMENT, "a momentum or beta that is no share"},
      {11, Code::INVALID_ARGUMENT, "an epsilon that is no positive number"},
      {12, Code::INVALID_ARGUMENT, "epochs none or too many"},
      {13, Code::INVALID_ARGUMENT, "a batch size of none or too many"},
      {14, Code::INVALID_ARGUMENT, "batch normalization of single rows"},
      // The batch is skipped, as the spec says: no reason to refuse a dataset.
      {15, Code::OK, "batch normalization where a single row is left at the end of an epoch"},
      {16, Code::INVALID_ARGUMENT, "two layers of one name"},
      {17, Code::INVALID_ARGUMENT, "a name that climbs, is too long, or has letters that it may not have"},
      {18, Code::INVALID_ARGUMENT, "nothing to learn from"},
      {19, Code::INVALID_ARGUMENT, "more numbers than can be counted"},
      {20, Code::INVALID_ARGUMENT, "a value that is no finite number"},
      {21, Code::INVALID_ARGUMENT, "a label that is no class"},
      {22, Code::INVALID_ARGUMENT, "features and labels, or rows and names, of different numbers"},
      {23, Code::INVALID_ARGUMENT, "numbers of a type that is not known"},
      // A chunk may be cut anywhere: what counts is that all of them together are the rows announced.
      {24, Code::INVALID_ARGUMENT, "bytes that are not the rows announced"},
      {25, Code::INVALID_ARGUMENT, "a chunk of nothing, or of too much"},
      {26, Code::INVALID_ARGUMENT, "a stream that names no upload, or two"},
      {27, Code::INVALID_ARGUMENT, "a page that does not exist"},
      {28, Code::INVALID_ARGUMENT, "a name of another form"},
      {29, Code::INVALID_ARGUMENT, "no row left to train or to validate on"},
      {30, Code::INVALID_ARGUMENT, "a chunk that was damaged on its way"},
      {31, Code::INVALID_ARGUMENT, "a class weight that is none, or of no class"},
      // A byte order mark and CRLF are none: DatasetForms.ByteOrderMarkAndCrLfAreAccepted.
      {32, Code::INVALID_ARGUMENT, "text that is no table"},
      {33, Code::OUT_OF_RANGE, "bytes beyond the end that was announced"},
      {34, Code::OUT_OF_RANGE, "a watch from after what has happened"},
      {35, Code::ABORTED, "a gap between chunks"},
      {36, Code::ABORTED, "two who write one upload"},
      // Attempts are the server's own; no call names one.
      {37, Code::ABORTED, "a worker writes that has lost its job", "JobTransitionsTest.AStaleAttemptChangesNothing"},
      {38, Code::DATA_LOSS, "stored bytes have changed",
       "checkpoints: ResumeTest.ADamagedNewestCheckpointFallsBackToTheOlder"},
      {39, Code::FAILED_PRECONDITION, "a commit before all has come"},
      {40, Code::FAILED_PRECONDITION, "training on an upload"},
      {41, Code::FAILED_PRECONDITION, "training on data of another kind"},
      {42, Code::FAILED_PRECONDITION, "deleting the dataset of a job that has not ended"},
      {43, Code::FAILED_PRECONDITION, "asking for a model before there is one"},
      {44, Code::FAILED_PRECONDITION, "a change that a job's state does not allow"},
      {45, Code::ALREADY_EXISTS, "a name or a request id that is taken"},
      // Names are shared: whose a thing is decides nothing yet but its place in the queue and its quota.
      {46, Code::NOT_FOUND, "a name of nothing", "names of other tenants: not before callers are told apart"},
      {47, Code::RESOURCE_EXHAUSTED, "a message too large"},
      {48, Code::RESOURCE_EXHAUSTED, "a job that needs more memory than it may have"},
      {49, Code::RESOURCE_EXHAUSTED, "no room on the disk", "and jobs: RunCheckpointsTest.AFullDiskFailsNoJob"},
      {50, Code::RESOURCE_EXHAUSTED, "a full queue, a quota used up"},
      {51, Code::RESOURCE_EXHAUSTED, "a stream too many"},
      {52, Code::CANCELLED, "a client breaks its upload off"},
      {53, Code::DEADLINE_EXCEEDED, "a client falls silent in its upload"},
      {54, Code::UNAUTHENTICATED, "a caller without a right to it", "not before there are tokens"},
      {55, Code::UNAVAILABLE, "the server stops, or its database cannot be written"},
      {56, Code::OK, "cancelling what has ended"},
      {57, Code::OK, "a training that diverges"},
      {58, Code::OK, "a watcher vanishes"},
      {59, Code::OK, "connections that say nothing", "Connections.FiveHundredThatSayNothing"},
      {60, Code::OK, "a watcher that never reads", "Streams.AWatcherThatNeverReads"},
  };
  return *kFaults;
}

std::vector<BadInput> AllBadInputs() {
  std::vector<BadInput> all;
  for (auto* part : {BadNetworks, BadTrainings, BadJobs, BadTables, BadTensors, BadUploads, BadStreams, BadNames,
                     BadCalls, TooMuch, BadLuck}) {
    for (BadInput& row : part()) all.push_back(std::move(row));
  }
  return all;
}

}  // namespace traind
