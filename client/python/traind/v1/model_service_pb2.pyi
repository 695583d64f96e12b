from google.protobuf import empty_pb2 as _empty_pb2
from traind.v1 import model_pb2 as _model_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DeleteModelRequest(_message.Message):
    __slots__ = ["name"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ExportModelRequest(_message.Message):
    __slots__ = ["fold_batch_normalization", "format", "name"]
    class Format(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    FOLD_BATCH_NORMALIZATION_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    FORMAT_UNSPECIFIED: ExportModelRequest.Format
    NAME_FIELD_NUMBER: _ClassVar[int]
    ONNX: ExportModelRequest.Format
    SAFETENSORS: ExportModelRequest.Format
    fold_batch_normalization: bool
    format: ExportModelRequest.Format
    name: str
    def __init__(self, name: _Optional[str] = ..., format: _Optional[_Union[ExportModelRequest.Format, str]] = ..., fold_batch_normalization: bool = ...) -> None: ...

class ExportModelResponse(_message.Message):
    __slots__ = ["data", "sha256", "size_bytes"]
    DATA_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    sha256: str
    size_bytes: int
    def __init__(self, data: _Optional[bytes] = ..., size_bytes: _Optional[int] = ..., sha256: _Optional[str] = ...) -> None: ...

class GetModelRequest(_message.Message):
    __slots__ = ["name"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ListModelsRequest(_message.Message):
    __slots__ = ["page_size", "page_token"]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListModelsResponse(_message.Message):
    __slots__ = ["models", "next_page_token"]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    models: _containers.RepeatedCompositeFieldContainer[_model_pb2.Model]
    next_page_token: str
    def __init__(self, models: _Optional[_Iterable[_Union[_model_pb2.Model, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class PredictRequest(_message.Message):
    __slots__ = ["held_out_rows", "name", "rows", "table"]
    class HeldOutRows(_message.Message):
        __slots__ = ["limit"]
        LIMIT_FIELD_NUMBER: _ClassVar[int]
        limit: int
        def __init__(self, limit: _Optional[int] = ...) -> None: ...
    class Row(_message.Message):
        __slots__ = ["values"]
        VALUES_FIELD_NUMBER: _ClassVar[int]
        values: _containers.RepeatedScalarFieldContainer[float]
        def __init__(self, values: _Optional[_Iterable[float]] = ...) -> None: ...
    class Rows(_message.Message):
        __slots__ = ["rows"]
        ROWS_FIELD_NUMBER: _ClassVar[int]
        rows: _containers.RepeatedCompositeFieldContainer[PredictRequest.Row]
        def __init__(self, rows: _Optional[_Iterable[_Union[PredictRequest.Row, _Mapping]]] = ...) -> None: ...
    class Table(_message.Message):
        __slots__ = ["columns", "rows"]
        class Row(_message.Message):
            __slots__ = ["values"]
            VALUES_FIELD_NUMBER: _ClassVar[int]
            values: _containers.RepeatedScalarFieldContainer[str]
            def __init__(self, values: _Optional[_Iterable[str]] = ...) -> None: ...
        COLUMNS_FIELD_NUMBER: _ClassVar[int]
        ROWS_FIELD_NUMBER: _ClassVar[int]
        columns: _containers.RepeatedScalarFieldContainer[str]
        rows: _containers.RepeatedCompositeFieldContainer[PredictRequest.Table.Row]
        def __init__(self, columns: _Optional[_Iterable[str]] = ..., rows: _Optional[_Iterable[_Union[PredictRequest.Table.Row, _Mapping]]] = ...) -> None: ...
    HELD_OUT_ROWS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    TABLE_FIELD_NUMBER: _ClassVar[int]
    held_out_rows: PredictRequest.HeldOutRows
    name: str
    rows: PredictRequest.Rows
    table: PredictRequest.Table
    def __init__(self, name: _Optional[str] = ..., rows: _Optional[_Union[PredictRequest.Rows, _Mapping]] = ..., held_out_rows: _Optional[_Union[PredictRequest.HeldOutRows, _Mapping]] = ..., table: _Optional[_Union[PredictRequest.Table, _Mapping]] = ...) -> None: ...

class PredictResponse(_message.Message):
    __slots__ = ["predictions"]
    class Prediction(_message.Message):
        __slots__ = ["class_index", "class_name", "dataset_row", "label", "probabilities", "targets", "values"]
        CLASS_INDEX_FIELD_NUMBER: _ClassVar[int]
        CLASS_NAME_FIELD_NUMBER: _ClassVar[int]
        DATASET_ROW_FIELD_NUMBER: _ClassVar[int]
        LABEL_FIELD_NUMBER: _ClassVar[int]
        PROBABILITIES_FIELD_NUMBER: _ClassVar[int]
        TARGETS_FIELD_NUMBER: _ClassVar[int]
        VALUES_FIELD_NUMBER: _ClassVar[int]
        class_index: int
        class_name: str
        dataset_row: int
        label: str
        probabilities: _containers.RepeatedScalarFieldContainer[float]
        targets: _containers.RepeatedScalarFieldContainer[float]
        values: _containers.RepeatedScalarFieldContainer[float]
        def __init__(self, class_name: _Optional[str] = ..., class_index: _Optional[int] = ..., probabilities: _Optional[_Iterable[float]] = ..., dataset_row: _Optional[int] = ..., label: _Optional[str] = ..., values: _Optional[_Iterable[float]] = ..., targets: _Optional[_Iterable[float]] = ...) -> None: ...
    PREDICTIONS_FIELD_NUMBER: _ClassVar[int]
    predictions: _containers.RepeatedCompositeFieldContainer[PredictResponse.Prediction]
    def __init__(self, predictions: _Optional[_Iterable[_Union[PredictResponse.Prediction, _Mapping]]] = ...) -> None: ...
