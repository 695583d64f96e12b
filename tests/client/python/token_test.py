"""Tokens against a server that asks for them."""
import asyncio
import hashlib

import numpy as np
import pytest
from digits import digits
from traind_process import TraindProcess

import traind
import traind.aio
from traind import arrays
from traind.keras.layers import Dense
from traind.keras.models import Sequential

TOKENS = {"alice": ("trainer", "acme"), "bob": ("trainer", "bolt"), "carol": ("reader", "acme")}


def token(name):
    return f"{name}-" + "0" * 40


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    file = tmp_path_factory.mktemp("tokens") / "tokens"
    file.write_text(
        "".join(
            f"{name} {role} {tenant} {hashlib.sha256(token(name).encode()).hexdigest()}\n"
            for name, (role, tenant) in TOKENS.items()
        )
    )
    process = TraindProcess(f"--tokens_file={file}")
    yield process
    process.close()


def client_of(server, name):
    return traind.Client(server.address, token=token(name))


def test_without_a_token_or_with_a_wrong_one(server):
    for wrong in ("", "nobody-" + "0" * 40):
        with traind.Client(server.address, token=wrong) as client, pytest.raises(traind.Unauthenticated) as raised:
            list(client.list_datasets())
        assert wrong not in str(raised.value) or not wrong
    with traind.Client(server.address) as client:
        assert client.check_health() == "SERVING"


def test_streams_and_uploads_carry_the_token(server):
    x, y = digits()
    with client_of(server, "alice") as client:
        model = Sequential([Dense(10, "softmax")], client=client)
        model.compile(loss="sparse_categorical_crossentropy")
        model.fit(x, y, epochs=2, verbose=0)
        assert model.predict(x[:2]).shape == (2, 10)
        large = np.zeros((300_000, 2), np.float32)
        client.ensure_dataset(arrays.regression(large, large[:, 0] + 1))
    with client_of(server, "carol") as reader:
        assert reader.get_model(model.trained_model).name == model.trained_model
        with pytest.raises(traind.PermissionDenied):
            reader.delete_model(model.trained_model)


def test_tenants_upload_the_same_data_each_for_itself(server):
    contents = arrays.regression(np.ones((10, 2)), np.arange(10.0))
    for name in ("alice", "bob"):
        with client_of(server, name) as client:
            assert client.ensure_dataset(contents).tenant == TOKENS[name][1]
            assert client.ensure_dataset(contents).row_count == 10


def test_asyncio(server, monkeypatch):
    monkeypatch.setenv("TRAIND_TOKEN", token("alice"))

    async def use():
        async with traind.aio.Client(server.address) as client:
            return [job.name async for job in client.list_training_jobs()]

    assert isinstance(asyncio.run(use()), list)
