#include "tests/server/storage/power_loss_file_system.h"

#include <functional>
#include <limits>
#include <random>
#include <utility>

#include "absl/strings/str_split.h"

namespace traind {
namespace {

std::vector<std::string> NamesIn(const std::string& path) { return absl::StrSplit(path, '/', absl::SkipEmpty()); }

absl::Status Missing(const std::string& path) { return absl::NotFoundError("there is no " + path); }

class Copy final : public MappedFile {
 public:
  explicit Copy(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string_view bytes() const override { return bytes_; }

 private:
  const std::string bytes_;
};

}  // namespace

class PowerLossFileSystem::File final : public WritableFile {
 public:
  File(PowerLossFileSystem& files, std::shared_ptr<Node> node) : files_(files), node_(std::move(node)) {}

  absl::Status Append(std::string_view bytes) override {
    absl::MutexLock lock(&files_.mutex_);
    if (absl::Status status = files_.Change(); !status.ok()) return status;
    node_->bytes += bytes;
    return absl::OkStatus();
  }
  absl::Status Sync() override {
    absl::MutexLock lock(&files_.mutex_);
    if (absl::Status status = files_.Change(); !status.ok()) return status;
    node_->synced_bytes = node_->bytes;
    return absl::OkStatus();
  }
  absl::Status Close() override { return absl::OkStatus(); }

 private:
  PowerLossFileSystem& files_;
  const std::shared_ptr<Node> node_;
};

void PowerLossFileSystem::CutPowerBefore(int operations) {
  absl::MutexLock lock(&mutex_);
  left_ = operations - 1;
}

bool PowerLossFileSystem::power_is_off() const {
  absl::MutexLock lock(&mutex_);
  return left_ == 0;
}

void PowerLossFileSystem::PowerOn(Unsynced unsynced, uint32_t seed) {
  absl::MutexLock lock(&mutex_);
  left_ = -1;
  std::mt19937 random(seed);
  const auto is_kept = [&] {
    return unsynced == Unsynced::kKept || (unsynced == Unsynced::kByChance && random() % 2 == 0);
  };
  const std::function<void(Node&)> settle = [&](Node& node) {
    if (node.bytes != node.synced_bytes && !is_kept()) {
      // A file that grew may have got its new length before its new bytes.
      const size_t length = unsynced == Unsynced::kByChance ? node.bytes.size() : 0;
      node.bytes = node.synced_bytes;
      if (node.bytes.size() < length) node.bytes.resize(length);
    }
    Names before = node.synced_names;
    before.insert(node.names.begin(), node.names.end());  // all names that there were or are
    for (const auto& [name, any] : before) {
      const auto now = node.names.find(name);
      const auto synced = node.synced_names.find(name);
      const std::shared_ptr<Node> is = now == node.names.end() ? nullptr : now->second;
      const std::shared_ptr<Node> was = synced == node.synced_names.end() ? nullptr : synced->second;
      if (is == was || is_kept()) continue;
      if (was == nullptr) {
        node.names.erase(name);
      } else {
        node.names[name] = was;
      }
    }
    node.synced_bytes = node.bytes;
    node.synced_names = node.names;
    for (const auto& [name, child] : node.names) settle(*child);
  };
  settle(*root_);
}

absl::Status PowerLossFileSystem::Change() {
  if (left_ > 0) --left_;
  return left_ == 0 ? absl::UnavailableError("the power is off") : absl::OkStatus();
}

std::shared_ptr<PowerLossFileSystem::Node> PowerLossFileSystem::Find(const std::string& path) const {
  std::shared_ptr<Node> node = root_;
  for (const std::string& name : NamesIn(path)) {
    const auto found = node->names.find(name);
    if (found == node->names.end()) return nullptr;
    node = found->second;
  }
  return node;
}

std::shared_ptr<PowerLossFileSystem::Node> PowerLossFileSystem::Parent(const std::string& path) const {
  return Find(path.substr(0, path.rfind('/')));
}

absl::Status PowerLossFileSystem::MakeDirectory(const std::string& path) {
  absl::MutexLock lock(&mutex_);
  if (absl::Status status = Change(); !status.ok()) return status;
  const std::shared_ptr<Node> parent = Parent(path);
  if (parent == nullptr) return Missing(path);
  if (Find(path) != nullptr) return absl::AlreadyExistsError(path);
  parent->names[NamesIn(path).back()] = std::make_shared<Node>(Node{.is_directory = true});
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<WritableFile>> PowerLossFileSystem::Create(const std::string& path) {
  absl::MutexLock lock(&mutex_);
  if (absl::Status status = Change(); !status.ok()) return status;
  const std::shared_ptr<Node> parent = Parent(path);
  if (parent == nullptr) return Missing(path);
  if (Find(path) != nullptr) return absl::AlreadyExistsError(path);
  const auto node = std::make_shared<Node>();
  parent->names[NamesIn(path).back()] = node;
  return std::make_unique<File>(*this, node);
}

absl::StatusOr<std::unique_ptr<WritableFile>> PowerLossFileSystem::OpenToAppend(const std::string& path, int64_t size) {
  absl::MutexLock lock(&mutex_);
  if (absl::Status status = Change(); !status.ok()) return status;
  const std::shared_ptr<Node> node = Find(path);
  if (node == nullptr) return Missing(path);
  node->bytes.resize(static_cast<size_t>(size));
  return std::make_unique<File>(*this, node);
}

absl::Status PowerLossFileSystem::Link(const std::string& from, const std::string& to) {
  absl::MutexLock lock(&mutex_);
  if (absl::Status status = Change(); !status.ok()) return status;
  const std::shared_ptr<Node> node = Find(from);
  const std::shared_ptr<Node> parent = Parent(to);
  if (node == nullptr || parent == nullptr) return Missing(from + " or " + to);
  if (Find(to) != nullptr) return absl::AlreadyExistsError(to);
  parent->names[NamesIn(to).back()] = node;
  return absl::OkStatus();
}

absl::Status PowerLossFileSystem::Rename(const std::string& from, const std::string& to) {
  absl::MutexLock lock(&mutex_);
  if (absl::Status status = Change(); !status.ok()) return status;
  const std::shared_ptr<Node> node = Find(from);
  const std::shared_ptr<Node> parent = Parent(to);
  if (node == nullptr || parent == nullptr) return Missing(from + " or " + to);
  if (Find(to) == node) return absl::OkStatus();  // both names stay
  Parent(from)->names.erase(NamesIn(from).back());
  parent->names[NamesIn(to).back()] = node;
  return absl::OkStatus();
}

absl::Status PowerLossFileSystem::Remove(const std::string& path) {
  absl::MutexLock lock(&mutex_);
  if (absl::Status status = Change(); !status.ok()) return status;
  if (const std::shared_ptr<Node> parent = Parent(path); parent != nullptr) parent->names.erase(NamesIn(path).back());
  return absl::OkStatus();
}

absl::Status PowerLossFileSystem::SyncDirectory(const std::string& path) {
  absl::MutexLock lock(&mutex_);
  if (absl::Status status = Change(); !status.ok()) return status;
  const std::shared_ptr<Node> node = Find(path);
  if (node == nullptr) return Missing(path);
  node->synced_names = node->names;
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<MappedFile>> PowerLossFileSystem::Map(const std::string& path) {
  absl::MutexLock lock(&mutex_);
  const std::shared_ptr<Node> node = Find(path);
  if (node == nullptr) return Missing(path);
  return std::make_unique<Copy>(node->bytes);
}

absl::StatusOr<int64_t> PowerLossFileSystem::Size(const std::string& path) {
  absl::MutexLock lock(&mutex_);
  const std::shared_ptr<Node> node = Find(path);
  if (node == nullptr) return Missing(path);
  return static_cast<int64_t>(node->bytes.size());
}

absl::StatusOr<int64_t> PowerLossFileSystem::FreeBytes(const std::string&) {
  return std::numeric_limits<int64_t>::max();
}

absl::StatusOr<std::vector<std::string>> PowerLossFileSystem::List(const std::string& path) {
  absl::MutexLock lock(&mutex_);
  const std::shared_ptr<Node> node = Find(path);
  if (node == nullptr) return Missing(path);
  std::vector<std::string> names;
  for (const auto& [name, child] : node->names) names.push_back(name);
  return names;
}

}  // namespace traind
