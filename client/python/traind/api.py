"""The methods that the blocking client and its asyncio twin have in common."""
from __future__ import annotations

import os
from typing import Any, Callable, Iterator, Mapping, Optional, Sequence, Union

from google.protobuf import json_format

from traind import sources, v1
from traind.arrays import Contents
from traind.connection import Connection
from traind.export import export, format_of
from traind.operations import Operations
from traind.predictions import predict_in_parts
from traind.upload import create_dataset
from traind.watch import wait, watch

Spec = Union[v1.TrainingSpec, Mapping[str, Any], str]


class Api:
    """Requests, as operations for `_run` (one answer) and `_iterate` (many).

    Names are whole resource names, such as `datasets/digits`; an id is the last part of one. Answers are the messages
    of `traind.v1`, which `proto/traind/v1` documents field by field. Whatever goes wrong is raised as an `RpcError`
    (errors.py) with the server's code and every field violation. A call ends within the connection's `timeout`, and
    repeats itself on UNAVAILABLE alone; creates have a request id, so that a repeat creates nothing twice.
    """

    def __init__(self, address: str = "", **options):
        """`address` is HOST:PORT; the other options, and the defaults of all, are those of `Connection`."""
        self.connection = Connection(address, **options)
        self._operations = Operations(self.connection)

    # Datasets.

    def create_dataset(
        self,
        dataset_id: str,
        data,
        *,
        format: v1.DatasetFormat,
        row_count: int = 0,
        tenant: str = "",
        request_id: str = "",
        on_progress: Optional[Callable[[int, int], None]] = None,
    ) -> v1.Dataset:
        """Creates a dataset from bytes: inline up to 1 MiB, else by an upload that goes on after a break.

        Args:
            dataset_id: `[a-z]([a-z0-9-]*[a-z0-9])?`, at most 63 characters.
            data: bytes, or a path of a file. They must not change meanwhile.
            format: how to read them.
            row_count: rows that they hold, checked when given.
            tenant: whose it is.
            request_id: a later call with the same one goes on with an upload that was given up. Default: a new one.
            on_progress: told bytes sent and bytes in all, on any thread.

        Raises:
            AlreadyExists: the name is taken. InvalidArgument: every fault of the data, with row and column.
        """
        source = sources.File(data) if isinstance(data, (str, os.PathLike)) else sources.Buffers([data])
        request = v1.CreateUploadRequest(dataset_id=dataset_id, format=format, request_id=request_id, tenant=tenant)
        return self._run(
            create_dataset(self._operations, request, source, row_count=row_count, on_progress=on_progress)
        )

    def create_dataset_from_csv(
        self,
        dataset_id: str,
        path,
        *,
        label: Union[str, Sequence[str]],
        task: str = "classification",
        weight: str = "",
        columns: Optional[Mapping[str, str]] = None,
        **options,
    ) -> v1.Dataset:
        """Creates a dataset from a CSV file with a header line.

        Args:
            path: of the file; or its contents as bytes.
            label: the column to learn, or several with `task="regression"`.
            task: `classification` or `regression`.
            weight: the column that says how much each row's loss counts. Default: none.
            columns: `numeric`, `categorical` or `ignore` by column, where it should not be judged.
            options: those of create_dataset.
        """
        csv = v1.Csv(weight_column=weight)
        if isinstance(label, str):
            csv.label_column = label
        else:
            csv.label_columns.extend(label)
        for name, kind in (columns or {}).items():
            csv.columns.add(name=name, kind=_enum(v1.Column.Kind, kind, f"columns[{name!r}]"))
        format = v1.DatasetFormat(task=_enum(v1.Dataset.Task, task, "task"), csv=csv)
        return self.create_dataset(dataset_id, path, format=format, **options)

    def ensure_dataset(self, contents: Contents, *, on_progress=None) -> v1.Dataset:
        """The dataset of these contents (arrays.py makes them), uploaded unless the server has it.

        Its id follows from the contents (`sha256-...`), so that the same are uploaded once; with tokens, once a token.
        """
        return self._run(self._operations.ensure_dataset(contents, on_progress))

    def get_dataset(self, name: str) -> v1.Dataset:
        """A dataset. NotFound: there is none of the name."""
        return self._run(self._operations.call("GetDataset", v1.GetDatasetRequest(name=name)))

    def list_datasets(self) -> Iterator[v1.Dataset]:
        """Every dataset by name, fetched page after page as they are asked for."""
        return self._iterate(self._operations.pages("ListDatasets", v1.ListDatasetsRequest(), "datasets"))

    def delete_dataset(self, name: str) -> None:
        """Deletes a dataset. FailedPrecondition: a job that has not ended needs it."""
        return self._run(self._operations.delete("DeleteDataset", name))

    # Training jobs.

    def create_training_job(
        self,
        spec: Spec,
        *,
        dataset: str,
        training_job_id: str = "",
        validation_dataset: str = "",
        tenant: str = "",
        priority: int = 0,
        request_id: str = "",
        validate_only: bool = False,
    ) -> v1.TrainingJob:
        """Queues a training.

        Args:
            spec: a v1.TrainingSpec, the same as a mapping, or as JSON text.
            dataset: `datasets/...` to train on.
            training_job_id: the last part of the job's name, and of its model's. Default: made by the server.
            validation_dataset: `datasets/...` to validate on. Default: the spec's `validation_split`.
            tenant, priority: as in v1.TrainingJob.
            validate_only: checks everything and stores nothing.

        Raises:
            InvalidArgument: every fault with its path, such as `spec.model.layers[3].dense.units`. FailedPrecondition:
            network and dataset do not fit. ResourceExhausted: the queue is full; `retry_delay` says when to ask again.
        """
        job = v1.TrainingJob(
            dataset=dataset,
            validation_dataset=validation_dataset,
            tenant=tenant,
            priority=priority,
            spec=spec_message(spec),
        )
        request = v1.CreateTrainingJobRequest(
            training_job=job, training_job_id=training_job_id, request_id=request_id, validate_only=validate_only
        )
        return self._run(self._operations.create("CreateTrainingJob", request))

    def get_training_job(self, name: str) -> v1.TrainingJob:
        """A job. NotFound: there is none of the name."""
        return self._run(self._operations.call("GetTrainingJob", v1.GetTrainingJobRequest(name=name)))

    def list_training_jobs(self) -> Iterator[v1.TrainingJob]:
        """Every job, the newest first, fetched page after page as they are asked for."""
        return self._iterate(self._operations.pages("ListTrainingJobs", v1.ListTrainingJobsRequest(), "training_jobs"))

    def cancel_training_job(self, name: str) -> v1.TrainingJob:
        """Asks a job to stop, and returns it: CANCELLED, or CANCELLING if it was at work; unchanged if it had ended."""
        return self._run(self._operations.call("CancelTrainingJob", v1.CancelTrainingJobRequest(name=name)))

    def pause_training_job(self, name: str) -> v1.TrainingJob:
        """Saves a job's state and lets go of its cores. FailedPrecondition: it has ended or is being cancelled."""
        return self._run(self._operations.call("PauseTrainingJob", v1.PauseTrainingJobRequest(name=name)))

    def resume_training_job(self, name: str) -> v1.TrainingJob:
        """Queues a PAUSED job to go on where it was. FailedPrecondition: it has ended, or is on its way there."""
        return self._run(self._operations.call("ResumeTrainingJob", v1.ResumeTrainingJobRequest(name=name)))

    def delete_training_job(self, name: str) -> None:
        """Deletes an ended job and its log; its model stays. FailedPrecondition: it has not ended."""
        return self._run(self._operations.delete("DeleteTrainingJob", name))

    def watch_training_job(self, name: str, after_sequence: int = 0) -> Iterator[v1.TrainingEvent]:
        """Every event of a job's log after `after_sequence`, in order, each exactly once, as they happen.

        Ends with the job. A stream that breaks, or a server that restarts, is waited for (the connection's `patience`)
        and asked on from the last event; heartbeats are not passed on. Whoever stops iterating disturbs nobody.

        Raises:
            Unavailable: the server stayed away. DataLoss: it left out an event. OutOfRange: there is no such event yet.
        """
        return self._iterate(watch(self.connection, name, after_sequence))

    def wait_for_training_job(self, name: str) -> v1.TrainingResult:
        """Watches a job to its end, as watch_training_job does, and returns its result.

        Raises:
            TrainingFailed, TrainingCancelled: it ended without one.
        """
        return self._run(wait(self.connection, name))

    # Models.

    def get_model(self, name: str) -> v1.Model:
        """A model. NotFound: there is none of the name."""
        return self._run(self._operations.call("GetModel", v1.GetModelRequest(name=name)))

    def list_models(self) -> Iterator[v1.Model]:
        """Every model, the newest first, fetched page after page as they are asked for."""
        return self._iterate(self._operations.pages("ListModels", v1.ListModelsRequest(), "models"))

    def delete_model(self, name: str) -> None:
        """Deletes a model; its job stays."""
        return self._run(self._operations.delete("DeleteModel", name))

    def predict(self, name: str, rows):
        """What a model says of rows.

        Args:
            name: `models/...`.
            rows: an array of shape (rows, features) in the order of the model's `feature_names`, NaN for a missing
                value; or a mapping from column to a sequence of texts, for models of tables.

        Returns:
            `Predictions` (predictions.py), arrays with an entry a row. Any number of rows: they go in calls of at most
            4 MiB.

        Raises:
            InvalidArgument: a row of another width, a value that the model cannot take. NotFound: no such model.
        """
        return self._run(predict_in_parts(self._operations, name, rows))

    def export_model(self, name: str, path, *, fold_batch_normalization: bool = False) -> None:
        """Writes a model to a file, ONNX or safetensors, as the end of `path` says: `.onnx` or `.safetensors`.

        The file appears when all of it is there and has the SHA-256 that the server announced; one of the same name is
        replaced.

        Args:
            name: `models/...`.
            fold_batch_normalization: ONNX only: whether batch normalization becomes part of the weights before it.

        Raises:
            NotFound: no such model. ValueError: another kind of file. OSError: the file cannot be written.
        """
        request = v1.ExportModelRequest(
            name=name, format=format_of(path), fold_batch_normalization=fold_batch_normalization
        )
        return self._run(export(self.connection, request, path))

    # The server.

    def check_health(self) -> str:
        """`SERVING`, or `NOT_SERVING` while it stops, by gRPC's standard health service."""
        return self._run(self._operations.health())


def spec_message(spec: Spec) -> v1.TrainingSpec:
    """A spec as a message. ValueError: the mapping or the JSON has a field that there is not, or of another type."""
    if isinstance(spec, v1.TrainingSpec):
        return spec
    try:
        if isinstance(spec, str):
            return json_format.Parse(spec, v1.TrainingSpec())
        return json_format.ParseDict(dict(spec), v1.TrainingSpec())
    except json_format.ParseError as error:
        raise ValueError(f"spec: {error}") from None


def _enum(kind, name: str, field: str) -> int:
    names = [value.name.lower() for value in kind.DESCRIPTOR.values if value.number]
    if str(name).lower() not in names:
        raise ValueError(f"{field}: is {name!r}; it must be one of {', '.join(names)}")
    return kind.Value(name.upper())
