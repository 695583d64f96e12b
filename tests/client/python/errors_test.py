"""What the server refuses, as exceptions."""
import pickle

import grpc
import pytest

import traind
from traind import errors, shared_messages, v1


def test_a_bad_request_names_every_field_with_its_range(client, digits, spec):
    spec["model"]["layers"][3]["dense"]["units"] = 0
    spec["epochs"] = -1
    with pytest.raises(traind.InvalidArgument) as raised:
        client.create_training_job(spec, dataset=digits)
    error = raised.value
    assert error.code is grpc.StatusCode.INVALID_ARGUMENT
    assert error.reason == "INVALID_FIELDS"
    assert {fault.field: fault.description for fault in error.field_violations} == {
        "spec.model.layers[3].dense.units": "is 0; it must be 1 to 65536",
        "spec.epochs": "is -1; it must be 1 to 100000",
    }
    assert error.request_id
    assert str(error) == (
        f"2 fields are invalid (INVALID_ARGUMENT, request {error.request_id})\n"
        "  spec.model.layers[3].dense.units: is 0; it must be 1 to 65536\n"
        "  spec.epochs: is -1; it must be 1 to 100000"
    )
    assert isinstance(error, ValueError)


def test_details_survive_pickle():
    error = traind.ResourceExhausted(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        "full",
        reason="QUEUE_FULL",
        metadata={"limit": "2"},
        retry_delay=1.5,
        request_id="call-1",
        field_violations=[traind.FieldViolation("a.b", "is 1")],
    )
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is traind.ResourceExhausted
    assert vars(copy) == vars(error) and str(copy) == str(error)
    failed = errors.TrainingFailed("trainingJobs/a", v1.TrainingError(reason=v1.TrainingError.DIVERGED, step=3))
    assert str(pickle.loads(pickle.dumps(failed))) == str(failed)


@pytest.mark.parametrize(
    "call, kind",
    [
        (lambda client: client.get_model("models/none"), traind.NotFound),
        (lambda client: client.delete_dataset("datasets/none"), traind.NotFound),
        (lambda client: client.get_dataset("none"), traind.InvalidArgument),
        (lambda client: client.predict("models/none", [[1.0]]), traind.NotFound),
        (lambda client: list(client.watch_training_job("trainingJobs/none")), traind.NotFound),
    ],
)
def test_each_code_has_its_class(client, call, kind):
    with pytest.raises(kind) as raised:
        call(client)
    assert errors._BY_CODE[raised.value.code] is kind


def test_a_name_that_is_taken_is_already_exists(client, digits):
    with pytest.raises(traind.AlreadyExists):
        client.create_dataset_from_csv("digits", b"a,label\n1,x\n2,y\n", label="label")


def test_retry_delay_and_metadata_are_read():
    status = shared_messages.Status(code=8)
    info = status.details.add()
    info.type_url = "type.googleapis.com/google.rpc.ErrorInfo"
    info.value = shared_messages.ErrorInfo(reason="QUEUE_FULL", metadata={"limit": "2"}).SerializeToString()
    retry = status.details.add()
    retry.type_url = "type.googleapis.com/google.rpc.RetryInfo"
    message = shared_messages.RetryInfo()
    message.retry_delay.seconds, message.retry_delay.nanos = 2, 500_000_000
    retry.value = message.SerializeToString()
    assert errors._details(status.SerializeToString()) == {
        "reason": "QUEUE_FULL",
        "metadata": {"limit": "2"},
        "retry_delay": 2.5,
    }
    assert errors._details(b"\xff garbage") == {}


def test_a_job_that_diverges_raises_training_failed(client, digits, spec):
    spec["optimizer"] = {"sgd": {"learning_rate": 1000}}
    spec["model"]["layers"] = [
        {"dense": {"units": 10, "kernel_initializer": {"kind": "CONSTANT", "value": 1e30}}},
        {"dense": {"units": 10}},
        {"activation": {"function": "SOFTMAX"}},
    ]
    job = client.create_training_job(spec, dataset=digits)
    with pytest.raises(traind.TrainingFailed) as raised:
        client.wait_for_training_job(job.name)
    assert raised.value.reason == "DIVERGED" and raised.value.job == job.name and "DIVERGED" in str(raised.value)


def test_a_job_that_is_cancelled_raises_training_cancelled(client, digits, spec):
    spec["epochs"] = 100_000
    job = client.create_training_job(spec, dataset=digits)
    client.cancel_training_job(job.name)
    with pytest.raises(traind.TrainingCancelled):
        client.wait_for_training_job(job.name)
