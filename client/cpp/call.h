// Unary calls and lists, for the methods of Client.
#ifndef TRAIND_CLIENT_CPP_CALL_H_
#define TRAIND_CLIENT_CPP_CALL_H_

#include <google/protobuf/repeated_ptr_field.h>
#include <grpcpp/client_context.h>

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/cpp/status.h"

namespace traind::client {

// Calls a method of a stub with a deadline, such as `Call(*stub, &Stub::GetModel, request, timeout)`.
template <class Stub, class Request, class Response>
absl::StatusOr<Response> Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                              const Request& request, absl::Duration timeout) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  Response response;
  grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return FromGrpc(status);
  return response;
}

// A request of a method that takes nothing but a name.
template <class Request>
Request Named(const std::string& name) {
  Request request;
  request.set_name(name);
  return request;
}

// Calls `list` with request after request, each with the token of the page before, and `visit` for every item that
// `items` finds in the page, until one of them says to stop or there is no further page.
template <class Request, class Response, class Item>
absl::Status ForEach(absl::FunctionRef<absl::StatusOr<Response>(const Request&)> list,
                     const google::protobuf::RepeatedPtrField<Item>& (Response::*items)() const,
                     absl::FunctionRef<bool(const Item&)> visit) {
  Request request;
  while (true) {
    absl::StatusOr<Response> page = list(request);
    if (!page.ok()) return page.status();
    for (const Item& item : ((*page).*items)()) {
      if (!visit(item)) return absl::OkStatus();
    }
    if (page->next_page_token().empty()) return absl::OkStatus();
    if (page->next_page_token() == request.page_token()) {
      return absl::InternalError("the server's list does not end: a page names itself as the next one");
    }
    request.set_page_token(page->next_page_token());
  }
}

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CPP_CALL_H_
