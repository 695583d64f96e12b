#include "server/onnx/graph.h"

#include <bit>
#include <type_traits>

namespace traind {
namespace {

static_assert(std::endian::native == std::endian::little,
              "raw_data holds numbers little-endian, as they lie in memory");

void Describe(onnx::ValueInfoProto& value, const std::string& name, onnx::TensorProto::DataType type, int64_t width) {
  value.set_name(name);
  onnx::TypeProto::Tensor& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape()->add_dim()->set_dim_param("batch");
  tensor.mutable_shape()->add_dim()->set_dim_value(width);
}

void SetValue(onnx::AttributeProto& attribute, const OnnxGraph::Attribute& from) {
  attribute.set_name(from.name);
  std::visit(
      [&]<typename Value>(const Value& value) {
        if constexpr (std::is_same_v<Value, int64_t>) {
          attribute.set_type(onnx::AttributeProto::INT);
          attribute.set_i(value);
        } else if constexpr (std::is_same_v<Value, float>) {
          attribute.set_type(onnx::AttributeProto::FLOAT);
          attribute.set_f(value);
        } else if constexpr (std::is_same_v<Value, std::vector<int64_t>>) {
          attribute.set_type(onnx::AttributeProto::INTS);
          attribute.mutable_ints()->Add(value.begin(), value.end());
        } else {
          attribute.set_type(onnx::AttributeProto::STRINGS);
          for (const std::string& text : value) attribute.add_strings(text);
        }
      },
      from.value);
}

}  // namespace

std::string OnnxGraph::Unique(std::string_view name) {
  std::string unique(name);
  while (!names_.insert(unique).second) unique += '_';
  return unique;
}

void OnnxGraph::AddInput(const std::string& name, onnx::TensorProto::DataType type, int64_t width) {
  Describe(*graph_.add_input(), Unique(name), type, width);
}

void OnnxGraph::AddOutput(const std::string& name, const std::string& value, int64_t width) {
  Describe(*graph_.add_output(), Add("Identity", {value}, name), onnx::TensorProto::FLOAT, width);
}

std::string OnnxGraph::Add(std::string_view op, const std::vector<std::string>& inputs, std::string_view name,
                           std::initializer_list<Attribute> attributes, std::string_view domain) {
  std::string output = Unique(name);
  onnx::NodeProto& node = *graph_.add_node();
  node.set_op_type(std::string(op));
  node.set_domain(std::string(domain));
  node.set_name(output);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  for (const Attribute& attribute : attributes) SetValue(*node.add_attribute(), attribute);
  return output;
}

onnx::TensorProto& OnnxGraph::AddConstant(std::string_view name, onnx::TensorProto::DataType type,
                                          const std::vector<int64_t>& shape) {
  onnx::TensorProto& tensor = *graph_.add_initializer();
  tensor.set_name(Unique(name));
  tensor.set_data_type(type);
  tensor.mutable_dims()->Add(shape.begin(), shape.end());
  return tensor;
}

std::string OnnxGraph::Floats(std::string_view name, std::span<const float> values) {
  return Floats(name, values, {static_cast<int64_t>(values.size())});
}

std::string OnnxGraph::Floats(std::string_view name, std::span<const float> values, const std::vector<int64_t>& shape) {
  onnx::TensorProto& tensor = AddConstant(name, onnx::TensorProto::FLOAT, shape);
  tensor.set_raw_data(values.data(), values.size_bytes());
  return tensor.name();
}

std::string OnnxGraph::Float(std::string_view name, float value) { return Floats(name, {&value, 1}, {}); }

std::string OnnxGraph::Integers(std::string_view name, std::span<const int64_t> values) {
  onnx::TensorProto& tensor = AddConstant(name, onnx::TensorProto::INT64, {static_cast<int64_t>(values.size())});
  tensor.set_raw_data(values.data(), values.size_bytes());
  return tensor.name();
}

std::string OnnxGraph::Integer(std::string_view name, int64_t value) {
  onnx::TensorProto& tensor = AddConstant(name, onnx::TensorProto::INT64, {});
  tensor.set_raw_data(&value, sizeof(value));
  return tensor.name();
}

}  // namespace traind
