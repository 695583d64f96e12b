"""Watches that go on by themselves."""
import threading
import time

import pytest
from fault_proxy import FaultProxy
from traind_process import SOURCE

import traind


@pytest.fixture
def proxy(server):
    proxy = FaultProxy(server.address)
    yield proxy
    proxy.close()


@pytest.fixture
def ended_job(client, digits, spec):
    job = client.create_training_job(spec, dataset=digits).name
    client.wait_for_training_job(job)
    return job


def sequences(client, job, after=0):
    return [event.sequence for event in client.watch_training_job(job, after)]


@pytest.mark.parametrize("fault", ["break", "fall silent", "lose the request"])
def test_a_watch_goes_on_from_the_last_event(client, proxy, ended_job, fault):
    expected = sequences(client, ended_job)
    assert expected == list(range(1, len(expected) + 1))
    proxy.faults["WatchTrainingJob"] = [fault] * 3
    with traind.Client(proxy.address, silence=0.3, first_backoff=0.01) as through_proxy:
        assert sequences(through_proxy, ended_job) == expected
    asked = [request.after_sequence for name, request in proxy.calls if name == "WatchTrainingJob"]
    assert asked == ([0, 0, 0, 0] if fault == "lose the request" else [0, 1, 2, 3])


def test_from_any_event_on(client, ended_job):
    expected = sequences(client, ended_job)
    assert sequences(client, ended_job, 5) == expected[5:]
    with pytest.raises(traind.OutOfRange):
        sequences(client, ended_job, expected[-1] + 1)


def test_it_gives_up_when_the_server_stays_away(own_server, spec):
    with traind.Client(own_server.address, patience=0.5, first_backoff=0.01) as client:
        dataset = client.create_dataset_from_csv("digits", SOURCE / "examples/digits.csv", label="label").name
        job = client.create_training_job({**spec, "epochs": 100_000}, dataset=dataset).name
        events = client.watch_training_job(job)
        next(events)
        own_server.kill()
        with pytest.raises(traind.Unavailable, match="gave up after"):
            for _ in events:
                pass
        own_server.start()


def test_a_server_that_is_killed_meanwhile_is_not_noticed(own_server, spec):
    spec.update(epochs=600, checkpoint={"every_epochs": 50})
    with traind.Client(own_server.address) as client:
        dataset = client.create_dataset_from_csv("digits", SOURCE / "examples/digits.csv", label="label").name
        job = client.create_training_job(spec, dataset=dataset).name
        epochs, last = [], 0
        for event in client.watch_training_job(job):
            assert event.sequence == last + 1
            last = event.sequence
            if event.HasField("epoch_ended"):
                epochs.append(event.epoch_ended.epoch)
                if len(epochs) == 100:
                    own_server.kill()
                    threading.Timer(0.5, own_server.start).start()
        assert epochs == sorted(set(epochs)) and epochs[-1] == 600
        assert client.get_training_job(job).attempt == 2


def test_whoever_stops_iterating_leaves_no_thread(client, digits, spec):
    job = client.create_training_job({**spec, "epochs": 100_000}, dataset=digits).name
    before = threading.active_count()
    events = client.watch_training_job(job)
    next(events)
    events.close()
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before
    client.cancel_training_job(job)
