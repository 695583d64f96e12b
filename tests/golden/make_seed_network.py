"""Trains the network of examples/digits.json in PyTorch and writes the loss of its first 100 steps.

usage: python3 make_seed_network.py    (PyTorch 1.13 or later; writes beside itself)

Both sides begin from the weights of initial_kernel() and take batches of 32 rows in the order of the file, from its
beginning again where it ends. PyTorch adds
Adam's epsilon after its bias correction, Keras (and traind) before it: epsilon is divided by that correction here.
"""
import csv
import math
import pathlib

import torch
from torch import nn

HERE = pathlib.Path(__file__).parent
BATCH, STEPS = 32, 100


def initial_kernel(layer, units, inputs):
    """A formula that every language computes to the same bits: no transcendental functions, no generator."""
    limit = math.sqrt(6.0 / (inputs + units))
    values = [(((i * 7919 + layer * 104729) % 2003) / 2003.0 - 0.5) * 2.0 * limit for i in range(units * inputs)]
    return torch.tensor(values, dtype=torch.float64).reshape(units, inputs).float()


def seed_network():
    model = nn.Sequential(
        nn.Linear(64, 128), nn.BatchNorm1d(128, eps=1e-3, momentum=0.01), nn.ReLU(),
        nn.Linear(128, 64), nn.BatchNorm1d(64, eps=1e-3, momentum=0.01), nn.ReLU(),
        nn.Linear(64, 10))
    with torch.no_grad():
        for number, dense in enumerate((layer for layer in model if isinstance(layer, nn.Linear)), start=1):
            dense.weight.copy_(initial_kernel(number, *dense.weight.shape))
            dense.bias.zero_()
    return model


def losses(optimizer_of, before_step):
    with open(HERE.parent.parent / "examples" / "digits.csv", newline="") as file:
        rows = [[float(value) for value in row] for row in list(csv.reader(file))[1:]]
    rows = (rows + rows)[:BATCH * STEPS]
    features = torch.tensor([row[:-1] for row in rows])
    labels = torch.tensor([int(row[-1]) for row in rows])
    model = seed_network()
    optimizer = optimizer_of(model.parameters())
    loss_of = nn.CrossEntropyLoss()
    for step in range(1, STEPS + 1):
        batch = slice((step - 1) * BATCH, step * BATCH)
        before_step(optimizer, step)
        optimizer.zero_grad()
        loss = loss_of(model(features[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        yield loss.item()


def keras_epsilon(optimizer, step):
    for group in optimizer.param_groups:
        group["eps"] = 1e-7 / math.sqrt(1 - group["betas"][1] ** step)


def write(name, values):
    (HERE / name).write_text("".join(f"{value:.9g}\n" for value in values))


torch.set_num_threads(1)
write("seed_network_adam.txt", losses(lambda weights: torch.optim.Adam(weights, lr=1e-3), keras_epsilon))
write("seed_network_adamw.txt",
      losses(lambda weights: torch.optim.AdamW(weights, lr=1e-3, weight_decay=0.1), keras_epsilon))
write("seed_network_sgd.txt",
      losses(lambda weights: torch.optim.SGD(weights, lr=0.05, momentum=0.9), lambda optimizer, step: None))
