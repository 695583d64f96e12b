"""A model of Keras itself as one of traind.keras.

Keras is not imported: what is read are the classes' names and get_config of the model's layers.
"""
from __future__ import annotations

import collections

from traind.keras import initializers, layers, regularizers
from traind.keras.models import Sequential

# By class: the settings that are looked at. The others say nothing of the network, such as `dtype`.
_LAYERS = {
    "Dense": (
        layers.Dense,
        [
            "units",
            "activation",
            "use_bias",
            "kernel_initializer",
            "bias_initializer",
            "kernel_regularizer",
            "bias_regularizer",
            "activity_regularizer",
            "kernel_constraint",
            "bias_constraint",
        ],
    ),
    "BatchNormalization": (
        layers.BatchNormalization,
        [
            "axis",
            "momentum",
            "epsilon",
            "center",
            "scale",
            "beta_initializer",
            "gamma_initializer",
            "moving_mean_initializer",
            "moving_variance_initializer",
            "beta_regularizer",
            "gamma_regularizer",
            "beta_constraint",
            "gamma_constraint",
        ],
    ),
    "LayerNormalization": (
        layers.LayerNormalization,
        [
            "axis",
            "epsilon",
            "center",
            "scale",
            "beta_initializer",
            "gamma_initializer",
            "beta_regularizer",
            "gamma_regularizer",
            "beta_constraint",
            "gamma_constraint",
        ],
    ),
    "Activation": (layers.Activation, ["activation"]),
    "ReLU": (layers.ReLU, ["max_value", "negative_slope", "threshold"]),
    "LeakyReLU": (layers.LeakyReLU, ["negative_slope"]),
    "ELU": (layers.ELU, ["alpha"]),
    "Softmax": (layers.Softmax, ["axis"]),
    "Dropout": (layers.Dropout, ["rate", "noise_shape"]),
    "GaussianNoise": (layers.GaussianNoise, ["stddev"]),
    "Flatten": (layers.Flatten, []),
}


def from_keras(model, *, client=None) -> Sequential:
    """The network of a keras.Sequential, or of a keras.Model that is a chain of layers, not compiled and not trained.

    Its weights are not taken over: fit begins anew. Seeds of layers and initializers are left out, since fit's decides.

    Raises:
        NotImplementedError: a layer, or a setting of one, that a traind cannot be told; it is named.
    """
    for what in ("inputs", "outputs"):
        found = getattr(model, what, None) or [None]
        if len(found) != 1:
            raise NotImplementedError(f"from_keras: the model has {len(found)} {what}; a traind's networks have one")
    if type(model).__name__ != "Sequential":
        _check_chain(model)
    name = model.name if isinstance(getattr(model, "name", None), str) else None
    converted = Sequential(
        [_layer(layer) for layer in model.layers if type(layer).__name__ != "InputLayer"], name, client=client
    )
    shape = getattr(model, "input_shape", None)
    if shape is not None:
        converted.build(shape)
    return converted


def _check_chain(model):
    """Of a functional model, that each layer takes what one other gives, and no other layer takes it."""
    used = collections.Counter()
    for entry in model.get_config().get("layers", []):
        sources = list(_sources(entry.get("inbound_nodes", [])))
        if len(sources) > 1:
            raise NotImplementedError(
                f"from_keras: the layer {entry['config'].get('name')!r} takes {len(sources)} inputs, or is "
                "used so often; a traind's networks are chains"
            )
        used.update(sources)
    for name, count in used.items():
        if count > 1:
            raise NotImplementedError(
                f"from_keras: {count} layers take the output of {name!r}; a traind's networks are chains"
            )


def _sources(value):
    """The names of the layers whose outputs are in `inbound_nodes`, of Keras 3 or 2."""
    if isinstance(value, dict):
        if "keras_history" in value:
            yield value["keras_history"][0]
            return
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        if len(value) > 1 and isinstance(value[0], str) and isinstance(value[1], int):
            yield value[0]
            return
        for part in value:
            yield from _sources(part)


def _layer(layer) -> layers.Layer:
    kind = type(layer).__name__
    if kind not in _LAYERS:
        raise NotImplementedError(
            f"from_keras: the layer {layer.name!r} is a {kind}; a traind has {', '.join(sorted(_LAYERS))}"
        )
    converted, settings = _LAYERS[kind]
    config = layer.get_config()
    if config.get("trainable") is False:
        raise NotImplementedError(f"from_keras: the layer {layer.name!r} is frozen, which a traind cannot be told")
    try:
        return converted(name=layer.name, **_given(kind, settings, config))
    except (NotImplementedError, ValueError) as error:
        raise NotImplementedError(f"from_keras: the layer {layer.name!r}: {error}") from None


def _given(kind: str, settings, config) -> dict:
    """The arguments for a layer of traind.keras."""
    given = {setting: _setting(setting, config[setting]) for setting in settings if setting in config}
    if "Normalization" in kind:
        given.update(
            {
                setting: config[setting]["class_name"].lower()
                for setting in given
                if setting.endswith("_initializer") and isinstance(config[setting], dict)
            }
        )
    if kind == "LeakyReLU" and "alpha" in config:  # Keras 2
        given["negative_slope"] = float(config["alpha"])
    return given


def _setting(name: str, value):
    """A setting of a configuration as traind.keras takes it."""
    if name == "axis" and isinstance(value, (list, tuple)) and len(value) == 1:
        return value[0]  # as a built layer has it
    if not isinstance(value, dict):
        return value
    kind, config = value["class_name"], value.get("config", {})
    config = {key: setting for key, setting in config.items() if key not in ("seed", "dtype")}
    module = {"initializer": initializers, "regularizer": regularizers}.get(name.rpartition("_")[2])
    if module is None or not hasattr(module, kind):
        raise NotImplementedError(f"{name} is {kind}, which a traind cannot be told")
    return getattr(module, kind)(**config)
