// An ONNX graph (https://github.com/onnx/onnx/blob/main/docs/IR.md) as it is put together.
#ifndef TRAIND_SERVER_ONNX_GRAPH_H_
#define TRAIND_SERVER_ONNX_GRAPH_H_

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <initializer_list>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace traind {

// Nodes and constants in the order in which they are added, which must be one in which they can run. Every name that it
// gives is given once. Thread-compatible.
class OnnxGraph {
 public:
  struct Attribute {
    const char* name;
    std::variant<int64_t, float, std::vector<int64_t>, std::vector<std::string>> value;
  };

  explicit OnnxGraph(onnx::GraphProto& graph) : graph_(graph) {}

  // [batch, width], of onnx::TensorProto::FLOAT or STRING. All inputs come before anything else, since they have their
  // names in any case.
  void AddInput(const std::string& name, onnx::TensorProto::DataType type, int64_t width);
  // `value`, as [batch, width] of floats, under a name that is `name` if that is free.
  void AddOutput(const std::string& name, const std::string& value, int64_t width);

  // The name of the node's only output, which is `name` if that is free.
  std::string Add(std::string_view op, const std::vector<std::string>& inputs, std::string_view name,
                  std::initializer_list<Attribute> attributes = {}, std::string_view domain = "");

  // Constants; the name of each. Without a shape: of one dimension.
  std::string Floats(std::string_view name, std::span<const float> values);
  std::string Floats(std::string_view name, std::span<const float> values, const std::vector<int64_t>& shape);
  std::string Float(std::string_view name, float value);  // without dimensions
  std::string Integers(std::string_view name, std::span<const int64_t> values);
  std::string Integer(std::string_view name, int64_t value);  // without dimensions

 private:
  // `name`, with as many `_` behind it as make it a new one.
  std::string Unique(std::string_view name);
  onnx::TensorProto& AddConstant(std::string_view name, onnx::TensorProto::DataType type,
                                 const std::vector<int64_t>& shape);

  onnx::GraphProto& graph_;
  std::set<std::string, std::less<>> names_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_ONNX_GRAPH_H_
