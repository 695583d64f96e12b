from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Column(_message.Message):
    __slots__ = ["categories", "kind", "name", "statistics", "warning"]
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    CATEGORICAL: Column.Kind
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    IGNORE: Column.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    KIND_UNSPECIFIED: Column.Kind
    LABEL: Column.Kind
    NAME_FIELD_NUMBER: _ClassVar[int]
    NUMERIC: Column.Kind
    STATISTICS_FIELD_NUMBER: _ClassVar[int]
    WARNING_FIELD_NUMBER: _ClassVar[int]
    WEIGHT: Column.Kind
    categories: _containers.RepeatedScalarFieldContainer[str]
    kind: Column.Kind
    name: str
    statistics: ColumnStatistics
    warning: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[Column.Kind, str]] = ..., categories: _Optional[_Iterable[str]] = ..., warning: _Optional[str] = ..., statistics: _Optional[_Union[ColumnStatistics, _Mapping]] = ...) -> None: ...

class ColumnStatistics(_message.Message):
    __slots__ = ["count", "deviation", "maximum", "mean", "minimum", "missing", "most_frequent", "most_frequent_count"]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    DEVIATION_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    MEAN_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    MOST_FREQUENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    MOST_FREQUENT_FIELD_NUMBER: _ClassVar[int]
    count: int
    deviation: float
    maximum: float
    mean: float
    minimum: float
    missing: int
    most_frequent: str
    most_frequent_count: int
    def __init__(self, count: _Optional[int] = ..., missing: _Optional[int] = ..., mean: _Optional[float] = ..., deviation: _Optional[float] = ..., minimum: _Optional[float] = ..., maximum: _Optional[float] = ..., most_frequent: _Optional[str] = ..., most_frequent_count: _Optional[int] = ...) -> None: ...

class Csv(_message.Message):
    __slots__ = ["columns", "label_column", "label_columns", "weight_column"]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    LABEL_COLUMNS_FIELD_NUMBER: _ClassVar[int]
    LABEL_COLUMN_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_COLUMN_FIELD_NUMBER: _ClassVar[int]
    columns: _containers.RepeatedCompositeFieldContainer[CsvColumn]
    label_column: str
    label_columns: _containers.RepeatedScalarFieldContainer[str]
    weight_column: str
    def __init__(self, label_column: _Optional[str] = ..., label_columns: _Optional[_Iterable[str]] = ..., weight_column: _Optional[str] = ..., columns: _Optional[_Iterable[_Union[CsvColumn, _Mapping]]] = ...) -> None: ...

class CsvColumn(_message.Message):
    __slots__ = ["kind", "name"]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    kind: Column.Kind
    name: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[Column.Kind, str]] = ...) -> None: ...

class Dataset(_message.Message):
    __slots__ = ["class_count", "class_names", "columns", "create_time", "feature_count", "feature_names", "feature_type", "has_weights", "label_column", "label_type", "name", "row_count", "sha256", "size_bytes", "target_count", "target_names", "task", "tenant"]
    class ElementType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    class Task(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    CLASSIFICATION: Dataset.Task
    CLASS_COUNT_FIELD_NUMBER: _ClassVar[int]
    CLASS_NAMES_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ELEMENT_TYPE_UNSPECIFIED: Dataset.ElementType
    FEATURE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_NAMES_FIELD_NUMBER: _ClassVar[int]
    FEATURE_TYPE_FIELD_NUMBER: _ClassVar[int]
    FLOAT32: Dataset.ElementType
    FLOAT64: Dataset.ElementType
    HAS_WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    INT32: Dataset.ElementType
    INT64: Dataset.ElementType
    LABEL_COLUMN_FIELD_NUMBER: _ClassVar[int]
    LABEL_TYPE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REGRESSION: Dataset.Task
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    TARGET_COUNT_FIELD_NUMBER: _ClassVar[int]
    TARGET_NAMES_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    TASK_UNSPECIFIED: Dataset.Task
    TENANT_FIELD_NUMBER: _ClassVar[int]
    UINT8: Dataset.ElementType
    class_count: int
    class_names: _containers.RepeatedScalarFieldContainer[str]
    columns: _containers.RepeatedCompositeFieldContainer[Column]
    create_time: _timestamp_pb2.Timestamp
    feature_count: int
    feature_names: _containers.RepeatedScalarFieldContainer[str]
    feature_type: Dataset.ElementType
    has_weights: bool
    label_column: str
    label_type: Dataset.ElementType
    name: str
    row_count: int
    sha256: str
    size_bytes: int
    target_count: int
    target_names: _containers.RepeatedScalarFieldContainer[str]
    task: Dataset.Task
    tenant: str
    def __init__(self, name: _Optional[str] = ..., task: _Optional[_Union[Dataset.Task, str]] = ..., row_count: _Optional[int] = ..., feature_count: _Optional[int] = ..., feature_names: _Optional[_Iterable[str]] = ..., label_column: _Optional[str] = ..., class_names: _Optional[_Iterable[str]] = ..., size_bytes: _Optional[int] = ..., sha256: _Optional[str] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., class_count: _Optional[int] = ..., target_count: _Optional[int] = ..., target_names: _Optional[_Iterable[str]] = ..., has_weights: bool = ..., feature_type: _Optional[_Union[Dataset.ElementType, str]] = ..., label_type: _Optional[_Union[Dataset.ElementType, str]] = ..., columns: _Optional[_Iterable[_Union[Column, _Mapping]]] = ..., tenant: _Optional[str] = ...) -> None: ...

class DatasetFormat(_message.Message):
    __slots__ = ["csv", "task", "tensors"]
    CSV_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    TENSORS_FIELD_NUMBER: _ClassVar[int]
    csv: Csv
    task: Dataset.Task
    tensors: Tensors
    def __init__(self, task: _Optional[_Union[Dataset.Task, str]] = ..., csv: _Optional[_Union[Csv, _Mapping]] = ..., tensors: _Optional[_Union[Tensors, _Mapping]] = ...) -> None: ...

class Tensors(_message.Message):
    __slots__ = ["class_count", "class_names", "feature_count", "feature_names", "feature_type", "has_weights", "label_type", "row_count", "target_count", "target_names", "weight_type"]
    CLASS_COUNT_FIELD_NUMBER: _ClassVar[int]
    CLASS_NAMES_FIELD_NUMBER: _ClassVar[int]
    FEATURE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FEATURE_NAMES_FIELD_NUMBER: _ClassVar[int]
    FEATURE_TYPE_FIELD_NUMBER: _ClassVar[int]
    HAS_WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    LABEL_TYPE_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    TARGET_COUNT_FIELD_NUMBER: _ClassVar[int]
    TARGET_NAMES_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_TYPE_FIELD_NUMBER: _ClassVar[int]
    class_count: int
    class_names: _containers.RepeatedScalarFieldContainer[str]
    feature_count: int
    feature_names: _containers.RepeatedScalarFieldContainer[str]
    feature_type: Dataset.ElementType
    has_weights: bool
    label_type: Dataset.ElementType
    row_count: int
    target_count: int
    target_names: _containers.RepeatedScalarFieldContainer[str]
    weight_type: Dataset.ElementType
    def __init__(self, row_count: _Optional[int] = ..., feature_count: _Optional[int] = ..., class_count: _Optional[int] = ..., feature_names: _Optional[_Iterable[str]] = ..., class_names: _Optional[_Iterable[str]] = ..., target_count: _Optional[int] = ..., target_names: _Optional[_Iterable[str]] = ..., has_weights: bool = ..., feature_type: _Optional[_Union[Dataset.ElementType, str]] = ..., label_type: _Optional[_Union[Dataset.ElementType, str]] = ..., weight_type: _Optional[_Union[Dataset.ElementType, str]] = ...) -> None: ...
