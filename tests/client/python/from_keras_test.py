"""Models of Keras itself. Keras is not in Debian: stand-ins have its class names and its configurations."""
import numpy as np
import pytest

from traind import v1
from traind.keras import from_keras


def keras(kind, **config):
    """A layer, or a model, as Keras has it: a class of the name, with get_config."""
    members = {"name": config.get("name", kind.lower()), "get_config": lambda self: config}
    members.update(config.pop("_members", {}))
    return type(kind, (), members)()


def three(module, kind, **config):
    """An initializer or regularizer in a configuration of Keras 3."""
    return {"module": f"keras.{module}", "class_name": kind, "config": config, "registered_name": None}


DENSE = dict(
    name="dense",
    trainable=True,
    dtype={"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}},
    units=16,
    activation="relu",
    use_bias=True,
    kernel_initializer=three("initializers", "GlorotUniform", seed=None),
    bias_initializer=three("initializers", "Zeros"),
    kernel_regularizer=three("regularizers", "L2", l2=0.01),
    bias_regularizer=None,
    kernel_constraint=None,
    bias_constraint=None,
)
NORMALIZATION = dict(
    name="batch_normalization",
    trainable=True,
    axis=-1,
    momentum=0.9,
    epsilon=0.002,
    center=True,
    scale=False,
    beta_initializer=three("initializers", "Zeros"),
    gamma_initializer=three("initializers", "Ones"),
    moving_mean_initializer=three("initializers", "Zeros"),
    moving_variance_initializer=three("initializers", "Ones"),
    beta_regularizer=None,
    gamma_regularizer=None,
    beta_constraint=None,
    gamma_constraint=None,
    synchronized=False,
)


def sequential(*layers, shape=(None, 4)):
    return keras("Sequential", name="of_keras", _members={"layers": list(layers), "input_shape": shape})


def functional(layers, nodes):
    """A model of the functional interface; nodes has inbound_nodes by layer."""
    entries = [
        {
            "class_name": type(layer).__name__,
            "name": layer.name,
            "config": layer.get_config(),
            "inbound_nodes": nodes.get(layer.name, []),
        }
        for layer in layers
    ]
    return keras(
        "Functional",
        name="of_keras",
        layers=entries,
        _members={"layers": layers, "input_shape": (None, 4), "inputs": [0], "outputs": [0]},
    )


def test_a_sequential_of_every_layer(client):
    model = from_keras(
        sequential(
            keras("InputLayer", batch_shape=(None, 4), name="input_layer"),
            keras("Dense", **DENSE),
            keras("BatchNormalization", **NORMALIZATION),
            keras("LeakyReLU", name="leaky", negative_slope=0.1),
            keras(
                "LayerNormalization",
                name="ln",
                axis=[1],
                epsilon=0.001,
                center=True,
                scale=True,
                beta_initializer=three("initializers", "Zeros"),
                gamma_initializer=three("initializers", "Ones"),
            ),
            keras("Dropout", name="drop", rate=0.25, seed=7, noise_shape=None),
            keras("GaussianNoise", name="noise", stddev=0.1),
            keras("ELU", name="elu", alpha=0.5),
            keras("ReLU", name="re_lu", max_value=None, negative_slope=0.0, threshold=0.0),
            keras(
                "Dense",
                **{
                    **DENSE,
                    "name": "out",
                    "units": 3,
                    "activation": "linear",
                    "kernel_regularizer": None,
                    "kernel_initializer": {
                        "class_name": "VarianceScaling",
                        "config": {"scale": 2.0, "mode": "fan_in", "distribution": "normal", "seed": None},
                    },
                },
            ),
            keras("Softmax", name="softmax", axis=-1),
        ),
        client=client,
    )
    assert model.name == "of_keras" and model.input_shape == (None, 4)
    assert model.count_params() == 80 + 48 + 32 + 51
    spec = model.to_spec()
    dense, normalization = spec.layers[0].dense, spec.layers[2].batch_normalization
    assert dense.units == 16 and dense.kernel_regularizer.l2 == 0.01
    assert dense.kernel_initializer.kind == v1.Initializer.GLOROT_UNIFORM
    assert spec.layers[1].activation.function == v1.Activation.RELU
    assert (normalization.momentum, normalization.epsilon, normalization.center, normalization.scale) == (
        0.9,
        0.002,
        True,
        False,
    )
    assert spec.layers[3].activation.negative_slope == 0.1 and spec.layers[5].dropout.rate == 0.25
    assert spec.layers[9].dense.kernel_initializer.kind == v1.Initializer.LECUN_NORMAL
    assert spec.layers[9].dense.kernel_initializer.gain == pytest.approx(2**0.5)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(np.random.default_rng(0).normal(size=(60, 4)), np.arange(60) % 3, epochs=1, verbose=0)


@pytest.mark.parametrize(
    "node",
    [
        lambda name: [
            {
                "args": [
                    {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "keras_history": [name, 0, 0]}}
                ],
                "kwargs": {},
            }
        ],
        lambda name: [[[name, 0, 0, {}]]],
    ],
    ids=["Keras 3", "Keras 2"],
)
def test_a_chain_of_the_functional_interface(node):
    layers = [keras("InputLayer", name="in"), keras("Dense", **DENSE), keras("Dense", **{**DENSE, "name": "out"})]
    model = from_keras(functional(layers, {"dense": node("in"), "out": node("dense")}))
    assert [layer.name for layer in model.layers] == ["dense", "out"]
    with pytest.raises(NotImplementedError, match="2 layers take the output of 'in'"):
        from_keras(functional(layers, {"dense": node("in"), "out": node("in")}))
    with pytest.raises(NotImplementedError, match="'out' takes 2 inputs"):
        from_keras(functional(layers, {"dense": node("in"), "out": node("dense") + node("in")}))


@pytest.mark.parametrize(
    "layer, says",
    [
        (keras("Conv2D", name="conv"), "'conv' is a Conv2D"),
        (keras("Dense", **{**DENSE, "trainable": False}), "'dense' is frozen"),
        (
            keras("Dense", **{**DENSE, "kernel_constraint": three("constraints", "MaxNorm", max_value=2)}),
            "kernel_constraint is MaxNorm",
        ),
        (
            keras("Dense", **{**DENSE, "kernel_initializer": three("initializers", "RandomNormal", stddev=0.05)}),
            "RandomNormal",
        ),
        (keras("Dense", **{**DENSE, "activation": "hard_sigmoid"}), "hard_sigmoid"),
        (
            keras("BatchNormalization", **{**NORMALIZATION, "gamma_initializer": three("initializers", "Zeros")}),
            "gamma_initializer",
        ),
        (keras("ReLU", name="relu6", max_value=6.0, negative_slope=0.0, threshold=0.0), "max_value=6.0"),
    ],
)
def test_what_cannot_be_said_is_named(layer, says):
    with pytest.raises(NotImplementedError, match=says) as raised:
        from_keras(sequential(layer))
    assert repr(layer.name) in str(raised.value)


def test_several_inputs_are_refused():
    model = keras("Functional", _members={"layers": [], "inputs": [0, 1], "outputs": [0]})
    with pytest.raises(NotImplementedError, match="2 inputs"):
        from_keras(model)
