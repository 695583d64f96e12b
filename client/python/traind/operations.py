"""Unary calls, lists and deletions, as steps."""
from __future__ import annotations

import time
import uuid

import grpc

from traind import shared_messages, v1
from traind.errors import AlreadyExists, NotFound, RpcError, Unavailable
from traind.steps import Backoff, Call, Sleep, Tell
from traind.stubs import METHODS
from traind.upload import create_dataset


class Operations:
    """The operations of one client. Knows whether its server ever answered, and nothing else."""

    def __init__(self, connection):
        self.connection = connection
        self.answered = False

    def call(self, method: str, request, timeout=None, *, gone_is_done=False):
        """One answer. UNAVAILABLE, and nothing else, is tried again, with the same request, until the deadline.

        With `gone_is_done`, NOT_FOUND to a repeated attempt is no error, and the answer None.
        """
        timeout = self.connection.timeout if timeout is None else timeout
        start = time.monotonic()
        backoff = Backoff(self.connection)
        repeated = False
        while True:
            try:
                answer = yield Call(method, request, timeout - (time.monotonic() - start))
                self.answered = True
                return answer
            except RpcError as error:
                if error.code is not grpc.StatusCode.UNAVAILABLE:
                    self.answered = True
                    if repeated and gone_is_done and isinstance(error, NotFound):
                        return None
                    raise
                pause = max(backoff.next(), error.retry_delay or 0)
                patience = timeout if self.answered else min(timeout, self.connection.connect_timeout)
                if time.monotonic() - start + pause >= patience:
                    raise self._explained(error) from None
            yield Sleep(pause)
            repeated = True

    def create(self, method: str, request, timeout=None):
        """A call that is answered once, however often it has to be sent: with a request id, made if there is none."""
        if not request.request_id and not getattr(request, "validate_only", False):
            request.request_id = uuid.uuid4().hex
        return self.call(method, request, timeout)

    def delete(self, method: str, name: str):
        """Deletes. That it is gone when the call is repeated means that an attempt before had worked."""
        return self.call(method, METHODS[method].request(name=name), gone_is_done=True)

    def pages(self, method: str, request, items: str):
        """Tells every item of a list, fetching page after page."""
        while True:
            page = yield from self.call(method, request)
            for item in getattr(page, items):
                yield Tell(item)
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def ensure_dataset(self, contents, on_progress=None):
        """The dataset of these contents, by the name that follows from them; uploaded if it is not there."""
        dataset_id = contents.content_id(self.connection.token or "")
        request = v1.GetDatasetRequest(name=f"datasets/{dataset_id}")
        try:
            return (yield from self.call("GetDataset", request))
        except NotFound:
            pass
        upload = v1.CreateUploadRequest(dataset_id=dataset_id, format=contents.format, request_id=dataset_id)
        try:
            return (
                yield from create_dataset(
                    self, upload, contents.source, row_count=contents.row_count, on_progress=on_progress
                )
            )
        except AlreadyExists:  # somebody else was faster
            return (yield from self.call("GetDataset", request))

    def health(self):
        """The name of what gRPC's health service says of the whole server."""
        answer = yield from self.call("Check", shared_messages.HealthCheckRequest())
        return shared_messages.HealthCheckResponse.ServingStatus.Name(answer.status)

    def _explained(self, error):
        if self.answered:
            return error
        return Unavailable(
            error.code,
            f"nothing answers at {self.connection.address}: {error.message}; "
            f"{self.connection.next_step(error.message)}",
            retry_delay=error.retry_delay,
        )
