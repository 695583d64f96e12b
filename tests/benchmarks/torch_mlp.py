"""PyTorch's speed on the networks that traind is measured with: whole training steps, as in training_step.cc.

usage: torch_mlp.py --threads N --mode eager|compile --precision f32|bf16 [--seconds S] [NETWORK...]

A network is its widths and its batch size, such as 64-128-64-10@32. Prints one JSON line a network. Without networks it
reads lines of a network and the seconds to measure it from the standard input, and answers each with one: so a process
that has imported PyTorch and compiled a network takes turns with others. It keeps the network of the line before.

The data are in memory, 32 batches long; a step gathers a batch in shuffled order by indexing, which is faster than a
DataLoader. bf16 is autocast, PyTorch's own mixed precision. Adam is the fused one where PyTorch has it for the CPU.
"""
import argparse
import contextlib
import json
import sys
import time

import torch

BATCHES = 32
WARM_UP_STEPS = 5


def parse_arguments():
    parser = argparse.ArgumentParser(description="measures PyTorch's training steps")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--mode", choices=["eager", "compile"], default="eager")
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each network is measured")
    parser.add_argument("networks", nargs="*")
    return parser.parse_args()


def adam(parameters):
    parameters = list(parameters)
    try:
        return torch.optim.Adam(parameters, lr=1e-3, fused=True)
    except (RuntimeError, TypeError):  # PyTorch 1.13 has it for GPUs only
        return torch.optim.Adam(parameters, lr=1e-3)


class Training:
    """A network, its data, and steps over them without end."""

    def __init__(self, name, mode, precision):
        widths, batch = name.split("@")
        inputs, *hidden, classes = map(int, widths.split("-"))
        self.name, self.batch = name, int(batch)
        torch.manual_seed(1)
        layers, width = [], inputs
        for units in hidden:
            layers += [torch.nn.Linear(width, units, bias=False), torch.nn.BatchNorm1d(units), torch.nn.ReLU()]
            width = units
        network = torch.nn.Sequential(*layers, torch.nn.Linear(width, classes))
        loss = torch.nn.CrossEntropyLoss()

        def forward(x, y):
            return loss(network(x), y)

        self.forward = torch.compile(forward) if mode == "compile" else forward
        self.optimizer = adam(network.parameters())
        self.features = torch.rand(BATCHES * self.batch, inputs) * 2 - 1
        self.classes = torch.randint(0, classes, (BATCHES * self.batch,))
        self.precision = precision
        self.left = []
        for _ in range(WARM_UP_STEPS):
            self.step()

    def autocast(self):
        return torch.autocast("cpu", dtype=torch.bfloat16) if self.precision == "bf16" else contextlib.nullcontext()

    def step(self):
        if not self.left:
            self.left = list(torch.randperm(BATCHES * self.batch).split(self.batch))
        rows = self.left.pop()
        self.optimizer.zero_grad(set_to_none=True)
        with self.autocast():
            loss = self.forward(self.features[rows], self.classes[rows])
        loss.backward()
        self.optimizer.step()

    def samples_per_second(self, seconds):
        steps, start = 0, time.perf_counter()
        while True:
            self.step()
            steps += 1
            elapsed = time.perf_counter() - start
            if elapsed >= seconds:
                return steps * self.batch / elapsed


def main():
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    training = None
    asked = ((name, arguments.seconds) for name in arguments.networks) if arguments.networks else map(str.split, sys.stdin)
    for name, seconds in asked:
        if training is None or training.name != name:
            training = None  # its memory goes before more is taken
            training = Training(name, arguments.mode, arguments.precision)
        print(json.dumps({"who": "PyTorch", "version": torch.__version__, "mode": arguments.mode,
                          "threads": arguments.threads, "precision": arguments.precision, "network": name,
                          "batch": training.batch,
                          "samples_per_second": round(training.samples_per_second(float(seconds)))}), flush=True)


main()
