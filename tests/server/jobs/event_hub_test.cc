#include "server/jobs/event_hub.h"

#include <atomic>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace traind {
namespace {

TEST(EventHubTest, WakesTheWatchersOfTheJobOnly) {
  EventHub hub;
  int first = 0, second = 0, other = 0;
  auto a = hub.Subscribe("job", [&] { ++first; });
  auto b = hub.Subscribe("job", [&] { ++second; });
  auto c = hub.Subscribe("other", [&] { ++other; });
  hub.Publish("job");
  hub.Publish("job");
  hub.Publish("nobody watches this");
  EXPECT_EQ(first, 2);
  EXPECT_EQ(second, 2);
  EXPECT_EQ(other, 0);
}

TEST(EventHubTest, AnEndedSubscriptionIsSilent) {
  EventHub hub;
  int first = 0, second = 0;
  auto stays = hub.Subscribe("job", [&] { ++second; });
  {
    auto goes = hub.Subscribe("job", [&] { ++first; });
    hub.Publish("job");
  }
  hub.Publish("job");
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 2);
}

TEST(EventHubTest, SubscriptionsCanBeMoved) {
  EventHub hub;
  int first = 0, second = 0;
  auto a = hub.Subscribe("job", [&] { ++first; });
  EventHub::Subscription b = std::move(a);
  hub.Publish("job");
  b = hub.Subscribe("job", [&] { ++second; });  // ends the first
  hub.Publish("job");
  b = {};
  hub.Publish("job");
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
}

TEST(EventHubTest, TheEndOfASubscriptionWaitsForItsWake) {
  EventHub hub;
  absl::Notification inside;
  std::atomic<bool> over = false;
  auto subscription = hub.Subscribe("job", [&] {
    inside.Notify();
    absl::SleepFor(absl::Milliseconds(50));
    over = true;
  });
  std::thread publisher([&] { hub.Publish("job"); });
  inside.WaitForNotification();
  subscription = {};
  EXPECT_TRUE(over);
  publisher.join();
}

// Under the thread sanitizer this also shows that no wake touches what its watcher has destroyed.
TEST(EventHubTest, WatchersComeAndGoWhileJobsPublish) {
  EventHub hub;
  std::atomic<bool> done = false;
  std::vector<std::thread> publishers;
  for (int i = 0; i < 2; ++i) {
    publishers.emplace_back([&] {
      while (!done) hub.Publish("job");
    });
  }
  std::vector<std::thread> watchers;
  for (int i = 0; i < 4; ++i) {
    watchers.emplace_back([&] {
      for (int n = 0; n < 500; ++n) {
        auto calls = std::make_unique<int>(0);  // not atomic: wakes do not overlap
        absl::Notification woken;
        auto subscription = hub.Subscribe("job", [&calls, &woken] {
          if (++*calls == 1) woken.Notify();
        });
        if (n % 2 == 0) woken.WaitForNotification();
        subscription = {};
        calls.reset();
      }
    });
  }
  for (std::thread& watcher : watchers) watcher.join();
  done = true;
  for (std::thread& publisher : publishers) publisher.join();
}

}  // namespace
}  // namespace traind
