#include "server/convert/request_mark.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "server/errors/text.h"
#include "server/storage/sha256.h"

namespace traind {
namespace {

constexpr size_t kMaxRequestIdLength = 128;

const google::protobuf::FieldDescriptor* RequestIdField(const google::protobuf::Message& request) {
  return request.GetDescriptor()->FindFieldByName("request_id");
}

}  // namespace

std::string BodySha256(const google::protobuf::Message& request, std::string_view more) {
  const std::unique_ptr<google::protobuf::Message> body(request.New());
  body->CopyFrom(request);
  body->GetReflection()->ClearField(body.get(), RequestIdField(request));
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream output(&stream);
    output.SetSerializationDeterministic(true);
    body->SerializeToCodedStream(&output);
  }
  Sha256 hash;
  hash.Update(absl::StrCat(bytes.size(), "\n"));
  hash.Update(bytes);
  hash.Update(more);
  return hash.Finish();
}

RequestMark MarkOf(const google::protobuf::Message& request, std::string_view field,
                   std::vector<FieldViolation>& faults, std::string_view more) {
  const std::string id = request.GetReflection()->GetString(request, RequestIdField(request));
  if (id.empty()) return {};
  const bool printable = std::all_of(id.begin(), id.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (id.size() > kMaxRequestIdLength || !printable) {
    faults.push_back({std::string(field), absl::StrCat(Quoted(id), " (", id.size(),
                                                       " bytes) is no request id; it must "
                                                       "be at most ",
                                                       kMaxRequestIdLength, " characters of printable ASCII")});
    return {};
  }
  return {id, BodySha256(request, more)};
}

}  // namespace traind
