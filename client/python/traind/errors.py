"""What goes wrong, as exceptions.

A refused or broken call raises an `RpcError` that keeps gRPC's code, or the subclass of its code: `InvalidArgument` for
INVALID_ARGUMENT, `NotFound` for NOT_FOUND, and so on. A job that did not succeed raises `TrainingFailed` or
`TrainingCancelled`. All of them are `TraindError`s.
"""
from __future__ import annotations

import dataclasses
from typing import Mapping, Optional, Sequence

import grpc
from google.protobuf.message import DecodeError

from traind import shared_messages, v1

__all__ = [
    "Aborted",
    "AlreadyExists",
    "Cancelled",
    "DataLoss",
    "DeadlineExceeded",
    "FailedPrecondition",
    "FieldViolation",
    "InvalidArgument",
    "NotFound",
    "OutOfRange",
    "PermissionDenied",
    "ResourceExhausted",
    "RpcError",
    "TraindError",
    "TrainingCancelled",
    "TrainingFailed",
    "Unauthenticated",
    "Unavailable",
]


class TraindError(Exception):
    """Whatever a traind, or the way to it, can raise."""


@dataclasses.dataclass(frozen=True)
class FieldViolation:
    """A fault of a request.

    `field` is the path of the field, such as `spec.model.layers[3].dense.units`; `description` is a sentence with its
    value and the allowed range.
    """

    field: str
    description: str


class RpcError(TraindError):
    """A call that failed.

    Attributes:
        code: the `grpc.StatusCode`.
        message: what the server says.
        field_violations: every fault of the request, of google.rpc.BadRequest; empty unless it was INVALID_ARGUMENT.
        reason: of google.rpc.ErrorInfo, such as `QUEUE_FULL`; stable, for programs.
        metadata: of google.rpc.ErrorInfo, such as the `expected_offset` of an upload.
        retry_delay: seconds to wait at least before a repeat, of google.rpc.RetryInfo, or None.
        request_id: the server's name of the call, under which its log speaks of it; empty if none came.
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        *,
        field_violations: Sequence[FieldViolation] = (),
        reason: str = "",
        metadata: Optional[Mapping[str, str]] = None,
        retry_delay: Optional[float] = None,
        request_id: str = "",
    ):
        super().__init__(message)
        self.code = code
        self.message = message
        self.field_violations = tuple(field_violations)
        self.reason = reason
        self.metadata = dict(metadata or {})
        self.retry_delay = retry_delay
        self.request_id = request_id

    def __str__(self):
        faults = len(self.field_violations)  # which the message lists as well
        headline = f"{faults} field{'s are' if faults > 1 else ' is'} invalid" if faults else self.message
        call = f", request {self.request_id}" if self.request_id else ""
        lines = [f"{headline} ({self.code.name}{call})"]
        lines += [
            f"  {fault.field}: {fault.description}" if fault.field else f"  {fault.description}"
            for fault in self.field_violations
        ]
        return "\n".join(lines)

    def __reduce__(self):  # with its details through pickle, as when joblib brings it from another process
        return _restored, (
            type(self),
            self.code,
            self.message,
            self.field_violations,
            self.reason,
            self.metadata,
            self.retry_delay,
            self.request_id,
        )


def _restored(kind, code, message, field_violations, reason, metadata, retry_delay, request_id):
    return kind(
        code,
        message,
        field_violations=field_violations,
        reason=reason,
        metadata=metadata,
        retry_delay=retry_delay,
        request_id=request_id,
    )


class InvalidArgument(RpcError, ValueError):
    """INVALID_ARGUMENT: `field_violations` lists every fault."""


class OutOfRange(RpcError, ValueError):
    """OUT_OF_RANGE."""


class NotFound(RpcError, LookupError):
    """NOT_FOUND: there is no resource of the name."""


class AlreadyExists(RpcError):
    """ALREADY_EXISTS: the name is taken, or a request id was used for something else."""


class FailedPrecondition(RpcError):
    """FAILED_PRECONDITION: it does not fit the state of things, such as a network its dataset."""


class ResourceExhausted(RpcError):
    """RESOURCE_EXHAUSTED: a full queue, disk or quota; `retry_delay` where waiting helps."""


class Unavailable(RpcError):
    """UNAVAILABLE: no server answers; it was tried again for as long as the client's options say."""


class DeadlineExceeded(RpcError):
    """DEADLINE_EXCEEDED: no answer within the client's `timeout`."""


class Unauthenticated(RpcError):
    """UNAUTHENTICATED: the server wants a token, or another one."""


class PermissionDenied(RpcError):
    """PERMISSION_DENIED: the token's role does not allow it."""


class Aborted(RpcError):
    """ABORTED: another call was at work on the same upload."""


class Cancelled(RpcError):
    """CANCELLED: the call was cancelled on this side."""


class DataLoss(RpcError):
    """DATA_LOSS: stored data is damaged, or the server left out an event."""


_BY_CODE = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidArgument,
    grpc.StatusCode.OUT_OF_RANGE: OutOfRange,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExists,
    grpc.StatusCode.FAILED_PRECONDITION: FailedPrecondition,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ResourceExhausted,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDenied,
    grpc.StatusCode.ABORTED: Aborted,
    grpc.StatusCode.CANCELLED: Cancelled,
    grpc.StatusCode.DATA_LOSS: DataLoss,
}


def error_of(code: grpc.StatusCode, message: str, **details) -> RpcError:
    """The exception of a code."""
    return _BY_CODE.get(code, RpcError)(code, message, **details)


def from_grpc(error: grpc.RpcError) -> RpcError:
    """The exception for what gRPC raised, blocking or asyncio; details that cannot be read are left out."""
    details = {}
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            details = _details(value)
    return error_of(error.code(), error.details() or error.code().name, **details)


def _details(encoded: bytes) -> dict:
    details = {}
    try:
        for detail in shared_messages.Status.FromString(encoded).details:
            if detail.type_url.endswith("/google.rpc.BadRequest"):
                faults = shared_messages.BadRequest.FromString(detail.value).field_violations
                details["field_violations"] = [FieldViolation(fault.field, fault.description) for fault in faults]
            elif detail.type_url.endswith("/google.rpc.ErrorInfo"):
                info = shared_messages.ErrorInfo.FromString(detail.value)
                details["reason"] = info.reason
                details["metadata"] = dict(info.metadata)
            elif detail.type_url.endswith("/google.rpc.RetryInfo"):
                delay = shared_messages.RetryInfo.FromString(detail.value).retry_delay
                details["retry_delay"] = delay.seconds + delay.nanos / 1e9
            elif detail.type_url.endswith("/google.rpc.RequestInfo"):
                details["request_id"] = shared_messages.RequestInfo.FromString(detail.value).request_id
    except DecodeError:
        pass
    return details


class TrainingFailed(TraindError):
    """A job that FAILED.

    Attributes:
        job: its name.
        reason: one of the names of TrainingError.Reason, such as `DIVERGED`.
        message: the server's sentence.
        step: steps completed before it.
        layer: with DIVERGED, the layer in which the first NaN or infinity arose.
    """

    def __init__(self, job: str, error: v1.TrainingError):
        self.job = job
        self.error = error
        self.reason = v1.TrainingError.Reason.Name(error.reason)
        self.message = error.message
        self.step = error.step
        self.layer = error.layer
        super().__init__(f"{job} failed after {error.step} steps: {error.message} ({self.reason})")

    def __reduce__(self):
        return TrainingFailed, (self.job, self.error)


class TrainingCancelled(TraindError):
    """A job that was CANCELLED, and by whom is not known. `job` is its name."""

    def __init__(self, job: str):
        self.job = job
        super().__init__(f"{job} was cancelled")

    def __reduce__(self):
        return TrainingCancelled, (self.job,)
