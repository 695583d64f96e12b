"""Summaries against tables that Keras 3 printed.

The golden values are rows and totals of model.summary() as Keras 3 printed them, taken from published outputs of eleven
programs (lessons on initialization and regularization, wine, hand signs, a photonic switch, hearts, tumours, and the
network of a textbook's chapter on batch normalization). The first five are of one process, hence their running names.
"""
import pytest

from traind.keras import utils
from traind.keras.layers import (
    Activation,
    BatchNormalization,
    Dense,
    Dropout,
    Flatten,
    Input,
    LayerNormalization,
    LeakyReLU,
)
from traind.keras.models import Sequential


def after(number, make):
    """A model as it is made after others in a process."""
    utils.clear_session()
    for other in ONE_PROCESS[:number]:
        other()
    return make()


ONE_PROCESS = [
    lambda: Sequential(
        [Flatten(input_shape=(32, 32, 3)), Dense(512, "tanh"), Dense(256, "tanh"), Dense(10, "softmax")]
    ),
    lambda: Sequential(
        [
            Flatten(input_shape=(32, 32, 3)),
            Dense(256, "relu", kernel_initializer="he_normal"),
            Dense(128, "relu", kernel_initializer="he_normal"),
            Dense(10, "softmax"),
        ]
    ),
    lambda: Sequential(
        [Flatten(input_shape=(32, 32, 3)), Dense(256, "relu"), Dropout(0.25), Dense(128, "relu"), Dense(10, "softmax")]
    ),
    lambda: Sequential(
        [Flatten(input_shape=(32, 32, 3)), Dense(256), BatchNormalization(), Activation("relu"), Dense(10, "softmax")]
    ),
    lambda: Sequential(
        [
            Flatten(input_shape=(32, 32, 3)),
            Dense(512, "relu", kernel_regularizer="l1"),
            Dense(256, "relu"),
            Dense(128, "relu"),
            Dense(64, "relu"),
            Dense(32, "relu"),
            Dense(10, "softmax"),
        ]
    ),
]


def leaky():
    model = Sequential([Dense(60, input_dim=6), LeakyReLU(), Dropout(0.1)])
    for _ in range(4):
        for layer in (Dense(60), LeakyReLU(), Dropout(0.1)):
            model.add(layer)
    for layer in (Dense(60), LeakyReLU(), Dense(2)):
        model.add(layer)
    return model


GOLDEN = [
    (
        0,
        ONE_PROCESS[0],
        "sequential",
        [
            ("flatten (Flatten)", "(None, 3072)", "0"),
            ("dense (Dense)", "(None, 512)", "1,573,376"),
            ("dense_1 (Dense)", "(None, 256)", "131,328"),
            ("dense_2 (Dense)", "(None, 10)", "2,570"),
        ],
        ("1,707,274 (6.51 MB)", "1,707,274 (6.51 MB)", "0 (0.00 B)"),
    ),
    (
        1,
        ONE_PROCESS[1],
        "sequential_1",
        [
            ("flatten_1 (Flatten)", "(None, 3072)", "0"),
            ("dense_3 (Dense)", "(None, 256)", "786,688"),
            ("dense_4 (Dense)", "(None, 128)", "32,896"),
            ("dense_5 (Dense)", "(None, 10)", "1,290"),
        ],
        ("820,874 (3.13 MB)", "820,874 (3.13 MB)", "0 (0.00 B)"),
    ),
    (
        2,
        ONE_PROCESS[2],
        "sequential_2",
        [
            ("flatten_2 (Flatten)", "(None, 3072)", "0"),
            ("dense_6 (Dense)", "(None, 256)", "786,688"),
            ("dropout (Dropout)", "(None, 256)", "0"),
            ("dense_7 (Dense)", "(None, 128)", "32,896"),
            ("dense_8 (Dense)", "(None, 10)", "1,290"),
        ],
        ("820,874 (3.13 MB)", "820,874 (3.13 MB)", "0 (0.00 B)"),
    ),
    (
        3,
        ONE_PROCESS[3],
        "sequential_3",
        [
            ("flatten_3 (Flatten)", "(None, 3072)", "0"),
            ("dense_9 (Dense)", "(None, 256)", "786,688"),
            ("batch_normalization (BatchNormalization)", "(None, 256)", "1,024"),
            ("activation (Activation)", "(None, 256)", "0"),
            ("dense_10 (Dense)", "(None, 10)", "2,570"),
        ],
        ("790,282 (3.01 MB)", "789,770 (3.01 MB)", "512 (2.00 KB)"),
    ),
    (
        4,
        ONE_PROCESS[4],
        "sequential_4",
        [
            ("flatten_4 (Flatten)", "(None, 3072)", "0"),
            ("dense_11 (Dense)", "(None, 512)", "1,573,376"),
            ("dense_12 (Dense)", "(None, 256)", "131,328"),
            ("dense_13 (Dense)", "(None, 128)", "32,896"),
            ("dense_14 (Dense)", "(None, 64)", "8,256"),
            ("dense_15 (Dense)", "(None, 32)", "2,080"),
            ("dense_16 (Dense)", "(None, 10)", "330"),
        ],
        ("1,748,266 (6.67 MB)", "1,748,266 (6.67 MB)", "0 (0.00 B)"),
    ),
    (
        0,
        lambda: Sequential(
            [
                Input(shape=(13,)),
                Dense(128, "relu"),
                BatchNormalization(),
                Dropout(0.3),
                Dense(64, "relu"),
                BatchNormalization(),
                Dropout(0.3),
                Dense(32, "relu"),
                Dense(3, "softmax"),
            ]
        ),
        "sequential",
        [
            ("dense (Dense)", "(None, 128)", "1,792"),
            ("batch_normalization (BatchNormalization)", "(None, 128)", "512"),
            ("dropout (Dropout)", "(None, 128)", "0"),
            ("dense_1 (Dense)", "(None, 64)", "8,256"),
            ("batch_normalization_1 (BatchNormalization)", "(None, 64)", "256"),
            ("dropout_1 (Dropout)", "(None, 64)", "0"),
            ("dense_2 (Dense)", "(None, 32)", "2,080"),
            ("dense_3 (Dense)", "(None, 3)", "99"),
        ],
        ("12,995 (50.76 KB)", "12,611 (49.26 KB)", "384 (1.50 KB)"),
    ),
    (
        0,
        lambda: Sequential(
            [
                Dense(128, "relu", input_shape=(63,)),
                BatchNormalization(),
                Dropout(0.3),
                Dense(64, "relu"),
                BatchNormalization(),
                Dropout(0.3),
                Dense(26, "softmax"),
            ]
        ),
        "sequential",
        [
            ("dense (Dense)", "(None, 128)", "8,192"),
            ("batch_normalization (BatchNormalization)", "(None, 128)", "512"),
            ("dropout (Dropout)", "(None, 128)", "0"),
            ("dense_1 (Dense)", "(None, 64)", "8,256"),
            ("batch_normalization_1 (BatchNormalization)", "(None, 64)", "256"),
            ("dropout_1 (Dropout)", "(None, 64)", "0"),
            ("dense_2 (Dense)", "(None, 26)", "1,690"),
        ],
        ("18,906 (73.85 KB)", "18,522 (72.35 KB)", "384 (1.50 KB)"),
    ),
    (
        0,
        leaky,
        "sequential",
        [
            row
            for i in range(6)
            for row in [
                (f"dense{'_%d' % i if i else ''} (Dense)", "(None, 60)", "3,660" if i else "420"),
                (f"leaky_re_lu{'_%d' % i if i else ''} (LeakyReLU)", "(None, 60)", "0"),
                (f"dropout{'_%d' % i if i else ''} (Dropout)", "(None, 60)", "0"),
            ]
        ][:-1]
        + [("dense_6 (Dense)", "(None, 2)", "122")],
        ("18,842 (73.60 KB)", "18,842 (73.60 KB)", "0 (0.00 B)"),
    ),
    (
        0,
        lambda: Sequential([Dense(256, "relu", input_dim=13), Dense(128, "relu"), Dense(1, "sigmoid")]),
        "sequential",
        [
            ("dense (Dense)", "(None, 256)", "3,584"),
            ("dense_1 (Dense)", "(None, 128)", "32,896"),
            ("dense_2 (Dense)", "(None, 1)", "129"),
        ],
        ("36,609 (143.00 KB)", "36,609 (143.00 KB)", "0 (0.00 B)"),
    ),
    (
        0,
        lambda: Sequential([Dense(16, "relu", input_shape=(30,)), Dense(8, "relu"), Dense(1, "sigmoid")]),
        "sequential",
        [
            ("dense (Dense)", "(None, 16)", "496"),
            ("dense_1 (Dense)", "(None, 8)", "136"),
            ("dense_2 (Dense)", "(None, 1)", "9"),
        ],
        ("641 (2.50 KB)", "641 (2.50 KB)", "0 (0.00 B)"),
    ),
    (
        0,
        lambda: Sequential(
            [
                Flatten(input_shape=(28, 28)),
                BatchNormalization(),
                Dense(300, "relu"),
                BatchNormalization(),
                Dense(100, "relu"),
                BatchNormalization(),
                Dense(10, "softmax"),
            ]
        ),
        "sequential",
        [
            ("flatten (Flatten)", "(None, 784)", "0"),
            ("batch_normalization (BatchNormalization)", "(None, 784)", "3,136"),
            ("dense (Dense)", "(None, 300)", "235,500"),
            ("batch_normalization_1 (BatchNormalization)", "(None, 300)", "1,200"),
            ("dense_1 (Dense)", "(None, 100)", "30,100"),
            ("batch_normalization_2 (BatchNormalization)", "(None, 100)", "400"),
            ("dense_2 (Dense)", "(None, 10)", "1,010"),
        ],
        ("271,346 (1.04 MB)", "268,978 (1.03 MB)", "2,368 (9.25 KB)"),
    ),
]


def text_of(model, **options):
    printed = []
    model.summary(print_fn=printed.append, **options)
    return "".join(printed)


def rows_of(text):
    """The table's rows, wrapped cells put together again."""
    rows, row = [], []
    for line in text.splitlines():
        if line.startswith("│"):
            row.append([cell.strip() for cell in line.strip("│").split("│")])
        elif row:
            rows.append(tuple(" ".join(filter(None, cells)) for cells in zip(*row)))
            row = []
    return rows


@pytest.mark.parametrize("number, make, name, rows, totals", GOLDEN, ids=range(len(GOLDEN)))
def test_every_number_is_that_of_keras(number, make, name, rows, totals):
    text = text_of(after(number, make))
    assert text.startswith(f'Model: "{name}"\n')
    assert rows_of(text) == rows
    assert text.splitlines()[-3:] == [
        f" {what} params: {total}" for what, total in zip(("Total", "Trainable", "Non-trainable"), totals)
    ]


# As Keras 3 prints the wine's network on 80 columns, its first and last layers.
PRINTED = """\
Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ dense (Dense)                   │ (None, 128)            │         1,792 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ batch_normalization             │ (None, 128)            │           512 │
│ (BatchNormalization)            │                        │               │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dropout (Dropout)               │ (None, 128)            │             0 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 2,304 (9.00 KB)
 Trainable params: 2,048 (8.00 KB)
 Non-trainable params: 256 (1.00 KB)
"""


def test_the_table_looks_as_keras_prints_it(monkeypatch, capsys):
    utils.clear_session()
    model = Sequential([Dense(128, input_shape=(13,)), BatchNormalization(), Dropout(0.3)])
    monkeypatch.setenv("COLUMNS", "80")
    model.summary()
    assert capsys.readouterr().out == PRINTED
    monkeypatch.setenv("COLUMNS", "200")  # Keras stops at 88
    assert text_of(model).splitlines()[1] == "┏" + "━" * 38 + "┳" + "━" * 29 + "┳" + "━" * 17 + "┓"
    with pytest.raises(ValueError, match="line_length is 12"):
        text_of(model, line_length=12)


def test_without_an_input_shape_it_is_unbuilt_as_in_keras():
    utils.clear_session()
    model = Sequential([Dense(4), LayerNormalization()])
    assert rows_of(text_of(model)) == [
        ("dense (Dense)", "?", "0 (unbuilt)"),
        ("layer_normalization (LayerNormalization)", "?", "0 (unbuilt)"),
    ]
    model.build((None, 3))
    assert rows_of(text_of(model))[0] == ("dense (Dense)", "(None, 4)", "16")
    assert model.count_params() == 24 and model.output_shape == (None, 4)


def test_counts_are_those_of_the_trained_model(server, client):
    """What the server says of the same network."""
    import numpy as np

    utils.clear_session()
    model = Sequential(
        [
            BatchNormalization(input_shape=(5,), center=False),
            Dense(7, use_bias=False),
            LayerNormalization(),
            Dense(3, "softmax"),
        ],
        client=client,
    )
    model.compile(loss="sparse_categorical_crossentropy")
    model.fit(np.random.default_rng(0).normal(size=(20, 5)), np.arange(20) % 3, verbose=0)
    assert client.get_model(model.trained_model).parameter_count == model.count_params() == 15 + 35 + 14 + 24
