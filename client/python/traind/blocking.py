"""Takes the steps of an operation one after the other, on the calling thread."""
from __future__ import annotations

import threading
import time

import grpc

from traind import steps, stubs
from traind.errors import RpcError, error_of, from_grpc


class Stream:
    """An open stream of answers, with a thread that cancels it when it falls silent: a blocking read cannot tell."""

    def __init__(self, call):
        self._call = call
        self._lock = threading.Condition()
        self._deadline = None  # of the read under way, by time.monotonic()
        self._over = False
        self._silent = False
        threading.Thread(target=self._guard, daemon=True).start()

    def next(self, silence: float):
        with self._lock:
            self._deadline = time.monotonic() + silence
            self._lock.notify()
        try:
            return next(self._call, None)
        except grpc.RpcError as error:
            if self._silent:
                raise error_of(grpc.StatusCode.UNAVAILABLE, f"no sign of life for {silence:.0f} s") from None
            raise from_grpc(error) from None
        finally:
            with self._lock:
                self._deadline = None

    def cancel(self):
        self._call.cancel()
        with self._lock:
            self._over = True
            self._lock.notify()

    def _guard(self):
        with self._lock:
            while not self._over:
                wait = None if self._deadline is None else self._deadline - time.monotonic()
                if wait is not None and wait <= 0:
                    self._silent = True
                    self._call.cancel()
                    return
                self._lock.wait(wait)


class Blocking:
    """A channel and what runs operations over it. Safe to use from several threads at once."""

    def __init__(self, connection):
        self._metadata = connection.metadata
        self._channel = connection.open(grpc)
        self._callables = stubs.callables(self._channel)

    def close(self):
        self._channel.close()

    def run(self, operation):
        """The result of an operation; what it tells is dropped."""
        reply = error = None
        while True:
            try:
                step = operation.throw(error) if error else operation.send(reply)
            except StopIteration as end:
                return end.value
            reply, error = self._take(step)

    def iterate(self, operation):
        """What an operation tells, as it comes."""
        reply = error = None
        try:
            while True:
                try:
                    step = operation.throw(error) if error else operation.send(reply)
                except StopIteration:
                    return
                if isinstance(step, steps.Tell):
                    reply = error = None
                    yield step.value
                else:
                    reply, error = self._take(step)
        finally:
            operation.close()

    def _take(self, step):
        try:
            return self._do(step), None
        except grpc.RpcError as error:
            return None, from_grpc(error)
        except RpcError as error:
            return None, error

    def _do(self, step):
        if isinstance(step, steps.Next):
            return step.stream.next(step.silence)
        if isinstance(step, steps.Sleep):
            return time.sleep(step.seconds)
        if isinstance(step, steps.Tell):
            return None
        method = self._callables[step.method]
        if isinstance(step, steps.Call):
            return method(step.request, timeout=step.timeout, metadata=self._metadata)
        if isinstance(step, steps.Send):
            return method(step.messages(), timeout=step.timeout, metadata=self._metadata)
        return Stream(method(step.request, metadata=self._metadata))
