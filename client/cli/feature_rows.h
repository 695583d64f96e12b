// Rows to predict, from a CSV file.
#ifndef TRAIND_CLIENT_CLI_FEATURE_ROWS_H_
#define TRAIND_CLIENT_CLI_FEATURE_ROWS_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "traind/v1/model_service.pb.h"

namespace traind::client {

// Reads the rows of a CSV file (RFC 4180 with a header line; a byte order mark is skipped) and hands them over in
// requests without a name of at most `batch_rows`, each row with the columns named in `feature_names` in that order.
// Other columns, such as the label, are ignored. `as_texts`: a batch is a `table`, for the server to read, else `rows`.
// INVALID_ARGUMENT names the file, the row (from 0) and the column: features without a column, columns named twice,
// rows of another length than the header, texts that are not UTF-8, or else values that are not finite numbers, no
// rows. An error of `take` ends the reading and is returned.
absl::Status ReadFeatureRows(const std::string& path, const std::vector<std::string>& feature_names, bool as_texts,
                             size_t batch_rows, absl::FunctionRef<absl::Status(const v1::PredictRequest&)> take);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_FEATURE_ROWS_H_
