"""What is tried again, and what is not."""
import time

import grpc
import pytest
from fault_proxy import FaultProxy

import traind


@pytest.fixture
def proxy(server):
    proxy = FaultProxy(server.address)
    yield proxy
    proxy.close()


@pytest.fixture
def client(proxy):
    with traind.Client(proxy.address, first_backoff=0.01) as client:
        yield client


def requests(proxy, method):
    return [request for name, request in proxy.calls if name == method]


@pytest.mark.parametrize("fault", ["lose the request", "lose the answer"])
def test_a_create_is_repeated_with_the_same_request_id_and_done_once(client, proxy, digits, spec, fault):
    before = {job.name for job in client.list_training_jobs()}
    proxy.faults["CreateTrainingJob"] = [fault, fault]
    job = client.create_training_job(spec, dataset=digits)
    sent = requests(proxy, "CreateTrainingJob")
    assert len(sent) == 3 and sent[0] == sent[1] == sent[2] and sent[0].request_id
    assert {other.name for other in client.list_training_jobs()} == before | {job.name}


def test_a_delete_whose_answer_was_lost_is_no_error(client, proxy):
    client.create_dataset_from_csv("gone", b"a,label\n1,x\n2,y\n", label="label")
    proxy.faults["DeleteDataset"] = ["lose the answer"]
    client.delete_dataset("datasets/gone")
    with pytest.raises(traind.NotFound):
        client.delete_dataset("datasets/gone")


@pytest.mark.parametrize(
    "code",
    [
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.ABORTED,
    ],
)
def test_nothing_but_unavailable_is_repeated(client, proxy, code):
    proxy.faults["GetModel"] = [code]
    with pytest.raises(traind.RpcError) as raised:
        client.get_model("models/a")
    assert raised.value.code is code and len(requests(proxy, "GetModel")) == 1


def test_it_gives_up_with_the_timeout(client, proxy, digits):
    client.get_dataset(digits)
    proxy.faults["GetDataset"] = ["lose the request"] * 1000
    impatient = traind.Client(proxy.address, timeout=0.5, first_backoff=0.01, last_backoff=0.05)
    start = time.monotonic()
    with pytest.raises(traind.Unavailable):
        impatient.get_dataset(digits)
    assert 0.3 < time.monotonic() - start < 2
    assert len(requests(proxy, "GetDataset")) > 5
    impatient.close()


def test_every_unary_call_has_a_deadline(proxy):
    with traind.Client(proxy.address, timeout=0.3) as client:
        original = proxy._targets["GetModel"]
        proxy._targets["GetModel"] = lambda request: time.sleep(1) or original(request)
        start = time.monotonic()
        with pytest.raises(traind.DeadlineExceeded):
            client.get_model("models/a")
        assert time.monotonic() - start < 0.9


def test_a_server_that_never_answered_is_given_up_soon_and_told_about():
    with traind.Client("127.0.0.1:1", connect_timeout=0.3) as client:
        start = time.monotonic()
        with pytest.raises(traind.Unavailable, match="nothing answers at 127.0.0.1:1.*TRAIND_SERVER"):
            client.check_health()
        assert time.monotonic() - start < 2
