from google.protobuf import timestamp_pb2 as _timestamp_pb2
from traind.v1 import dataset_pb2 as _dataset_pb2
from traind.v1 import training_job_pb2 as _training_job_pb2
from traind.v1 import training_spec_pb2 as _training_spec_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Model(_message.Message):
    __slots__ = ["class_names", "columns", "create_time", "dataset", "dataset_sha256", "feature_names", "metric_tables", "metrics", "name", "onednn_version", "parameter_count", "precision", "spec", "target_names", "task", "threads", "training_job", "validation_dataset", "validation_dataset_sha256", "weights_sha256"]
    class MetricTablesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _training_job_pb2.MetricTable
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_training_job_pb2.MetricTable, _Mapping]] = ...) -> None: ...
    class MetricsEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    CLASS_NAMES_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    DATASET_SHA256_FIELD_NUMBER: _ClassVar[int]
    FEATURE_NAMES_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    METRIC_TABLES_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ONEDNN_VERSION_FIELD_NUMBER: _ClassVar[int]
    PARAMETER_COUNT_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    TARGET_NAMES_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    THREADS_FIELD_NUMBER: _ClassVar[int]
    TRAINING_JOB_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_DATASET_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_DATASET_SHA256_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_SHA256_FIELD_NUMBER: _ClassVar[int]
    class_names: _containers.RepeatedScalarFieldContainer[str]
    columns: _containers.RepeatedCompositeFieldContainer[_dataset_pb2.Column]
    create_time: _timestamp_pb2.Timestamp
    dataset: str
    dataset_sha256: str
    feature_names: _containers.RepeatedScalarFieldContainer[str]
    metric_tables: _containers.MessageMap[str, _training_job_pb2.MetricTable]
    metrics: _containers.ScalarMap[str, float]
    name: str
    onednn_version: str
    parameter_count: int
    precision: _training_spec_pb2.TrainingSpec.Precision
    spec: _training_spec_pb2.TrainingSpec
    target_names: _containers.RepeatedScalarFieldContainer[str]
    task: _dataset_pb2.Dataset.Task
    threads: int
    training_job: str
    validation_dataset: str
    validation_dataset_sha256: str
    weights_sha256: str
    def __init__(self, name: _Optional[str] = ..., training_job: _Optional[str] = ..., dataset: _Optional[str] = ..., dataset_sha256: _Optional[str] = ..., spec: _Optional[_Union[_training_spec_pb2.TrainingSpec, _Mapping]] = ..., task: _Optional[_Union[_dataset_pb2.Dataset.Task, str]] = ..., feature_names: _Optional[_Iterable[str]] = ..., class_names: _Optional[_Iterable[str]] = ..., metrics: _Optional[_Mapping[str, float]] = ..., weights_sha256: _Optional[str] = ..., parameter_count: _Optional[int] = ..., threads: _Optional[int] = ..., onednn_version: _Optional[str] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., target_names: _Optional[_Iterable[str]] = ..., validation_dataset: _Optional[str] = ..., validation_dataset_sha256: _Optional[str] = ..., metric_tables: _Optional[_Mapping[str, _training_job_pb2.MetricTable]] = ..., precision: _Optional[_Union[_training_spec_pb2.TrainingSpec.Precision, str]] = ..., columns: _Optional[_Iterable[_Union[_dataset_pb2.Column, _Mapping]]] = ...) -> None: ...
