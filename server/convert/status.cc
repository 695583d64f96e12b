#include "server/convert/status.h"

#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "server/errors/errors.h"
#include "server/errors/text.h"

namespace traind {
namespace {

// Together, with the message once more as percent-encoded text and the details as base64, less than 8 KiB.
constexpr size_t kMaxMessageBytes = 1000;
constexpr size_t kMaxEncodedMessageBytes = 1200;
constexpr size_t kMaxViolationBytes = 2800;
constexpr size_t kMaxTextBytes = 500;
constexpr size_t kMaxMetadataBytes = 400;

bool IsCharacterStart(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

// gRPC writes every byte outside printable ASCII, and '%', as three.
size_t EncodedSize(char byte) { return byte < ' ' || byte > '~' || byte == '%' ? 3 : 1; }

std::string Shortened(std::string_view bytes, size_t most, size_t most_encoded) {
  std::string text = ToUtf8(bytes);
  size_t encoded = 0;
  size_t whole = 0;  // the end of the last character that has room
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsCharacterStart(text[i])) whole = i;
    encoded += EncodedSize(text[i]);
    if (i >= most || encoded > most_encoded) return text.substr(0, whole) + "...";
  }
  return text;
}

std::string Shortened(std::string_view bytes) { return Shortened(bytes, kMaxTextBytes, std::string::npos); }

google::rpc::ErrorInfo ErrorInfoOf(const absl::Status& status, const ErrorDetails& details) {
  google::rpc::ErrorInfo info;
  info.set_domain("traind");
  info.set_reason(details.reason.empty() ? absl::StatusCodeToString(status.code()) : Shortened(details.reason));
  size_t bytes = 0;
  for (const auto& [name, value] : details.metadata) {
    std::string text = Shortened(value);
    bytes += name.size() + text.size();
    if (bytes <= kMaxMetadataBytes) (*info.mutable_metadata())[ToUtf8(name)] = std::move(text);
  }
  return info;
}

google::rpc::BadRequest BadRequestOf(const ErrorDetails& details) {
  google::rpc::BadRequest request;
  size_t bytes = 0;
  for (const FieldViolation& fault : details.violations) {
    google::rpc::BadRequest::FieldViolation violation;
    violation.set_field(Shortened(fault.field));
    violation.set_description(Shortened(fault.description));
    bytes += violation.ByteSizeLong() + 2;
    if (bytes > kMaxViolationBytes) {
      const size_t left_out = details.violations.size() - request.field_violations_size();
      violation.set_field("");
      violation.set_description(absl::StrCat("and ", left_out, " more faults"));
      *request.add_field_violations() = std::move(violation);
      break;
    }
    *request.add_field_violations() = std::move(violation);
  }
  return request;
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const ErrorDetails details = DetailsOf(status);
  const auto text = status.message();
  google::rpc::Status wire;
  wire.set_code(static_cast<int>(status.code()));
  wire.set_message(Shortened({text.data(), text.size()}, kMaxMessageBytes, kMaxEncodedMessageBytes));
  wire.add_details()->PackFrom(ErrorInfoOf(status, details));
  if (!details.violations.empty()) wire.add_details()->PackFrom(BadRequestOf(details));
  if (details.retry_delay) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(*details.retry_delay));
    const absl::Duration rest = *details.retry_delay % absl::Seconds(1);
    retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
    wire.add_details()->PackFrom(retry);
  }
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), wire.message(), wire.SerializeAsString());
}

}  // namespace traind
