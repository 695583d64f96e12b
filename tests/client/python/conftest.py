import json
import os
import pathlib
import sys

import pytest

PACKAGE = str(pathlib.Path(__file__).resolve().parents[3] / "client/python")
sys.path[:0] = [str(pathlib.Path(__file__).parent), PACKAGE]
os.environ["PYTHONPATH"] = PACKAGE  # of programs that tests start
os.environ.setdefault("no_proxy", "127.0.0.1")
for variable in [name for name in os.environ if name.startswith("TRAIND_") and name != "TRAIND_BINARY_DIR"]:
    del os.environ[variable]

from traind_process import SOURCE, TraindProcess  # noqa: E402

import traind  # noqa: E402


@pytest.fixture(scope="session")
def server():
    process = TraindProcess()
    yield process
    process.close()


@pytest.fixture
def own_server():
    """A server that the test may kill."""
    process = TraindProcess()
    yield process
    process.close()


@pytest.fixture
def client(server):
    with traind.Client(server.address) as client:
        yield client


@pytest.fixture(scope="session")
def digits(server):
    """The name of the dataset of examples/digits.csv."""
    with traind.Client(server.address) as client:
        return client.create_dataset_from_csv("digits", SOURCE / "examples/digits.csv", label="label").name


@pytest.fixture
def spec():
    """That of examples/digits.json, for the test to change."""
    return json.loads((SOURCE / "examples/digits.json").read_text())
