"""Rows and labels as Keras takes them, told to the server as it wants them."""
from __future__ import annotations

import math
from typing import List, Tuple

import numpy as np

from traind import arrays


def rows(x, shape: Tuple[int, ...]) -> np.ndarray:
    """x, shape (rows, *shape), as a matrix. ValueError: it has another shape."""
    x = np.asarray(x)
    if x.ndim == 1 and shape == (1,):
        x = x[:, np.newaxis]
    if x.shape[1:] != tuple(shape):
        raise ValueError(f"x: has the shape {x.shape}; the model takes {('rows', *shape)}".replace("'", ""))
    return x.reshape(len(x), math.prod(shape))


def told(loss, units: int, *labels) -> Tuple[int, List[np.ndarray]]:
    """What the server is told of arrays of labels that belong together, such as those to train and to validate on.

    Returns:
        The number of classes, and class indices, shape (rows,), for each array; or 0, and numbers to predict, float32,
        shape (rows, units), for each.

    Raises:
        ValueError: labels that the loss cannot take.
    """
    labels = [np.asarray(y) for y in labels]
    if loss.labels == "classes":
        return units, [_indices(y, units) for y in labels]
    if loss.labels in ("binary", "sign") and units == 1:
        values = {"binary": (0, 1), "sign": (-1, 0, 1)}[loss.labels]
        if all(np.isin(y, values).all() for y in labels):
            return 2, [(y.reshape(len(y), -1)[:, 0] > 0).astype(np.int32) for y in labels]
    if loss.labels == "sign":
        raise ValueError("y: hinge takes labels -1 and 1, or 0 and 1, and a model with one output")
    return 0, [_numbers(y, units) for y in labels]


def contents(x: np.ndarray, y: np.ndarray, classes: int, weights=None) -> arrays.Contents:
    """A dataset of rows and what the server is told of their labels. Rows of weight 0 stay: they may be validated."""
    if classes:
        return arrays.classification(x, y, class_count=classes, weights=weights)
    return arrays.regression(x, y, weights=weights)


def _indices(y, units):
    if y.ndim == 1 or y.shape[1:] == (1,):
        return arrays.class_indices(y, units)
    if y.ndim != 2 or y.shape[1] != units:
        raise ValueError(
            f"y: has the shape {y.shape}; for a model with {units} outputs it must be class indices, (rows,), "
            f"or one-hot, (rows, {units})"
        )
    # One 1 a row and else 0: the rows' sums, their greatest and least values tell.
    if not (np.isclose(y.sum(1), 1).all() and np.isin(y, (0, 1)).all()):
        row = int(np.argmin(np.isclose(y.sum(1), 1) & np.isin(y, (0, 1)).all(1)))
        raise ValueError(f"y: row {row} is {y[row].tolist()}, which is not one-hot; a traind learns one class a row")
    return y.argmax(1).astype(np.int32)


def _numbers(y, units):
    if y.ndim == 1:
        y = y[:, np.newaxis]
    if y.ndim != 2 or y.shape[1] != units:
        raise ValueError(f"y: has the shape {y.shape}; for a model with {units} outputs it must be (rows, {units})")
    return y.astype(np.float32)
