"""Trains the network of examples/housing.json in PyTorch and prints the R2 on the held-out rows, for five seeds.

usage: python3 housing_torch.py [--pytorch-initialization]    (PyTorch 1.13 or later)

The rows, the preprocessing (none: the first layer standardizes), the network, its initialization (Keras's, unless asked
for PyTorch's), batches, optimizer and moving average of the weights are those of tests/engine/training/housing_test.cc,
which holds traind to the mean of the averaged weights. The figures without averaging are printed, too.
"""
import pathlib
import sys

import numpy
import torch
from torch import nn

from held_out_rows import held_out_rows

EXAMPLES = pathlib.Path(__file__).parent.parent.parent / "examples"
BATCH, EPOCHS, EMA_MOMENTUM = 128, 30, 0.99

torch.set_num_threads(1)
table = torch.from_numpy(numpy.loadtxt(EXAMPLES / "housing.csv", delimiter=",", skiprows=1, dtype=numpy.float32))
held_out = numpy.zeros(len(table), dtype=bool)
held_out[held_out_rows(len(table), 0.2)] = True
x, y = table[~held_out, :-1].contiguous(), table[~held_out, -1:].contiguous()
test_x, test_y = table[held_out, :-1].contiguous(), table[held_out, -1:]


def normalization(width):
    return nn.BatchNorm1d(width, eps=1e-3, momentum=0.01)


def test_r2(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(normalization(x.shape[1]),
                          nn.Linear(x.shape[1], 128), normalization(128), nn.ReLU(),
                          nn.Linear(128, 64), normalization(64), nn.ReLU(),
                          nn.Linear(64, 1))
    if "--pytorch-initialization" not in sys.argv:
        for layer in model:
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3, eps=1e-7)
    averages = None
    for _ in range(EPOCHS):
        model.train()
        for rows in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad(set_to_none=True)
            nn.functional.mse_loss(model(x[rows]), y[rows]).backward()
            optimizer.step()
            with torch.no_grad():
                if averages is None:
                    averages = [weight.clone() for weight in model.parameters()]
                for average, weight in zip(averages, model.parameters()):
                    average.lerp_(weight, 1 - EMA_MOMENTUM)
    model.eval()
    with torch.no_grad():
        last = r2(model)
        for average, weight in zip(averages, model.parameters()):
            weight.copy_(average)
        return r2(model), last


def r2(model):
    return 1 - (nn.functional.mse_loss(model(test_x), test_y) / test_y.var(unbiased=False)).item()


runs = [test_r2(seed) for seed in range(5)]
for name, values in zip(("averaged weights:", "last weights:"), zip(*runs)):
    print(name, " ".join(f"{value:.4f}" for value in values), f"mean {sum(values) / len(values):.4f}")
