"""Activation functions, by Keras's names."""
from __future__ import annotations

from typing import Optional

from traind import v1
from traind.keras.unsayable import unknown

# Keras's leaky_relu has the slope 0.2, which is the server's default, too.
_BY_NAME = {
    name.lower(): v1.Activation(function=number)
    for name, number in v1.Activation.Function.items()
    if number != v1.Activation.FUNCTION_UNSPECIFIED
}
_BY_NAME["swish"] = _BY_NAME["silu"]


def get(activation) -> Optional[v1.Activation]:
    """An activation of a name such as `relu`, or of a function that is called so. None: none."""
    if activation is None or isinstance(activation, v1.Activation):
        return activation
    name = getattr(activation, "__name__", activation)
    if name in _BY_NAME:
        return _BY_NAME[name]
    raise unknown("activation", name, _BY_NAME)
