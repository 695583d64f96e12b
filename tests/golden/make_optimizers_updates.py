"""Takes 10 steps with all that surrounds an optimizer, in PyTorch and double precision, and writes what comes of them.

usage: python3 make_optimizers_updates.py    (PyTorch 1.13 or later; writes optimizers_updates.txt beside itself)

Penalties are differentiated by autograd, clipping is torch.nn.utils's (whose norm is 1e-6 larger than Keras's), decoupled
decay is AdamW's, averages are AveragedModel's. A line is: case, step, the penalty before the step, the kernel and the
bias after it, and where averages are kept those of the kernel and of the bias.
"""
import pathlib

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

HERE = pathlib.Path(__file__).parent
STEPS, LR, MOMENTUM = 10, 0.05, 0.9


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.kernel = nn.Parameter(torch.tensor([(i * 7) % 5 - 2.0 for i in range(12)], dtype=torch.float64).reshape(3, 4))
        self.bias = nn.Parameter(torch.tensor([(i * 2) % 3 - 1.0 for i in range(3)], dtype=torch.float64))


def loss_of(weight, step):
    """Whose gradient is 0.25 * (i % 5 + 1) * weight + noise."""
    weight = weight.reshape(-1)
    places = torch.arange(weight.numel())
    noise = ((step * 37 + places * 11) % 16 - 7.5) / 4
    return (0.125 * (places % 5 + 1) * weight**2 + noise * weight).sum()


def clip_each(network, limit):
    for weight in network.parameters():
        nn.utils.clip_grad_norm_([weight], limit)


CLIPS = {
    "clipvalue": lambda network: nn.utils.clip_grad_value_(network.parameters(), 0.8),
    "clipnorm": lambda network: clip_each(network, 1.5),
    "global_clipnorm": lambda network: nn.utils.clip_grad_norm_(network.parameters(), 2.5),
}


def sgd(weights):
    return torch.optim.SGD(weights, LR)


def adamw(weights):
    return torch.optim.AdamW(weights, LR, eps=1e-30, weight_decay=0.3)


def run(make_optimizer, clip=None, penalized=False, averaged=False):
    network = Network()
    optimizer = make_optimizer(network.parameters())
    averages = AveragedModel(network, avg_fn=lambda average, weight, _: MOMENTUM * average + (1 - MOMENTUM) * weight)
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        penalty = torch.zeros((), dtype=torch.float64)
        if penalized:
            penalty = (0.1 * network.kernel.abs().sum() + 0.2 * (network.kernel**2).sum() + 0.3 * network.bias.abs().sum())
        (sum(loss_of(weight, step) for weight in network.parameters()) + penalty).backward()
        if clip:
            CLIPS[clip](network)
        optimizer.step()
        averages.update_parameters(network)
        shown = list(network.parameters()) + (list(averages.module.parameters()) if averaged else [])
        yield [penalty.item()] + [value for weight in shown for value in weight.detach().reshape(-1).tolist()]


CASES = {
    "plain": run(sgd),
    "penalties": run(sgd, penalized=True),
    "clipvalue": run(sgd, clip="clipvalue"),
    "clipnorm": run(sgd, clip="clipnorm"),
    "global_clipnorm": run(sgd, clip="global_clipnorm"),
    "weight_decay": run(adamw),
    "ema_momentum": run(sgd, averaged=True),
    "all_with_clipvalue": run(adamw, "clipvalue", True, True),
    "all_with_clipnorm": run(adamw, "clipnorm", True, True),
    "all_with_global_clipnorm": run(adamw, "global_clipnorm", True, True),
}

lines = []
for case, steps in CASES.items():
    for step, values in enumerate(steps, start=1):
        lines.append(" ".join([case, str(step), *(f"{value:.8g}" for value in values)]))
(HERE / "optimizers_updates.txt").write_text("\n".join(lines) + "\n")
