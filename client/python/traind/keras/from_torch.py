"""A torch.nn.Sequential as a model of traind.keras.

PyTorch is not imported: what is read are the classes' names and attributes of the modules.
"""
from __future__ import annotations

import math

from traind.keras import initializers, layers
from traind.keras.models import Sequential


def from_torch(module, *, client=None) -> Sequential:
    """The network of a torch.nn.Sequential, nested ones included, not compiled and not trained.

    Its weights are not taken over: fit begins anew, with weights drawn as PyTorch draws them. The moving variance of
    batch normalization is the server's, of n and not of n - 1. A network that ends in logits, as for CrossEntropyLoss,
    is compiled with SparseCategoricalCrossentropy(from_logits=True).

    Raises:
        NotImplementedError: a module, or a setting of one, that a traind cannot be told; it is named.
    """
    if type(module).__name__ != "Sequential":
        raise NotImplementedError(f"from_torch: is a {type(module).__name__}; give a torch.nn.Sequential")
    modules = list(_flat(module, ""))
    if not modules:
        raise NotImplementedError("from_torch: the Sequential is empty")
    converted = Sequential([layer for path, part in modules for layer in _layers(path, part)], client=client)
    width = next((part.in_features for _, part in modules if type(part).__name__ == "Linear"), None)
    if width is not None and not any(type(part).__name__ == "Flatten" for _, part in modules):
        converted.build((None, width))
    return converted


def _flat(module, path):
    for name, part in module.named_children():
        if type(part).__name__ == "Sequential":
            yield from _flat(part, f"{path}{name}.")
        else:
            yield f"{path}{name}", part


def _layers(path: str, part):
    """The layers of a module: none, one, or two."""
    kind = type(part).__name__
    if kind not in _KINDS:
        raise NotImplementedError(f"from_torch: module {path} is a {kind}; a traind has {', '.join(sorted(_KINDS))}")
    try:
        return _KINDS[kind](part)
    except NotImplementedError as error:
        raise NotImplementedError(f"from_torch: module {path} is {part}: {error}") from None


def _linear(part):
    # PyTorch draws both from [-a, a], a = 1 / sqrt(inputs).
    limit = 1 / math.sqrt(part.in_features)
    return [
        layers.Dense(
            part.out_features,
            use_bias=part.bias is not None,
            kernel_initializer=initializers.RandomUniform(-limit, limit),
            bias_initializer=initializers.RandomUniform(-limit, limit),
        )
    ]


def _batch_norm(part):
    if not part.track_running_stats:
        raise NotImplementedError("batch normalization without moving averages cannot be said")
    if part.momentum is None:
        raise NotImplementedError("a cumulative average cannot be said; give a momentum")
    return [
        layers.BatchNormalization(momentum=1 - part.momentum, epsilon=part.eps, center=part.affine, scale=part.affine)
    ]


def _layer_norm(part):
    if len(part.normalized_shape) != 1:
        raise NotImplementedError("more than one dimension cannot be said")
    bias = getattr(part, "bias", None) is not None
    return [layers.LayerNormalization(epsilon=part.eps, center=bias, scale=part.elementwise_affine)]


def _gelu(part):
    if getattr(part, "approximate", "none") != "none":
        raise NotImplementedError("a traind has the exact form only")
    return [layers.Activation("gelu")]


def _softplus(part):
    if part.beta != 1:
        raise NotImplementedError("a traind has beta=1 only")
    return [layers.Activation("softplus")]


def _softmax(part):
    if part.dim not in (1, -1):
        raise NotImplementedError("a traind has dim=1 only")
    return [layers.Activation("softmax")]


_KINDS = {
    "Linear": _linear,
    "BatchNorm1d": _batch_norm,
    "LayerNorm": _layer_norm,
    "ReLU": lambda part: [layers.Activation("relu")],
    "LeakyReLU": lambda part: [layers.LeakyReLU(part.negative_slope)],
    "ELU": lambda part: [layers.ELU(part.alpha)],
    "SELU": lambda part: [layers.Activation("selu")],
    "GELU": _gelu,
    "SiLU": lambda part: [layers.Activation("silu")],
    "Sigmoid": lambda part: [layers.Activation("sigmoid")],
    "Tanh": lambda part: [layers.Activation("tanh")],
    "Softplus": _softplus,
    "Softmax": _softmax,
    "Dropout": lambda part: [layers.Dropout(part.p)],
    "Identity": lambda part: [],
    "Flatten": lambda part: [layers.Flatten()],
}
