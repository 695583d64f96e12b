#include <openssl/evp.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "client/cpp/call.h"
#include "client/cpp/client.h"

namespace traind::client {
namespace {

constexpr int64_t kChunkBytes = 1 << 20;
constexpr int64_t kInlineBytes = kChunkBytes;
constexpr int64_t kMostHeldBytes = 256 << 20;
constexpr int64_t kSlowestBytesPerSecond = 256 << 10;

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_, EVP_sha256(), nullptr); }
  ~Sha256() { EVP_MD_CTX_free(context_); }
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Add(const std::string& bytes) { EVP_DigestUpdate(context_, bytes.data(), bytes.size()); }

  std::string Hex() {
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_, reinterpret_cast<unsigned char*>(digest.data()), &size);
    digest.resize(size);
    return absl::BytesToHexString(digest);
  }

 private:
  EVP_MD_CTX* context_;
};

absl::Status WrongSize(int64_t declared, absl::string_view given) {
  return absl::InvalidArgumentError(absl::StrCat("size_bytes: ", declared, " bytes were declared and the source gave ",
                                                 given, "; if it is a file, it changed during the upload"));
}

// Reads until `size` bytes are there or the source ends, into `bytes`, whose old contents do not matter.
absl::Status ReadUpTo(int64_t size, ByteSource source, std::string& bytes) {
  bytes.resize(size);
  size_t filled = 0;
  while (filled < bytes.size()) {
    absl::StatusOr<size_t> count = source(absl::MakeSpan(bytes).subspan(filled));
    if (!count.ok()) return count.status();
    if (*count == 0) break;
    filled += *count;
  }
  bytes.resize(filled);
  return absl::OkStatus();
}

// Writes the whole upload. Returns OK as well when the server ended the stream early: its own status then says why.
absl::Status Send(const v1::UploadDatasetRequest::Begin& begin, ByteSource source,
                  grpc::ClientWriter<v1::UploadDatasetRequest>& writer) {
  v1::UploadDatasetRequest message;
  *message.mutable_begin() = begin;
  if (!writer.Write(message)) return absl::OkStatus();
  Sha256 sha256;
  for (int64_t offset = 0; offset < begin.size_bytes();) {
    std::string& bytes = *message.mutable_chunk()->mutable_data();
    absl::Status read = ReadUpTo(std::min(kChunkBytes, begin.size_bytes() - offset), source, bytes);
    if (!read.ok()) return read;
    if (bytes.empty()) return WrongSize(begin.size_bytes(), absl::StrCat("only ", offset));
    message.mutable_chunk()->set_offset(offset);
    offset += static_cast<int64_t>(bytes.size());
    sha256.Add(bytes);
    if (!writer.Write(message)) return absl::OkStatus();
  }
  std::string rest;
  absl::Status read = ReadUpTo(1, source, rest);
  if (!read.ok()) return read;
  if (!rest.empty()) return WrongSize(begin.size_bytes(), "more");
  message.mutable_commit()->set_sha256(sha256.Hex());
  if (writer.Write(message)) writer.WritesDone();
  return absl::OkStatus();
}

// Reads a source of unknown size to its end, at most kMostHeldBytes.
absl::StatusOr<std::string> ReadAll(const std::string& path, ByteSource source) {
  std::string all;
  std::string bytes;
  while (true) {
    absl::Status read = ReadUpTo(kChunkBytes, source, bytes);
    if (!read.ok()) return read;
    if (bytes.empty()) return all;
    all += bytes;
    if (static_cast<int64_t>(all.size()) > kMostHeldBytes) {
      return absl::InvalidArgumentError(absl::StrCat(path, " is no regular file and gives more than ", kMostHeldBytes,
                                                     " bytes; save it as a file first"));
    }
  }
}

absl::Status FileError(const std::string& path, std::error_code error) {
  return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot read ", path));
}

}  // namespace

absl::StatusOr<v1::Dataset> Client::UploadDataset(const v1::UploadDatasetRequest::Begin& begin,
                                                  ByteSource source) const {
  grpc::ClientContext context;
  absl::Duration sending = absl::Seconds(begin.size_bytes() / kSlowestBytesPerSecond);
  context.set_deadline(absl::ToChronoTime(absl::Now() + options_.timeout + sending));
  v1::Dataset dataset;
  auto writer = datasets_->UploadDataset(&context, &dataset);
  absl::Status sent = Send(begin, source, *writer);
  if (!sent.ok()) context.TryCancel();
  grpc::Status finished = writer->Finish();
  if (!sent.ok()) return sent;
  if (!finished.ok()) return FromGrpc(finished);
  return dataset;
}

absl::StatusOr<v1::Dataset> Client::CreateDatasetFromFile(v1::UploadDatasetRequest::Begin begin,
                                                          const std::string& path) const {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::InvalidArgumentError(absl::StrCat("cannot read ", path, ": it is a directory"));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return FileError(path, {errno, std::generic_category()});
  auto read = [&](absl::Span<char> bytes) -> absl::StatusOr<size_t> {
    errno = 0;
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (file.bad()) return FileError(path, {errno, std::generic_category()});
    return static_cast<size_t>(file.gcount());
  };
  if (!std::filesystem::is_regular_file(path, error)) {
    absl::StatusOr<std::string> held = ReadAll(path, read);
    if (!held.ok()) return held.status();
    size_t at = 0;
    return CreateDatasetFrom(std::move(begin), path, held->size(),
                             [&](absl::Span<char> bytes) -> absl::StatusOr<size_t> {
                               size_t count = held->copy(bytes.data(), bytes.size(), at);
                               at += count;
                               return count;
                             });
  }
  int64_t size = static_cast<int64_t>(std::filesystem::file_size(path, error));
  if (error) return FileError(path, error);
  return CreateDatasetFrom(std::move(begin), path, size, read);
}

absl::StatusOr<v1::Dataset> Client::CreateDatasetFrom(v1::UploadDatasetRequest::Begin begin, const std::string& path,
                                                      int64_t size, ByteSource source) const {
  if (size == 0) return absl::InvalidArgumentError(absl::StrCat(path, " is empty"));
  begin.set_size_bytes(size);
  if (size > kInlineBytes) return UploadDataset(begin, source);

  v1::CreateDatasetRequest request;
  absl::Status read = ReadUpTo(size, source, *request.mutable_data());
  if (!read.ok()) return read;
  request.set_dataset_id(begin.dataset_id());
  *request.mutable_format() = begin.format();
  request.set_request_id(begin.request_id());
  return CreateDataset(request);
}

}  // namespace traind::client
