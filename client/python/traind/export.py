"""Models as files, as steps."""
from __future__ import annotations

import hashlib
import os
import pathlib
import time
import uuid

import grpc

from traind import v1
from traind.errors import DataLoss, RpcError
from traind.steps import Backoff, Next, Open, Sleep

_FORMATS = {".onnx": v1.ExportModelRequest.ONNX, ".safetensors": v1.ExportModelRequest.SAFETENSORS}


def format_of(path) -> int:
    """The format that the end of a file's name asks for. ValueError: it ends otherwise."""
    suffix = pathlib.Path(path).suffix.lower()
    if suffix not in _FORMATS:
        raise ValueError(f"path: is {os.fspath(path)!r}; a traind exports files that end with {' or '.join(_FORMATS)}")
    return _FORMATS[suffix]


def export(connection, request: v1.ExportModelRequest, path):
    """Writes a model to a file, which appears under its name when all of it is there and has its SHA-256.

    A stream that breaks is begun anew, until the server was not heard for `connection.patience`.
    """
    path = pathlib.Path(path)
    backoff = Backoff(connection)
    heard = time.monotonic()
    while True:
        part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
        try:
            with open(part, "wb") as file:
                digest = hashlib.sha256()
                stream = yield Open("ExportModel", request)
                try:
                    first = answer = yield Next(stream, connection.silence)
                    while answer is not None:
                        heard = time.monotonic()
                        backoff.reset()
                        file.write(answer.data)
                        digest.update(answer.data)
                        answer = yield Next(stream, connection.silence)
                finally:
                    stream.cancel()
                size = file.tell()
            if first is None or size != first.size_bytes or digest.hexdigest() != first.sha256:
                raise DataLoss(
                    grpc.StatusCode.DATA_LOSS, f"what came of {request.name} is not what the server announced"
                )
            os.replace(part, path)
            return
        except RpcError as error:
            if error.code is not grpc.StatusCode.UNAVAILABLE or time.monotonic() - heard >= connection.patience:
                raise
        finally:
            part.unlink(missing_ok=True)
        yield Sleep(backoff.next())
