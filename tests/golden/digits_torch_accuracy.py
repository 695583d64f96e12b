"""Trains the network of examples/digits.json in PyTorch and prints the accuracy on the held-out rows, for five seeds.

usage: python3 digits_torch_accuracy.py [--pytorch-initialization]    (PyTorch 1.13 or later)

The rows, the network, its initialization (Keras's, unless asked for PyTorch's), batches and optimizer are those of
tests/engine/training/digits_test.cc, which holds traind to the mean.
"""
import pathlib
import sys

import numpy
import torch
from torch import nn

from held_out_rows import held_out_rows

EXAMPLES = pathlib.Path(__file__).parent.parent.parent / "examples"
BATCH, EPOCHS = 32, 20

torch.set_num_threads(1)
table = torch.from_numpy(numpy.loadtxt(EXAMPLES / "digits.csv", delimiter=",", skiprows=1, dtype=numpy.float32))
held_out = numpy.zeros(len(table), dtype=bool)
held_out[held_out_rows(len(table), 0.2)] = True
x, y = table[~held_out, :-1].contiguous(), table[~held_out, -1].long()
test_x, test_y = table[held_out, :-1].contiguous(), table[held_out, -1].long()


def block(inputs, units):
    return [nn.Linear(inputs, units), nn.BatchNorm1d(units, eps=1e-3, momentum=0.01), nn.ReLU()]


def test_accuracy(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(*block(64, 128), *block(128, 64), nn.Linear(64, 10))
    if "--pytorch-initialization" not in sys.argv:
        for layer in model:
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7)
    for _ in range(EPOCHS):
        model.train()
        for rows in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad(set_to_none=True)
            nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        return (model(test_x).argmax(1) == test_y).float().mean().item()


values = [test_accuracy(seed) for seed in range(5)]
print(" ".join(f"{value:.4f}" for value in values), f"mean {sum(values) / len(values):.4f}")
