"""The methods of the services, found in the descriptors of the wire contract."""
from __future__ import annotations

from typing import Dict, NamedTuple

from traind import shared_messages
from traind.v1 import dataset_service_pb2, model_service_pb2, training_service_pb2


class Method(NamedTuple):
    """A method: its path on the wire, its two messages, and which sides of it stream."""

    path: str
    request: type
    response: type
    kind: str  # "unary_unary", "stream_unary" or "unary_stream", as gRPC's channels name them


def _methods() -> Dict[str, Method]:
    methods = {}
    for file in (dataset_service_pb2, model_service_pb2, training_service_pb2):
        for service in file.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                ways = [
                    "stream" if streams else "unary" for streams in (method.client_streaming, method.server_streaming)
                ]
                methods[method.name] = Method(
                    f"/{service.full_name}/{method.name}",
                    method.input_type._concrete_class,
                    method.output_type._concrete_class,
                    "_".join(ways),
                )
    methods["Check"] = Method(
        "/grpc.health.v1.Health/Check",
        shared_messages.HealthCheckRequest,
        shared_messages.HealthCheckResponse,
        "unary_unary",
    )
    return methods


METHODS = _methods()


def callables(channel) -> dict:
    """A callable for each method by its name, on a channel of `grpc` or `grpc.aio`."""
    return {
        name: getattr(channel, method.kind)(
            method.path,
            request_serializer=method.request.SerializeToString,
            response_deserializer=method.response.FromString,
        )
        for name, method in METHODS.items()
    }
