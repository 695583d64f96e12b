"""Keras's layers of dense networks.

A layer takes rows of some width and gives rows of another; `(None, 64)` is 64 numbers a row. What Keras can say of a
layer and a traind cannot is refused with NotImplementedError.
"""
from __future__ import annotations

import math
from typing import List, Optional, Tuple

from traind import v1
from traind.keras import activations, initializers, names, regularizers
from traind.keras.unsayable import refuse_unless_default


class Layer:
    """Something in a stack.

    Args of every layer:
        name: `[a-z][a-z0-9_]*`, at most 63 characters. Default: its kind and a count, such as `dense_1`.
        input_shape, input_dim: of the first layer, the shape of a row: `(64,)`, or `input_dim=64`.
    """

    def __init__(self, *, name=None, input_shape=None, input_dim=None, trainable=True, dtype=None):
        kind = type(self).__name__
        refuse_unless_default(kind, {"trainable": trainable}, {"trainable": True})
        refuse_unless_default(kind, {"dtype": None if dtype == "float32" else dtype}, {})
        self.name = name or names.automatic(kind)
        # What the server is told; names that it makes itself count within a model, so that the same networks are equal.
        self._given_name = name or ""
        self.input_shape: Optional[Tuple[int, ...]] = (input_dim,) if input_dim is not None else input_shape
        if self.input_shape is not None:
            self.input_shape = tuple(self.input_shape)
            if not self.input_shape or not all(isinstance(size, int) and size > 0 for size in self.input_shape):
                raise ValueError(
                    f"{kind}: input_shape is {self.input_shape}; it must be whole numbers from 1, such as (64,)"
                )

    def output_width(self, width: int) -> int:
        """The width of a row that it gives for one of `width`."""
        return width

    def count_params(self, width: int) -> Tuple[int, int]:
        """Its weights, trainable and not, on rows of `width`."""
        return 0, 0

    def to_spec(self) -> List[v1.Layer]:
        """It in the server's words."""
        return []

    def __repr__(self):
        return f"<{type(self).__name__} {self.name}>"


class InputLayer(Layer):
    """The shape of a row, said first. Not in summaries."""

    def __init__(self, shape=None, *, input_shape=None, name=None):
        super().__init__(name=name, input_shape=shape if shape is not None else input_shape)


def Input(shape=None, *, name=None):
    """InputLayer by the name that Keras's functional interface has for it; for Sequential only."""
    return InputLayer(shape, name=name)


class Flatten(Layer):
    """Makes one row of numbers of what has more dimensions, such as images. As the first layer only."""


class Dense(Layer):
    """outputs = activation(inputs x kernel + bias)."""

    def __init__(
        self,
        units,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        refuse_unless_default(
            "Dense",
            {
                "activity_regularizer": activity_regularizer,
                "kernel_constraint": kernel_constraint,
                "bias_constraint": bias_constraint,
            },
            {},
        )
        if isinstance(units, bool) or int(units) != units or not 0 < units < 1 << 31:
            raise ValueError(f"Dense: units is {units!r}; it must be a whole number from 1")
        self.units = int(units)
        self.activation = activations.get(activation)
        self.use_bias = bool(use_bias)
        self._kernel_initializer = initializers.get(kernel_initializer)
        self._bias_initializer = initializers.get(bias_initializer)
        self._kernel_regularizer = regularizers.get(kernel_regularizer)
        self._bias_regularizer = regularizers.get(bias_regularizer)

    def output_width(self, width):
        return self.units

    def count_params(self, width):
        return (width + self.use_bias) * self.units, 0

    def to_spec(self):
        dense = v1.Dense(
            units=self.units,
            use_bias=self.use_bias,
            kernel_initializer=self._kernel_initializer.message,
            bias_initializer=self._bias_initializer.message,
        )
        if self._kernel_regularizer:
            dense.kernel_regularizer.CopyFrom(self._kernel_regularizer.message)
        if self._bias_regularizer:
            dense.bias_regularizer.CopyFrom(self._bias_regularizer.message)
        layers = [v1.Layer(name=self._given_name, dense=dense)]
        if self.activation is not None:
            layers.append(v1.Layer(activation=self.activation))
        return layers


class BatchNormalization(Layer):
    """gamma * (x - mean) / sqrt(variance + epsilon) + beta, with the batch's figures, later with their averages."""

    def __init__(
        self,
        axis=-1,
        momentum=0.99,
        epsilon=0.001,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        moving_mean_initializer="zeros",
        moving_variance_initializer="ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        synchronized=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        refuse_unless_default(
            "BatchNormalization",
            {
                "axis": -1 if axis == 1 else axis,
                "beta_initializer": beta_initializer,
                "gamma_initializer": gamma_initializer,
                "moving_mean_initializer": moving_mean_initializer,
                "moving_variance_initializer": moving_variance_initializer,
                "beta_regularizer": beta_regularizer,
                "gamma_regularizer": gamma_regularizer,
                "beta_constraint": beta_constraint,
                "gamma_constraint": gamma_constraint,
                "synchronized": synchronized,
            },
            {
                "axis": -1,
                "beta_initializer": "zeros",
                "gamma_initializer": "ones",
                "moving_mean_initializer": "zeros",
                "moving_variance_initializer": "ones",
                "synchronized": False,
            },
        )
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = bool(center)
        self.scale = bool(scale)

    def count_params(self, width):
        return (self.center + self.scale) * width, 2 * width

    def to_spec(self):
        return [
            v1.Layer(
                name=self._given_name,
                batch_normalization=v1.BatchNormalization(
                    momentum=self.momentum, epsilon=self.epsilon, center=self.center, scale=self.scale
                ),
            )
        ]


class LayerNormalization(Layer):
    """gamma * (x - mean) / sqrt(variance + epsilon) + beta, with the figures of each row."""

    def __init__(
        self,
        axis=-1,
        epsilon=0.001,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        refuse_unless_default(
            "LayerNormalization",
            {
                "axis": -1 if axis == 1 else axis,
                "beta_initializer": beta_initializer,
                "gamma_initializer": gamma_initializer,
                "beta_regularizer": beta_regularizer,
                "gamma_regularizer": gamma_regularizer,
                "beta_constraint": beta_constraint,
                "gamma_constraint": gamma_constraint,
            },
            {"axis": -1, "beta_initializer": "zeros", "gamma_initializer": "ones"},
        )
        self.epsilon = epsilon
        self.center = bool(center)
        self.scale = bool(scale)

    def count_params(self, width):
        return (self.center + self.scale) * width, 0

    def to_spec(self):
        return [
            v1.Layer(
                name=self._given_name,
                layer_normalization=v1.LayerNormalization(epsilon=self.epsilon, center=self.center, scale=self.scale),
            )
        ]


class Activation(Layer):
    """An activation function by its name: `relu`, `softmax`, ..."""

    def __init__(self, activation, **kwargs):
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def to_spec(self):
        return [v1.Layer(name=self._given_name, activation=self.activation)] if self.activation else []


class ReLU(Activation):
    def __init__(self, max_value=None, negative_slope=0.0, threshold=0.0, **kwargs):
        refuse_unless_default("ReLU", {"max_value": max_value, "threshold": threshold}, {"threshold": 0.0})
        function = v1.Activation(function=v1.Activation.RELU)
        if negative_slope:
            function = v1.Activation(function=v1.Activation.LEAKY_RELU, negative_slope=negative_slope)
        super().__init__(function, **kwargs)


class LeakyReLU(Activation):
    def __init__(self, negative_slope=0.3, **kwargs):
        super().__init__(v1.Activation(function=v1.Activation.LEAKY_RELU, negative_slope=negative_slope), **kwargs)


class ELU(Activation):
    def __init__(self, alpha=1.0, **kwargs):
        super().__init__(v1.Activation(function=v1.Activation.ELU, alpha=alpha), **kwargs)


class Softmax(Activation):
    def __init__(self, axis=-1, **kwargs):
        refuse_unless_default("Softmax", {"axis": -1 if axis == 1 else axis}, {"axis": -1})
        super().__init__("softmax", **kwargs)


class Dropout(Layer):
    """While training each value becomes 0 with probability `rate`, and the others are divided by 1 - rate."""

    def __init__(self, rate, noise_shape=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        refuse_unless_default("Dropout", {"noise_shape": noise_shape, "seed": seed}, {})
        self.rate = rate

    def to_spec(self):
        return [v1.Layer(name=self._given_name, dropout=v1.Dropout(rate=self.rate))]


class GaussianNoise(Layer):
    """While training a normal number of mean 0 and this standard deviation is added to each value."""

    def __init__(self, stddev, seed=None, **kwargs):
        super().__init__(**kwargs)
        refuse_unless_default("GaussianNoise", {"seed": seed}, {})
        self.stddev = stddev

    def to_spec(self):
        return [v1.Layer(name=self._given_name, gaussian_noise=v1.GaussianNoise(stddev=self.stddev))]


def width_of(shape: Tuple[int, ...]) -> int:
    """Numbers a row of a shape."""
    return math.prod(shape)
