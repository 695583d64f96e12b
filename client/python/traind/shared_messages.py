"""Messages that other packages publish as well: google.rpc's error details and gRPC's health check.

They come from a descriptor pool of their own, so that they meet no copy of theirs in the common one.
"""
import pathlib

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_POOL = descriptor_pool.DescriptorPool()


def _load():
    files = descriptor_pb2.FileDescriptorSet()
    files.ParseFromString(pathlib.Path(__file__).with_name("shared_messages.binpb").read_bytes())
    for file in files.file:
        _POOL.AddSerializedFile(file.SerializeToString())


def _message(name):
    descriptor = _POOL.FindMessageTypeByName(name)
    if hasattr(message_factory, "GetMessageClass"):  # protobuf 4.22 and later
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(_POOL).GetPrototype(descriptor)


_load()
Status = _message("google.rpc.Status")
ErrorInfo = _message("google.rpc.ErrorInfo")
BadRequest = _message("google.rpc.BadRequest")
RetryInfo = _message("google.rpc.RetryInfo")
RequestInfo = _message("google.rpc.RequestInfo")
HealthCheckRequest = _message("grpc.health.v1.HealthCheckRequest")
HealthCheckResponse = _message("grpc.health.v1.HealthCheckResponse")
