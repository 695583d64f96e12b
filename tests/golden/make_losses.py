"""Writes the losses and gradients of seven weighted rows for every loss: losses.txt, a line each.

usage: python3 make_losses.py    (PyTorch 1.13 or later; writes beside itself)

Losses are PyTorch's where it has them, else Keras's documented formulas; gradients are PyTorch's. All in float64. A line
is the name of a case of tests/engine/losses/loss_cases.cc, the weighted sum of its rows, and the gradient of that sum
divided by the number of rows.
"""
import pathlib

import torch
from torch.nn import functional as F

ROWS, WIDTH = 7, 5


def values(count, stream, low, high):
    """FormulaValues() of the tests: rounded to float32 there, so here too."""
    return torch.tensor([low + (high - low) * ((i * 7919 + stream * 104729) % 2003) / 2003.0 for i in range(count)],
                        dtype=torch.float64).float().double()


def mean(losses):
    return losses.mean(dim=1)


def categorical_focal(x, classes, alpha, gamma, label_smoothing):
    target = F.one_hot(classes, x.shape[1]).double() * (1 - label_smoothing) + label_smoothing / x.shape[1]
    p = torch.softmax(x, dim=1)
    return (alpha * (1 - p) ** gamma * -target * torch.log(p)).sum(dim=1)


def binary_crossentropy(x, z, label_smoothing=0.0):
    return mean(F.binary_cross_entropy_with_logits(x, z * (1 - label_smoothing) + label_smoothing / 2, reduction="none"))


def binary_focal(x, z, balanced, alpha, gamma):
    p = torch.sigmoid(x)
    p_t = z * p + (1 - z) * (1 - p)
    loss = (1 - p_t) ** gamma * F.binary_cross_entropy(p, z, reduction="none")
    return mean(loss * (z * alpha + (1 - z) * (1 - alpha)) if balanced else loss)


def hinge(x, y):
    return mean(torch.clamp(1 - y * x, min=0))


logits = values(ROWS * WIDTH, 1, -4, 4).reshape(ROWS, WIDTH)
logit = values(ROWS, 1, -4, 4).reshape(ROWS, 1)
positive = values(ROWS * WIDTH, 1, 0.05, 4).reshape(ROWS, WIDTH)
classes = torch.tensor([(row * 7 + 1) % WIDTH for row in range(ROWS)])
binary = torch.tensor([(row * 7 + 1) % 2 for row in range(ROWS)], dtype=torch.float64).reshape(ROWS, 1)
probabilities = values(ROWS * WIDTH, 2, 0, 1).reshape(ROWS, WIDTH)
targets = values(ROWS * WIDTH, 2, -4, 4).reshape(ROWS, WIDTH)
counts = values(ROWS * WIDTH, 2, 0, 20).reshape(ROWS, WIDTH)
weights = values(ROWS, 3, 0, 3)

CASES = {
    "categorical_crossentropy": (logits, lambda x: F.cross_entropy(x, classes, reduction="none")),
    "categorical_crossentropy_smoothed":
        (logits, lambda x: F.cross_entropy(x, classes, reduction="none", label_smoothing=0.1)),
    "categorical_focal_crossentropy": (logits, lambda x: categorical_focal(x, classes, 0.25, 2.0, 0.0)),
    "categorical_focal_crossentropy_smoothed": (logits, lambda x: categorical_focal(x, classes, 0.6, 0.7, 0.2)),
    "binary_crossentropy": (logit, lambda x: binary_crossentropy(x, binary)),
    "binary_crossentropy_smoothed": (logit, lambda x: binary_crossentropy(x, binary, 0.1)),
    "binary_crossentropy_targets": (logits, lambda x: binary_crossentropy(x, probabilities, 0.1)),
    "binary_focal_crossentropy": (logit, lambda x: binary_focal(x, binary, False, 0.25, 2.0)),
    "binary_focal_crossentropy_balanced": (logit, lambda x: binary_focal(x, binary, True, 0.3, 0.5)),
    "binary_focal_crossentropy_targets": (logits, lambda x: binary_focal(x, probabilities, True, 0.25, 1.5)),
    "hinge": (logit, lambda x: hinge(x, 2 * binary - 1)),
    "hinge_targets": (logits, lambda x: hinge(x, targets)),
    "mean_squared_error": (logits, lambda x: mean(F.mse_loss(x, targets, reduction="none"))),
    "mean_absolute_error": (logits, lambda x: mean(F.l1_loss(x, targets, reduction="none"))),
    "huber": (logits, lambda x: mean(F.huber_loss(x, targets, reduction="none", delta=1.5))),
    "poisson": (positive, lambda x: mean(
        F.poisson_nll_loss(x, counts, log_input=False, eps=1e-7, reduction="none"))),
}

with open(pathlib.Path(__file__).parent / "losses.txt", "w") as file:
    for name, (outputs, rows_of) in CASES.items():
        outputs = outputs.clone().requires_grad_()
        loss = (weights * rows_of(outputs)).sum()
        (loss / ROWS).backward()
        numbers = [loss.item(), *outputs.grad.flatten().tolist()]
        file.write(" ".join([name, *(f"{number:.9g}" for number in numbers)]) + "\n")
