"""Learning rates that change from update to update. `message` is what a schedule is on the wire."""
from __future__ import annotations

from traind import v1


class LearningRateSchedule:
    """Starts at `initial_learning_rate`, which the optimizer takes from it."""

    def __init__(self, initial_learning_rate, **kind):
        self.initial_learning_rate = initial_learning_rate
        self.message = v1.LearningRateSchedule(**kind)


class ExponentialDecay(LearningRateSchedule):
    """initial_learning_rate * decay_rate^(step / decay_steps)."""

    def __init__(self, initial_learning_rate, decay_steps, decay_rate, staircase=False, name=None):
        super().__init__(
            initial_learning_rate,
            exponential_decay=v1.ExponentialDecay(decay_steps=decay_steps, decay_rate=decay_rate, staircase=staircase),
        )


class PolynomialDecay(LearningRateSchedule):
    """(initial - end) * (1 - step / decay_steps)^power + end."""

    def __init__(self, initial_learning_rate, decay_steps, end_learning_rate=0.0001, power=1.0, cycle=False, name=None):
        super().__init__(
            initial_learning_rate,
            polynomial_decay=v1.PolynomialDecay(
                decay_steps=decay_steps, end_learning_rate=end_learning_rate, power=power, cycle=cycle
            ),
        )


class CosineDecay(LearningRateSchedule):
    """Along half a cosine; with `warmup_target` after a rise to it, which begins at 0."""

    def __init__(self, initial_learning_rate, decay_steps, alpha=0.0, name=None, warmup_target=None, warmup_steps=0):
        start = initial_learning_rate
        if warmup_target is not None and warmup_steps:
            if initial_learning_rate != 0:
                raise NotImplementedError(
                    "CosineDecay: a traind's warm-up rises from 0; initial_learning_rate="
                    f"{initial_learning_rate} with a warmup_target cannot be said to it"
                )
            start = warmup_target
        else:
            warmup_steps = 0
        super().__init__(
            start, cosine_decay=v1.CosineDecay(decay_steps=decay_steps, alpha=alpha), warmup_steps=warmup_steps
        )


class CosineDecayRestarts(LearningRateSchedule):
    """The same with warm restarts."""

    def __init__(self, initial_learning_rate, first_decay_steps, t_mul=2.0, m_mul=1.0, alpha=0.0, name=None):
        super().__init__(
            initial_learning_rate,
            cosine_decay_restarts=v1.CosineDecayRestarts(
                first_decay_steps=first_decay_steps, t_mul=t_mul, m_mul=m_mul, alpha=alpha
            ),
        )
