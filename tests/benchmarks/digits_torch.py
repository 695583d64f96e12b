"""The job of examples/digits.json in PyTorch: the same network, data, batch size and epochs.

usage: digits_torch.py DIGITS_CSV THREADS

Prints one line: rows a second over the training loop (shuffle, gather, forward, backward, Adam and the validation after
each epoch, as in traind's figure), seconds in it, and the accuracy on a held-out fifth. The loop is written for speed:
data in memory, indexing instead of a DataLoader.
"""
import sys
import time

import numpy
import torch

torch.set_num_threads(int(sys.argv[2]))
torch.manual_seed(7)
table = numpy.loadtxt(sys.argv[1], delimiter=",", skiprows=1, dtype=numpy.float32)
table = torch.from_numpy(table[numpy.random.RandomState(0).permutation(len(table))])
features, labels = table[:, :-1].contiguous(), table[:, -1].long()
held_out = len(table) - int(len(table) * 0.8)
x, y, test_x, test_y = features[held_out:], labels[held_out:], features[:held_out], labels[:held_out]


def block(inputs, units):
    return [torch.nn.Linear(inputs, units), torch.nn.BatchNorm1d(units, eps=1e-3, momentum=0.01), torch.nn.ReLU()]


network = torch.nn.Sequential(*block(64, 128), *block(128, 64), torch.nn.Linear(64, 10))
optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
loss_of = torch.nn.CrossEntropyLoss()
start = time.perf_counter()
for _ in range(20):
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
print(f"{20 * len(x) / seconds:.0f} {seconds:.3f} {accuracy:.4f}")
