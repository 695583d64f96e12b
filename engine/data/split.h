// Which rows are trained on and which are held out.
#ifndef TRAIND_ENGINE_DATA_SPLIT_H_
#define TRAIND_ENGINE_DATA_SPLIT_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/data/dataset_view.h"

namespace traind::engine {

// How the held-out rows are chosen; see training_spec.proto. The choice depends on the dataset alone, never on a seed,
// so that runs can be compared on the same rows.
enum class ValidationRows { kRandom, kStratified, kLast };

// How many of `rows` rows are left to train on: floor(rows * (1 - fraction)), Keras's rounding. `fraction` is in [0,
// 1).
int64_t CountTrainingRows(int64_t rows, double fraction);

// The rows that are held out, ascending: all but CountTrainingRows. kStratified holds out the same share of each class
// as nearly as whole rows allow (largest remainder) and needs classes.
std::vector<int64_t> ChooseHeldOut(const DatasetView& dataset, double fraction, ValidationRows rows);

// Fills `rows` with the first rows that are not among `held_out`, both ascending.
void ListTrainingRows(std::span<const int64_t> held_out, std::span<int64_t> rows);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_SPLIT_H_
