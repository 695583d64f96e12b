"""The asyncio twin."""
import ast
import asyncio
import inspect
import threading

import numpy as np
import pytest
from fault_proxy import FaultProxy
from traind_process import SOURCE

import traind
import traind.aio
from traind import arrays


def run(address, use, **options):
    async def main():
        async with traind.aio.Client(address, **options) as client:
            return await use(client)

    return asyncio.run(main())


def test_a_job_from_data_to_predictions(server, spec):
    async def use(client):
        assert await client.check_health() == "SERVING"
        dataset = await client.create_dataset_from_csv("aio", SOURCE / "examples/digits.csv", label="label")
        job = await client.create_training_job(spec, dataset=dataset.name)
        seen = [event.sequence async for event in client.watch_training_job(job.name)]
        assert seen == list(range(1, len(seen) + 1))
        result = await client.wait_for_training_job(job.name)
        predictions = await client.predict(result.model, np.zeros((3, 64)))
        assert predictions.probabilities.shape == (3, 10)
        assert "datasets/aio" in [dataset.name async for dataset in client.list_datasets()]
        await client.delete_training_job(job.name)
        with pytest.raises(traind.NotFound):
            await client.get_training_job(job.name)

    run(server.address, use)


def test_several_jobs_at_once(server, digits, spec):
    async def use(client):
        async def one(seed):
            job = await client.create_training_job({**spec, "seed": seed}, dataset=digits)
            return (await client.wait_for_training_job(job.name)).weights_sha256

        return await asyncio.gather(*(one(seed) for seed in range(4)))

    assert len(set(run(server.address, use))) == 4


@pytest.mark.parametrize("fault", ["break", "fall silent", "lose the request"])
def test_a_watch_goes_on_from_the_last_event(server, client, digits, spec, fault):
    job = client.create_training_job(spec, dataset=digits).name
    client.wait_for_training_job(job)
    proxy = FaultProxy(server.address)
    proxy.faults["WatchTrainingJob"] = [fault] * 2

    async def use(through_proxy):
        return [event.sequence async for event in through_proxy.watch_training_job(job)]

    seen = run(proxy.address, use, silence=0.3, first_backoff=0.01)
    assert seen == [event.sequence for event in client.watch_training_job(job)]
    proxy.close()


def test_an_upload_outlasts_a_killed_server(own_server):
    x = np.random.default_rng(0).normal(size=(1_000_000, 5)).astype(np.float32)
    killed = threading.Event()

    def on_progress(sent, size):
        if sent > size // 2 and not killed.is_set():
            killed.set()
            own_server.kill()
            threading.Timer(0.3, own_server.start).start()

    async def use(client):
        return await client.ensure_dataset(arrays.regression(x, x[:, 0]), on_progress=on_progress)

    assert run(own_server.address, use).row_count == 1_000_000 and killed.is_set()


def test_creates_are_repeated_with_the_same_request_id(server, digits, spec):
    proxy = FaultProxy(server.address)
    proxy.faults["CreateTrainingJob"] = ["lose the answer"]

    async def use(client):
        return await client.create_training_job(spec, dataset=digits)

    run(proxy.address, use, first_backoff=0.01)
    sent = [request for name, request in proxy.calls if name == "CreateTrainingJob"]
    assert len(sent) == 2 and sent[0] == sent[1]
    proxy.close()


def test_it_has_the_methods_of_the_plain_client_and_their_signatures():
    stub = ast.parse((SOURCE / "client/python/traind/aio.pyi").read_text())
    (declared,) = [node for node in stub.body if isinstance(node, ast.ClassDef)]
    methods = {node.name: node for node in declared.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    plain = {
        name: function
        for name, function in inspect.getmembers(traind.Client, inspect.isfunction)
        if not name.startswith("_")
    }
    assert {name for name in methods if not name.startswith("_")} == set(plain)
    for name, function in plain.items():
        expected = [parameter for parameter in inspect.signature(function).parameters if parameter != "self"]
        arguments = methods[name].args
        assert [argument.arg for argument in arguments.args[1:] + arguments.kwonlyargs] + (
            [arguments.kwarg.arg] if arguments.kwarg else []
        ) == expected, name
        assert hasattr(traind.aio.Client, name)
