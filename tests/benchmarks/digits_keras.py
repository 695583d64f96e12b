"""The job of examples/digits.json by Keras's face of client/python.

usage: digits_keras.py DIGITS_CSV    with client/python on the PYTHONPATH and a traind at TRAIND_SERVER

Prints one line as digits_torch.py does: rows a second over the training loop, seconds in it, the accuracy on a held-out
fifth.
"""
import sys

import numpy
from traind.keras.layers import Activation, BatchNormalization, Dense
from traind.keras.models import Sequential

table = numpy.loadtxt(sys.argv[1], delimiter=",", skiprows=1, dtype=numpy.float32)
table = table[numpy.random.RandomState(0).permutation(len(table))]
model = Sequential(
    [
        Dense(128, input_shape=(64,)),
        BatchNormalization(),
        Activation("relu"),
        Dense(64),
        BatchNormalization(),
        Activation("relu"),
        Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(table[:, :-1], table[:, -1], epochs=20, batch_size=32, validation_split=0.2, verbose=0)
result = history.result
print(f"{result.samples_per_second:.0f} {result.train_seconds:.3f} {history.history['val_accuracy'][-1]:.4f}")
