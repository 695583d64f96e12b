"""Following a job, as steps."""
from __future__ import annotations

import time

import grpc

from traind import v1
from traind.errors import DataLoss, RpcError, TrainingCancelled, TrainingFailed, error_of
from traind.steps import Backoff, Next, Open, Sleep, Tell


def watch(connection, name: str, after_sequence: int):
    """Tells every event of a job's log after `after_sequence`, each exactly once; ends with the job, in its last event.

    A stream that breaks (UNAVAILABLE, or silence) is opened again after the last event seen, until the server was not
    heard for `connection.patience`.
    """
    request = v1.WatchTrainingJobRequest(name=name, after_sequence=after_sequence)
    backoff = Backoff(connection)
    heard = time.monotonic()
    last = None
    while True:
        stream = yield Open("WatchTrainingJob", request)
        try:
            while True:
                event = yield Next(stream, connection.silence)
                if event is None:
                    return last
                heard = time.monotonic()
                backoff.reset()
                if event.WhichOneof("kind") == "heartbeat" or event.sequence <= request.after_sequence:
                    continue
                if event.sequence != request.after_sequence + 1:
                    raise DataLoss(
                        grpc.StatusCode.DATA_LOSS,
                        f"the server sent event {event.sequence} of {name} after " f"event {request.after_sequence}",
                    )
                request.after_sequence = event.sequence
                last = event
                yield Tell(event)
        except RpcError as error:
            if error.code is not grpc.StatusCode.UNAVAILABLE:
                raise
            away = time.monotonic() - heard
            if away >= connection.patience:
                raise error_of(error.code, f"{error.message}; gave up after {away:.0f} s without the server") from None
        finally:
            stream.cancel()
        yield Sleep(backoff.next())


def wait(connection, name: str):
    """Watches a job to its end and results in how it ended. Raises TrainingFailed or TrainingCancelled."""
    return result_of(name, (yield from watch(connection, name, 0)))


def result_of(name: str, last: v1.TrainingEvent) -> v1.TrainingResult:
    """How a job ended whose last event this is. Raises TrainingFailed or TrainingCancelled."""
    ended = last.state_changed
    if ended.state == v1.TrainingJob.FAILED:
        raise TrainingFailed(name, ended.error)
    if ended.state == v1.TrainingJob.CANCELLED:
        raise TrainingCancelled(name)
    return ended.result
