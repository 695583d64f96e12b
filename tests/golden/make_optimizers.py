"""Takes 20 steps of every optimizer in double precision and writes the weights after each.

usage: python3 make_optimizers.py    (PyTorch 1.13 or later, numpy; writes optimizers.txt beside itself)

The formulas are those of Keras's documentation. PyTorch has the same ones but for where epsilon is added: with one that
makes no difference, both must give the same weights, which is checked here before Keras's are written with an epsilon
that does make a difference. PyTorch 1.13 has no Lion, and its
NAdam multiplies by one momentum too many. A line is: case, step, weights.
"""
import math
import pathlib

import numpy
import torch

HERE = pathlib.Path(__file__).parent
STEPS, SIZE = 20, 5
TINY = 1e-30


def start():
    return numpy.array([(i * 7) % 5 - 1.5 for i in range(SIZE)])


def gradient(weights, step):
    """Of a quadratic bowl per weight whose bottom moves; the sums that tests repeat are of exact values."""
    steepness = numpy.array([0.25 * (i + 1) for i in range(SIZE)])
    noise = numpy.array([((step * 37 + i * 11) % 16 - 7.5) / 8 for i in range(SIZE)])
    return steepness * weights + noise


def sgd(lr, momentum=0.0, nesterov=False):
    velocity = numpy.zeros(SIZE)

    def step(w, g, t):
        velocity[:] = momentum * velocity - lr * g
        return w + (momentum * velocity - lr * g if nesterov else velocity)

    return step


def adam(lr, epsilon, beta_1=0.9, beta_2=0.999, amsgrad=False, weight_decay=0.0):
    m, v, largest = numpy.zeros(SIZE), numpy.zeros(SIZE), numpy.zeros(SIZE)

    def step(w, g, t):
        w = w - lr * weight_decay * w
        m[:] = beta_1 * m + (1 - beta_1) * g
        v[:] = beta_2 * v + (1 - beta_2) * g * g
        largest[:] = numpy.maximum(largest, v)
        rate = lr * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        return w - rate * m / (numpy.sqrt(largest if amsgrad else v) + epsilon)

    return step


def nadam(lr, epsilon, beta_1=0.9, beta_2=0.999):
    m, v = numpy.zeros(SIZE), numpy.zeros(SIZE)

    def u(t):
        return beta_1 * (1 - 0.5 * 0.96**t)

    def step(w, g, t):
        m[:] = beta_1 * m + (1 - beta_1) * g
        v[:] = beta_2 * v + (1 - beta_2) * g * g
        product = math.prod(u(s) for s in range(1, t + 1))
        m_hat = u(t + 1) * m / (1 - product * u(t + 1)) + (1 - u(t)) * g / (1 - product)
        return w - lr * m_hat / (numpy.sqrt(v / (1 - beta_2**t)) + epsilon)

    return step


def rmsprop(lr, epsilon, rho=0.9, momentum=0.0, centered=False):
    v, a, velocity = numpy.zeros(SIZE), numpy.zeros(SIZE), numpy.zeros(SIZE)

    def step(w, g, t):
        v[:] = rho * v + (1 - rho) * g * g
        a[:] = rho * a + (1 - rho) * g
        variance = v - a * a if centered else v
        velocity[:] = momentum * velocity + lr * g / numpy.sqrt(variance + epsilon)
        return w - velocity

    return step


def adagrad(lr, epsilon, initial=0.1):
    total = numpy.full(SIZE, initial)

    def step(w, g, t):
        total[:] += g * g
        return w - lr * g / numpy.sqrt(total + epsilon)

    return step


def lion(lr, beta_1=0.9, beta_2=0.99):
    m = numpy.zeros(SIZE)

    def step(w, g, t):
        w = w - lr * numpy.sign(beta_1 * m + (1 - beta_1) * g)
        m[:] = beta_2 * m + (1 - beta_2) * g
        return w

    return step


def run(step):
    w = start()
    for t in range(1, STEPS + 1):
        w = step(w, gradient(w, t), t)
        yield w.copy()


def run_torch(make):
    w = torch.tensor(start(), requires_grad=True)
    optimizer = make([w])
    for t in range(1, STEPS + 1):
        w.grad = torch.tensor(gradient(w.detach().numpy(), t))
        optimizer.step()
        yield w.detach().numpy().copy()


LR = 0.05
EPSILON = 0.01
optim = torch.optim
# case: Keras's formula as a function of epsilon, and PyTorch's optimizer with TINY.
CASES = {
    "sgd": (lambda e: sgd(LR), lambda w: optim.SGD(w, LR)),
    "sgd_momentum": (lambda e: sgd(LR, 0.9), lambda w: optim.SGD(w, LR, 0.9)),
    "sgd_nesterov": (lambda e: sgd(LR, 0.9, True), lambda w: optim.SGD(w, LR, 0.9, nesterov=True)),
    "adam": (lambda e: adam(LR, e), lambda w: optim.Adam(w, LR, eps=TINY)),
    "adam_betas": (lambda e: adam(LR, e, 0.5, 0.7), lambda w: optim.Adam(w, LR, (0.5, 0.7), eps=TINY)),
    "adam_amsgrad": (lambda e: adam(LR, e, beta_2=0.7, amsgrad=True),
                     lambda w: optim.Adam(w, LR, (0.9, 0.7), eps=TINY, amsgrad=True)),
    "adamw": (lambda e: adam(LR, e, weight_decay=0.004), lambda w: optim.AdamW(w, LR, eps=TINY, weight_decay=0.004)),
    "nadam": (lambda e: nadam(LR, e), None),
    "rmsprop": (lambda e: rmsprop(LR, e), lambda w: optim.RMSprop(w, LR, 0.9, eps=TINY)),
    "rmsprop_momentum": (lambda e: rmsprop(LR, e, momentum=0.8),
                         lambda w: optim.RMSprop(w, LR, 0.9, eps=TINY, momentum=0.8)),
    "rmsprop_centered": (lambda e: rmsprop(LR, e, centered=True),
                         lambda w: optim.RMSprop(w, LR, 0.9, eps=TINY, centered=True)),
    "rmsprop_centered_momentum": (lambda e: rmsprop(LR, e, momentum=0.8, centered=True),
                                  lambda w: optim.RMSprop(w, LR, 0.9, eps=TINY, momentum=0.8, centered=True)),
    "adagrad": (lambda e: adagrad(LR, e), lambda w: optim.Adagrad(w, LR, initial_accumulator_value=0.1, eps=TINY)),
    "lion": (lambda e: lion(LR), None),
}

lines = []
for case, (keras, pytorch) in CASES.items():
    if pytorch:
        for ours, theirs in zip(run(keras(TINY)), run_torch(pytorch)):
            numpy.testing.assert_allclose(ours, theirs, rtol=1e-9, err_msg=case)
    for t, w in enumerate(run(keras(EPSILON)), start=1):
        lines.append(" ".join([case, str(t), *(f"{value:.9g}" for value in w)]))
(HERE / "optimizers.txt").write_text("\n".join(lines) + "\n")
