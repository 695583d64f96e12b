#include "server/jobs/resource_pool.h"

namespace traind {

ResourcePool::ResourcePool(JobResources all) : free_(all) {}

std::optional<JobResources> ResourcePool::WaitToLook() {
  absl::MutexLock lock(&mutex_);
  auto ready = [this]()
                   ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return closed_ || (due_ && !looking_ && free_.cores > 0); };
  mutex_.Await(absl::Condition(&ready));
  if (closed_) return std::nullopt;
  looking_ = true;
  // What comes up while the look is under way is a reason for another.
  due_ = false;
  return free_;
}

void ResourcePool::Took(JobResources job) {
  absl::MutexLock lock(&mutex_);
  free_.cores -= job.cores;
  free_.memory_bytes -= job.memory_bytes;
  looking_ = false;
  due_ = true;
}

void ResourcePool::LookedInVain() {
  absl::MutexLock lock(&mutex_);
  looking_ = false;
}

void ResourcePool::LookFailed() {
  absl::MutexLock lock(&mutex_);
  looking_ = false;
  due_ = true;
}

void ResourcePool::GiveBack(JobResources job) {
  absl::MutexLock lock(&mutex_);
  free_.cores += job.cores;
  free_.memory_bytes += job.memory_bytes;
  due_ = true;
}

void ResourcePool::QueueChanged() {
  absl::MutexLock lock(&mutex_);
  due_ = true;
}

JobResources ResourcePool::Free() const {
  absl::MutexLock lock(&mutex_);
  return free_;
}

void ResourcePool::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
}

}  // namespace traind
