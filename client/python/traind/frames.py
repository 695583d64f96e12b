"""Tables of pandas as datasets, as CSV, so that the server sees texts and missing values as they are.

pandas is not imported: what has `columns`, `dtypes` and `iloc` will do.
"""
from __future__ import annotations

import csv
import io
from typing import Dict, List

import numpy as np

from traind import v1
from traind.arrays import Contents
from traind.sources import Buffers


def is_frame_of_texts(X) -> bool:
    """Whether X is a table with columns that are no numbers, or that miss values."""
    if not all(hasattr(X, name) for name in ("columns", "dtypes", "iloc")):
        return False
    return any(not _is_numeric(dtype) for dtype in X.dtypes) or bool(X.isna().to_numpy().any())


class Frame:
    """A table by columns. Numbers are NUMERIC to the server; texts, categories and truth values are CATEGORICAL."""

    def __init__(self, X):
        self._frame = X
        self.shape = X.shape
        self._numeric = [_is_numeric(dtype) for dtype in X.dtypes]
        self.columns = [str(name) for name in X.columns]

    def __len__(self):
        return len(self._frame)

    def __getitem__(self, rows):
        """The rows of a mask."""
        return Frame(self._frame[rows])

    def texts(self) -> Dict[str, List[str]]:
        """Each column as texts, an empty one for a missing value."""
        return {name: _texts(self._frame.iloc[:, i], self._numeric[i]) for i, name in enumerate(self.columns)}

    def classification(self, labels, weights) -> Contents:
        """A dataset of the rows and the class of each, an index from 0. Every class has a row."""
        return self._contents(v1.Dataset.CLASSIFICATION, [labels.tolist()], weights)

    def regression(self, targets, weights) -> Contents:
        """A dataset of the rows and the numbers to predict, shape (rows,) or (rows, targets)."""
        columns = np.asarray(targets).reshape(len(targets), -1).T
        return self._contents(
            v1.Dataset.REGRESSION, [[repr(float(value)) for value in column] for column in columns], weights
        )

    def _contents(self, task, labels, weights) -> Contents:
        free = _free_names(set(self.columns))
        label_names = [next(free) for _ in labels]
        table = [*self.texts().values(), *labels]
        header = [*self.columns, *label_names]
        format = v1.DatasetFormat(task=task)
        format.csv.label_columns.extend(label_names)
        if weights is not None:
            header.append(next(free))
            table.append([repr(float(weight)) for weight in weights])
            format.csv.weight_column = header[-1]
        for name, numeric in zip(self.columns, self._numeric):
            format.csv.columns.add(name=name, kind=v1.Column.NUMERIC if numeric else v1.Column.CATEGORICAL)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(zip(*table))
        return Contents(format, Buffers([out.getvalue().encode()]), len(self))


def _is_numeric(dtype) -> bool:
    return getattr(dtype, "kind", "O") in "fiu"


def _texts(column, numeric: bool) -> List[str]:
    missing = column.isna().to_numpy()
    tell = repr if numeric else str
    return ["" if none else tell(value) for value, none in zip(column.tolist(), missing)]


def _free_names(taken):
    number = 0
    while True:
        name = f"label {number}" if number else "label"
        if name not in taken:
            yield name
        number += 1
