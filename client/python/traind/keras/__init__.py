"""Keras's face: dense networks written as in Keras, trained by a traind.

    from traind.keras.models import Sequential
    from traind.keras.layers import Dense, BatchNormalization, Activation

Names, arguments and defaults are Keras's. What a traind cannot be told is refused by name, never ignored.
"""
from traind.keras import (
    activations,
    callbacks,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    regularizers,
    utils,
)
from traind.keras.from_keras import from_keras
from traind.keras.from_torch import from_torch
from traind.keras.layers import Input
from traind.keras.models import Sequential
