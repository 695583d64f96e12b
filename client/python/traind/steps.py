"""What a client does, step by step, without doing it.

An operation (operations.py, upload.py, watch.py) is a generator that yields the steps below and is sent their results;
`blocking.py` takes them one after the other on the calling thread, `aio.py` with asyncio. So the logic of retries,
uploads and watches is there once.
"""
from __future__ import annotations

import dataclasses
import random
from typing import Any, Callable, Iterable


@dataclasses.dataclass(frozen=True)
class Call:
    """A unary call; its result is the answer. Raises RpcError."""

    method: str
    request: Any
    timeout: float  # seconds


@dataclasses.dataclass(frozen=True)
class Send:
    """A call that streams messages to the server; its result is the answer. Raises RpcError."""

    method: str
    messages: Callable[[], Iterable]
    timeout: float  # seconds


@dataclasses.dataclass(frozen=True)
class Open:
    """A call that is answered by a stream; its result is the stream, which has `cancel()`."""

    method: str
    request: Any


@dataclasses.dataclass(frozen=True)
class Next:
    """The next message of a stream, or None at its end. Raises RpcError, as UNAVAILABLE after `silence` seconds."""

    stream: Any
    silence: float


@dataclasses.dataclass(frozen=True)
class Sleep:
    """Waits."""

    seconds: float


@dataclasses.dataclass(frozen=True)
class Tell:
    """Something for whoever iterates over the operation."""

    value: Any


class Backoff:
    """Waits between attempts: doubled from the first to the last, each drawn from its upper half."""

    def __init__(self, connection):
        self._connection = connection
        self.reset()

    def reset(self):
        self._seconds = self._connection.first_backoff

    def next(self) -> float:
        seconds = self._seconds * random.uniform(0.5, 1.0)
        self._seconds = min(self._seconds * 2, self._connection.last_backoff)
        return seconds
