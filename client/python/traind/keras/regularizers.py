"""Penalties on weights: Keras's L1, L2 and L1L2."""
from __future__ import annotations

from typing import Optional

from traind import v1
from traind.keras.unsayable import unknown


class L1L2:
    """Adds l1 * sum(|w|) + l2 * sum(w^2) to the loss."""

    def __init__(self, l1=0.0, l2=0.0):
        self.message = v1.Regularizer(l1=l1, l2=l2)


class L1(L1L2):
    def __init__(self, l1=0.01):
        super().__init__(l1=l1)


class L2(L1L2):
    def __init__(self, l2=0.01):
        super().__init__(l2=l2)


l1, l2, l1_l2 = L1, L2, L1L2

_BY_NAME = {"l1": L1, "l2": L2, "l1_l2": lambda: L1L2(0.01, 0.01)}


def get(regularizer) -> Optional[L1L2]:
    """A regularizer of a name, as it is given, or none."""
    if regularizer is None or isinstance(regularizer, L1L2):
        return regularizer
    if regularizer in _BY_NAME:
        return _BY_NAME[regularizer]()
    raise unknown("regularizer", regularizer, _BY_NAME)
