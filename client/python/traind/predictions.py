"""Asking a model, as steps, and its answers as arrays."""
from __future__ import annotations

import dataclasses
from typing import List, Optional

import numpy as np

from traind import v1

# A request is at most 4 MiB; a row takes some bytes beside its values.
_REQUEST_BYTES = 3 << 20
_ROW_BYTES = 8
_MOST_ROWS = 100_000


@dataclasses.dataclass(frozen=True)
class Predictions:
    """What a model says, an entry a row.

    Attributes:
        class_index: int32, shape (rows,): the predicted class. Classification only, else None.
        class_name: the same by name, a list. Classification only, else None.
        probabilities: float32, shape (rows, classes); rows add up to 1. None for models that give none.
        values: float32, shape (rows, targets): regression, or the score of a hinge model, shape (rows, 1). Else None.
    """

    class_index: Optional[np.ndarray]
    class_name: Optional[List[str]]
    probabilities: Optional[np.ndarray]
    values: Optional[np.ndarray]


def predict_in_parts(operations, name: str, rows):
    """One Predictions for any number of rows."""
    answers = []
    for request in _requests(name, rows):
        answer = yield from operations.call("Predict", request)
        answers.extend(answer.predictions)
    classes = any(answer.class_name for answer in answers[:1])
    return Predictions(
        np.array([answer.class_index for answer in answers], np.int32) if classes else None,
        [answer.class_name for answer in answers] if classes else None,
        _matrix(answers, "probabilities"),
        _matrix(answers, "values"),
    )


def _matrix(answers, field: str) -> Optional[np.ndarray]:
    if not answers or not getattr(answers[0], field):
        return None
    return np.array([getattr(answer, field) for answer in answers], np.float32)


def _requests(name: str, rows):
    if hasattr(rows, "keys"):
        columns = list(rows.keys())
        texts = list(zip(*(rows[column] for column in columns)))
        for part in _parts(texts, [sum(len(text.encode()) + 4 for text in row) for row in texts]):
            request = v1.PredictRequest(name=name)
            request.table.columns.extend(columns)
            for row in part:
                request.table.rows.add(values=row)
            yield request
        return
    values = np.asarray(rows, np.float32)
    if values.ndim != 2:
        raise ValueError(f"rows: have the shape {values.shape}; they must be a matrix, (rows, features)")
    most = max(1, min(_MOST_ROWS, _REQUEST_BYTES // (values.shape[1] * 4 + _ROW_BYTES)))
    for start in range(0, len(values), most):
        request = v1.PredictRequest(name=name)
        for row in values[start : start + most].tolist():
            request.rows.rows.add(values=row)
        yield request


def _parts(rows, sizes):
    """The rows in order, in lists that each fit into a request."""
    part, size = [], 0
    for row, bytes in zip(rows, sizes):
        if part and (size + bytes + _ROW_BYTES > _REQUEST_BYTES or len(part) == _MOST_ROWS):
            yield part
            part, size = [], 0
        part.append(row)
        size += bytes + _ROW_BYTES
    if part:
        yield part
