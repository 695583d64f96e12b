"""scikit-learn's face: estimators whose networks a traind trains.

    from traind.sklearn import TraindClassifier
    TraindClassifier(epochs=50).fit(x, y).predict(x)

They work in Pipeline, cross_val_score and GridSearchCV, and take a pandas DataFrame with columns of texts and missing
values as it is. The server that the environment's TRAIND_SERVER names, or the one on this machine, trains them; an
estimator, once fitted, refers to its model there, and may be pickled.
"""
from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    check_array,
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
)

from traind import arrays, v1
from traind.client import default_client
from traind.frames import Frame, is_frame_of_texts
from traind.keras import activations, optimizers


class _Estimator(BaseEstimator):
    """A network of dense layers, and how to train it.

    Parameters:
        hidden_layer_sizes: units of each hidden layer; each is Dense, batch normalization and the activation.
        activation: by Keras's name, such as `relu`.
        batch_normalization: whether hidden layers are normalized.
        dropout: share of the values left out behind each hidden layer while training.
        standardize: whether features are scaled to mean 0 and deviation 1. Columns of texts become numbers always.
        optimizer: by Keras's name, or one of traind.keras.optimizers; `learning_rate` None is the optimizer's own.
        epochs, batch_size: passes over the rows, and rows a step.
        validation_fraction: the share of the rows, chosen at random, held out for early stopping; 0 for none.
        patience: with a validation_fraction, epochs without a better val_loss after which training ends; the best
            weights are kept. None: it does not end early.
        random_state: seed of weights, order of rows and dropout: a number, a RandomState, None for another each time.
    """

    def __init__(
        self,
        hidden_layer_sizes=(64, 64),
        activation="relu",
        batch_normalization=True,
        dropout=0.0,
        standardize=True,
        optimizer="adam",
        learning_rate=None,
        epochs=100,
        batch_size=32,
        validation_fraction=0.0,
        patience=None,
        random_state=None,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.batch_normalization = batch_normalization
        self.dropout = dropout
        self.standardize = standardize
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.random_state = random_state

    def forget(self):
        """Deletes what a fitted estimator has on the server: its model and its job. The data stays, for the next."""
        check_is_fitted(self, "model_")
        client = default_client()
        client.delete_model(self.model_)
        client.delete_training_job(self.job_)
        del self.model_, self.job_

    def _train(self, contents, outputs, ending, loss, **parts):
        """Trains on a dataset and sets what a fitted estimator has."""
        client = default_client()
        spec = self._spec(outputs, ending, loss, parts)
        job = client.create_training_job(spec, dataset=client.ensure_dataset(contents).name)
        result = client.wait_for_training_job(job.name)
        self.job_ = job.name
        self.model_ = result.model
        self.n_iter_ = result.epochs
        self.loss_ = result.metrics["loss"]

    def _spec(self, outputs, ending, loss, parts) -> v1.TrainingSpec:
        optimizer = optimizers.get(self.optimizer).message
        if self.learning_rate is not None:
            optimizer = _with_rate(optimizer, self.learning_rate)
        spec = v1.TrainingSpec(
            loss=loss,
            optimizer=optimizer,
            epochs=self.epochs,
            batch_size=self.batch_size,
            seed=int(check_random_state(self.random_state).randint(1 << 31)),
            validation_split=self.validation_fraction,
            **parts,
        )
        for units in self.hidden_layer_sizes:
            spec.model.layers.add(dense=v1.Dense(units=units))
            if self.batch_normalization:
                spec.model.layers.add(batch_normalization=v1.BatchNormalization(momentum=0.9))
            spec.model.layers.add(activation=activations.get(self.activation))
            if self.dropout:
                spec.model.layers.add(dropout=v1.Dropout(rate=self.dropout))
        spec.model.layers.add(dense=v1.Dense(units=outputs))
        if ending is not None:
            spec.model.layers.add(activation=v1.Activation(function=ending))
        spec.preprocessing.numeric.scaling = (
            v1.NumericColumns.STANDARDIZE if self.standardize else v1.NumericColumns.NONE
        )
        if self.patience is not None:
            spec.early_stopping.CopyFrom(v1.EarlyStopping(patience=self.patience, restore_best_weights=True))
        return spec

    def _features(self, X):
        """X to train on: a Frame if it has columns of texts or misses values, else a matrix of finite float32."""
        self._of_frame = is_frame_of_texts(X)
        if not self._of_frame:
            return self._validate_data(X, dtype=np.float32, ensure_min_samples=2)
        self._check_feature_names(X, reset=True)
        self._check_n_features(X, reset=True)
        return Frame(X)

    def _predictions(self, X):
        check_is_fitted(self, "model_")
        if not self._of_frame and not is_frame_of_texts(X):
            return default_client().predict(self.model_, self._validate_data(X, dtype=np.float32, reset=False))
        if not hasattr(X, "iloc"):
            raise ValueError(
                f"{type(self).__name__} was fitted to a DataFrame; give one with the same columns to predict"
            )
        self._check_feature_names(X, reset=False)
        self._check_n_features(X, reset=False)
        return default_client().predict(self.model_, Frame(X).texts())


class TraindClassifier(ClassifierMixin, _Estimator):
    __doc__ = (
        "Learns classes: labels of any kind, two classes or more. "
        + _Estimator.__doc__
        + """
    Attributes:
        classes_: the labels, sorted.
        model_, job_: `models/...` and `trainingJobs/...` on the server.
        n_iter_, loss_: epochs trained, and the training loss of the epoch whose weights were kept.
        n_features_in_, feature_names_in_: as everywhere in scikit-learn.
    """
    )

    def fit(self, X, y, sample_weight=None):
        """Trains anew.

        Args:
            X: numbers, shape (rows, features), or a DataFrame, whose columns may be texts and miss values.
            y: a label a row.
            sample_weight: how much the loss of each row counts; rows of weight 0 are left out.

        Raises:
            ValueError: data of another form. traind.InvalidArgument: a parameter out of its range, by its path.
        """
        X = self._features(X)
        y = column_or_1d(y, warn=True)
        check_consistent_length(X, y)
        check_classification_targets(y)
        X, y, weights = _weighted(X, y, sample_weight)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"TraindClassifier: y has 1 class, {self.classes_[0]!r}; it takes 2 or more")
        classes = len(self.classes_)
        if isinstance(X, Frame):
            contents = X.classification(labels, weights)
        else:
            X, labels, weights = _in_order(X, labels, weights)
            contents = arrays.classification(X, labels, class_count=classes, weights=weights)
        self._train(contents, classes, v1.Activation.SOFTMAX, v1.Loss(categorical_crossentropy={}))
        return self

    def predict_proba(self, X):
        """The probability of each class, shape (rows, classes), in the order of classes_."""
        return self._predictions(X).probabilities.astype(np.float64)

    def predict(self, X):
        """The most probable class of each row, shape (rows,)."""
        indices = self._predictions(X).class_index
        return self.classes_[indices]


class TraindRegressor(RegressorMixin, _Estimator):
    __doc__ = (
        "Learns numbers: one a row, or several. Targets are standardized while training. "
        + _Estimator.__doc__
        + """
    Attributes:
        model_, job_: `models/...` and `trainingJobs/...` on the server.
        n_iter_, loss_: epochs trained, and the training loss, of standardized targets, of the epoch that was kept.
        n_features_in_, feature_names_in_: as everywhere in scikit-learn.
    """
    )

    def fit(self, X, y, sample_weight=None):
        """Trains anew. X and sample_weight as for TraindClassifier; y: numbers, shape (rows,) or (rows, targets)."""
        X = self._features(X)
        if y is None:
            raise ValueError("TraindRegressor requires y to be passed, but the target y is None")
        y = check_array(y, ensure_2d=False, dtype=np.float32, input_name="y")
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        check_consistent_length(X, y)
        self._one_target = y.ndim == 1
        X, y, weights = _weighted(X, y, sample_weight)
        if isinstance(X, Frame):
            contents = X.regression(y, weights)
        else:
            X, y, weights = _in_order(X, y, weights)
            contents = arrays.regression(X, y, weights=weights)
        self._train(
            contents,
            1 if self._one_target else y.shape[1],
            None,
            v1.Loss(mean_squared_error={}),
            preprocessing=v1.Preprocessing(standardize_targets=True),
        )
        return self

    def predict(self, X):
        """The numbers of each row, shape (rows,), or (rows, targets) if y had that shape."""
        values = self._predictions(X).values.astype(np.float64)
        return values[:, 0] if self._one_target else values

    def _more_tags(self):
        return {"multioutput": True}


def _with_rate(optimizer: v1.Optimizer, rate: float) -> v1.Optimizer:
    changed = v1.Optimizer()
    changed.CopyFrom(optimizer)
    getattr(changed, changed.WhichOneof("kind")).learning_rate = rate
    return changed


def _weighted(X, y, sample_weight):
    """Rows, labels and weights without the rows of weight 0, which count nothing."""
    if sample_weight is None:
        return X, y, None
    weights = _check_sample_weight(sample_weight, X, dtype=np.float64)
    kept = weights != 0
    return X[kept], y[kept], weights[kept]


def _in_order(X, y, weights):
    """The rows in an order that follows from what they hold, so that a fit, to its last bit, does not depend on the one
    in which they came, nor a fit with weights of 0 on where these are. (The server trains in an order of its own.)"""
    columns = [X, y.reshape(len(y), -1)] + ([] if weights is None else [weights[:, np.newaxis]])
    rows = np.ascontiguousarray(np.concatenate(columns, axis=1, dtype=np.float32))
    order = np.argsort(rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1])))[:, 0], kind="stable")
    return X[order], y[order], None if weights is None else weights[order]
