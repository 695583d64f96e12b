from google.protobuf import timestamp_pb2 as _timestamp_pb2
from traind.v1 import training_spec_pb2 as _training_spec_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MetricTable(_message.Message):
    __slots__ = ["columns", "values"]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    columns: int
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ..., columns: _Optional[int] = ...) -> None: ...

class PhaseTime(_message.Message):
    __slots__ = ["phase", "seconds", "share"]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    phase: str
    seconds: float
    share: float
    def __init__(self, phase: _Optional[str] = ..., seconds: _Optional[float] = ..., share: _Optional[float] = ...) -> None: ...

class TrainingError(_message.Message):
    __slots__ = ["layer", "message", "reason", "step"]
    class Reason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    DATA_LOSS: TrainingError.Reason
    DIVERGED: TrainingError.Reason
    INTERNAL: TrainingError.Reason
    INVALID_DATA: TrainingError.Reason
    LAYER_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    NO_BFLOAT16: TrainingError.Reason
    REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_UNSPECIFIED: TrainingError.Reason
    RESOURCE_EXHAUSTED: TrainingError.Reason
    STEP_FIELD_NUMBER: _ClassVar[int]
    layer: str
    message: str
    reason: TrainingError.Reason
    step: int
    def __init__(self, reason: _Optional[_Union[TrainingError.Reason, str]] = ..., message: _Optional[str] = ..., step: _Optional[int] = ..., layer: _Optional[str] = ...) -> None: ...

class TrainingEvent(_message.Message):
    __slots__ = ["epoch_ended", "event_time", "heartbeat", "progressed", "sequence", "state_changed"]
    class EpochEnded(_message.Message):
        __slots__ = ["epoch", "progress"]
        EPOCH_FIELD_NUMBER: _ClassVar[int]
        PROGRESS_FIELD_NUMBER: _ClassVar[int]
        epoch: int
        progress: TrainingProgress
        def __init__(self, epoch: _Optional[int] = ..., progress: _Optional[_Union[TrainingProgress, _Mapping]] = ...) -> None: ...
    class Heartbeat(_message.Message):
        __slots__ = []
        def __init__(self) -> None: ...
    class Progressed(_message.Message):
        __slots__ = ["progress"]
        PROGRESS_FIELD_NUMBER: _ClassVar[int]
        progress: TrainingProgress
        def __init__(self, progress: _Optional[_Union[TrainingProgress, _Mapping]] = ...) -> None: ...
    class StateChanged(_message.Message):
        __slots__ = ["error", "result", "state"]
        ERROR_FIELD_NUMBER: _ClassVar[int]
        RESULT_FIELD_NUMBER: _ClassVar[int]
        STATE_FIELD_NUMBER: _ClassVar[int]
        error: TrainingError
        result: TrainingResult
        state: TrainingJob.State
        def __init__(self, state: _Optional[_Union[TrainingJob.State, str]] = ..., result: _Optional[_Union[TrainingResult, _Mapping]] = ..., error: _Optional[_Union[TrainingError, _Mapping]] = ...) -> None: ...
    EPOCH_ENDED_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    PROGRESSED_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    STATE_CHANGED_FIELD_NUMBER: _ClassVar[int]
    epoch_ended: TrainingEvent.EpochEnded
    event_time: _timestamp_pb2.Timestamp
    heartbeat: TrainingEvent.Heartbeat
    progressed: TrainingEvent.Progressed
    sequence: int
    state_changed: TrainingEvent.StateChanged
    def __init__(self, sequence: _Optional[int] = ..., event_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., state_changed: _Optional[_Union[TrainingEvent.StateChanged, _Mapping]] = ..., progressed: _Optional[_Union[TrainingEvent.Progressed, _Mapping]] = ..., epoch_ended: _Optional[_Union[TrainingEvent.EpochEnded, _Mapping]] = ..., heartbeat: _Optional[_Union[TrainingEvent.Heartbeat, _Mapping]] = ...) -> None: ...

class TrainingJob(_message.Message):
    __slots__ = ["attempt", "create_time", "dataset", "end_time", "error", "memory_bytes", "name", "priority", "progress", "result", "spec", "start_time", "state", "tenant", "threads", "validation_dataset"]
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    CANCELLED: TrainingJob.State
    CANCELLING: TrainingJob.State
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    FAILED: TrainingJob.State
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PAUSED: TrainingJob.State
    PAUSING: TrainingJob.State
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    QUEUED: TrainingJob.State
    RESULT_FIELD_NUMBER: _ClassVar[int]
    RUNNING: TrainingJob.State
    SPEC_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STATE_UNSPECIFIED: TrainingJob.State
    SUCCEEDED: TrainingJob.State
    TENANT_FIELD_NUMBER: _ClassVar[int]
    THREADS_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_DATASET_FIELD_NUMBER: _ClassVar[int]
    attempt: int
    create_time: _timestamp_pb2.Timestamp
    dataset: str
    end_time: _timestamp_pb2.Timestamp
    error: TrainingError
    memory_bytes: int
    name: str
    priority: int
    progress: TrainingProgress
    result: TrainingResult
    spec: _training_spec_pb2.TrainingSpec
    start_time: _timestamp_pb2.Timestamp
    state: TrainingJob.State
    tenant: str
    threads: int
    validation_dataset: str
    def __init__(self, name: _Optional[str] = ..., dataset: _Optional[str] = ..., spec: _Optional[_Union[_training_spec_pb2.TrainingSpec, _Mapping]] = ..., state: _Optional[_Union[TrainingJob.State, str]] = ..., progress: _Optional[_Union[TrainingProgress, _Mapping]] = ..., result: _Optional[_Union[TrainingResult, _Mapping]] = ..., error: _Optional[_Union[TrainingError, _Mapping]] = ..., attempt: _Optional[int] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., validation_dataset: _Optional[str] = ..., threads: _Optional[int] = ..., tenant: _Optional[str] = ..., priority: _Optional[int] = ..., memory_bytes: _Optional[int] = ...) -> None: ...

class TrainingProgress(_message.Message):
    __slots__ = ["epoch", "epochs", "metrics", "samples_per_second", "step", "steps"]
    class MetricsEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    EPOCHS_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    epoch: int
    epochs: int
    metrics: _containers.ScalarMap[str, float]
    samples_per_second: float
    step: int
    steps: int
    def __init__(self, epoch: _Optional[int] = ..., epochs: _Optional[int] = ..., step: _Optional[int] = ..., steps: _Optional[int] = ..., samples_per_second: _Optional[float] = ..., metrics: _Optional[_Mapping[str, float]] = ...) -> None: ...

class TrainingResult(_message.Message):
    __slots__ = ["best_epoch", "epochs", "metric_tables", "metrics", "model", "precision", "profile", "samples_per_second", "stop_reason", "threads", "train_seconds", "weights_sha256"]
    class StopReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    class MetricTablesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: MetricTable
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[MetricTable, _Mapping]] = ...) -> None: ...
    class MetricsEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    BEST_EPOCH_FIELD_NUMBER: _ClassVar[int]
    EARLY_STOPPED: TrainingResult.StopReason
    EPOCHS_DONE: TrainingResult.StopReason
    EPOCHS_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    METRIC_TABLES_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    PROFILE_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    STEP_BUDGET_SPENT: TrainingResult.StopReason
    STOP_REASON_FIELD_NUMBER: _ClassVar[int]
    STOP_REASON_UNSPECIFIED: TrainingResult.StopReason
    THREADS_FIELD_NUMBER: _ClassVar[int]
    TIME_BUDGET_SPENT: TrainingResult.StopReason
    TRAIN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_SHA256_FIELD_NUMBER: _ClassVar[int]
    best_epoch: int
    epochs: int
    metric_tables: _containers.MessageMap[str, MetricTable]
    metrics: _containers.ScalarMap[str, float]
    model: str
    precision: _training_spec_pb2.TrainingSpec.Precision
    profile: _containers.RepeatedCompositeFieldContainer[PhaseTime]
    samples_per_second: float
    stop_reason: TrainingResult.StopReason
    threads: int
    train_seconds: float
    weights_sha256: str
    def __init__(self, model: _Optional[str] = ..., metrics: _Optional[_Mapping[str, float]] = ..., train_seconds: _Optional[float] = ..., samples_per_second: _Optional[float] = ..., weights_sha256: _Optional[str] = ..., threads: _Optional[int] = ..., metric_tables: _Optional[_Mapping[str, MetricTable]] = ..., stop_reason: _Optional[_Union[TrainingResult.StopReason, str]] = ..., best_epoch: _Optional[int] = ..., epochs: _Optional[int] = ..., profile: _Optional[_Iterable[_Union[PhaseTime, _Mapping]]] = ..., precision: _Optional[_Union[_training_spec_pb2.TrainingSpec.Precision, str]] = ...) -> None: ...
