"""Figures beside the loss, by Keras's names or as objects.

The server computes them over all rows of an epoch at once; Keras's are the same for those that have a name here. What
the server has and Keras has not goes by the server's names: `f1_macro`, `log_loss`, ... Those that Keras defines
otherwise (its Precision and Recall at a threshold) are refused.
"""
from __future__ import annotations

from typing import List, Optional

import numpy as np

from traind import v1
from traind.keras.unsayable import refuse_unless_default, unknown

_Metric = v1.TrainingSpec


class Metric:
    """A figure.

    Attributes:
        key: its name in a History, which is the one it was asked for by.
        metric: what it is on the wire.
        reported: its name in the server's reports.
        scale: what the server's figure is multiplied by to give Keras's.
        top_k: the k of a top-k accuracy, or None.
    """

    def __init__(self, key: str, metric: int, *, scale: float = 1, top_k: Optional[int] = None):
        self.key = key
        self.metric = metric
        self.reported = v1.TrainingSpec.Metric.Name(metric).lower()
        self.scale = scale
        self.top_k = top_k

    def of(self, y, p, threshold: float) -> float:
        """The figure in NumPy: y as the server was told it, p what the network puts out, shape (rows, units); a single
        unit means the second class above `threshold`."""
        if self.metric not in _IN_NUMPY:
            raise NotImplementedError(
                f"evaluate: the server has no evaluation yet, and {self.key!r} is not computed on "
                "this side; leave it out of compile's metrics, or use scikit-learn on predict's answer"
            )
        return float(_IN_NUMPY[self.metric](y, p, k=self.top_k, threshold=threshold)) * self.scale


class AUC(Metric):
    """The area under the ROC curve, or with curve="PR" the average precision: exact, not of 200 thresholds."""

    def __init__(self, num_thresholds=200, curve="ROC", name=None):
        kind = _Metric.PR_AUC if str(curve).upper() == "PR" else _Metric.ROC_AUC
        super().__init__(name or "auc", kind)


class Accuracy(Metric):
    _name = "accuracy"

    def __init__(self, name=None, dtype=None):
        super().__init__(name or self._name, _Metric.ACCURACY)


class CategoricalAccuracy(Accuracy):
    _name = "categorical_accuracy"


class SparseCategoricalAccuracy(Accuracy):
    _name = "sparse_categorical_accuracy"


class BinaryAccuracy(Accuracy):
    _name = "binary_accuracy"

    def __init__(self, name=None, dtype=None, threshold=0.5):
        refuse_unless_default("BinaryAccuracy", {"threshold": threshold}, {"threshold": 0.5})
        super().__init__(name)


class TopKCategoricalAccuracy(Metric):
    def __init__(self, k=5, name="top_k_categorical_accuracy", dtype=None):
        super().__init__(name, _Metric.TOP_K_ACCURACY, top_k=k)


class SparseTopKCategoricalAccuracy(TopKCategoricalAccuracy):
    def __init__(self, k=5, name="sparse_top_k_categorical_accuracy", dtype=None):
        super().__init__(k, name)


class MeanSquaredError(Metric):
    def __init__(self, name="mean_squared_error", dtype=None):
        super().__init__(name, _Metric.MSE)


class MeanAbsoluteError(Metric):
    def __init__(self, name="mean_absolute_error", dtype=None):
        super().__init__(name, _Metric.MAE)


class RootMeanSquaredError(Metric):
    def __init__(self, name="root_mean_squared_error", dtype=None):
        super().__init__(name, _Metric.RMSE)


class MeanAbsolutePercentageError(Metric):
    """In percent, as Keras has it."""

    def __init__(self, name="mean_absolute_percentage_error", dtype=None):
        super().__init__(name, _Metric.MAPE, scale=100)


class R2Score(Metric):
    def __init__(self, name="r2_score", dtype=None):
        super().__init__(name, _Metric.R2)


_BY_NAME = {
    "accuracy": Accuracy,
    "acc": Accuracy,
    "categorical_accuracy": CategoricalAccuracy,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
    "binary_accuracy": BinaryAccuracy,
    "top_k_categorical_accuracy": TopKCategoricalAccuracy,
    "sparse_top_k_categorical_accuracy": SparseTopKCategoricalAccuracy,
    "auc": AUC,
    "mse": MeanSquaredError,
    "mean_squared_error": MeanSquaredError,
    "mae": MeanAbsoluteError,
    "mean_absolute_error": MeanAbsoluteError,
    "mape": MeanAbsolutePercentageError,
    "mean_absolute_percentage_error": MeanAbsolutePercentageError,
    "root_mean_squared_error": RootMeanSquaredError,
    "r2_score": R2Score,
}
# Tables (per class, the confusion matrix) are no figures of an epoch.
_OF_THE_SERVER = {
    name.lower(): number
    for name, number in v1.TrainingSpec.Metric.items()
    if number != _Metric.METRIC_UNSPECIFIED and not name.endswith("_PER_CLASS") and number != _Metric.CONFUSION_MATRIX
}


def get(metric) -> Metric:
    """A metric of a name, or as it is given."""
    if isinstance(metric, Metric):
        return metric
    if isinstance(metric, str):
        name = metric.lower()
        if name in _BY_NAME:
            return _BY_NAME[name](name=metric)
        if name in _OF_THE_SERVER:
            return Metric(metric, _OF_THE_SERVER[name])
    raise unknown("metric", metric, {**_BY_NAME, **_OF_THE_SERVER})


def get_all(metrics) -> List[Metric]:
    """The metrics of compile: None, one, a list, or a list in a list, as Keras takes for one output."""
    if metrics is None:
        return []
    if isinstance(metrics, (str, Metric)):
        metrics = [metrics]
    if len(metrics) == 1 and isinstance(metrics[0], (list, tuple)):
        metrics = metrics[0]
    return [get(metric) for metric in metrics]


def _accuracy(y, p, threshold, **_):
    if p.shape[1] > 1:
        return (p.argmax(1) == y).mean()
    return ((p[:, 0] > threshold) == (y.reshape(-1) > 0.5)).mean()


def _top_k(y, p, k, **_):
    better = (p > p[np.arange(len(p)), y][:, np.newaxis]).sum(1)
    return (better < k).mean()


_IN_NUMPY = {
    _Metric.ACCURACY: _accuracy,
    _Metric.TOP_K_ACCURACY: _top_k,
    _Metric.MAE: lambda y, p, **_: abs(y - p).mean(),
    _Metric.MSE: lambda y, p, **_: ((y - p) ** 2).mean(),
    _Metric.RMSE: lambda y, p, **_: np.sqrt(((y - p) ** 2).mean(0)).mean(),
    _Metric.MAPE: lambda y, p, **_: (abs(y - p) / np.maximum(abs(y), 1e-7)).mean(),
    _Metric.R2: lambda y, p, **_: (1 - ((y - p) ** 2).sum(0) / ((y - y.mean(0)) ** 2).sum(0)).mean(),
}
