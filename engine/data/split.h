// Which rows are trained on and which are held out.
#ifndef TRAIND_ENGINE_DATA_SPLIT_H_
#define TRAIND_ENGINE_DATA_SPLIT_H_

#include <cstdint>

#include "engine/data/dataset_view.h"
#include "engine/data/row_set.h"

namespace traind::engine {

// How the held-out rows are chosen; see training_spec.proto. The choice depends on the dataset alone, never on a seed,
// so that runs can be compared on the same rows.
enum class ValidationRows { kRandom, kStratified, kLast };

// How many of `rows` rows are left to train on: floor(rows * (1 - fraction)), Keras's rounding. `fraction` is in [0,
// 1).
int64_t CountTrainingRows(int64_t rows, double fraction);

// The rows that are held out, all but CountTrainingRows, in a bit a row; RowSet() if there are none. kStratified holds
// out the same share of each class as nearly as whole rows allow (largest remainder) and needs classes.
// Up to kMostListedRows they are the first of a list of all rows in random order; beyond, a pass over the rows draws
// them (selection sampling; Fan, Muller and Rezucha 1962). Either way every choice is as likely.
RowSet ChooseHeldOut(const DatasetView& dataset, double fraction, ValidationRows rows);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_SPLIT_H_
