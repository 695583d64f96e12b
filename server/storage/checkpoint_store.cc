#include "server/storage/checkpoint_store.h"

#include <set>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"

namespace traind {
namespace {

std::string FileName(const CheckpointRecord& checkpoint) {
  return absl::StrCat(checkpoint.job_number, "-", checkpoint.attempt, "-", checkpoint.step);
}

}  // namespace

absl::StatusOr<std::unique_ptr<CheckpointStore>> CheckpointStore::Open(FileSystem& files, std::string directory) {
  if (absl::Status status = MakeDurableDirectory(files, directory); !status.ok()) return status;
  return absl::WrapUnique(new CheckpointStore(files, std::move(directory)));
}

std::string CheckpointStore::Path(const CheckpointRecord& checkpoint) const {
  return absl::StrCat(directory_, "/", FileName(checkpoint));
}

absl::Status CheckpointStore::Write(const CheckpointRecord& checkpoint, absl::FunctionRef<absl::Status(Sink)> write) {
  const std::string path = Path(checkpoint);
  const std::string temporary = path + ".tmp";
  // Of an earlier failure, that could not be removed then.
  if (absl::Status status = files_.Remove(temporary); !status.ok()) return status;
  absl::Status status = WriteFile(temporary, write);
  if (status.ok()) status = files_.Rename(temporary, path);
  if (status.ok()) {
    status = files_.SyncDirectory(directory_);
    if (!status.ok()) files_.Remove(path).IgnoreError();
  } else {
    files_.Remove(temporary).IgnoreError();
  }
  return status;
}

absl::Status CheckpointStore::WriteFile(const std::string& path, absl::FunctionRef<absl::Status(Sink)> write) {
  absl::StatusOr<std::unique_ptr<WritableFile>> file = files_.Create(path);
  if (!file.ok()) return file.status();
  absl::Status status = write([&](std::string_view bytes) { return (*file)->Append(bytes); });
  if (status.ok()) status = (*file)->Sync();
  if (status.ok()) status = (*file)->Close();
  return status;
}

absl::StatusOr<std::unique_ptr<MappedFile>> CheckpointStore::Map(const CheckpointRecord& checkpoint) {
  return files_.Map(Path(checkpoint));
}

absl::Status CheckpointStore::Remove(const std::vector<CheckpointRecord>& checkpoints) {
  absl::Status first;
  for (const CheckpointRecord& checkpoint : checkpoints) first.Update(files_.Remove(Path(checkpoint)));
  return first;
}

absl::Status CheckpointStore::Sweep(const std::vector<CheckpointRecord>& used) {
  std::set<std::string> names;
  for (const CheckpointRecord& checkpoint : used) names.insert(FileName(checkpoint));
  absl::StatusOr<std::vector<std::string>> all = files_.List(directory_);
  if (!all.ok()) return all.status();
  absl::Status first;
  for (const std::string& name : *all) {
    if (!names.contains(name)) first.Update(files_.Remove(absl::StrCat(directory_, "/", name)));
  }
  return first;
}

}  // namespace traind
