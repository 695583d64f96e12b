"""The job of examples/digits.json in PyTorch: the same network, data and batch size.

usage: digits_torch.py DIGITS_CSV THREADS [EPOCHS [JOBS]]

Trains for 20 epochs, once, unless it is told otherwise; several jobs are trained one after another in this process, each
with a network of its own, and their weights are saved. Prints one line: rows a second over the training loop of the last
job (shuffle, gather, forward, backward, Adam and the validation after each epoch, as in traind's figure), seconds in it,
the accuracy on a held-out fifth, and jobs a second, the first of several left out. The loop is written for speed: data in
memory, indexing instead of a DataLoader.
"""
import os
import sys
import tempfile
import time

import numpy
import torch

epochs = int(sys.argv[3]) if len(sys.argv) > 3 else 20
jobs = int(sys.argv[4]) if len(sys.argv) > 4 else 1
torch.set_num_threads(int(sys.argv[2]))
torch.manual_seed(7)
table = numpy.loadtxt(sys.argv[1], delimiter=",", skiprows=1, dtype=numpy.float32)
table = torch.from_numpy(table[numpy.random.RandomState(0).permutation(len(table))])
features, labels = table[:, :-1].contiguous(), table[:, -1].long()
held_out = len(table) - int(len(table) * 0.8)
x, y, test_x, test_y = features[held_out:], labels[held_out:], features[:held_out], labels[:held_out]


def block(inputs, units):
    return [torch.nn.Linear(inputs, units), torch.nn.BatchNorm1d(units, eps=1e-3, momentum=0.01), torch.nn.ReLU()]


def train(file):
    network = torch.nn.Sequential(*block(64, 128), *block(128, 64), torch.nn.Linear(64, 10))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    loss_of = torch.nn.CrossEntropyLoss()
    start = time.perf_counter()
    for _ in range(epochs):
        network.train()
        order = torch.randperm(len(x))
        for i in range(0, len(x), 32):
            rows = order[i : i + 32]
            optimizer.zero_grad(set_to_none=True)
            loss_of(network(x[rows]), y[rows]).backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            accuracy = (network(test_x).argmax(1) == test_y).float().mean().item()
    seconds = time.perf_counter() - start
    torch.save(network.state_dict(), file)
    return seconds, accuracy


with tempfile.TemporaryDirectory() as folder:
    start = time.perf_counter()
    for job in range(jobs):
        if job == 1:
            start = time.perf_counter()
        seconds, accuracy = train(os.path.join(folder, f"{job}.pt"))
    rate = max(jobs - 1, 1) / (time.perf_counter() - start)
print(f"{epochs * len(x) / seconds:.0f} {seconds:.3f} {accuracy:.4f} {rate:.2f}")
