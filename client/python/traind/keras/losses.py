"""Keras's losses, by name or as objects.

What a loss says of the data: `labels` is `classes` (class indices or one-hot rows), `binary` (0 and 1), `sign` (-1 and
1) or `numbers`. `ending` is the activation that the network has to end with, if any.
"""
from __future__ import annotations

import numpy as np

from traind import v1
from traind.keras.unsayable import refuse_unless_default, unknown

_TINY = 1e-7  # what Keras keeps probabilities away from 0 and 1 by


class Loss:
    """What training minimizes, as a mean over rows. `message` is what it is on the wire."""

    labels = "numbers"
    ending = None
    # Of a single unit's output, above which it means the second class.
    threshold = 0.5
    # On logits, whose activation is then added to the network and taken off its predictions again.
    from_logits = False

    def __init__(self, message, *, from_logits=False, reduction="sum_over_batch_size", name=None, dtype=None, axis=-1):
        refuse_unless_default(
            type(self).__name__,
            {"reduction": reduction, "axis": axis},
            {"reduction": "sum_over_batch_size", "axis": -1},
        )
        self.message = message
        self.from_logits = from_logits

    def of_rows(self, y, p):
        """Each row's loss in NumPy, shape (rows,): y as the server was told it (indices for classes), p what the
        network puts out (probabilities, never logits), shape (rows, units)."""
        raise NotImplementedError(f"{type(self).__name__} cannot be evaluated on this side yet")


class _Classes(Loss):
    labels = "classes"
    ending = "softmax"
    _smoothing = 0.0

    def _target(self, y, p):
        """The labels as rows that add up to 1, smoothed."""
        target = np.full_like(p, self._smoothing / p.shape[1])
        target[np.arange(len(p)), y] += 1 - self._smoothing
        return target


class CategoricalCrossentropy(_Classes):
    def __init__(self, from_logits=False, label_smoothing=0.0, **kwargs):
        self._smoothing = label_smoothing
        super().__init__(
            v1.Loss(categorical_crossentropy=v1.CategoricalCrossentropy(label_smoothing=label_smoothing)),
            from_logits=from_logits,
            **kwargs,
        )

    def of_rows(self, y, p):
        return -(self._target(y, p) * np.log(np.clip(p, _TINY, 1 - _TINY))).sum(1)


class SparseCategoricalCrossentropy(CategoricalCrossentropy):
    def __init__(self, from_logits=False, ignore_class=None, **kwargs):
        refuse_unless_default("SparseCategoricalCrossentropy", {"ignore_class": ignore_class}, {})
        super().__init__(from_logits=from_logits, **kwargs)


class CategoricalFocalCrossentropy(_Classes):
    def __init__(self, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, **kwargs):
        self._alpha, self._gamma, self._smoothing = alpha, gamma, label_smoothing
        super().__init__(
            v1.Loss(
                categorical_focal_crossentropy=v1.CategoricalFocalCrossentropy(
                    alpha=alpha, gamma=gamma, label_smoothing=label_smoothing
                )
            ),
            from_logits=from_logits,
            **kwargs,
        )

    def of_rows(self, y, p):
        p = np.clip(p, _TINY, 1 - _TINY)
        return -(self._alpha * (1 - p) ** self._gamma * self._target(y, p) * np.log(p)).sum(1)


class BinaryCrossentropy(Loss):
    labels = "binary"
    ending = "sigmoid"

    def __init__(self, from_logits=False, label_smoothing=0.0, **kwargs):
        self._smoothing = label_smoothing
        super().__init__(
            v1.Loss(binary_crossentropy=v1.BinaryCrossentropy(label_smoothing=label_smoothing)),
            from_logits=from_logits,
            **kwargs,
        )

    def of_rows(self, y, p):
        p = np.clip(p, _TINY, 1 - _TINY)
        y = y * (1 - self._smoothing) + self._smoothing / 2
        return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(1)


class BinaryFocalCrossentropy(Loss):
    labels = "binary"
    ending = "sigmoid"

    def __init__(
        self, apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, **kwargs
    ):
        refuse_unless_default("BinaryFocalCrossentropy", {"label_smoothing": label_smoothing}, {"label_smoothing": 0.0})
        self._balancing, self._alpha, self._gamma = apply_class_balancing, alpha, gamma
        super().__init__(
            v1.Loss(
                binary_focal_crossentropy=v1.BinaryFocalCrossentropy(
                    apply_class_balancing=apply_class_balancing, alpha=alpha, gamma=gamma
                )
            ),
            from_logits=from_logits,
            **kwargs,
        )

    def of_rows(self, y, p):
        p = np.clip(p, _TINY, 1 - _TINY)
        said = y * p + (1 - y) * (1 - p)
        loss = -((1 - said) ** self._gamma) * (y * np.log(p) + (1 - y) * np.log(1 - p))
        if self._balancing:
            loss *= y * self._alpha + (1 - y) * (1 - self._alpha)
        return loss.mean(1)


class MeanSquaredError(Loss):
    def __init__(self, **kwargs):
        super().__init__(v1.Loss(mean_squared_error=v1.MeanSquaredError()), **kwargs)

    def of_rows(self, y, p):
        return ((y - p) ** 2).mean(1)


class MeanAbsoluteError(Loss):
    def __init__(self, **kwargs):
        super().__init__(v1.Loss(mean_absolute_error=v1.MeanAbsoluteError()), **kwargs)

    def of_rows(self, y, p):
        return abs(y - p).mean(1)


class Huber(Loss):
    def __init__(self, delta=1.0, **kwargs):
        self._delta = delta
        super().__init__(v1.Loss(huber=v1.Huber(delta=delta)), **kwargs)

    def of_rows(self, y, p):
        distance = abs(y - p)
        return np.where(distance <= self._delta, distance**2 / 2, self._delta * (distance - self._delta / 2)).mean(1)


class Hinge(Loss):
    labels = "sign"
    threshold = 0.0

    def __init__(self, **kwargs):
        super().__init__(v1.Loss(hinge=v1.Hinge()), **kwargs)

    def of_rows(self, y, p):
        return np.maximum(0, 1 - (2 * y - 1) * p).mean(1)


class Poisson(Loss):
    def __init__(self, **kwargs):
        super().__init__(v1.Loss(poisson=v1.Poisson()), **kwargs)

    def of_rows(self, y, p):
        return (p - y * np.log(p + _TINY)).mean(1)


_BY_NAME = {
    "categorical_crossentropy": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
    "categorical_focal_crossentropy": CategoricalFocalCrossentropy,
    "binary_crossentropy": BinaryCrossentropy,
    "binary_focal_crossentropy": BinaryFocalCrossentropy,
    "mean_squared_error": MeanSquaredError,
    "mean_absolute_error": MeanAbsoluteError,
    "huber": Huber,
    "hinge": Hinge,
    "poisson": Poisson,
}
_OTHER_NAMES = {"mse": "mean_squared_error", "mae": "mean_absolute_error", "bce": "binary_crossentropy"}


def get(loss) -> Loss:
    """A loss of a name such as `mse`, or as it is given."""
    if isinstance(loss, Loss):
        return loss
    name = str(loss).lower()
    name = _OTHER_NAMES.get(name, name)
    if isinstance(loss, str) and name in _BY_NAME:
        return _BY_NAME[name]()
    raise unknown("loss", loss, _BY_NAME)
