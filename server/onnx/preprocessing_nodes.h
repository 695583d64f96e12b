// From fitted preprocessing to ONNX nodes.
#ifndef TRAIND_SERVER_ONNX_PREPROCESSING_NODES_H_
#define TRAIND_SERVER_ONNX_PREPROCESSING_NODES_H_

#include <string>
#include <vector>

#include "engine/data/preprocessor.h"
#include "server/onnx/graph.h"
#include "server/onnx/layer_nodes.h"
#include "server/storage/records.h"

namespace traind {

// Adds the inputs, and what becomes of them before the network: [batch, plan().width].
//
// Where all features are numbers there is one input, `features` [batch, features], NaN for a missing value. Else there
// is one a feature, with its name, [batch, 1]: numbers as floats, categories as the strings that the CSV had, an empty
// one for a missing value. `columns` are the features in their order; empty: all are numbers, `features` of them.
OnnxValue AddPreprocessing(const engine::Preprocessor& preprocessor, const std::vector<Column>& columns,
                           int64_t features, OnnxGraph& graph);

}  // namespace traind

#endif  // TRAIND_SERVER_ONNX_PREPROCESSING_NODES_H_
