"""Runs each layer in PyTorch, forward and backward, on one small batch and writes what goes in and what comes out.

usage: python3 make_layers.py    (PyTorch 1.13 or later; writes beside itself)

Weights are drawn around 1 for vectors, around 0 for matrices. Dropout and Gaussian noise draw from other generators
than PyTorch's, so they are not here.
"""
import pathlib

import torch
from torch import nn
from torch.nn import functional

ROWS, WIDTH = 3, 5


class Embedding(nn.Module):
    """Columns 1 (4 categories, 3 numbers) and 3 (2 categories, 2 numbers) replaced in place."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Embedding(4, 3), nn.Embedding(2, 2)

    def forward(self, x):
        return torch.cat([x[:, :1], self.first(x[:, 1].long()), x[:, 2:3], self.second(x[:, 3].long()), x[:, 4:]], 1)


class Residual(nn.Module):
    """Around dense 5-4, tanh, dense 4-5, relu."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(WIDTH, 4), nn.Tanh(), nn.Linear(4, WIDTH), nn.ReLU())

    def forward(self, x):
        return x + self.layers(x)


class Activation(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.forward = function


LAYERS = {
    "dense": nn.Linear(WIDTH, 4),
    "batch_normalization": nn.BatchNorm1d(WIDTH, eps=1e-3),
    "layer_normalization": nn.LayerNorm(WIDTH, eps=1e-3),
    "embedding": Embedding(),
    "residual": Residual(),
    "RELU": Activation(functional.relu),
    "LEAKY_RELU": Activation(lambda x: functional.leaky_relu(x, 0.2)),
    "ELU": Activation(functional.elu),
    "SELU": Activation(functional.selu),
    "GELU": Activation(functional.gelu),
    "SILU": Activation(functional.silu),
    "SIGMOID": Activation(torch.sigmoid),
    "TANH": Activation(torch.tanh),
    "SOFTPLUS": Activation(functional.softplus),
    "SOFTMAX": Activation(lambda x: functional.softmax(x, 1)),
    "LINEAR": Activation(lambda x: x * 1),
}


def line(name, tensor):
    return name + "".join(f" {value:.9g}" for value in tensor.detach().flatten().tolist()) + "\n"


torch.manual_seed(20)
torch.set_num_threads(1)
with open(pathlib.Path(__file__).parent / "layers.txt", "w") as file:
    for name, layer in LAYERS.items():
        x = torch.randn(ROWS, WIDTH) * 2
        if name == "embedding":
            x[:, 1], x[:, 3] = torch.tensor([3.0, 0.0, 3.0]), torch.tensor([1.0, 1.0, 1.0])
        x.requires_grad_(True)
        with torch.no_grad():
            for weight in layer.parameters():
                weight.copy_(torch.rand_like(weight) + 0.5 if weight.dim() == 1 else torch.randn_like(weight))
        y = layer(x)
        gradient = torch.randn_like(y)
        y.backward(gradient)
        file.write(f"layer {name}\n" + line("input", x) + line("output", y) + line("output_gradient", gradient))
        if name != "embedding":
            file.write(line("input_gradient", x.grad))
        for weight in layer.parameters():
            file.write(line("weight", weight) + line("weight_gradient", weight.grad))
