"""Sequential: Keras's model of a stack of layers, trained by a traind."""
from __future__ import annotations

from typing import Optional

import numpy as np

from traind import v1
from traind.client import Client, default_client
from traind.keras import labels, losses, optimizers, utils
from traind.keras import metrics as keras_metrics
from traind.keras.callbacks import History, LearningRateScheduler, ReduceLROnPlateau, Training
from traind.keras.following import follow
from traind.keras.layers import BatchNormalization
from traind.keras.progress import Progress
from traind.keras.stack import Stack
from traind.keras.unsayable import refuse_unless_default


class Sequential(Stack):
    """A network to compile, fit and ask.

    The weights are the server's: `fit` trains a model there, `predict` and `evaluate` ask it.

    Args:
        layers: of traind.keras.layers, the first with an `input_shape`, unless fit shall find it out.
        name: for summaries. Default: `sequential` and a count.
        client: the traind. Default: that of the environment's TRAIND_SERVER, or of this machine.

    Attributes:
        training_job: `trainingJobs/...` of the last fit, or None.
        trained_model: `models/...` that it gave, or None.
    """

    def __init__(self, layers=None, name: Optional[str] = None, *, client: Optional[Client] = None):
        super().__init__(layers, name)
        self._given_client = client
        self._loss: Optional[losses.Loss] = None
        self._metrics: list = []
        self.optimizer: Optional[optimizers.Optimizer] = None
        self.training_job: Optional[str] = None
        self.trained_model: Optional[str] = None
        self.history: Optional[History] = None

    def compile(
        self,
        optimizer="rmsprop",
        loss=None,
        loss_weights=None,
        metrics=None,
        weighted_metrics=None,
        run_eagerly=False,
        steps_per_execution=1,
        jit_compile="auto",
        auto_scale_loss=True,
    ):
        """Says how to train: names or objects of optimizers, losses and metrics.

        The last four of Keras's arguments, which say how its own machine works, are taken and mean nothing here.
        """
        refuse_unless_default("compile", {"loss_weights": loss_weights, "weighted_metrics": weighted_metrics}, {})
        if loss is None:
            raise ValueError("compile: needs a loss, such as 'sparse_categorical_crossentropy' or 'mse'")
        self.optimizer = optimizers.get(optimizer)
        self._loss = losses.get(loss)
        self._metrics = keras_metrics.get_all(metrics)

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        shuffle=True,
        class_weight=None,
        sample_weight=None,
        initial_epoch=0,
        steps_per_epoch=None,
        validation_steps=None,
        validation_batch_size=None,
        validation_freq=1,
        *,
        seed=None,
    ) -> History:
        """Trains in the server and follows it.

        The data is uploaded once: the server keeps it under a name that follows from its contents. A break of the
        connection or a restart of the server is waited for, and the training goes on where it was.

        Args:
            x: numbers, shape (rows, features), or (rows, ...) in front of Flatten.
            y: class indices, shape (rows,), or one-hot, shape (rows, classes), for the cross-entropies; 0 and 1 for the
                binary ones; numbers, shape (rows,) or (rows, outputs), for the others.
            batch_size: rows a step. Default: 32.
            epochs: passes over the rows.
            verbose: 0 prints nothing; 1 or "auto" a bar; 2 a line an epoch.
            callbacks: of traind.keras.callbacks.
            validation_split: the share of the rows, the last ones, to validate on.
            validation_data: (x, y) to validate on instead; its weights, if there are any, count nothing.
            shuffle: whether rows are put in a new order before every epoch.
            class_weight: how much the loss of each class counts, by its index.
            sample_weight: how much the loss of each row counts, shape (rows,).
            seed: of everything random. Default: what utils.set_random_seed said, or 0. The same seed, data and settings
                give the same weights, bit for bit, on as many threads.

        Returns:
            A History.

        Raises:
            InvalidArgument: every fault with path, such as `spec.model.layers[3].dense.units`, and allowed range.
            FailedPrecondition: network and data do not fit. TrainingFailed: it diverged, say. Unavailable: no server.
            ValueError: an array of another shape. NotImplementedError: what a traind cannot be told, by name.
        """
        refuse_unless_default(
            "fit",
            {
                "initial_epoch": initial_epoch,
                "steps_per_epoch": steps_per_epoch,
                "validation_steps": validation_steps,
                "validation_freq": validation_freq,
            },
            {"initial_epoch": 0, "validation_freq": 1},
        )
        self._check_compiled()
        if self.trained_model:
            raise NotImplementedError(
                "fit: this model is trained, and the server cannot go on from a model yet; "
                "models.clone_model makes one that begins anew"
            )
        if x is None or y is None:
            raise ValueError("fit: needs x and y, arrays")
        if not self.built:
            self.build(np.shape(x))
        batch_size = 32 if batch_size is None else batch_size
        train, validation, steps = self._contents(x, y, sample_weight, validation_data, validation_split, batch_size)
        callbacks = list(callbacks or ())
        spec = self._spec(
            epochs, batch_size, validation_split if validation is None else 0.0, shuffle, class_weight, seed
        )
        reported = {metric.key: metric.reported for metric in self._metrics}
        for callback in callbacks:
            callback.say(spec, Training(epochs, steps, reported))

        client = self._client()
        dataset = client.ensure_dataset(train).name
        validation_dataset = client.ensure_dataset(validation).name if validation else ""
        job = client.create_training_job(spec, dataset=dataset, validation_dataset=validation_dataset)
        return self._follow(job.name, callbacks, verbose, {"epochs": epochs, "steps": steps, "verbose": verbose})

    def attach(self, training_job: str, *, verbose="auto", callbacks=None) -> History:
        """Follows a job that fit started and was detached from, or that another process started, from its first epoch.

        The model must be built and compiled as the job's. Returns and raises what fit does.
        """
        self._check_compiled()
        job = self._client().get_training_job(training_job)
        return self._follow(
            training_job, list(callbacks or ()), verbose, {"epochs": job.spec.epochs, "verbose": verbose}
        )

    def predict(self, x, batch_size=None, verbose="auto", steps=None) -> np.ndarray:
        """What the network puts out, float32, shape (rows, outputs).

        Probabilities; for a loss on logits their logarithms (of one output, the logit), which is what the logits are up
        to a number a row; else values. `batch_size` and `verbose` mean nothing here. RuntimeError: fit comes first.
        """
        refuse_unless_default("predict", {"steps": steps}, {})
        outputs = self._outputs(x)
        if not self._loss.from_logits:
            return outputs
        outputs = np.clip(outputs, np.finfo(np.float32).tiny, None)
        if self._loss.ending == "softmax":
            return np.log(outputs)
        return np.log(outputs) - np.log(np.clip(1 - outputs, np.finfo(np.float32).eps / 2, None))

    def evaluate(
        self, x, y, batch_size=None, verbose="auto", sample_weight=None, steps=None, callbacks=None, return_dict=False
    ):
        """The loss and the metrics on rows: a list of them, the loss alone, or a dictionary.

        Computed on this side from the server's predictions: penalties of regularizers are left out of the loss, and
        metrics other than accuracies and errors are refused with NotImplementedError.
        """
        refuse_unless_default("evaluate", {"steps": steps, "callbacks": callbacks}, {})
        outputs = self._outputs(x).astype(np.float64)
        classes, (y,) = labels.told(self._loss, outputs.shape[1], y)
        if len(y) != len(outputs):
            raise ValueError(f"evaluate: x has {len(outputs)} rows and y {len(y)}; there must be as many")
        column = y[:, np.newaxis] if classes and outputs.shape[1] == 1 else y
        rows = self._loss.of_rows(column, outputs)
        if sample_weight is not None:
            rows = rows * np.asarray(sample_weight).reshape(-1)
        figures = {"loss": float(rows.mean())}
        for metric in self._metrics:
            figures[metric.key] = metric.of(y, outputs, self._loss.threshold)
        Progress(verbose).say(" - ".join(f"{name}: {value:.4f}" for name, value in figures.items()))
        if return_dict:
            return figures
        return list(figures.values()) if self._metrics else figures["loss"]

    def save(self, filepath):
        """Writes the trained model to a file, ONNX or safetensors (with PyTorch's names), as its name ends.

        ValueError: it ends otherwise, such as with Keras's own `.keras`. RuntimeError: fit comes first.
        """
        self._check_trained()
        self._client().export_model(self.trained_model, filepath)

    def _client(self) -> Client:
        return self._given_client or default_client()

    def _check_compiled(self):
        if self._loss is None:
            raise RuntimeError(f"{self.name}: compile it first")
        if not self.layers:
            raise ValueError(f"{self.name}: has no layers; add some")

    def _check_trained(self):
        if not self.trained_model:
            raise RuntimeError(f"{self.name}: fit it first; the weights are in the server's model")

    def _contents(self, x, y, weights, validation_data, validation_split, batch_size):
        """What to train on, what to validate on (or None), and steps an epoch."""
        units = self._widths()[-1]
        x = labels.rows(x, self._shape)
        validation = None
        if validation_data is not None:
            validation_x = labels.rows(validation_data[0], self._shape)
            classes, (y, validation_y) = labels.told(self._loss, units, y, validation_data[1])
            validation = labels.contents(validation_x, validation_y, classes)
        else:
            classes, (y,) = labels.told(self._loss, units, y)
        rows = len(x) if validation else int(len(x) * (1 - validation_split))
        steps, rest = divmod(rows, max(batch_size, 1))  # less is refused by the server
        # A row by itself has no variance, and is left out.
        alone = rest == 1 and any(isinstance(layer, BatchNormalization) for layer in self.layers)
        return labels.contents(x, y, classes, weights), validation, steps + (rest > 0 and not alone)

    def _spec(self, epochs, batch_size, validation_split, shuffle, class_weight, seed) -> v1.TrainingSpec:
        spec = v1.TrainingSpec(
            model=self.to_spec(),
            loss=self._loss.message,
            optimizer=self.optimizer.message,
            epochs=epochs,
            batch_size=batch_size,
            validation_split=validation_split,
            shuffle=bool(shuffle),
            validation_rows=v1.TrainingSpec.LAST,
            seed=utils.random_seed() if seed is None else seed,
            metrics=[metric.metric for metric in self._metrics],
            gradient_accumulation_steps=self.optimizer.gradient_accumulation_steps,
        )
        if self._loss.from_logits:
            function = v1.Activation.Function.Value(self._loss.ending.upper())
            spec.model.layers.add(activation=v1.Activation(function=function))
        top_k = {metric.top_k for metric in self._metrics if metric.top_k}
        if len(top_k) > 1:
            raise NotImplementedError(f"compile: a traind takes one k of top-k accuracies, not {sorted(top_k)}")
        if top_k:
            spec.top_k = top_k.pop()
        for index, weight in (class_weight or {}).items():
            spec.class_weight[str(index)] = weight
        return spec

    def _follow(self, job, callbacks, verbose, params) -> History:
        self.training_job = job
        self.history = History()
        self.history.job = job
        callbacks = [*callbacks, self.history]
        for callback in callbacks:
            callback.set_params(params)
            callback.set_model(self)
            callback.on_train_begin({})
        shows_rate = any(isinstance(callback, (LearningRateScheduler, ReduceLROnPlateau)) for callback in callbacks)
        result = follow(
            self._client(), job, lambda figures: self._figures(figures, shows_rate), callbacks, Progress(verbose)
        )
        self.trained_model = result.model
        self.history.result = result
        for callback in callbacks:
            callback.on_train_end({})
        return self.history

    def _figures(self, reported, shows_rate) -> dict:
        """An epoch's figures by Keras's names and in its order."""
        figures = {"loss": reported["loss"]} if "loss" in reported else {}
        for metric in self._metrics:
            if metric.reported in reported:
                figures[metric.key] = reported[metric.reported] * metric.scale
        figures = dict(sorted(figures.items()))
        validated = {}
        if "val_loss" in reported:
            validated["val_loss"] = reported["val_loss"]
        for metric in self._metrics:
            if "val_" + metric.reported in reported:
                validated["val_" + metric.key] = reported["val_" + metric.reported] * metric.scale
        figures.update(sorted(validated.items()))
        if shows_rate and "learning_rate" in reported:
            figures["learning_rate"] = reported["learning_rate"]
        return figures

    def _outputs(self, x) -> np.ndarray:
        self._check_trained()
        rows = labels.rows(x, self._shape)
        if not len(rows):
            return np.empty((0, self._widths()[-1]), np.float32)
        predictions = self._client().predict(self.trained_model, rows)
        if predictions.probabilities is None:
            return predictions.values
        # Of a single probability the server gives both classes'.
        return predictions.probabilities[:, 1:] if self._widths()[-1] == 1 else predictions.probabilities


def clone_model(model: Sequential) -> Sequential:
    """The same layers in a new model, neither compiled nor trained."""
    clone = Sequential(model.layers, client=model._given_client)
    if model.built:
        clone.build(model.input_shape)
    return clone
