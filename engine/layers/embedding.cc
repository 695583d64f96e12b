#include "engine/layers/embedding.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/parallel.h"

namespace traind::engine {
namespace {

// About 10 microseconds of copying or adding.
constexpr int64_t kGrainFloats = 16'384;

// A listed column with its vectors, and the columns between the listed one before it and itself.
struct Lookup {
  EmbeddingColumn column;
  int64_t offset = 0;  // of its vector in a row of outputs
  int64_t passed = 0;  // columns right before it that pass through
  WeightView table;
};

class CompiledEmbedding final : public CompiledLayer {
 public:
  CompiledEmbedding(std::vector<Lookup> lookups, int64_t rows, int64_t inputs, int64_t outputs,
                    const LayerBuffers& buffers)
      : lookups_(std::move(lookups)),
        rows_(rows),
        inputs_(inputs),
        outputs_(outputs),
        input_(buffers.input),
        output_(buffers.output),
        output_gradient_(buffers.output_gradient) {}

  absl::Status Forward() override {
    if (absl::Status status = Check(); !status.ok()) return status;
    ParallelFor(rows_, std::max<int64_t>(1, kGrainFloats / outputs_), [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) LookUp(input_ + row * inputs_, output_ + row * outputs_);
    });
    return absl::OkStatus();
  }

  absl::Status Backward() override {
    for (const Lookup& lookup : lookups_) {
      const int64_t width = lookup.column.output_dim;
      std::fill_n(lookup.table.gradient, lookup.column.input_dim * width, 0.0f);
      // Each thread takes some of the numbers of all vectors: every sum has one order.
      ParallelFor(width, std::max<int64_t>(1, kGrainFloats / rows_), [&](int64_t begin, int64_t end) {
        for (int64_t row = 0; row < rows_; ++row) {
          const float* const from = output_gradient_ + row * outputs_ + lookup.offset;
          float* const to = lookup.table.gradient + Category(lookup, input_ + row * inputs_) * width;
          for (int64_t i = begin; i < end; ++i) to[i] += from[i];
        }
      });
    }
    return absl::OkStatus();
  }

  std::vector<std::string> implementations() const override { return {}; }

 private:
  static int64_t Category(const Lookup& lookup, const float* row) {
    return static_cast<int64_t>(row[lookup.column.column]);
  }

  absl::Status Check() const {
    for (int64_t row = 0; row < rows_; ++row) {
      for (const Lookup& lookup : lookups_) {
        const float value = input_[row * inputs_ + lookup.column.column];
        const auto categories = lookup.column.input_dim;
        // In this order, so that what no integer holds (NaN, for one) is not made one.
        const bool in_range = value >= 0 && value < static_cast<float>(categories);
        if (in_range && static_cast<float>(static_cast<int64_t>(value)) == value) continue;
        return absl::InvalidArgumentError(absl::StrCat("column ", lookup.column.column, " holds ", value,
                                                       "; the embedding takes whole numbers from 0 to ", categories - 1,
                                                       " there: correct the data or input_dim"));
      }
    }
    return absl::OkStatus();
  }

  void LookUp(const float* from, float* to) const {
    const float* const begin = from;
    for (const Lookup& lookup : lookups_) {
      to = std::copy_n(from, lookup.passed, to);
      from += lookup.passed + 1;
      to = std::copy_n(lookup.table.value + Category(lookup, begin) * lookup.column.output_dim,
                       lookup.column.output_dim, to);
    }
    std::copy_n(from, begin + inputs_ - from, to);
  }

  const std::vector<Lookup> lookups_;
  const int64_t rows_;
  const int64_t inputs_;
  const int64_t outputs_;
  const float* const input_;
  float* const output_;
  const float* const output_gradient_;
};

}  // namespace

int64_t EmbeddingSpec::Outputs(int64_t inputs) const {
  int64_t outputs = inputs;
  for (const EmbeddingColumn& column : columns) outputs += column.output_dim - 1;
  return outputs;
}

double EmbeddingSpec::Parameters(int64_t /*inputs*/) const {
  double parameters = 0;
  for (const EmbeddingColumn& column : columns) {
    parameters += static_cast<double>(column.input_dim) * static_cast<double>(column.output_dim);
  }
  return parameters;
}

absl::StatusOr<std::unique_ptr<Layer>> EmbeddingSpec::Make(const LayerPlace& place) const {
  return std::make_unique<Embedding>(*this, place);
}

void EmbeddingSpec::CheckPlace(bool first, int64_t inputs, const std::string& path, Faults& faults) const {
  if (!first) {
    faults.Add(path, "is not the first layer; only the data has columns of categories, so move it to the front");
    return;
  }
  std::set<int64_t> seen;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& [column, input_dim, output_dim] = columns[i];
    const std::string here = absl::StrCat(path, ".columns[", i, "]");
    if (column >= inputs) {
      faults.Add(here + ".column", "is ", column, "; the data has columns 0 to ", inputs - 1);
    } else if (!seen.insert(column).second) {
      faults.Add(here + ".column", "is ", column, ", as before; list each column once");
    }
    CheckInitializer(embeddings_initializer, input_dim, output_dim, path + ".embeddings_initializer", faults);
  }
}

Embedding::Embedding(EmbeddingSpec spec, LayerPlace place)
    : spec_([&] {
        std::ranges::sort(spec.columns, {}, &EmbeddingColumn::column);
        return std::move(spec);
      }()),
      place_(std::move(place)) {}

std::vector<WeightDefinition> Embedding::weights() const {
  std::vector<WeightDefinition> definitions;
  for (const auto& [column, input_dim, output_dim] : spec_.columns) {
    definitions.push_back(
        {.name = absl::StrCat(place_.name, ".weight_", column),
         .shape = {input_dim, output_dim},
         .layout = Layout::RowMajor({input_dim, output_dim}),
         .initializer = spec_.embeddings_initializer,
         .initial_shape = {.rows = input_dim, .columns = output_dim, .fan_in = input_dim, .fan_out = output_dim},
         .layer = place_.index,
         .looked_up = true});
  }
  return definitions;
}

absl::StatusOr<std::unique_ptr<CompiledLayer>> Embedding::Compile(const LayerUse& use,
                                                                  const LayerBuffers& buffers) const {
  if (use.wants_input_gradient) return absl::InternalError("an embedding has no gradient by its inputs");
  std::vector<Lookup> lookups;
  int64_t next = 0;
  int64_t offset = 0;
  for (std::size_t i = 0; i < spec_.columns.size(); ++i) {
    const EmbeddingColumn& column = spec_.columns[i];
    const int64_t passed = column.column - next;
    lookups.push_back({.column = column, .offset = offset + passed, .passed = passed, .table = buffers.weights[i]});
    next = column.column + 1;
    offset += passed + column.output_dim;
  }
  return std::make_unique<CompiledEmbedding>(std::move(lookups), use.rows, inputs(), outputs(), buffers);
}

}  // namespace traind::engine
