"""The plain client's methods, one after the other."""
import numpy as np
import pytest

from traind_process import SOURCE

import traind
from traind import arrays, v1


def test_a_job_from_data_to_predictions(client, digits, spec):
    job = client.create_training_job(spec, dataset=digits, training_job_id="first")
    assert job.name == "trainingJobs/first" and job.state == v1.TrainingJob.QUEUED
    epochs = [event.epoch_ended.epoch for event in client.watch_training_job(job.name) if event.HasField("epoch_ended")]
    assert epochs == list(range(1, 21))
    result = client.wait_for_training_job(job.name)
    assert result.metrics["val_accuracy"] > 0.95
    model = client.get_model(result.model)
    assert model.training_job == job.name and len(model.feature_names) == 64
    table = np.loadtxt(SOURCE / "examples/digits.csv", delimiter=",", skiprows=1)
    predictions = client.predict(result.model, table[:, :-1])
    assert predictions.probabilities.shape == (1797, 10) and predictions.probabilities.dtype == np.float32
    assert np.allclose(predictions.probabilities.sum(1), 1, atol=1e-5)
    assert (predictions.class_index == table[:, -1]).mean() > 0.97
    assert predictions.class_name[0] == str(int(predictions.class_index[0])) and predictions.values is None


def test_lists_go_through_all_pages(client, server):
    for i in range(3):
        client.create_dataset_from_csv(f"page-{i}", b"a,label\n1,x\n2,y\n", label="label")
    names = [dataset.name for dataset in client.list_datasets()]
    assert [name for name in names if "page-" in name] == ["datasets/page-0", "datasets/page-1", "datasets/page-2"]
    request = v1.ListDatasetsRequest(page_size=1)
    one_by_one = client._iterate(client._operations.pages("ListDatasets", request, "datasets"))
    assert [dataset.name for dataset in one_by_one] == names
    for i in range(3):
        client.delete_dataset(f"datasets/page-{i}")
    assert not any("page-" in dataset.name for dataset in client.list_datasets())


def test_jobs_are_paused_resumed_cancelled_and_deleted(client, digits, spec):
    spec["epochs"] = 100_000
    job = client.create_training_job(spec, dataset=digits, priority=3)
    assert client.get_training_job(job.name).priority == 3
    client.pause_training_job(job.name)
    while client.get_training_job(job.name).state != v1.TrainingJob.PAUSED:
        pass
    assert client.resume_training_job(job.name).state in (v1.TrainingJob.QUEUED, v1.TrainingJob.RUNNING)
    with pytest.raises(traind.FailedPrecondition):
        client.delete_training_job(job.name)
    client.cancel_training_job(job.name)
    with pytest.raises(traind.TrainingCancelled):
        client.wait_for_training_job(job.name)
    client.delete_training_job(job.name)
    assert job.name not in [other.name for other in client.list_training_jobs()]


def test_models_are_listed_and_deleted(client, digits, spec):
    model = client.wait_for_training_job(client.create_training_job(spec, dataset=digits).name).model
    assert model in [other.name for other in client.list_models()]
    client.delete_model(model)
    assert model not in [other.name for other in client.list_models()]


def test_a_spec_is_a_message_a_mapping_or_json(client, digits, spec):
    message = traind.api.spec_message(spec)
    for form in (spec, message, (SOURCE / "examples/digits.json").read_text()):
        job = client.create_training_job(form, dataset=digits, validate_only=True)
        assert job.spec == message and not job.state
    with pytest.raises(ValueError, match="unitz"):
        client.create_training_job({"model": {"layers": [{"dense": {"unitz": 3}}]}}, dataset=digits)


def test_tables_of_texts(client):
    rows = "".join(f"{city},{age},{city == 'Rome'}\n" for age in range(40) for city in ("Rome", "Oslo"))
    client.create_dataset_from_csv(
        "cities", f"city,age,label\n{rows}".encode(), label="label", columns={"age": "numeric", "city": "categorical"}
    )
    assert [column.kind for column in client.get_dataset("datasets/cities").columns] == [
        v1.Column.CATEGORICAL,
        v1.Column.NUMERIC,
        v1.Column.LABEL,
    ]
    job = client.create_training_job(
        {
            "model": {"layers": [{"dense": {"units": 2}}, {"activation": {"function": "SOFTMAX"}}]},
            "loss": {"categorical_crossentropy": {}},
            "optimizer": {"adam": {"learning_rate": 0.1}},
            "epochs": 30,
        },
        dataset="datasets/cities",
    )
    model = client.wait_for_training_job(job.name).model
    predictions = client.predict(model, {"city": ["Oslo", "Rome"], "age": ["7", ""]})
    assert predictions.class_name == ["False", "True"]
    with pytest.raises(ValueError, match="columns.*must be one of numeric, categorical"):
        client.create_dataset_from_csv("cities-2", b"", label="label", columns={"age": "number"})


def test_predictions_of_more_rows_than_fit_into_a_call(client):
    x = np.random.default_rng(0).normal(size=(3000, 700)).astype(np.float32)
    contents = arrays.regression(x[:200], x[:200, :2] * 3, weights=np.ones(200))
    assert client.ensure_dataset(contents).has_weights
    job = client.create_training_job(
        {
            "model": {"layers": [{"dense": {"units": 2}}]},
            "loss": {"mean_squared_error": {}},
            "optimizer": {"adam": {}},
            "epochs": 1,
        },
        dataset=client.ensure_dataset(contents).name,
    )
    model = client.wait_for_training_job(job.name).model
    all_at_once = client.predict(model, x)
    assert all_at_once.values.shape == (3000, 2) and all_at_once.class_index is None
    assert np.array_equal(all_at_once.values[2990:], client.predict(model, x[2990:]).values)
    with pytest.raises(traind.InvalidArgument) as raised:
        client.predict(model, x[:2, :5])
    assert raised.value.field_violations[0].field.startswith("rows.rows[0]")


def test_health(client):
    assert client.check_health() == "SERVING"
