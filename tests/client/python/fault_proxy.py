"""A gRPC server in front of a traind that passes calls on, except where a test makes them fail."""
import concurrent.futures
import itertools
import time

import grpc

from traind import stubs


class FaultProxy:
    """`address` is where it listens.

    Attributes:
        calls: a list of (method, request) of every call that came, the first request of a stream.
        faults: by method a list of what becomes of its next calls, each one of
            "lose the request": it does not reach the server, UNAVAILABLE;
            "lose the answer": the server does it, and the caller gets UNAVAILABLE;
            "cut": a stream of requests of which two reach the server, and the caller gets UNAVAILABLE;
            "fall silent": a stream of answers that brings nothing more after its first;
            "break": a stream of answers that is UNAVAILABLE after its first;
            a grpc.StatusCode: the call fails so, without reaching the server.
    """

    def __init__(self, target):
        self.calls = []
        self.faults = {}
        self._channel = grpc.insecure_channel(target)
        self._targets = stubs.callables(self._channel)
        self._server = grpc.server(concurrent.futures.ThreadPoolExecutor(16))
        self._server.add_generic_rpc_handlers([_Handlers(self)])
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def close(self):
        self._server.stop(None)
        self._channel.close()

    def _fault(self, method, request, context):
        self.calls.append((method, request))
        pending = self.faults.get(method)
        fault = pending.pop(0) if pending else None
        if fault == "lose the request":
            context.abort(grpc.StatusCode.UNAVAILABLE, "the request was lost")
        if isinstance(fault, grpc.StatusCode):
            context.abort(fault, "as the test wants it")
        return fault

    def unary(self, method, request, context):
        fault = self._fault(method, request, context)
        try:
            answer = self._targets[method](request)
        except grpc.RpcError as error:
            context.set_trailing_metadata(
                [pair for pair in error.trailing_metadata() if pair[0].startswith("grpc-status")]
            )
            context.abort(error.code(), error.details())
        if fault == "lose the answer":
            context.abort(grpc.StatusCode.UNAVAILABLE, "the answer was lost")
        return answer

    def upload(self, method, requests, context):
        first = next(requests)
        fault = self._fault(method, first, context)
        requests = itertools.chain([first], requests)
        if fault == "cut":
            self._targets[method](itertools.islice(requests, 2))
            context.abort(grpc.StatusCode.UNAVAILABLE, "the stream was cut")
        answer = self._targets[method](requests)
        if fault == "lose the answer":
            context.abort(grpc.StatusCode.UNAVAILABLE, "the answer was lost")
        return answer

    def stream(self, method, request, context):
        fault = self._fault(method, request, context)
        for answer in self._targets[method](request):
            yield answer
            if fault == "break":
                context.abort(grpc.StatusCode.UNAVAILABLE, "the stream broke")
            if fault == "fall silent":
                while context.is_active():
                    time.sleep(0.02)
                return


class _Handlers(grpc.GenericRpcHandler):
    def __init__(self, proxy):
        self._proxy = proxy

    def service(self, details):
        name = details.method.rpartition("/")[2]
        method = stubs.METHODS.get(name)
        if method is None:
            return None
        coding = {
            "request_deserializer": method.request.FromString,
            "response_serializer": method.response.SerializeToString,
        }
        if method.kind == "unary_stream":
            return grpc.unary_stream_rpc_method_handler(
                lambda request, context: self._proxy.stream(name, request, context), **coding
            )
        if method.kind == "stream_unary":
            return grpc.stream_unary_rpc_method_handler(
                lambda requests, context: self._proxy.upload(name, requests, context), **coding
            )
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: self._proxy.unary(name, request, context), **coding
        )
