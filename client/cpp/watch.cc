#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cpp/backoff.h"
#include "client/cpp/client.h"
#include "client/cpp/status.h"

namespace traind::client {
namespace {

// One WatchTrainingJob call. It waits on a completion queue because a blocking read has no way to notice silence.
class Stream {
 public:
  Stream(v1::TrainingService::Stub& stub, const v1::WatchTrainingJobRequest& request, const WatchOptions& options)
      : silence_(options.silence),
        stop_(options.stop, Cancel{&context_}),
        reader_(stub.AsyncWatchTrainingJob(&context_, request, &queue_, nullptr)) {
    open_ = Wait();
  }

  ~Stream() {
    if (!finished_) {
      context_.TryCancel();
      ReadStatus();
    }
    queue_.Shutdown();
    void* tag;
    bool ok;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  // False when the stream is over.
  bool Read(v1::TrainingEvent& event) {
    if (!open_) return false;
    reader_->Read(&event, nullptr);
    open_ = Wait();
    return open_;
  }

  // How it ended; call once, after Read returned false.
  absl::Status Finish() {
    grpc::Status status = ReadStatus();
    if (silent_) return absl::UnavailableError(absl::StrCat("no sign of life for ", absl::FormatDuration(silence_)));
    return FromGrpc(status);
  }

 private:
  struct Cancel {
    grpc::ClientContext* context;
    void operator()() const { context->TryCancel(); }
  };

  grpc::Status ReadStatus() {
    grpc::Status status;
    reader_->Finish(&status, nullptr);
    Wait();
    finished_ = true;
    return status;
  }

  // Waits for the one operation under way; true if it worked.
  bool Wait() {
    void* tag;
    bool ok = false;
    auto deadline = absl::ToChronoTime(absl::Now() + silence_);
    if (queue_.AsyncNext(&tag, &ok, deadline) == grpc::CompletionQueue::TIMEOUT) {
      silent_ = true;
      context_.TryCancel();
      queue_.Next(&tag, &ok);
    }
    return ok;
  }

  const absl::Duration silence_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::stop_callback<Cancel> stop_;
  std::unique_ptr<grpc::ClientAsyncReader<v1::TrainingEvent>> reader_;
  bool open_ = false;
  bool finished_ = false;
  bool silent_ = false;
};

}  // namespace

absl::Status Client::WatchTrainingJob(const std::string& name, int64_t after_sequence,
                                      absl::FunctionRef<void(const v1::TrainingEvent&)> on_event,
                                      const WatchOptions& options) const {
  v1::WatchTrainingJobRequest request;
  request.set_name(name);
  request.set_after_sequence(after_sequence);
  absl::Time heard = absl::Now();
  Backoff backoff(options.first_backoff, options.last_backoff);
  while (true) {
    Stream stream(*training_, request, options);
    v1::TrainingEvent event;
    while (!options.stop.stop_requested() && stream.Read(event)) {
      heard = absl::Now();
      backoff.Reset();
      if (event.has_heartbeat() || event.sequence() <= request.after_sequence()) continue;
      if (event.sequence() != request.after_sequence() + 1) {
        return absl::DataLossError(absl::StrCat("the server sent event ", event.sequence(), " of ", name,
                                                " after event ", request.after_sequence()));
      }
      request.set_after_sequence(event.sequence());
      on_event(event);
    }
    if (options.stop.stop_requested()) return absl::CancelledError("the watch was stopped");
    absl::Status status = stream.Finish();
    if (!absl::IsUnavailable(status)) return status;
    if (absl::Now() - heard >= options.give_up_after) {
      return absl::UnavailableError(absl::StrCat(std::string(status.message()), "; gave up after ",
                                                 absl::FormatDuration(options.give_up_after), " without the server"));
    }
    backoff.Wait(options.stop);
  }
}

}  // namespace traind::client
