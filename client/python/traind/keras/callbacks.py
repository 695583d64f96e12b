"""Keras's callbacks: those that a traind can be told before it trains, and such as only look on.

The training runs in the server, which knows early stopping, falling learning rates and keeping the best weights: the
callbacks of these names say so in the job's spec (`say`). `Callback` and `LambdaCallback` are told each epoch as its
report arrives; they cannot change the training.
"""
from __future__ import annotations

import inspect
from typing import List

from traind import v1
from traind.export import format_of
from traind.keras.unsayable import refuse_unless_default


class Callback:
    """Told of a training. `self.model` is the model; `self.params` has `epochs`, `steps` (an epoch) and `verbose`."""

    model = None
    params: dict = {}

    def set_model(self, model):
        self.model = model

    def set_params(self, params):
        self.params = params

    def say(self, spec: v1.TrainingSpec, training) -> None:
        """Writes into the spec what it wants; `training` is a `Training`."""

    def on_train_begin(self, logs=None):
        """The job was accepted."""

    def on_train_end(self, logs=None):
        """The job SUCCEEDED."""

    def on_epoch_begin(self, epoch, logs=None):
        """An epoch, from 0, begins: told together with the end of the one before."""

    def on_epoch_end(self, epoch, logs=None):
        """An epoch, from 0, ended; `logs` has its figures by Keras's names."""


class LambdaCallback(Callback):
    """Functions for a Callback's methods of the same names."""

    def __init__(self, on_epoch_begin=None, on_epoch_end=None, on_train_begin=None, on_train_end=None):
        for name, function in (
            ("on_epoch_begin", on_epoch_begin),
            ("on_epoch_end", on_epoch_end),
            ("on_train_begin", on_train_begin),
            ("on_train_end", on_train_end),
        ):
            if function is not None:
                setattr(self, name, function)


class Training:
    """What a callback may have to know of the training that it speaks to the server about."""

    def __init__(self, epochs: int, steps_per_epoch: int, reported: dict):
        self.epochs = epochs
        self.steps_per_epoch = steps_per_epoch
        self._reported = reported

    def monitor(self, name: str) -> str:
        """A figure by the server's name, given Keras's."""
        prefix = "val_" if name.startswith("val_") else ""
        return prefix + self._reported.get(name[len(prefix) :], name[len(prefix) :])


def _mode(mode: str) -> int:
    names = {"auto": v1.EarlyStopping.AUTO, "min": v1.EarlyStopping.MIN, "max": v1.EarlyStopping.MAX}
    if mode not in names:
        raise ValueError(f"mode: is {mode!r}; it must be one of auto, min, max")
    return names[mode]


class EarlyStopping(Callback):
    """Ends the training when `monitor` has not become better by more than `min_delta` for `patience` epochs.

    After fit, `stopped_epoch` is the epoch, from 0, in which it ended early, or 0.
    """

    stopped_epoch = 0

    def __init__(
        self,
        monitor="val_loss",
        min_delta=0,
        patience=0,
        verbose=0,
        mode="auto",
        baseline=None,
        restore_best_weights=False,
        start_from_epoch=0,
    ):
        refuse_unless_default(
            "EarlyStopping", {"baseline": baseline, "start_from_epoch": start_from_epoch}, {"start_from_epoch": 0}
        )
        self.monitor = monitor
        self._message = v1.EarlyStopping(
            min_delta=abs(min_delta), patience=patience, mode=_mode(mode), restore_best_weights=restore_best_weights
        )

    def say(self, spec, training):
        spec.early_stopping.CopyFrom(self._message)
        spec.early_stopping.monitor = training.monitor(self.monitor)


class ModelCheckpoint(Callback):
    """Keeps the weights of the epoch whose `monitor` was best, as the model; with save_best_only only.

    With a `filepath`, which ends with `.onnx` or `.safetensors`, the model is written there after the training.
    (For crashes and restarts the server saves checkpoints of its own, without being told.)
    """

    def __init__(
        self,
        filepath=None,
        monitor="val_loss",
        verbose=0,
        save_best_only=False,
        save_weights_only=False,
        mode="auto",
        save_freq="epoch",
        initial_value_threshold=None,
    ):
        refuse_unless_default(
            "ModelCheckpoint",
            {"save_freq": save_freq, "initial_value_threshold": initial_value_threshold},
            {"save_freq": "epoch"},
        )
        if filepath is not None:
            format_of(filepath)
        if not save_best_only:
            raise NotImplementedError(
                "ModelCheckpoint: a traind keeps the last weights or the best (save_best_only=True), "
                "not those of every epoch"
            )
        self.monitor = monitor
        self._filepath = filepath
        self._mode = _mode(mode)

    def say(self, spec, training):
        spec.keep_best.monitor = training.monitor(self.monitor)
        spec.keep_best.mode = self._mode

    def on_train_end(self, logs=None):
        if self._filepath is not None:
            self.model.save(self._filepath)


class ReduceLROnPlateau(Callback):
    """Multiplies the learning rate by `factor` when `monitor` has not become better for `patience` epochs."""

    def __init__(
        self,
        monitor="val_loss",
        factor=0.1,
        patience=10,
        verbose=0,
        mode="auto",
        min_delta=1e-4,
        cooldown=0,
        min_lr=0.0,
    ):
        self.monitor = monitor
        self._message = v1.ReduceOnPlateau(
            factor=factor,
            patience=patience,
            mode=_mode(mode),
            min_delta=min_delta,
            cooldown=cooldown,
            min_learning_rate=min_lr,
        )

    def say(self, spec, training):
        _refuse_second_schedule(spec, "ReduceLROnPlateau")
        spec.optimizer.learning_rate_schedule.reduce_on_plateau.CopyFrom(self._message)
        spec.optimizer.learning_rate_schedule.reduce_on_plateau.monitor = training.monitor(self.monitor)


class LearningRateScheduler(Callback):
    """The learning rate as a function `schedule(epoch, lr)` or `schedule(epoch)`, epochs from 0.

    It is asked for all epochs beforehand. A traind can be told a rate that stays, or that is multiplied by the same
    factor, at most 1, every so many epochs; anything else is refused with NotImplementedError.
    """

    def __init__(self, schedule, verbose=0):
        self._schedule = schedule

    def say(self, spec, training):
        _refuse_second_schedule(spec, "LearningRateScheduler")
        settings = getattr(spec.optimizer, spec.optimizer.WhichOneof("kind"))
        rates = self._rates(training.epochs, settings.learning_rate)
        if not rates:
            return  # no epochs, which the server refuses
        settings.learning_rate = rates[0]
        epochs = next((epoch for epoch, rate in enumerate(rates) if not _near(rate, rates[0])), None)
        if epochs is None:
            return
        gamma = rates[epochs] / rates[0]
        for epoch, rate in enumerate(rates):
            if not 0 <= gamma <= 1 or not _near(rate, rates[0] * gamma ** (epoch // epochs)):
                raise NotImplementedError(
                    "LearningRateScheduler: a traind takes a rate that stays or is multiplied by the same factor, "
                    f"at most 1, every so many epochs; {rates[0]:g} at first, {rates[epochs]:g} from epoch {epochs} "
                    f"and {rate:g} at epoch {epoch} is neither. See keras.optimizers.schedules for others"
                )
        spec.optimizer.learning_rate_schedule.step_decay.step_size = epochs * training.steps_per_epoch
        spec.optimizer.learning_rate_schedule.step_decay.gamma = gamma

    def _rates(self, epochs: int, rate: float) -> List[float]:
        takes_rate = len(inspect.signature(self._schedule).parameters) > 1
        rates = []
        for epoch in range(epochs):
            rate = float(self._schedule(epoch, rate) if takes_rate else self._schedule(epoch))
            rates.append(rate)
        return rates


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b))


def _refuse_second_schedule(spec, who):
    kind = spec.optimizer.learning_rate_schedule.WhichOneof("kind")
    if kind is not None:
        raise ValueError(f"{who}: the learning rate has a schedule already, {kind}; a traind takes one")


class History(Callback):
    """What fit returns: `history` has a list a figure with an entry an epoch, `epoch` their numbers from 0.

    `job` is the name of the training job, `result` its v1.TrainingResult.
    """

    def __init__(self):
        self.history: dict = {}
        self.epoch: List[int] = []
        self.job = ""
        self.result = None

    def on_epoch_end(self, epoch, logs=None):
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
