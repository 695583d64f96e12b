"""Writes the learning rates of every schedule, 30 updates (or epochs) each.

usage: python3 make_schedules.py    (PyTorch 1.13 or later; writes schedules.txt beside itself)

step_decay, one_cycle and reduce_on_plateau are PyTorch's schedulers (the last where Keras's does the same: mode min or
max, an absolute threshold, no cooldown); the others are the formulas of Keras's documentation, in double precision.
A line is: case, step, learning rate.
"""
import math
import pathlib

import torch
from torch.optim import lr_scheduler

HERE = pathlib.Path(__file__).parent
STEPS, LR = 30, 0.2

# What reduce_on_plateau sees: it falls, stays, falls too little, rises, falls again.
LOSSES = [1.0, 0.8, 0.7, 0.7, 0.7, 0.7, 0.69995, 0.6999, 0.5, 0.6, 0.4, 0.5, 0.5, 0.5, 0.5] + [0.4] * 15


def pytorch(make, stepped=lambda scheduler, step: scheduler.step()):
    optimizer = torch.optim.SGD([torch.zeros(1)], LR)
    scheduler = make(optimizer)
    for step in range(STEPS):
        yield optimizer.param_groups[0]["lr"]
        optimizer.step()
        stepped(scheduler, step)


def formula(rate):
    for step in range(STEPS):
        yield rate(step)


def one_cycle(total, **settings):
    def step_on(scheduler, step):
        if step + 1 < total:
            scheduler.step()

    return pytorch(lambda optimizer: lr_scheduler.OneCycleLR(optimizer, LR, total, cycle_momentum=False, **settings),
                   step_on)


def plateau(sign=1, **settings):
    return pytorch(lambda optimizer: lr_scheduler.ReduceLROnPlateau(optimizer, threshold_mode="abs", **settings),
                   lambda scheduler, step: scheduler.step(sign * LOSSES[step]))


def keras_plateau(factor, patience, min_delta, cooldown):
    """Keras's counting, where PyTorch's differs: with a cooldown."""
    rate, best, wait, cooling = LR, math.inf, 0, 0
    for loss in LOSSES:
        yield rate
        if cooling > 0:
            cooling -= 1
            wait = 0
        if loss < best - min_delta:
            best, wait = loss, 0
        elif cooling == 0:
            wait += 1
            if wait >= patience:
                rate, cooling, wait = rate * factor, cooldown, 0


def exponential(steps, rate, staircase=False):
    return lambda step: LR * rate ** (step // steps if staircase else step / steps)


def polynomial(steps, end, power, cycle=False):
    def rate(step):
        whole = steps * max(1, math.ceil(step / steps)) if cycle else steps
        return (LR - end) * (1 - min(step, whole) / whole) ** power + end

    return rate


def cosine(steps, alpha):
    return lambda step: LR * ((1 - alpha) * 0.5 * (1 + math.cos(math.pi * min(step, steps) / steps)) + alpha)


def restarts(first, t_mul, m_mul, alpha):
    def rate(step):
        begin, length, period = 0, first, 0
        while step >= begin + length:
            begin, length, period = begin + length, length * t_mul, period + 1
        wave = m_mul**period * 0.5 * (1 + math.cos(math.pi * (step - begin) / length))
        return LR * ((1 - alpha) * wave + alpha)

    return rate


CASES = {
    "step_decay": pytorch(lambda optimizer: lr_scheduler.StepLR(optimizer, 7, 0.5)),
    "exponential_decay": formula(exponential(10, 0.9)),
    "exponential_decay_staircase": formula(exponential(10, 0.9, True)),
    "exponential_decay_all": formula(exponential(STEPS, 0.96)),
    "polynomial_decay": formula(polynomial(20, 0.05, 2)),
    "polynomial_decay_cycle": formula(polynomial(7, 0.01, 1, True)),
    "polynomial_decay_all": formula(polynomial(STEPS, 0.0001, 1)),
    "cosine_decay": formula(cosine(20, 0.1)),
    "cosine_decay_all": formula(cosine(STEPS, 0)),
    "cosine_decay_restarts": formula(restarts(4, 2, 1, 0)),
    "cosine_decay_restarts_lower": formula(restarts(3, 1.5, 0.8, 0.1)),
    "cosine_decay_restarts_even": formula(restarts(7, 1, 0.5, 0)),
    "one_cycle": one_cycle(STEPS),
    "one_cycle_settings": one_cycle(20, pct_start=0.45, div_factor=10, final_div_factor=100),
    "one_cycle_short": one_cycle(3),
    "warmup": formula(lambda step: LR * min((step + 1) / 8, 1)),
    "warmup_cosine_decay": formula(lambda step: LR * (step + 1) / 10 if step < 10 else cosine(20, 0)(step - 10)),
    # PyTorch reduces when the count exceeds its patience, Keras when it reaches it.
    "reduce_on_plateau": plateau(factor=0.5, patience=2, threshold=1e-3),
    "reduce_on_plateau_max": plateau(sign=-1, mode="max", factor=0.5, patience=2, threshold=1e-3),
    "reduce_on_plateau_least": plateau(factor=0.1, patience=1, threshold=1e-4, min_lr=0.001),
    "reduce_on_plateau_cooldown": keras_plateau(0.5, 2, 1e-3, 3),
}

lines = [f"{case} {step} {rate:.12g}" for case, rates in CASES.items() for step, rate in enumerate(rates)]
(HERE / "schedules.txt").write_text("\n".join(lines) + "\n")
