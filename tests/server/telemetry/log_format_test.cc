#include "server/telemetry/log_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/details/log_msg.h>

#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "server/telemetry/log_scope.h"

namespace traind {
namespace {

std::string Format(LogFormat format, const std::string& text, spdlog::level::level_enum level = spdlog::level::info) {
  const auto time = absl::ToChronoTime(absl::FromUnixMillis(1'769'860'800'123));
  const spdlog::details::log_msg message(time, spdlog::source_loc(), "traind", level, text);
  spdlog::memory_buf_t line;
  MakeLogFormatter(format)->format(message, line);
  return {line.data(), line.size()};
}

TEST(LogFormat, Text) {
  EXPECT_EQ(Format(LogFormat::kText, "stopped"), "2026-01-31T12:00:00.123Z info stopped\n");
  EXPECT_EQ(Format(LogFormat::kText, "so", spdlog::level::warn), "2026-01-31T12:00:00.123Z warn so\n");
  const LogScope scope({.job = "digits", .request_id = "r-1"});
  EXPECT_EQ(Format(LogFormat::kText, "stopped"), "2026-01-31T12:00:00.123Z info stopped job=digits request_id=r-1\n");
}

TEST(LogFormat, WhatIsQuotedBreaksNoLine) {
  EXPECT_EQ(Format(LogFormat::kText, "a\nb\r\x1b[31m\x7fü"),
            "2026-01-31T12:00:00.123Z info a\\x0ab\\x0d\\x1b[31m\\x7fü\n");
}

TEST(LogFormat, Json) {
  EXPECT_EQ(Format(LogFormat::kJson, "stopped"),
            R"({"time":"2026-01-31T12:00:00.123Z","level":"info","message":"stopped"})"
            "\n");
  const LogScope scope({.job = "digits", .request_id = "r-1"});
  const nlohmann::json line = nlohmann::json::parse(Format(LogFormat::kJson, "a\n\"b\xff", spdlog::level::err));
  EXPECT_EQ(line["level"], "error");
  EXPECT_EQ(line["message"], "a\n\"b\xef\xbf\xbd");
  EXPECT_EQ(line["job"], "digits");
  EXPECT_EQ(line["request_id"], "r-1");
  EXPECT_EQ(Format(LogFormat::kJson, "a\nb").find('\n'), Format(LogFormat::kJson, "a\nb").size() - 1);
}

TEST(LogScope, NestsAndBelongsToItsThread) {
  EXPECT_EQ(CurrentLogFields().job, "");
  {
    const LogScope request({.request_id = "r"});
    {
      const LogScope job({.job = "j"});
      EXPECT_EQ(CurrentLogFields().job, "j");
      EXPECT_EQ(CurrentLogFields().request_id, "r");
      std::thread([] { EXPECT_EQ(CurrentLogFields().job, ""); }).join();
    }
    EXPECT_EQ(CurrentLogFields().job, "");
    EXPECT_EQ(CurrentLogFields().request_id, "r");
  }
  EXPECT_EQ(CurrentLogFields().request_id, "");
}

}  // namespace
}  // namespace traind
