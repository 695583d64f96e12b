#include "server/storage/records.h"

#include <algorithm>

namespace traind {

std::vector<BlobInfo> BlobsOf(const DatasetRecord& record) {
  std::vector<BlobInfo> blobs;
  for (const DatasetPart* part :
       {&record.feature_part, &record.label_part, record.weight_part ? &*record.weight_part : nullptr}) {
    if (part == nullptr) continue;
    auto blob = std::ranges::find(blobs, part->sha256, &BlobInfo::sha256);
    if (blob == blobs.end()) blob = blobs.insert(blob, BlobInfo{part->sha256, 0});
    blob->size = std::max(blob->size, part->offset + part->size);
  }
  return blobs;
}

}  // namespace traind
