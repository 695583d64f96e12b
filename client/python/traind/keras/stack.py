"""A stack of layers: its shapes, its weights, its words on the wire."""
from __future__ import annotations

from typing import List, Optional, Tuple

from traind import v1
from traind.keras import names, summary
from traind.keras.layers import Flatten, InputLayer, Layer, width_of


class Stack:
    """Layers, each of which takes what the one before gives.

    Attributes:
        layers: without InputLayer, as in Keras.
        input_shape: of a row with None for their number, such as (None, 64); None until it is known.
    """

    def __init__(self, layers=None, name: Optional[str] = None):
        self.name = name or names.automatic(type(self).__name__)
        self.layers: List[Layer] = []
        self._shape: Optional[Tuple[int, ...]] = None
        for layer in layers or ():
            self.add(layer)

    def add(self, layer: Layer) -> None:
        """Puts a layer on top. ValueError: its name is taken; TypeError: it is no layer of traind.keras."""
        if not isinstance(layer, Layer):
            raise TypeError(
                f"add: {layer!r} is no layer of traind.keras.layers; from_keras turns a model of Keras into one"
            )
        if layer.input_shape is not None and not self.layers:
            self._shape = layer.input_shape
        if isinstance(layer, InputLayer):
            return
        if isinstance(layer, Flatten) and self.layers:
            raise NotImplementedError("Flatten: a traind's rows are numbers from the start; as the first layer only")
        if any(layer.name == other.name for other in self.layers):
            raise ValueError(f"add: there is a layer {layer.name!r} already; names must be unique")
        self.layers.append(layer)

    def pop(self) -> Layer:
        """Takes the last layer off."""
        return self.layers.pop()

    def build(self, input_shape) -> None:
        """Says the shape of the input, such as (None, 64)."""
        self._shape = tuple(input_shape)[1:]

    @property
    def built(self) -> bool:
        """Whether the shape of the input is known."""
        return self._shape is not None

    @property
    def input_shape(self):
        return None if self._shape is None else (None, *self._shape)

    @property
    def output_shape(self):
        return None if self._shape is None else (None, self._widths()[-1])

    def count_params(self) -> int:
        """Weights, moving statistics included. ValueError: the shape of the input is not known yet."""
        return sum(map(sum, self._counts()))

    def summary(self, line_length=None, print_fn=None) -> None:
        """Prints the table that Keras 3 prints, weights of the optimizer left out, which the server has."""
        if self.built:
            counts = self._counts()
            cells = [(f"(None, {width})", f"{sum(count):,}") for width, count in zip(self._widths(), counts)]
        else:
            counts = [(0, 0)] * len(self.layers)
            cells = [("?", "0 (unbuilt)")] * len(self.layers)
        rows = [(f"{layer.name} ({type(layer).__name__})", *cell) for layer, cell in zip(self.layers, cells)]
        trainable, non_trainable = (sum(column) for column in zip(*counts)) if counts else (0, 0)
        text = summary.table(self.name, rows, trainable, non_trainable, line_length)
        if print_fn is None:
            print(text, end="")
        else:
            print_fn(text)

    def to_spec(self) -> v1.ModelSpec:
        """The network in the server's words."""
        return v1.ModelSpec(layers=[part for layer in self.layers for part in layer.to_spec()])

    def _widths(self) -> List[int]:
        """Of each layer's output."""
        width = width_of(self._known_shape())
        widths = []
        for layer in self.layers:
            width = layer.output_width(width)
            widths.append(width)
        return widths

    def _counts(self) -> List[Tuple[int, int]]:
        """Of each layer's weights, trainable and not."""
        inputs = [width_of(self._known_shape()), *self._widths()]
        return [layer.count_params(width) for layer, width in zip(self.layers, inputs)]

    def _known_shape(self):
        if self._shape is None:
            raise ValueError(
                f"{self.name}: the shape of the input is not known yet; give the first layer an input_shape, "
                "or call build or fit"
            )
        if len(self._shape) > 1 and not isinstance(self.layers[0], Flatten):
            raise NotImplementedError(
                f"{self.name}: a row has the shape {self._shape}, and a traind's layers take rows of "
                "numbers; begin with Flatten()"
            )
        return self._shape
