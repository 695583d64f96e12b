// Networks that cannot be.
#include <limits>
#include <utility>

#include "tests/integration/bad_inputs/bad_input.h"

namespace traind {
namespace {

using Spec = v1::TrainingSpec;

constexpr int kMostUnits = 65'536;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

void AddNormalizations(Spec& spec, int count) {
  for (int i = 0; i < count; ++i) spec.mutable_model()->add_layers()->mutable_batch_normalization();
}

// Begins anew, with as many learned vectors as may be asked for.
void TakeHugeEmbeddings(Spec& spec) {
  spec.mutable_model()->mutable_layers()->DeleteSubrange(0, 6);
  v1::Layer embedding;
  for (int i = 0; i < 64; ++i) {
    v1::Embedding::Column* column = embedding.mutable_embedding()->add_columns();
    column->set_column(i);
    column->set_input_dim(10'000'000);
    column->set_output_dim(4'096);
  }
  LayerOf(spec, 0)->Swap(&embedding);
  *spec.mutable_model()->add_layers() = *LayerOf(spec, 1);
  LayerOf(spec, 1)->mutable_dense()->set_units(10);
}

std::vector<BadInput> BadSizes() {
  return {
      InSpec(1, "NoLayers", [](Spec& s) { s.mutable_model()->clear_layers(); }, {"spec.model.layers"}),
      InSpec(1, "NoModel", [](Spec& s) { s.clear_model(); }, {"spec.model"}),
      InSpec(1, "ResidualOfNoLayers", [](Spec& s) { LayerOf(s, 2)->mutable_residual(); },
             {"spec.model.layers[2].residual.layers"}),
      InSpec(2, "UnitsZero", [](Spec& s) { LayerOf(s, 3)->mutable_dense()->set_units(0); },
             {"spec.model.layers[3].dense.units"}),
      InSpec(2, "UnitsNegative", [](Spec& s) { LayerOf(s, 3)->mutable_dense()->set_units(-5); },
             {"spec.model.layers[3].dense.units"}),
      InSpec(3, "UnitsTheLargestInt32",
             [](Spec& s) { LayerOf(s, 0)->mutable_dense()->set_units(std::numeric_limits<int32_t>::max()); },
             {"spec.model.layers[0].dense.units"}),
      // As 2^31 arrives.
      InSpec(3, "UnitsTheLeastInt32",
             [](Spec& s) { LayerOf(s, 0)->mutable_dense()->set_units(std::numeric_limits<int32_t>::min()); },
             {"spec.model.layers[0].dense.units"}),
      InSpec(3, "UnitsOneTooMany", [](Spec& s) { LayerOf(s, 0)->mutable_dense()->set_units(kMostUnits + 1); },
             {"spec.model.layers[0].dense.units"}),
      // Four bytes each: they just fit into a message.
      InSpec(4, "AMillionLayers", [](Spec& s) { AddNormalizations(s, 1'000'000); }, {"spec.model.layers"}),
      InSpec(4, "AThousandLayersAndMore", [](Spec& s) { AddNormalizations(s, 993); }, {"spec.model.layers"}),
      InSpec(4, "AThousandLayersNestedAndMore",
             [](Spec& s) {
               v1::Residual* residual = LayerOf(s, 2)->mutable_residual();
               for (int i = 0; i < 993; ++i) residual->add_layers()->mutable_batch_normalization();
             },
             {"spec.model.layers"}),
      InSpec(4, "ResidualsFortyDeep",
             [](Spec& s) {
               auto* layers = s.mutable_model()->mutable_layers();
               for (int i = 0; i < 40; ++i) layers = layers->Add()->mutable_residual()->mutable_layers();
               layers->Add()->mutable_dropout();
             },
             {"spec.model.layers"}),
      InSpec(5, "ThreeLayersOfTooManyParameters",
             [](Spec& s) {
               for (int i = 0; i < 3; ++i) LayerOf(s, 3 * i)->mutable_dense()->set_units(kMostUnits);
             },
             {"spec.model.layers"}),
      InSpec(5, "AThousandLayersOfTooManyParameters",
             [](Spec& s) {
               s.mutable_model()->mutable_layers()->DeleteSubrange(0, 6);
               v1::Layer dense;
               dense.mutable_dense()->set_units(kMostUnits);
               for (int i = 0; i < 990; ++i) *s.mutable_model()->add_layers() = dense;
               s.mutable_model()->add_layers()->mutable_dense()->set_units(10);
               s.mutable_model()->add_layers()->mutable_activation()->set_function(v1::Activation::SOFTMAX);
             },
             {"spec.model.layers"}),
      InSpec(5, "EmbeddingsOfTooManyParameters", TakeHugeEmbeddings, {"spec.model.layers"}),
  };
}

std::vector<BadInput> BadKinds() {
  return {
      InSpec(6, "LayerWithoutKind", [](Spec& s) { LayerOf(s, 1)->Clear(); }, {"spec.model.layers[1]"}),
      InSpec(6, "ActivationUnset", [](Spec& s) { LayerOf(s, 2)->mutable_activation()->clear_function(); },
             {"spec.model.layers[2].activation.function"}),
      InSpec(
          6, "ActivationUnknown",
          [](Spec& s) { LayerOf(s, 2)->mutable_activation()->set_function(static_cast<v1::Activation::Function>(77)); },
          {"spec.model.layers[2].activation.function"}),
      InSpec(6, "InitializerUnknown",
             [](Spec& s) {
               LayerOf(s, 0)->mutable_dense()->mutable_kernel_initializer()->set_kind(
                   static_cast<v1::Initializer::Kind>(99));
             },
             {"spec.model.layers[0].dense.kernel_initializer.kind"}),
      InSpec(7, "NoDense",
             [](Spec& s) {
               s.mutable_model()->clear_layers();
               s.mutable_model()->add_layers()->mutable_batch_normalization();
               s.mutable_model()->add_layers()->mutable_activation()->set_function(v1::Activation::SOFTMAX);
             },
             {"spec.model.layers"}),
      InSpec(7, "ActivationFirst", [](Spec& s) { s.mutable_model()->mutable_layers()->DeleteSubrange(0, 2); },
             {"spec.model.layers[0]"}),
      InSpec(7, "NothingButAnActivation",
             [](Spec& s) {
               s.mutable_model()->clear_layers();
               s.mutable_model()->add_layers()->mutable_activation()->set_function(v1::Activation::SOFTMAX);
             },
             {"spec.model.layers", "spec.model.layers[0]"}),
      InSpec(7, "NormalizationAfterTheLastDense",
             [](Spec& s) {
               s.mutable_model()->add_layers()->Swap(LayerOf(s, 7));
               LayerOf(s, 7)->mutable_batch_normalization();
             },
             {"spec.model.layers"}),
      InSpec(7, "EndsWithoutSoftmax", [](Spec& s) { s.mutable_model()->mutable_layers()->RemoveLast(); },
             {"spec.loss.categorical_crossentropy"}),
      InSpec(8, "LastWidthIsNotTheClasses", [](Spec& s) { LayerOf(s, 6)->mutable_dense()->set_units(9); },
             {"spec.model.layers[6].dense.units"}),
      InSpec(8, "LastWidthIsOne", [](Spec& s) { LayerOf(s, 6)->mutable_dense()->set_units(1); },
             {"spec.model.layers[6].dense.units"}),
      InSpec(16, "LayersOfOneName",
             [](Spec& s) {
               LayerOf(s, 0)->set_name("twice");
               LayerOf(s, 3)->set_name("twice");
             },
             {"spec.model.layers[3].name"}),
      InSpec(16, "ALayerHasTheDefaultNameOfAnother", [](Spec& s) { LayerOf(s, 3)->set_name("dense_3"); },
             {"spec.model.layers[3].name"}),
  };
}

std::vector<BadInput> BadLayers() {
  return {
      InSpec(10, "NormalizationMomentumOne",
             [](Spec& s) { LayerOf(s, 1)->mutable_batch_normalization()->set_momentum(1); },
             {"spec.model.layers[1].batch_normalization.momentum"}),
      InSpec(10, "NormalizationMomentumNaN",
             [](Spec& s) { LayerOf(s, 1)->mutable_batch_normalization()->set_momentum(kNan); },
             {"spec.model.layers[1].batch_normalization.momentum"}),
      InSpec(11, "NormalizationEpsilons",
             [](Spec& s) {
               LayerOf(s, 1)->mutable_batch_normalization()->set_epsilon(0);
               LayerOf(s, 2)->mutable_layer_normalization()->set_epsilon(-1);
               LayerOf(s, 4)->mutable_batch_normalization()->set_epsilon(kNan);
             },
             {"spec.model.layers[1].batch_normalization.epsilon", "spec.model.layers[2].layer_normalization.epsilon",
              "spec.model.layers[4].batch_normalization.epsilon"}),
      InSpec(17, "LayerNameClimbs", [](Spec& s) { LayerOf(s, 0)->set_name("../dense"); },
             {"spec.model.layers[0].name"}),
      InSpec(17, "LayerNameTooLong", [](Spec& s) { LayerOf(s, 0)->set_name(std::string(64, 'a')); },
             {"spec.model.layers[0].name"}),
      InSpec(0, "DropoutOfAll", [](Spec& s) { LayerOf(s, 2)->mutable_dropout()->set_rate(1); },
             {"spec.model.layers[2].dropout.rate"}),
      InSpec(0, "NoiseNaN", [](Spec& s) { LayerOf(s, 2)->mutable_gaussian_noise()->set_stddev(kNan); },
             {"spec.model.layers[2].gaussian_noise.stddev"}),
      InSpec(0, "EmbeddingNotFirst",
             [](Spec& s) {
               v1::Embedding::Column* column = LayerOf(s, 2)->mutable_embedding()->add_columns();
               column->set_input_dim(3);
               column->set_output_dim(2);
             },
             {"spec.model.layers[2].embedding"}),
      InSpec(0, "ResidualOfAnotherWidth",
             [](Spec& s) { LayerOf(s, 2)->mutable_residual()->add_layers()->mutable_dense()->set_units(9); },
             {"spec.model.layers[2].residual.layers"}),
  };
}

}  // namespace

std::vector<BadInput> BadNetworks() {
  std::vector<BadInput> rows = BadSizes();
  for (const auto& part : {BadKinds(), BadLayers()}) rows.insert(rows.end(), part.begin(), part.end());
  return rows;
}

}  // namespace traind
