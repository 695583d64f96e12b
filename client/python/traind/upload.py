"""Uploads that go on after a break, as steps."""
from __future__ import annotations

import hashlib
import time

import grpc

from traind import v1
from traind.errors import InvalidArgument, NotFound, OutOfRange, RpcError, TraindError, error_of
from traind.steps import Backoff, Call, Send, Sleep

CHUNK_BYTES = 1 << 20
INLINE_BYTES = 1 << 20
SLOWEST_BYTES_PER_SECOND = 256 << 10

# After these an upload can go on.
_PASSING_REASONS = {"UPLOAD_BUSY", "OFFSET_MISMATCH", "UPLOAD_STALLED", "TOO_MANY_UPLOADS", "UPLOAD_INCOMPLETE"}


def create_dataset(operations, request: v1.CreateUploadRequest, source, *, row_count=0, on_progress=None):
    """A dataset of what `source` (sources.py) holds: in one message if it is small, else by an upload. Closes it."""
    try:
        request.size_bytes = source.size
        if source.size > INLINE_BYTES:
            return (yield from _Upload(operations, request, source, row_count, on_progress).run())
        whole = v1.CreateDatasetRequest(
            dataset_id=request.dataset_id,
            format=request.format,
            request_id=request.request_id,
            tenant=request.tenant,
            data=source.read(0, source.size),
        )
        return (yield from operations.create("CreateDataset", whole))
    finally:
        source.close()


class _Upload:
    """One upload, from wherever the server has got to."""

    def __init__(self, operations, request, source, row_count, on_progress):
        self._operations = operations
        self._request = request
        self._source = source
        self._row_count = row_count
        self._on_progress = on_progress or (lambda sent, size: None)
        self._backoff = Backoff(operations.connection)
        self._progressed = time.monotonic()
        self._upload = None
        self._hash = hashlib.sha256()
        self._hashed = 0

    def run(self):
        self._upload = yield from self._operations.create("CreateUpload", self._request)
        try:
            return (yield from self._send_and_commit())
        except (InvalidArgument, OutOfRange):
            # Nobody goes on with what the server has refused.
            try:
                yield from self._operations.delete("DeleteUpload", self._upload.name)
            except TraindError:
                pass  # it expires
            raise

    def _send_and_commit(self):
        size = self._request.size_bytes
        while True:
            error = None
            self._on_progress(self._upload.committed_bytes, size)
            try:
                if self._upload.committed_bytes < size:
                    yield from self._send()
                if self._upload.committed_bytes == size:
                    return (yield from self._commit())
            except RpcError as raised:
                error = raised
                if not _is_passing(error):
                    raise
            yield from self._find_out(error)

    def _send(self):
        """One stream, from what is committed to the end."""
        rest = self._request.size_bytes - self._upload.committed_bytes
        timeout = self._operations.connection.timeout + rest / SLOWEST_BYTES_PER_SECOND
        answer = yield Send("WriteUpload", self._messages, timeout)
        self._set_committed(answer.committed_bytes)

    def _messages(self):
        offset = self._upload.committed_bytes
        self._hash_up_to(offset)
        while offset < self._request.size_bytes:
            data = self._source.read(offset, min(CHUNK_BYTES, self._request.size_bytes - offset))
            if not data:
                return  # the source has become shorter; the commit is refused
            self._add_to_hash(offset, data)
            yield v1.WriteUploadRequest(name=self._upload.name, offset=offset, data=data)
            offset += len(data)
            self._on_progress(offset, self._request.size_bytes)

    def _commit(self):
        self._hash_up_to(self._request.size_bytes)
        request = v1.CommitUploadRequest(
            name=self._upload.name, sha256=self._hash.hexdigest(), row_count=self._row_count
        )
        # The server may have to read all of it.
        timeout = self._operations.connection.timeout + self._request.size_bytes / SLOWEST_BYTES_PER_SECOND
        return (yield Call("CommitUpload", request, timeout))

    def _find_out(self, why):
        """Waits and asks from where to go on; gives up after a while without progress."""
        patience = self._operations.connection.patience
        while True:
            if time.monotonic() - self._progressed >= patience:
                code = why.code if why else grpc.StatusCode.UNAVAILABLE
                raise error_of(
                    code,
                    f"{why.message if why else 'the upload stands still'}; gave up after "
                    f"{patience:.0f} s in which no more of it came through",
                )
            yield Sleep(max(self._backoff.next(), (why and why.retry_delay) or 0))
            try:
                request = v1.GetUploadRequest(name=self._upload.name)
                upload = yield from self._operations.call("GetUpload", request)
                self._set_committed(upload.committed_bytes)
                return
            except NotFound:
                # After a commit whose answer was lost there is a dataset in its place: the next commit tells.
                if self._upload.committed_bytes == self._request.size_bytes:
                    return
                raise
            except RpcError as error:
                if not _is_passing(error) and error.code is not grpc.StatusCode.DEADLINE_EXCEEDED:
                    raise
                why = error

    def _set_committed(self, size):
        if size > self._upload.committed_bytes:
            self._progressed = time.monotonic()
            self._backoff.reset()
        self._upload.committed_bytes = size

    def _hash_up_to(self, offset):
        """Reads what the server has from an earlier run, for the hash of it all."""
        while self._hashed < offset:
            data = self._source.read(self._hashed, min(CHUNK_BYTES, offset - self._hashed))
            if not data:
                return
            self._add_to_hash(self._hashed, data)

    def _add_to_hash(self, offset, data):
        """Each byte once, however often it is sent."""
        known = self._hashed - offset
        if known < len(data):
            self._hash.update(memoryview(data)[known:])
            self._hashed = offset + len(data)


def _is_passing(error):
    return error.code is grpc.StatusCode.UNAVAILABLE or error.reason in _PASSING_REASONS
