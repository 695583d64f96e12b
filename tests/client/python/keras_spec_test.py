"""What optimizers, schedules, losses, metrics, layers and initializers say on the wire, and that a server takes it."""
import pytest
from google.protobuf import json_format

from traind import v1
from traind.keras import callbacks, initializers, losses, metrics, optimizers, regularizers, utils
from traind.keras.layers import (
    ELU,
    Activation,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    Input,
    LayerNormalization,
    ReLU,
    Softmax,
)
from traind.keras.models import Sequential
from traind.keras.optimizers import schedules


def said(message):
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


@pytest.fixture
def accepts(client, digits):
    """Whether a server takes a spec, all but its parts given by default."""

    def check(**parts):
        spec = v1.TrainingSpec(epochs=1, metrics=parts.get("metrics", []))
        spec.model.CopyFrom(parts.get("model") or Sequential([Dense(10, "softmax")]).to_spec())
        spec.loss.CopyFrom(parts.get("loss") or losses.get("categorical_crossentropy").message)
        spec.optimizer.CopyFrom(parts.get("optimizer") or optimizers.get("adam").message)
        client.create_training_job(spec, dataset=digits, validate_only=True)

    return check


@pytest.mark.parametrize(
    "given, message",
    [
        ("adam", {"adam": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}}),
        ("SGD", {"sgd": {"learning_rate": 0.01}}),
        ("rmsprop", {"rmsprop": {"learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-7}}),
        (
            "AdamW",
            {"adamw": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}, "weight_decay": 0.004},
        ),
        ("nadam", {"nadam": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}}),
        ("adagrad", {"adagrad": {"learning_rate": 0.001, "initial_accumulator_value": 0.1, "epsilon": 1e-7}}),
        ("lion", {"lion": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.99}}),
        (
            optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipnorm=1.0),
            {"sgd": {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}, "clipnorm": 1.0},
        ),
        (
            optimizers.Adam(0.01, amsgrad=True, weight_decay=0.1, global_clipnorm=2.0, use_ema=True, ema_momentum=0.9),
            {
                "adam": {"learning_rate": 0.01, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": True},
                "weight_decay": 0.1,
                "global_clipnorm": 2.0,
                "ema_momentum": 0.9,
            },
        ),
        (
            optimizers.RMSprop(clipvalue=0.5, centered=True, momentum=0.1),
            {
                "rmsprop": {"learning_rate": 0.001, "rho": 0.9, "momentum": 0.1, "epsilon": 1e-7, "centered": True},
                "clipvalue": 0.5,
            },
        ),
    ],
)
def test_optimizers(accepts, given, message):
    optimizer = optimizers.get(given).message
    assert said(optimizer) == message
    accepts(optimizer=optimizer)


@pytest.mark.parametrize(
    "schedule, message, start",
    [
        (
            schedules.ExponentialDecay(0.1, 100, 0.9, staircase=True),
            {"exponential_decay": {"decay_steps": "100", "decay_rate": 0.9, "staircase": True}},
            0.1,
        ),
        (
            schedules.PolynomialDecay(0.1, 100, power=2.0, cycle=True),
            {"polynomial_decay": {"decay_steps": "100", "end_learning_rate": 0.0001, "power": 2.0, "cycle": True}},
            0.1,
        ),
        (schedules.CosineDecay(0.1, 100, alpha=0.1), {"cosine_decay": {"decay_steps": "100", "alpha": 0.1}}, 0.1),
        (
            schedules.CosineDecay(0.0, 100, warmup_target=0.2, warmup_steps=10),
            {"cosine_decay": {"decay_steps": "100"}, "warmup_steps": "10"},
            0.2,
        ),
        (
            schedules.CosineDecayRestarts(0.1, 50),
            {"cosine_decay_restarts": {"first_decay_steps": "50", "t_mul": 2.0, "m_mul": 1.0}},
            0.1,
        ),
    ],
)
def test_schedules(accepts, schedule, message, start):
    optimizer = optimizers.Adam(schedule).message
    assert said(optimizer.learning_rate_schedule) == message and optimizer.adam.learning_rate == start
    accepts(optimizer=optimizer)
    with pytest.raises(ValueError, match="has a schedule already"):
        callbacks.ReduceLROnPlateau().say(v1.TrainingSpec(optimizer=optimizer), None)


@pytest.mark.parametrize(
    "given, message",
    [
        ("CategoricalCrossentropy", None),
        ("sparse_categorical_crossentropy", {"categorical_crossentropy": {}}),
        ("MSE", {"mean_squared_error": {}}),
        ("mae", {"mean_absolute_error": {}}),
        ("huber", {"huber": {"delta": 1.0}}),
        (losses.CategoricalCrossentropy(label_smoothing=0.1), {"categorical_crossentropy": {"label_smoothing": 0.1}}),
        (losses.BinaryFocalCrossentropy(gamma=3.0), {"binary_focal_crossentropy": {"alpha": 0.25, "gamma": 3.0}}),
        ("poisson", {"poisson": {}}),
        ("hinge", {"hinge": {}}),
        ("bce", {"binary_crossentropy": {}}),
    ],
)
def test_losses(given, message):
    if message is None:
        with pytest.raises(ValueError, match="a traind has no 'CategoricalCrossentropy'"):
            losses.get(given)
    else:
        assert said(losses.get(given).message) == message


@pytest.mark.parametrize(
    "given, key, metric",
    [
        ("accuracy", "accuracy", "ACCURACY"),
        ("acc", "acc", "ACCURACY"),
        (metrics.AUC(), "auc", "ROC_AUC"),
        (metrics.AUC(curve="PR", name="pr"), "pr", "PR_AUC"),
        ("f1_macro", "f1_macro", "F1_MACRO"),
        ("mae", "mae", "MAE"),
        ("MSE", "MSE", "MSE"),
        (metrics.TopKCategoricalAccuracy(3), "top_k_categorical_accuracy", "TOP_K_ACCURACY"),
        ("mean_absolute_error", "mean_absolute_error", "MAE"),
        (metrics.R2Score(), "r2_score", "R2"),
    ],
)
def test_metrics_keep_the_name_they_were_asked_for_by(given, key, metric):
    found = metrics.get(given)
    assert found.key == key and v1.TrainingSpec.Metric.Name(found.metric) == metric


def test_metrics_in_every_form():
    assert [
        metric.key for form in (None, "accuracy", ["accuracy", "auc"], [["acc"]]) for metric in metrics.get_all(form)
    ] == ["accuracy", "accuracy", "auc", "acc"]


@pytest.mark.parametrize(
    "name",
    [
        "glorot_uniform",
        "GlorotNormal",
        "he_uniform",
        "HeNormal",
        "lecun_uniform",
        "lecun_normal",
        "orthogonal",
        "random_uniform",
        "zeros",
        "ones",
        initializers.Constant(0.5),
        initializers.RandomUniform(-0.1, 0.1),
        initializers.Orthogonal(gain=2.0),
    ],
)
def test_initializers(accepts, name):
    accepts(model=Sequential([Dense(4, kernel_initializer=name), Dense(10, "softmax")]).to_spec())


def test_layers(accepts):
    activations = [
        "relu",
        "softmax",
        "leaky_relu",
        "elu",
        "selu",
        "gelu",
        "silu",
        "swish",
        "sigmoid",
        "tanh",
        "softplus",
        "linear",
    ]
    accepts(
        model=Sequential(
            [
                Input(shape=(64,)),
                Dense(8, name="first"),
                *(Activation(name) for name in activations),
                ReLU(),
                ReLU(negative_slope=0.1),
                ELU(0.5),
                Softmax(),
                Dropout(0.1),
                GaussianNoise(0.1),
                LayerNormalization(),
                Dense(10, "softmax", kernel_regularizer=regularizers.L1L2(0.1, 0.2), bias_regularizer="l2"),
            ]
        ).to_spec()
    )
    layer = Dense(4, "relu", name="named")
    assert [part.name for part in layer.to_spec()] == ["named", ""]
    (dense,) = Dense(3, kernel_regularizer="l1_l2").to_spec()
    assert (dense.dense.kernel_regularizer.l1, dense.dense.kernel_regularizer.l2) == (0.01, 0.01) and not dense.name


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: optimizers.get("adadelta"), "optimizer: a traind has no 'adadelta'; it has adagrad, adam"),
        (lambda: optimizers.Adam(ema_overwrite_frequency=3), "ema_overwrite_frequency=3"),
        (lambda: schedules.CosineDecay(0.1, 10, warmup_target=0.2, warmup_steps=5), "rises from 0"),
        (lambda: losses.get("kl_divergence"), "a traind has no 'kl_divergence'"),
        (lambda: losses.MeanSquaredError(reduction="sum"), "reduction='sum'"),
        (lambda: metrics.get("precision"), "a traind has no 'precision'; it has .*precision_macro"),
        (lambda: initializers.get("random_normal"), "no 'random_normal'"),
        (lambda: initializers.HeNormal(seed=3), "seed=3"),
        (lambda: initializers.RandomUniform(0, 1), "around 0"),
        (lambda: initializers.VarianceScaling(mode="fan_out"), "fan_out"),
        (lambda: regularizers.get("l3"), "no 'l3'"),
        (lambda: Dense(4, activation="mish"), "no 'mish'"),
        (lambda: Dense(4, kernel_constraint="max_norm"), "kernel_constraint='max_norm'"),
        (lambda: Dense(0), "units is 0; it must be a whole number from 1"),
        (lambda: Dense(2.5), "units is 2.5"),
        (lambda: Dense(4, trainable=False), "trainable=False"),
        (lambda: Dense(4, input_shape=(0,)), "input_shape"),
        (lambda: ReLU(max_value=6), "max_value=6"),
        (lambda: Sequential([Dense(4), Flatten()]), "first layer only"),
        (lambda: Sequential([Dense(4, name="a"), Dense(4, name="a")]), "'a' already"),
        (lambda: Sequential([Dense(4, input_shape=(3, 3))]).summary(), "begin with Flatten"),
        (lambda: Sequential([Dense(4)]).compile(), "needs a loss"),
        (lambda: Sequential([Dense(4)]).compile(loss="mse", loss_weights=[1]), "loss_weights"),
        (lambda: Sequential([Dense(4)]).fit([[1]], [1]), "compile it first"),
        (lambda: callbacks.EarlyStopping(baseline=0.1), "baseline=0.1"),
        (lambda: callbacks.EarlyStopping(mode="best"), "auto, min, max"),
    ],
)
def test_what_cannot_be_said_is_refused_by_name(make, says):
    with pytest.raises((ValueError, NotImplementedError, RuntimeError), match=says):
        make()


def test_a_layer_of_something_else_is_refused():
    with pytest.raises(TypeError, match="from_keras"):
        Sequential([object()])


def test_one_hot():
    assert utils.to_categorical([0, 2], 4).tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]
    assert utils.to_categorical([[1], [0]]).shape == (2, 2)
