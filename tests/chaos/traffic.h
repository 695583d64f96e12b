// Clients that keep a server busy while it is killed under them.
#ifndef TRAIND_TESTS_CHAOS_TRAFFIC_H_
#define TRAIND_TESTS_CHAOS_TRAFFIC_H_

#include <cstdint>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "tests/chaos/acknowledged.h"

namespace traind::chaos {

// From its making to its end: one client uploads datasets, one submits jobs on `datasets/digits`, one watches
// them, one pauses and resumes them.
// What they are told goes to `acknowledged`, which must outlive it. Calls that the server's end cut off are made again
// with the same request_id.
class Traffic {
 public:
  // `address` is where the server is, also after it was started again.
  Traffic(std::string address, uint64_t seed, Acknowledged& acknowledged);
  // Ends the traffic after the calls at hand.
  ~Traffic();

  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

 private:
  void Upload(const std::stop_token& stop, uint64_t seed);
  void Submit(const std::stop_token& stop, uint64_t seed);
  void Watch(const std::stop_token& stop, uint64_t seed);
  void Pause(const std::stop_token& stop, uint64_t seed);

  const std::string address_;
  Acknowledged& acknowledged_;
  std::vector<std::jthread> threads_;
};

}  // namespace traind::chaos

#endif  // TRAIND_TESTS_CHAOS_TRAFFIC_H_
