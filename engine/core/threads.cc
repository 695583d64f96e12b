#include "engine/core/threads.h"

#include <omp.h>

namespace traind::engine {

ScopedThreads::ScopedThreads(int threads) : before_(omp_get_max_threads()) { omp_set_num_threads(threads); }

ScopedThreads::~ScopedThreads() {
  if (omp_get_max_threads() > 1) omp_pause_resource(omp_pause_soft, omp_get_initial_device());
  omp_set_num_threads(before_);
}

}  // namespace traind::engine
