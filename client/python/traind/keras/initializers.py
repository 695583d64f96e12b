"""How weights start: Keras's initializers, by name or as objects."""
from __future__ import annotations

import math

from traind import v1
from traind.keras.unsayable import refuse_unless_default, unknown

_Kind = v1.Initializer

# Keras's RandomUniform and the server's draw from [-0.05, 0.05].
_UNIFORM_LIMIT = 0.05


class Initializer:
    """`message` is what it is on the wire."""

    def __init__(self, kind, *, gain=None, value=None, seed=None):
        refuse_unless_default("initializer", {"seed": seed}, {})
        self.message = v1.Initializer(kind=kind)
        if gain is not None:
            self.message.gain = gain
        if value is not None:
            self.message.value = value


class GlorotUniform(Initializer):
    def __init__(self, seed=None):
        super().__init__(_Kind.GLOROT_UNIFORM, seed=seed)


class GlorotNormal(Initializer):
    def __init__(self, seed=None):
        super().__init__(_Kind.GLOROT_NORMAL, seed=seed)


class HeUniform(Initializer):
    def __init__(self, seed=None):
        super().__init__(_Kind.HE_UNIFORM, seed=seed)


class HeNormal(Initializer):
    def __init__(self, seed=None):
        super().__init__(_Kind.HE_NORMAL, seed=seed)


class LecunUniform(Initializer):
    def __init__(self, seed=None):
        super().__init__(_Kind.LECUN_UNIFORM, seed=seed)


class LecunNormal(Initializer):
    def __init__(self, seed=None):
        super().__init__(_Kind.LECUN_NORMAL, seed=seed)


class Orthogonal(Initializer):
    def __init__(self, gain=1.0, seed=None):
        super().__init__(_Kind.ORTHOGONAL, gain=gain, seed=seed)


class VarianceScaling(Initializer):
    """Of what the others are cases; with fan_in or fan_avg, uniform or truncated_normal."""

    def __init__(self, scale=1.0, mode="fan_in", distribution="truncated_normal", seed=None):
        kinds = {
            ("fan_in", "uniform"): _Kind.LECUN_UNIFORM,
            ("fan_in", "truncated_normal"): _Kind.LECUN_NORMAL,
            ("fan_avg", "uniform"): _Kind.GLOROT_UNIFORM,
            ("fan_avg", "truncated_normal"): _Kind.GLOROT_NORMAL,
        }
        # Keras 2 called the truncated one `normal`.
        kind = kinds.get((mode, "truncated_normal" if distribution == "normal" else distribution))
        if kind is None:
            raise NotImplementedError(
                f"VarianceScaling: mode={mode!r} with distribution={distribution!r} cannot be said to a "
                "traind; it has fan_in and fan_avg, uniform and truncated_normal"
            )
        super().__init__(kind, gain=math.sqrt(scale), seed=seed)


class RandomUniform(Initializer):
    """Around 0 only."""

    def __init__(self, minval=-_UNIFORM_LIMIT, maxval=_UNIFORM_LIMIT, seed=None):
        if minval != -maxval:
            raise NotImplementedError(
                f"RandomUniform: a traind draws around 0; {minval} to {maxval} cannot be said to it"
            )
        super().__init__(_Kind.RANDOM_UNIFORM, gain=maxval / _UNIFORM_LIMIT, seed=seed)


class Constant(Initializer):
    def __init__(self, value=0.0):
        super().__init__(_Kind.CONSTANT, value=value)


class Zeros(Initializer):
    def __init__(self):
        super().__init__(_Kind.ZEROS)


class Ones(Initializer):
    def __init__(self):
        super().__init__(_Kind.ONES)


_BY_NAME = {
    "glorot_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal,
    "he_uniform": HeUniform,
    "he_normal": HeNormal,
    "lecun_uniform": LecunUniform,
    "lecun_normal": LecunNormal,
    "orthogonal": Orthogonal,
    "variance_scaling": VarianceScaling,
    "random_uniform": RandomUniform,
    "zeros": Zeros,
    "ones": Ones,
}


def get(initializer) -> Initializer:
    """An initializer of a name such as `he_normal` or `HeNormal`, or as it is given."""
    if isinstance(initializer, Initializer):
        return initializer
    for name, kind in _BY_NAME.items():
        if initializer in (name, kind.__name__):
            return kind()
    raise unknown("initializer", initializer, _BY_NAME)
