"""Keras's optimizers, by name or as objects."""
from __future__ import annotations

from traind import v1
from traind.keras.optimizers import schedules
from traind.keras.unsayable import refuse_unless_default, unknown


class Optimizer:
    """How a step changes the weights. `message` is what it is on the wire.

    Args of every optimizer:
        learning_rate: the step size, or one of `schedules`.
        weight_decay, clipnorm, clipvalue, global_clipnorm: None for none.
        use_ema, ema_momentum: whether averages of the weights are validated and kept.
        gradient_accumulation_steps: batches put together for one update.
    """

    _field = ""

    def __init__(
        self,
        learning_rate,
        settings,
        *,
        weight_decay=None,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        use_ema=False,
        ema_momentum=0.99,
        ema_overwrite_frequency=None,
        loss_scale_factor=None,
        gradient_accumulation_steps=None,
        name=None,
    ):
        refuse_unless_default(
            type(self).__name__,
            {"ema_overwrite_frequency": ema_overwrite_frequency, "loss_scale_factor": loss_scale_factor},
            {},
        )
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self.message = v1.Optimizer(
            weight_decay=weight_decay,
            clipnorm=clipnorm,
            clipvalue=clipvalue,
            global_clipnorm=global_clipnorm,
            ema_momentum=ema_momentum if use_ema else None,
        )
        if isinstance(learning_rate, schedules.LearningRateSchedule):
            self.message.learning_rate_schedule.CopyFrom(learning_rate.message)
            learning_rate = learning_rate.initial_learning_rate
        self.learning_rate = learning_rate
        kind = getattr(self.message, self._field)
        kind.SetInParent()
        for setting, value in dict(settings, learning_rate=learning_rate).items():
            setattr(kind, setting, value)


class SGD(Optimizer):
    _field = "sgd"

    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False, **kwargs):
        super().__init__(learning_rate, {"momentum": momentum, "nesterov": nesterov}, **kwargs)


class RMSprop(Optimizer):
    _field = "rmsprop"

    def __init__(self, learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False, **kwargs):
        super().__init__(
            learning_rate, {"rho": rho, "momentum": momentum, "epsilon": epsilon, "centered": centered}, **kwargs
        )


class Adam(Optimizer):
    _field = "adam"

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, **kwargs):
        super().__init__(
            learning_rate, {"beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon, "amsgrad": amsgrad}, **kwargs
        )


class AdamW(Adam):
    _field = "adamw"

    def __init__(
        self, learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False, **kwargs
    ):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay=weight_decay, **kwargs)


class Nadam(Optimizer):
    _field = "nadam"

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **kwargs):
        super().__init__(learning_rate, {"beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon}, **kwargs)


class Adagrad(Optimizer):
    _field = "adagrad"

    def __init__(self, learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7, **kwargs):
        super().__init__(
            learning_rate, {"initial_accumulator_value": initial_accumulator_value, "epsilon": epsilon}, **kwargs
        )


class Lion(Optimizer):
    _field = "lion"

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.99, **kwargs):
        super().__init__(learning_rate, {"beta_1": beta_1, "beta_2": beta_2}, **kwargs)


_BY_NAME = {kind.__name__.lower(): kind for kind in (SGD, RMSprop, Adam, AdamW, Nadam, Adagrad, Lion)}


def get(optimizer) -> Optimizer:
    """An optimizer of a name such as `adam`, or as it is given."""
    if isinstance(optimizer, Optimizer):
        return optimizer
    if isinstance(optimizer, str) and optimizer.lower() in _BY_NAME:
        return _BY_NAME[optimizer.lower()]()
    raise unknown("optimizer", optimizer, _BY_NAME)
