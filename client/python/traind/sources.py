"""Bytes to upload: `size` of them, and `read(offset, length)`, which gives the same for the same place each time."""
from __future__ import annotations

import io
import os
from typing import Sequence


class Buffers:
    """Pieces of memory, one after the other; they are not copied as a whole and must not change meanwhile."""

    def __init__(self, pieces: Sequence):
        self._pieces = [memoryview(piece).cast("B") for piece in pieces if memoryview(piece).nbytes]
        self.size = sum(piece.nbytes for piece in self._pieces)

    def read(self, offset: int, length: int) -> bytes:
        parts = []
        for piece in self._pieces:
            if length <= 0:
                break
            if offset < piece.nbytes:
                part = piece[offset : offset + length]
                parts.append(part)
                length -= part.nbytes
            offset = max(0, offset - piece.nbytes)
        return b"".join(parts)

    def close(self):
        """Nothing: the memory is somebody else's."""

    def __iter__(self):
        return iter(self._pieces)


class File:
    """A file. OSError: it cannot be read."""

    def __init__(self, path):
        self._file = open(path, "rb")
        self.size = os.fstat(self._file.fileno()).st_size

    def read(self, offset: int, length: int) -> bytes:
        self._file.seek(offset, io.SEEK_SET)
        return self._file.read(length)

    def close(self):
        self._file.close()
