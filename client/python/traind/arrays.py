"""Arrays of NumPy as datasets: raw little-endian numbers with a format that says what they are."""
from __future__ import annotations

import dataclasses
import hashlib
from typing import Optional, Sequence

import numpy as np

from traind import v1
from traind.sources import Buffers

# Kept as they are; anything else travels as float32, which is what training computes in.
_TYPES = {
    np.dtype("<f4"): v1.Dataset.FLOAT32,
    np.dtype("<i4"): v1.Dataset.INT32,
    np.dtype("<i8"): v1.Dataset.INT64,
    np.dtype("u1"): v1.Dataset.UINT8,
}


@dataclasses.dataclass(frozen=True)
class Contents:
    """A dataset's bytes (`source`), how they are to be read (`format`) and how many rows they hold."""

    format: v1.DatasetFormat
    source: object
    row_count: int

    def content_id(self, token: str = "") -> str:
        """A dataset id that follows from format and bytes, so that the same contents are uploaded once.

        And from the token: the tenants of a server share its ids, and nobody shall find out by one that is taken who
        has which data.
        """
        digest = hashlib.sha256(token.encode())
        digest.update(self.format.SerializeToString(deterministic=True))
        for piece in self.source:
            digest.update(piece)
        return f"sha256-{digest.hexdigest()[:40]}"


def classification(
    features,
    labels,
    *,
    class_count: Optional[int] = None,
    class_names: Sequence[str] = (),
    feature_names: Sequence[str] = (),
    weights=None,
) -> Contents:
    """Rows and the class of each.

    Args:
        features: numbers, shape (rows, features). float64 and others are rounded to float32.
        labels: class indices from 0, shape (rows,) or (rows, 1), of an integer type or whole numbers.
        class_count: classes, 2 to 65,536. Default: as many as `class_names`, or the largest label and 1.
        class_names: a distinct name a class, by index. Default: `0`, `1`, ...
        feature_names: a distinct name a feature. Default: `0`, `1`, ...
        weights: how much each row's loss counts, from 0, shape (rows,). Default: all the same.

    Raises:
        ValueError: a shape or a label does not fit.
    """
    features = _matrix("features", features)
    if class_count is None:
        class_count = len(class_names) or max(int(np.max(labels, initial=0)) + 1, 2)
    tensors = v1.Tensors(class_count=class_count, class_names=class_names)
    labels = class_indices(labels, class_count)
    return _contents(v1.Dataset.CLASSIFICATION, tensors, features, labels, weights, feature_names)


def class_indices(labels, class_count: int) -> np.ndarray:
    """Labels of shape (rows,) or (rows, 1) as int32 of shape (rows,). ValueError: some are no indices of classes."""
    labels = np.asarray(labels)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        raise ValueError(f"labels: have the shape {labels.shape}; class indices have the shape (rows,)")
    whole = labels.astype(np.int32)
    if not np.array_equal(whole, labels):
        raise ValueError("labels: must be whole numbers, the indices of classes")
    if whole.size and not 0 <= whole.min() <= whole.max() < class_count:
        raise ValueError(
            f"labels: run from {whole.min()} to {whole.max()}; with {class_count} classes they must be 0 to "
            f"{class_count - 1}"
        )
    return whole


def regression(
    features, targets, *, target_names: Sequence[str] = (), feature_names: Sequence[str] = (), weights=None
) -> Contents:
    """Rows and the numbers to predict for each: `targets` has the shape (rows,) or (rows, targets). Else as above."""
    features = _matrix("features", features)
    targets = np.asarray(targets)
    if targets.ndim == 1:
        targets = targets[:, np.newaxis]
    targets = _matrix("targets", targets)
    tensors = v1.Tensors(target_count=targets.shape[1], target_names=target_names)
    return _contents(v1.Dataset.REGRESSION, tensors, features, targets, weights, feature_names)


def _contents(task, tensors, features, labels, weights, feature_names) -> Contents:
    rows = len(features)
    if len(labels) != rows:
        raise ValueError(f"features have {rows} rows and labels {len(labels)}; there must be as many")
    pieces = [features, labels]
    if weights is not None:
        weights = np.asarray(weights, "<f4").reshape(-1)
        if len(weights) != rows:
            raise ValueError(f"features have {rows} rows and weights {len(weights)}; there must be as many")
        pieces.append(weights)
    tensors.row_count = rows
    tensors.feature_count = features.shape[1]
    tensors.feature_names.extend(feature_names)
    tensors.has_weights = weights is not None
    tensors.feature_type = _TYPES[features.dtype]
    tensors.label_type = _TYPES[labels.dtype]
    return Contents(v1.DatasetFormat(task=task, tensors=tensors), Buffers(_aligned(pieces)), rows)


def _aligned(pieces):
    """The pieces with zeros between, so that each begins at a multiple of the size of its numbers."""
    size = 0
    for piece in pieces:
        gap = -size % piece.itemsize
        if gap:
            yield bytes(gap)
        yield piece
        size += gap + piece.nbytes


def _matrix(what: str, values) -> np.ndarray:
    values = np.asarray(values)
    if values.ndim != 2:
        raise ValueError(f"{what}: have the shape {values.shape}; they must be a matrix, (rows, numbers a row)")
    if values.dtype.kind not in "fiub":
        raise ValueError(f"{what}: are of type {values.dtype}; they must be numbers")
    little = values.dtype.newbyteorder("<")
    return np.ascontiguousarray(values, little if little in _TYPES else "<f4")
