// A model as an ONNX file.
#ifndef TRAIND_SERVER_ONNX_MODEL_TO_ONNX_H_
#define TRAIND_SERVER_ONNX_MODEL_TO_ONNX_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/formats/named_tensor.h"
#include "engine/training/spec.h"
#include "server/storage/records.h"

namespace traind {

// The bytes of an ONNX ModelProto of opset 13 (ai.onnx.ml 2 where there are categories) that computes what Predictor
// does: inputs as in AddPreprocessing; one output, `probabilities` [batch, classes] or, for regression and losses that
// give none, `values` [batch, outputs]. Its metadata holds `traind_model`, `weights_sha256`, `class_names`,
// `target_names` and, if there is one input, `feature_names`, the last three as JSON lists.
// `tensors` are those of the model's weights file. `fold`: see AddLayers.
//
// Equal models give equal bytes. It takes about four times the memory of the weights while it works.
// FailedPrecondition: 2 GB of weights or more, which the format cannot hold. DataLoss: the tensors are not the spec's.
absl::StatusOr<std::string> ModelToOnnx(const ModelRecord& model, const engine::TrainingSpec& spec,
                                        std::vector<engine::NamedTensor> tensors, bool fold);

}  // namespace traind

#endif  // TRAIND_SERVER_ONNX_MODEL_TO_ONNX_H_
