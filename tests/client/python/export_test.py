"""Models as files."""
import asyncio
import json
import struct

import numpy as np
import pytest
import torch
from digits import digits
from fault_proxy import FaultProxy

import traind
import traind.aio
from traind.keras import losses, from_torch

X, Y = digits()


@pytest.fixture(scope="module")
def trained(server):
    """A network of PyTorch's with a model of the same shape that was trained, by its name."""
    module = torch.nn.Sequential(
        torch.nn.Linear(64, 32), torch.nn.BatchNorm1d(32, eps=1e-3), torch.nn.ReLU(), torch.nn.Linear(32, 10)
    )
    with traind.Client(server.address) as client:
        model = from_torch(module, client=client)
        model.compile("adam", losses.SparseCategoricalCrossentropy(from_logits=True))
        model.fit(X, Y, epochs=5, verbose=0)
        return module, model.trained_model


def tensors(path):
    """What a safetensors file holds."""
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    return {
        name: np.frombuffer(
            data[8 + length + entry["data_offsets"][0] : 8 + length + entry["data_offsets"][1]], "<f4"
        ).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def test_weights_go_to_pytorch(client, trained, tmp_path):
    module, name = trained
    client.export_model(name, tmp_path / "weights.safetensors")
    found = tensors(tmp_path / "weights.safetensors")
    modules = {"dense_1": 0, "batch_normalization_1": 1, "dense_2": 3}
    state = {
        f"{modules[layer]}.{kind}": torch.from_numpy(value.copy())
        for layer, kind, value in ((*key.split("."), value) for key, value in found.items())
    }
    module.load_state_dict({**state, "1.num_batches_tracked": torch.tensor(0)})
    module.eval()
    with torch.no_grad():
        probabilities = torch.softmax(module(torch.from_numpy(X)), 1).numpy()
    assert np.allclose(probabilities, client.predict(name, X).probabilities, atol=1e-5)


def test_onnx_and_asyncio(server, client, trained, tmp_path):
    _, name = trained

    async def use():
        async with traind.aio.Client(server.address) as other:
            await other.export_model(name, tmp_path / "async.onnx", fold_batch_normalization=True)

    asyncio.run(use())
    client.export_model(name, tmp_path / "model.onnx")
    assert (tmp_path / "async.onnx").stat().st_size < (tmp_path / "model.onnx").stat().st_size
    assert b"Gemm" in (tmp_path / "model.onnx").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["async.onnx", "model.onnx"]


@pytest.mark.parametrize("fault", ["lose the request", "break"])
def test_a_stream_that_breaks_is_begun_anew(server, client, trained, tmp_path, fault):
    proxy = FaultProxy(server.address)
    proxy.faults["ExportModel"] = [fault, fault]
    with traind.Client(proxy.address, first_backoff=0.01) as through_proxy:
        through_proxy.export_model(trained[1], tmp_path / "a.safetensors")
    client.export_model(trained[1], tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()
    assert len(proxy.calls) == 3
    proxy.close()


def test_what_came_otherwise_is_no_file(server, trained, tmp_path):
    proxy = FaultProxy(server.address)
    whole = proxy._targets["ExportModel"]
    with traind.Client(proxy.address) as client:
        for spoil in (
            lambda answers: answers[0].__setattr__("size_bytes", 1),
            lambda answers: answers.clear(),
            lambda answers: answers[0].__setattr__("data", bytes(len(answers[0].data))),
        ):

            def spoiled(request, spoil=spoil):
                answers = list(whole(request))
                spoil(answers)
                return iter(answers)

            proxy._targets["ExportModel"] = spoiled
            with pytest.raises(traind.DataLoss):
                client.export_model(trained[1], tmp_path / "a.onnx")
    assert not list(tmp_path.iterdir())
    proxy.close()


def test_what_cannot_be_exported(client, tmp_path):
    with pytest.raises(traind.NotFound):
        client.export_model("models/none", tmp_path / "a.onnx")
    with pytest.raises(ValueError, match="ends? with .onnx or .safetensors"):
        client.export_model("models/none", tmp_path / "a.keras")
    with pytest.raises(OSError):
        client.export_model("models/none", tmp_path / "nowhere" / "a.onnx")
    assert not list(tmp_path.iterdir())
