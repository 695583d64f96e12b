"""torch.nn.Sequential, with Debian's PyTorch."""
import numpy as np
import pytest
from digits import digits
from torch import nn

from traind import v1
from traind.keras import from_torch, losses


def test_a_network_with_every_module_learns(client):
    module = nn.Sequential(
        nn.Sequential(nn.Linear(64, 32, bias=False), nn.BatchNorm1d(32, eps=1e-4, momentum=0.2), nn.ReLU()),
        nn.Dropout(0.1),
        nn.Identity(),
        nn.Linear(32, 32),
        nn.LayerNorm(32),
        nn.LeakyReLU(0.05),
        nn.Linear(32, 16),
        nn.ELU(),
        nn.SELU(),
        nn.GELU(),
        nn.SiLU(),
        nn.Tanh(),
        nn.Softplus(),
        nn.BatchNorm1d(16, affine=False),
        nn.Sigmoid(),
        nn.Linear(16, 10),
    )
    model = from_torch(module, client=client)
    trainable = sum(parameter.numel() for parameter in module.parameters())
    moving = sum(buffer.numel() for name, buffer in module.named_buffers() if "running" in name)
    assert model.count_params() == trainable + moving and model.input_shape == (None, 64)
    spec = model.to_spec()
    assert spec.layers[1].batch_normalization.momentum == pytest.approx(0.8)
    assert spec.layers[1].batch_normalization.epsilon == pytest.approx(1e-4)
    assert not spec.layers[0].dense.use_bias
    assert spec.layers[6].activation.negative_slope == 0.05
    x, y = digits()
    model.compile("adam", losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    history = model.fit(x, y, epochs=20, verbose=0, validation_split=0.2)
    assert history.history["val_accuracy"][-1] > 0.9
    assert model.predict(x[:3]).shape == (3, 10)


def test_weights_start_as_in_pytorch():
    """The widths of the distributions, against those that PyTorch draws."""
    module = nn.Sequential(nn.Linear(100, 900))
    dense = from_torch(module).to_spec().layers[0].dense
    for initializer, drawn in ((dense.kernel_initializer, module[0].weight), (dense.bias_initializer, module[0].bias)):
        assert initializer.kind == v1.Initializer.RANDOM_UNIFORM
        assert float(drawn.detach().abs().max()) == pytest.approx(0.05 * initializer.gain, rel=0.02)


def test_images_are_flattened(client):
    model = from_torch(nn.Sequential(nn.Flatten(), nn.Linear(64, 10), nn.Softmax(dim=1)), client=client)
    x, y = digits()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x.reshape(-1, 8, 8), y, epochs=1, verbose=0)
    assert np.allclose(model.predict(x[:2].reshape(-1, 8, 8)).sum(1), 1, atol=1e-5)


@pytest.mark.parametrize(
    "module, says",
    [
        (nn.Linear(2, 2), "is a Linear; give a torch.nn.Sequential"),
        (nn.Sequential(), "empty"),
        (nn.Sequential(nn.Linear(4, 4), nn.Sequential(nn.Conv1d(1, 1, 1))), "module 1.0 is a Conv1d"),
        (nn.Sequential(nn.Linear(4, 4), nn.LSTM(4, 4)), "module 1 is a LSTM"),
        (nn.Sequential(nn.BatchNorm1d(4, track_running_stats=False)), "without moving averages"),
        (nn.Sequential(nn.BatchNorm1d(4, momentum=None)), "cumulative"),
        (nn.Sequential(nn.LayerNorm((2, 2))), "more than one dimension"),
        (nn.Sequential(nn.GELU(approximate="tanh")), "exact form"),
        (nn.Sequential(nn.Softplus(beta=2)), "beta=1"),
        (nn.Sequential(nn.Softmax(dim=0)), "dim=1"),
        (nn.Sequential(nn.Linear(4, 4), nn.Flatten()), "Flatten"),
    ],
)
def test_what_cannot_be_said_is_named(module, says):
    with pytest.raises(NotImplementedError, match=says):
        from_torch(module)
