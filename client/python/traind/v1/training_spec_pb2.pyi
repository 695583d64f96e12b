from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Activation(_message.Message):
    __slots__ = ["alpha", "function", "negative_slope"]
    class Function(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    ELU: Activation.Function
    FUNCTION_FIELD_NUMBER: _ClassVar[int]
    FUNCTION_UNSPECIFIED: Activation.Function
    GELU: Activation.Function
    LEAKY_RELU: Activation.Function
    LINEAR: Activation.Function
    NEGATIVE_SLOPE_FIELD_NUMBER: _ClassVar[int]
    RELU: Activation.Function
    SELU: Activation.Function
    SIGMOID: Activation.Function
    SILU: Activation.Function
    SOFTMAX: Activation.Function
    SOFTPLUS: Activation.Function
    TANH: Activation.Function
    alpha: float
    function: Activation.Function
    negative_slope: float
    def __init__(self, function: _Optional[_Union[Activation.Function, str]] = ..., negative_slope: _Optional[float] = ..., alpha: _Optional[float] = ...) -> None: ...

class Adagrad(_message.Message):
    __slots__ = ["epsilon", "initial_accumulator_value", "learning_rate"]
    EPSILON_FIELD_NUMBER: _ClassVar[int]
    INITIAL_ACCUMULATOR_VALUE_FIELD_NUMBER: _ClassVar[int]
    LEARNING_RATE_FIELD_NUMBER: _ClassVar[int]
    epsilon: float
    initial_accumulator_value: float
    learning_rate: float
    def __init__(self, learning_rate: _Optional[float] = ..., initial_accumulator_value: _Optional[float] = ..., epsilon: _Optional[float] = ...) -> None: ...

class Adam(_message.Message):
    __slots__ = ["amsgrad", "beta_1", "beta_2", "epsilon", "learning_rate"]
    AMSGRAD_FIELD_NUMBER: _ClassVar[int]
    BETA_1_FIELD_NUMBER: _ClassVar[int]
    BETA_2_FIELD_NUMBER: _ClassVar[int]
    EPSILON_FIELD_NUMBER: _ClassVar[int]
    LEARNING_RATE_FIELD_NUMBER: _ClassVar[int]
    amsgrad: bool
    beta_1: float
    beta_2: float
    epsilon: float
    learning_rate: float
    def __init__(self, learning_rate: _Optional[float] = ..., beta_1: _Optional[float] = ..., beta_2: _Optional[float] = ..., epsilon: _Optional[float] = ..., amsgrad: bool = ...) -> None: ...

class BatchNormalization(_message.Message):
    __slots__ = ["center", "epsilon", "momentum", "scale"]
    CENTER_FIELD_NUMBER: _ClassVar[int]
    EPSILON_FIELD_NUMBER: _ClassVar[int]
    MOMENTUM_FIELD_NUMBER: _ClassVar[int]
    SCALE_FIELD_NUMBER: _ClassVar[int]
    center: bool
    epsilon: float
    momentum: float
    scale: bool
    def __init__(self, momentum: _Optional[float] = ..., epsilon: _Optional[float] = ..., center: bool = ..., scale: bool = ...) -> None: ...

class BinaryCrossentropy(_message.Message):
    __slots__ = ["label_smoothing"]
    LABEL_SMOOTHING_FIELD_NUMBER: _ClassVar[int]
    label_smoothing: float
    def __init__(self, label_smoothing: _Optional[float] = ...) -> None: ...

class BinaryFocalCrossentropy(_message.Message):
    __slots__ = ["alpha", "apply_class_balancing", "gamma"]
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    APPLY_CLASS_BALANCING_FIELD_NUMBER: _ClassVar[int]
    GAMMA_FIELD_NUMBER: _ClassVar[int]
    alpha: float
    apply_class_balancing: bool
    gamma: float
    def __init__(self, apply_class_balancing: bool = ..., alpha: _Optional[float] = ..., gamma: _Optional[float] = ...) -> None: ...

class CategoricalColumns(_message.Message):
    __slots__ = ["encoding", "missing", "output_dim"]
    class Encoding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    class Missing(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    AUTO: CategoricalColumns.Encoding
    CATEGORY: CategoricalColumns.Missing
    EMBEDDING: CategoricalColumns.Encoding
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    ENCODING_UNSPECIFIED: CategoricalColumns.Encoding
    MISSING_FIELD_NUMBER: _ClassVar[int]
    MISSING_UNSPECIFIED: CategoricalColumns.Missing
    MOST_FREQUENT: CategoricalColumns.Missing
    ONE_HOT: CategoricalColumns.Encoding
    OUTPUT_DIM_FIELD_NUMBER: _ClassVar[int]
    encoding: CategoricalColumns.Encoding
    missing: CategoricalColumns.Missing
    output_dim: int
    def __init__(self, encoding: _Optional[_Union[CategoricalColumns.Encoding, str]] = ..., output_dim: _Optional[int] = ..., missing: _Optional[_Union[CategoricalColumns.Missing, str]] = ...) -> None: ...

class CategoricalCrossentropy(_message.Message):
    __slots__ = ["label_smoothing"]
    LABEL_SMOOTHING_FIELD_NUMBER: _ClassVar[int]
    label_smoothing: float
    def __init__(self, label_smoothing: _Optional[float] = ...) -> None: ...

class CategoricalFocalCrossentropy(_message.Message):
    __slots__ = ["alpha", "gamma", "label_smoothing"]
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    GAMMA_FIELD_NUMBER: _ClassVar[int]
    LABEL_SMOOTHING_FIELD_NUMBER: _ClassVar[int]
    alpha: float
    gamma: float
    label_smoothing: float
    def __init__(self, alpha: _Optional[float] = ..., gamma: _Optional[float] = ..., label_smoothing: _Optional[float] = ...) -> None: ...

class Checkpoint(_message.Message):
    __slots__ = ["every_epochs", "every_seconds", "every_steps"]
    EVERY_EPOCHS_FIELD_NUMBER: _ClassVar[int]
    EVERY_SECONDS_FIELD_NUMBER: _ClassVar[int]
    EVERY_STEPS_FIELD_NUMBER: _ClassVar[int]
    every_epochs: int
    every_seconds: float
    every_steps: int
    def __init__(self, every_steps: _Optional[int] = ..., every_seconds: _Optional[float] = ..., every_epochs: _Optional[int] = ...) -> None: ...

class ColumnPreprocessing(_message.Message):
    __slots__ = ["categorical", "column", "numeric"]
    CATEGORICAL_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    NUMERIC_FIELD_NUMBER: _ClassVar[int]
    categorical: CategoricalColumns
    column: str
    numeric: NumericColumns
    def __init__(self, column: _Optional[str] = ..., numeric: _Optional[_Union[NumericColumns, _Mapping]] = ..., categorical: _Optional[_Union[CategoricalColumns, _Mapping]] = ...) -> None: ...

class Constant(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class CosineDecay(_message.Message):
    __slots__ = ["alpha", "decay_steps"]
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    DECAY_STEPS_FIELD_NUMBER: _ClassVar[int]
    alpha: float
    decay_steps: int
    def __init__(self, decay_steps: _Optional[int] = ..., alpha: _Optional[float] = ...) -> None: ...

class CosineDecayRestarts(_message.Message):
    __slots__ = ["alpha", "first_decay_steps", "m_mul", "t_mul"]
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    FIRST_DECAY_STEPS_FIELD_NUMBER: _ClassVar[int]
    M_MUL_FIELD_NUMBER: _ClassVar[int]
    T_MUL_FIELD_NUMBER: _ClassVar[int]
    alpha: float
    first_decay_steps: int
    m_mul: float
    t_mul: float
    def __init__(self, first_decay_steps: _Optional[int] = ..., t_mul: _Optional[float] = ..., m_mul: _Optional[float] = ..., alpha: _Optional[float] = ...) -> None: ...

class Dense(_message.Message):
    __slots__ = ["bias_initializer", "bias_regularizer", "kernel_initializer", "kernel_regularizer", "units", "use_bias"]
    BIAS_INITIALIZER_FIELD_NUMBER: _ClassVar[int]
    BIAS_REGULARIZER_FIELD_NUMBER: _ClassVar[int]
    KERNEL_INITIALIZER_FIELD_NUMBER: _ClassVar[int]
    KERNEL_REGULARIZER_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    USE_BIAS_FIELD_NUMBER: _ClassVar[int]
    bias_initializer: Initializer
    bias_regularizer: Regularizer
    kernel_initializer: Initializer
    kernel_regularizer: Regularizer
    units: int
    use_bias: bool
    def __init__(self, units: _Optional[int] = ..., use_bias: bool = ..., kernel_initializer: _Optional[_Union[Initializer, _Mapping]] = ..., bias_initializer: _Optional[_Union[Initializer, _Mapping]] = ..., kernel_regularizer: _Optional[_Union[Regularizer, _Mapping]] = ..., bias_regularizer: _Optional[_Union[Regularizer, _Mapping]] = ...) -> None: ...

class Dropout(_message.Message):
    __slots__ = ["rate"]
    RATE_FIELD_NUMBER: _ClassVar[int]
    rate: float
    def __init__(self, rate: _Optional[float] = ...) -> None: ...

class EarlyStopping(_message.Message):
    __slots__ = ["min_delta", "mode", "monitor", "patience", "restore_best_weights"]
    class Mode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    AUTO: EarlyStopping.Mode
    MAX: EarlyStopping.Mode
    MIN: EarlyStopping.Mode
    MIN_DELTA_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    MODE_UNSPECIFIED: EarlyStopping.Mode
    MONITOR_FIELD_NUMBER: _ClassVar[int]
    PATIENCE_FIELD_NUMBER: _ClassVar[int]
    RESTORE_BEST_WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    min_delta: float
    mode: EarlyStopping.Mode
    monitor: str
    patience: int
    restore_best_weights: bool
    def __init__(self, monitor: _Optional[str] = ..., min_delta: _Optional[float] = ..., patience: _Optional[int] = ..., mode: _Optional[_Union[EarlyStopping.Mode, str]] = ..., restore_best_weights: bool = ...) -> None: ...

class Embedding(_message.Message):
    __slots__ = ["columns", "embeddings_initializer"]
    class Column(_message.Message):
        __slots__ = ["column", "input_dim", "output_dim"]
        COLUMN_FIELD_NUMBER: _ClassVar[int]
        INPUT_DIM_FIELD_NUMBER: _ClassVar[int]
        OUTPUT_DIM_FIELD_NUMBER: _ClassVar[int]
        column: int
        input_dim: int
        output_dim: int
        def __init__(self, column: _Optional[int] = ..., input_dim: _Optional[int] = ..., output_dim: _Optional[int] = ...) -> None: ...
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    EMBEDDINGS_INITIALIZER_FIELD_NUMBER: _ClassVar[int]
    columns: _containers.RepeatedCompositeFieldContainer[Embedding.Column]
    embeddings_initializer: Initializer
    def __init__(self, columns: _Optional[_Iterable[_Union[Embedding.Column, _Mapping]]] = ..., embeddings_initializer: _Optional[_Union[Initializer, _Mapping]] = ...) -> None: ...

class ExponentialDecay(_message.Message):
    __slots__ = ["decay_rate", "decay_steps", "staircase"]
    DECAY_RATE_FIELD_NUMBER: _ClassVar[int]
    DECAY_STEPS_FIELD_NUMBER: _ClassVar[int]
    STAIRCASE_FIELD_NUMBER: _ClassVar[int]
    decay_rate: float
    decay_steps: int
    staircase: bool
    def __init__(self, decay_steps: _Optional[int] = ..., decay_rate: _Optional[float] = ..., staircase: bool = ...) -> None: ...

class GaussianNoise(_message.Message):
    __slots__ = ["stddev"]
    STDDEV_FIELD_NUMBER: _ClassVar[int]
    stddev: float
    def __init__(self, stddev: _Optional[float] = ...) -> None: ...

class Hinge(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class Huber(_message.Message):
    __slots__ = ["delta"]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    delta: float
    def __init__(self, delta: _Optional[float] = ...) -> None: ...

class Imputation(_message.Message):
    __slots__ = ["indicator", "strategy", "value"]
    class Strategy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    CONSTANT: Imputation.Strategy
    INDICATOR_FIELD_NUMBER: _ClassVar[int]
    MEAN: Imputation.Strategy
    MEDIAN: Imputation.Strategy
    MOST_FREQUENT: Imputation.Strategy
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_UNSPECIFIED: Imputation.Strategy
    VALUE_FIELD_NUMBER: _ClassVar[int]
    indicator: bool
    strategy: Imputation.Strategy
    value: float
    def __init__(self, strategy: _Optional[_Union[Imputation.Strategy, str]] = ..., value: _Optional[float] = ..., indicator: bool = ...) -> None: ...

class Initializer(_message.Message):
    __slots__ = ["gain", "kind", "value"]
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    CONSTANT: Initializer.Kind
    GAIN_FIELD_NUMBER: _ClassVar[int]
    GLOROT_NORMAL: Initializer.Kind
    GLOROT_UNIFORM: Initializer.Kind
    HE_NORMAL: Initializer.Kind
    HE_UNIFORM: Initializer.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    KIND_UNSPECIFIED: Initializer.Kind
    LECUN_NORMAL: Initializer.Kind
    LECUN_UNIFORM: Initializer.Kind
    ONES: Initializer.Kind
    ORTHOGONAL: Initializer.Kind
    RANDOM_UNIFORM: Initializer.Kind
    VALUE_FIELD_NUMBER: _ClassVar[int]
    ZEROS: Initializer.Kind
    gain: float
    kind: Initializer.Kind
    value: float
    def __init__(self, kind: _Optional[_Union[Initializer.Kind, str]] = ..., gain: _Optional[float] = ..., value: _Optional[float] = ...) -> None: ...

class KeepBest(_message.Message):
    __slots__ = ["mode", "monitor"]
    MODE_FIELD_NUMBER: _ClassVar[int]
    MONITOR_FIELD_NUMBER: _ClassVar[int]
    mode: EarlyStopping.Mode
    monitor: str
    def __init__(self, monitor: _Optional[str] = ..., mode: _Optional[_Union[EarlyStopping.Mode, str]] = ...) -> None: ...

class Layer(_message.Message):
    __slots__ = ["activation", "batch_normalization", "dense", "dropout", "embedding", "gaussian_noise", "layer_normalization", "name", "residual"]
    ACTIVATION_FIELD_NUMBER: _ClassVar[int]
    BATCH_NORMALIZATION_FIELD_NUMBER: _ClassVar[int]
    DENSE_FIELD_NUMBER: _ClassVar[int]
    DROPOUT_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    GAUSSIAN_NOISE_FIELD_NUMBER: _ClassVar[int]
    LAYER_NORMALIZATION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    RESIDUAL_FIELD_NUMBER: _ClassVar[int]
    activation: Activation
    batch_normalization: BatchNormalization
    dense: Dense
    dropout: Dropout
    embedding: Embedding
    gaussian_noise: GaussianNoise
    layer_normalization: LayerNormalization
    name: str
    residual: Residual
    def __init__(self, name: _Optional[str] = ..., dense: _Optional[_Union[Dense, _Mapping]] = ..., batch_normalization: _Optional[_Union[BatchNormalization, _Mapping]] = ..., activation: _Optional[_Union[Activation, _Mapping]] = ..., residual: _Optional[_Union[Residual, _Mapping]] = ..., layer_normalization: _Optional[_Union[LayerNormalization, _Mapping]] = ..., dropout: _Optional[_Union[Dropout, _Mapping]] = ..., gaussian_noise: _Optional[_Union[GaussianNoise, _Mapping]] = ..., embedding: _Optional[_Union[Embedding, _Mapping]] = ...) -> None: ...

class LayerNormalization(_message.Message):
    __slots__ = ["center", "epsilon", "scale"]
    CENTER_FIELD_NUMBER: _ClassVar[int]
    EPSILON_FIELD_NUMBER: _ClassVar[int]
    SCALE_FIELD_NUMBER: _ClassVar[int]
    center: bool
    epsilon: float
    scale: bool
    def __init__(self, epsilon: _Optional[float] = ..., center: bool = ..., scale: bool = ...) -> None: ...

class LearningRateSchedule(_message.Message):
    __slots__ = ["constant", "cosine_decay", "cosine_decay_restarts", "exponential_decay", "one_cycle", "polynomial_decay", "reduce_on_plateau", "step_decay", "warmup_steps"]
    CONSTANT_FIELD_NUMBER: _ClassVar[int]
    COSINE_DECAY_FIELD_NUMBER: _ClassVar[int]
    COSINE_DECAY_RESTARTS_FIELD_NUMBER: _ClassVar[int]
    EXPONENTIAL_DECAY_FIELD_NUMBER: _ClassVar[int]
    ONE_CYCLE_FIELD_NUMBER: _ClassVar[int]
    POLYNOMIAL_DECAY_FIELD_NUMBER: _ClassVar[int]
    REDUCE_ON_PLATEAU_FIELD_NUMBER: _ClassVar[int]
    STEP_DECAY_FIELD_NUMBER: _ClassVar[int]
    WARMUP_STEPS_FIELD_NUMBER: _ClassVar[int]
    constant: Constant
    cosine_decay: CosineDecay
    cosine_decay_restarts: CosineDecayRestarts
    exponential_decay: ExponentialDecay
    one_cycle: OneCycle
    polynomial_decay: PolynomialDecay
    reduce_on_plateau: ReduceOnPlateau
    step_decay: StepDecay
    warmup_steps: int
    def __init__(self, constant: _Optional[_Union[Constant, _Mapping]] = ..., step_decay: _Optional[_Union[StepDecay, _Mapping]] = ..., exponential_decay: _Optional[_Union[ExponentialDecay, _Mapping]] = ..., polynomial_decay: _Optional[_Union[PolynomialDecay, _Mapping]] = ..., cosine_decay: _Optional[_Union[CosineDecay, _Mapping]] = ..., cosine_decay_restarts: _Optional[_Union[CosineDecayRestarts, _Mapping]] = ..., one_cycle: _Optional[_Union[OneCycle, _Mapping]] = ..., reduce_on_plateau: _Optional[_Union[ReduceOnPlateau, _Mapping]] = ..., warmup_steps: _Optional[int] = ...) -> None: ...

class Lion(_message.Message):
    __slots__ = ["beta_1", "beta_2", "learning_rate"]
    BETA_1_FIELD_NUMBER: _ClassVar[int]
    BETA_2_FIELD_NUMBER: _ClassVar[int]
    LEARNING_RATE_FIELD_NUMBER: _ClassVar[int]
    beta_1: float
    beta_2: float
    learning_rate: float
    def __init__(self, learning_rate: _Optional[float] = ..., beta_1: _Optional[float] = ..., beta_2: _Optional[float] = ...) -> None: ...

class Loss(_message.Message):
    __slots__ = ["binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy", "categorical_focal_crossentropy", "hinge", "huber", "mean_absolute_error", "mean_squared_error", "poisson"]
    BINARY_CROSSENTROPY_FIELD_NUMBER: _ClassVar[int]
    BINARY_FOCAL_CROSSENTROPY_FIELD_NUMBER: _ClassVar[int]
    CATEGORICAL_CROSSENTROPY_FIELD_NUMBER: _ClassVar[int]
    CATEGORICAL_FOCAL_CROSSENTROPY_FIELD_NUMBER: _ClassVar[int]
    HINGE_FIELD_NUMBER: _ClassVar[int]
    HUBER_FIELD_NUMBER: _ClassVar[int]
    MEAN_ABSOLUTE_ERROR_FIELD_NUMBER: _ClassVar[int]
    MEAN_SQUARED_ERROR_FIELD_NUMBER: _ClassVar[int]
    POISSON_FIELD_NUMBER: _ClassVar[int]
    binary_crossentropy: BinaryCrossentropy
    binary_focal_crossentropy: BinaryFocalCrossentropy
    categorical_crossentropy: CategoricalCrossentropy
    categorical_focal_crossentropy: CategoricalFocalCrossentropy
    hinge: Hinge
    huber: Huber
    mean_absolute_error: MeanAbsoluteError
    mean_squared_error: MeanSquaredError
    poisson: Poisson
    def __init__(self, categorical_crossentropy: _Optional[_Union[CategoricalCrossentropy, _Mapping]] = ..., binary_crossentropy: _Optional[_Union[BinaryCrossentropy, _Mapping]] = ..., mean_squared_error: _Optional[_Union[MeanSquaredError, _Mapping]] = ..., mean_absolute_error: _Optional[_Union[MeanAbsoluteError, _Mapping]] = ..., huber: _Optional[_Union[Huber, _Mapping]] = ..., hinge: _Optional[_Union[Hinge, _Mapping]] = ..., poisson: _Optional[_Union[Poisson, _Mapping]] = ..., categorical_focal_crossentropy: _Optional[_Union[CategoricalFocalCrossentropy, _Mapping]] = ..., binary_focal_crossentropy: _Optional[_Union[BinaryFocalCrossentropy, _Mapping]] = ...) -> None: ...

class MeanAbsoluteError(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class MeanSquaredError(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class ModelSpec(_message.Message):
    __slots__ = ["layers"]
    LAYERS_FIELD_NUMBER: _ClassVar[int]
    layers: _containers.RepeatedCompositeFieldContainer[Layer]
    def __init__(self, layers: _Optional[_Iterable[_Union[Layer, _Mapping]]] = ...) -> None: ...

class Nadam(_message.Message):
    __slots__ = ["beta_1", "beta_2", "epsilon", "learning_rate"]
    BETA_1_FIELD_NUMBER: _ClassVar[int]
    BETA_2_FIELD_NUMBER: _ClassVar[int]
    EPSILON_FIELD_NUMBER: _ClassVar[int]
    LEARNING_RATE_FIELD_NUMBER: _ClassVar[int]
    beta_1: float
    beta_2: float
    epsilon: float
    learning_rate: float
    def __init__(self, learning_rate: _Optional[float] = ..., beta_1: _Optional[float] = ..., beta_2: _Optional[float] = ..., epsilon: _Optional[float] = ...) -> None: ...

class NumericColumns(_message.Message):
    __slots__ = ["imputation", "scaling"]
    class Scaling(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    AUTO: NumericColumns.Scaling
    IMPUTATION_FIELD_NUMBER: _ClassVar[int]
    MIN_MAX: NumericColumns.Scaling
    NONE: NumericColumns.Scaling
    SCALING_FIELD_NUMBER: _ClassVar[int]
    SCALING_UNSPECIFIED: NumericColumns.Scaling
    STANDARDIZE: NumericColumns.Scaling
    imputation: Imputation
    scaling: NumericColumns.Scaling
    def __init__(self, scaling: _Optional[_Union[NumericColumns.Scaling, str]] = ..., imputation: _Optional[_Union[Imputation, _Mapping]] = ...) -> None: ...

class OneCycle(_message.Message):
    __slots__ = ["div_factor", "final_div_factor", "pct_start", "total_steps"]
    DIV_FACTOR_FIELD_NUMBER: _ClassVar[int]
    FINAL_DIV_FACTOR_FIELD_NUMBER: _ClassVar[int]
    PCT_START_FIELD_NUMBER: _ClassVar[int]
    TOTAL_STEPS_FIELD_NUMBER: _ClassVar[int]
    div_factor: float
    final_div_factor: float
    pct_start: float
    total_steps: int
    def __init__(self, total_steps: _Optional[int] = ..., pct_start: _Optional[float] = ..., div_factor: _Optional[float] = ..., final_div_factor: _Optional[float] = ...) -> None: ...

class Optimizer(_message.Message):
    __slots__ = ["adagrad", "adam", "adamw", "clipnorm", "clipvalue", "ema_momentum", "global_clipnorm", "learning_rate_schedule", "lion", "nadam", "rmsprop", "sgd", "weight_decay"]
    ADAGRAD_FIELD_NUMBER: _ClassVar[int]
    ADAMW_FIELD_NUMBER: _ClassVar[int]
    ADAM_FIELD_NUMBER: _ClassVar[int]
    CLIPNORM_FIELD_NUMBER: _ClassVar[int]
    CLIPVALUE_FIELD_NUMBER: _ClassVar[int]
    EMA_MOMENTUM_FIELD_NUMBER: _ClassVar[int]
    GLOBAL_CLIPNORM_FIELD_NUMBER: _ClassVar[int]
    LEARNING_RATE_SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    LION_FIELD_NUMBER: _ClassVar[int]
    NADAM_FIELD_NUMBER: _ClassVar[int]
    RMSPROP_FIELD_NUMBER: _ClassVar[int]
    SGD_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_DECAY_FIELD_NUMBER: _ClassVar[int]
    adagrad: Adagrad
    adam: Adam
    adamw: Adam
    clipnorm: float
    clipvalue: float
    ema_momentum: float
    global_clipnorm: float
    learning_rate_schedule: LearningRateSchedule
    lion: Lion
    nadam: Nadam
    rmsprop: RmsProp
    sgd: Sgd
    weight_decay: float
    def __init__(self, sgd: _Optional[_Union[Sgd, _Mapping]] = ..., adam: _Optional[_Union[Adam, _Mapping]] = ..., adamw: _Optional[_Union[Adam, _Mapping]] = ..., nadam: _Optional[_Union[Nadam, _Mapping]] = ..., rmsprop: _Optional[_Union[RmsProp, _Mapping]] = ..., adagrad: _Optional[_Union[Adagrad, _Mapping]] = ..., lion: _Optional[_Union[Lion, _Mapping]] = ..., weight_decay: _Optional[float] = ..., clipvalue: _Optional[float] = ..., clipnorm: _Optional[float] = ..., global_clipnorm: _Optional[float] = ..., ema_momentum: _Optional[float] = ..., learning_rate_schedule: _Optional[_Union[LearningRateSchedule, _Mapping]] = ...) -> None: ...

class Poisson(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class PolynomialDecay(_message.Message):
    __slots__ = ["cycle", "decay_steps", "end_learning_rate", "power"]
    CYCLE_FIELD_NUMBER: _ClassVar[int]
    DECAY_STEPS_FIELD_NUMBER: _ClassVar[int]
    END_LEARNING_RATE_FIELD_NUMBER: _ClassVar[int]
    POWER_FIELD_NUMBER: _ClassVar[int]
    cycle: bool
    decay_steps: int
    end_learning_rate: float
    power: float
    def __init__(self, decay_steps: _Optional[int] = ..., end_learning_rate: _Optional[float] = ..., power: _Optional[float] = ..., cycle: bool = ...) -> None: ...

class Preprocessing(_message.Message):
    __slots__ = ["categorical", "columns", "numeric", "standardize_targets"]
    CATEGORICAL_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    NUMERIC_FIELD_NUMBER: _ClassVar[int]
    STANDARDIZE_TARGETS_FIELD_NUMBER: _ClassVar[int]
    categorical: CategoricalColumns
    columns: _containers.RepeatedCompositeFieldContainer[ColumnPreprocessing]
    numeric: NumericColumns
    standardize_targets: bool
    def __init__(self, numeric: _Optional[_Union[NumericColumns, _Mapping]] = ..., categorical: _Optional[_Union[CategoricalColumns, _Mapping]] = ..., columns: _Optional[_Iterable[_Union[ColumnPreprocessing, _Mapping]]] = ..., standardize_targets: bool = ...) -> None: ...

class ReduceOnPlateau(_message.Message):
    __slots__ = ["cooldown", "factor", "min_delta", "min_learning_rate", "mode", "monitor", "patience"]
    COOLDOWN_FIELD_NUMBER: _ClassVar[int]
    FACTOR_FIELD_NUMBER: _ClassVar[int]
    MIN_DELTA_FIELD_NUMBER: _ClassVar[int]
    MIN_LEARNING_RATE_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    MONITOR_FIELD_NUMBER: _ClassVar[int]
    PATIENCE_FIELD_NUMBER: _ClassVar[int]
    cooldown: int
    factor: float
    min_delta: float
    min_learning_rate: float
    mode: EarlyStopping.Mode
    monitor: str
    patience: int
    def __init__(self, monitor: _Optional[str] = ..., factor: _Optional[float] = ..., patience: _Optional[int] = ..., min_delta: _Optional[float] = ..., cooldown: _Optional[int] = ..., min_learning_rate: _Optional[float] = ..., mode: _Optional[_Union[EarlyStopping.Mode, str]] = ...) -> None: ...

class Regularizer(_message.Message):
    __slots__ = ["l1", "l2"]
    L1_FIELD_NUMBER: _ClassVar[int]
    L2_FIELD_NUMBER: _ClassVar[int]
    l1: float
    l2: float
    def __init__(self, l1: _Optional[float] = ..., l2: _Optional[float] = ...) -> None: ...

class Residual(_message.Message):
    __slots__ = ["layers"]
    LAYERS_FIELD_NUMBER: _ClassVar[int]
    layers: _containers.RepeatedCompositeFieldContainer[Layer]
    def __init__(self, layers: _Optional[_Iterable[_Union[Layer, _Mapping]]] = ...) -> None: ...

class RmsProp(_message.Message):
    __slots__ = ["centered", "epsilon", "learning_rate", "momentum", "rho"]
    CENTERED_FIELD_NUMBER: _ClassVar[int]
    EPSILON_FIELD_NUMBER: _ClassVar[int]
    LEARNING_RATE_FIELD_NUMBER: _ClassVar[int]
    MOMENTUM_FIELD_NUMBER: _ClassVar[int]
    RHO_FIELD_NUMBER: _ClassVar[int]
    centered: bool
    epsilon: float
    learning_rate: float
    momentum: float
    rho: float
    def __init__(self, learning_rate: _Optional[float] = ..., rho: _Optional[float] = ..., momentum: _Optional[float] = ..., epsilon: _Optional[float] = ..., centered: bool = ...) -> None: ...

class Sgd(_message.Message):
    __slots__ = ["learning_rate", "momentum", "nesterov"]
    LEARNING_RATE_FIELD_NUMBER: _ClassVar[int]
    MOMENTUM_FIELD_NUMBER: _ClassVar[int]
    NESTEROV_FIELD_NUMBER: _ClassVar[int]
    learning_rate: float
    momentum: float
    nesterov: bool
    def __init__(self, learning_rate: _Optional[float] = ..., momentum: _Optional[float] = ..., nesterov: bool = ...) -> None: ...

class StepDecay(_message.Message):
    __slots__ = ["gamma", "step_size"]
    GAMMA_FIELD_NUMBER: _ClassVar[int]
    STEP_SIZE_FIELD_NUMBER: _ClassVar[int]
    gamma: float
    step_size: int
    def __init__(self, step_size: _Optional[int] = ..., gamma: _Optional[float] = ...) -> None: ...

class TrainingSpec(_message.Message):
    __slots__ = ["batch_size", "checkpoint", "class_weight", "early_stopping", "epochs", "gradient_accumulation_steps", "keep_best", "loss", "max_steps", "max_train_seconds", "metrics", "model", "optimizer", "precision", "preprocessing", "profile", "seed", "shuffle", "threads", "top_k", "validation_rows", "validation_split"]
    class Metric(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    class Precision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    class ValidationRows(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = []
    class ClassWeightEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    ACCURACY: TrainingSpec.Metric
    AUTO: TrainingSpec.Precision
    BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    BF16_MIXED: TrainingSpec.Precision
    CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    CLASS_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    CONFUSION_MATRIX: TrainingSpec.Metric
    EARLY_STOPPING_FIELD_NUMBER: _ClassVar[int]
    EPOCHS_FIELD_NUMBER: _ClassVar[int]
    F1_MACRO: TrainingSpec.Metric
    F1_MICRO: TrainingSpec.Metric
    F1_PER_CLASS: TrainingSpec.Metric
    FLOAT32: TrainingSpec.Precision
    GRADIENT_ACCUMULATION_STEPS_FIELD_NUMBER: _ClassVar[int]
    KEEP_BEST_FIELD_NUMBER: _ClassVar[int]
    LAST: TrainingSpec.ValidationRows
    LOG_LOSS: TrainingSpec.Metric
    LOSS_FIELD_NUMBER: _ClassVar[int]
    MAE: TrainingSpec.Metric
    MAPE: TrainingSpec.Metric
    MAX_STEPS_FIELD_NUMBER: _ClassVar[int]
    MAX_TRAIN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    METRIC_UNSPECIFIED: TrainingSpec.Metric
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MSE: TrainingSpec.Metric
    OPTIMIZER_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    PRECISION_MACRO: TrainingSpec.Metric
    PRECISION_MICRO: TrainingSpec.Metric
    PRECISION_PER_CLASS: TrainingSpec.Metric
    PRECISION_UNSPECIFIED: TrainingSpec.Precision
    PREPROCESSING_FIELD_NUMBER: _ClassVar[int]
    PROFILE_FIELD_NUMBER: _ClassVar[int]
    PR_AUC: TrainingSpec.Metric
    R2: TrainingSpec.Metric
    RANDOM: TrainingSpec.ValidationRows
    RECALL_MACRO: TrainingSpec.Metric
    RECALL_MICRO: TrainingSpec.Metric
    RECALL_PER_CLASS: TrainingSpec.Metric
    RMSE: TrainingSpec.Metric
    ROC_AUC: TrainingSpec.Metric
    SEED_FIELD_NUMBER: _ClassVar[int]
    SHUFFLE_FIELD_NUMBER: _ClassVar[int]
    STRATIFIED: TrainingSpec.ValidationRows
    THREADS_FIELD_NUMBER: _ClassVar[int]
    TOP_K_ACCURACY: TrainingSpec.Metric
    TOP_K_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_ROWS_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_ROWS_UNSPECIFIED: TrainingSpec.ValidationRows
    VALIDATION_SPLIT_FIELD_NUMBER: _ClassVar[int]
    batch_size: int
    checkpoint: Checkpoint
    class_weight: _containers.ScalarMap[str, float]
    early_stopping: EarlyStopping
    epochs: int
    gradient_accumulation_steps: int
    keep_best: KeepBest
    loss: Loss
    max_steps: int
    max_train_seconds: float
    metrics: _containers.RepeatedScalarFieldContainer[TrainingSpec.Metric]
    model: ModelSpec
    optimizer: Optimizer
    precision: TrainingSpec.Precision
    preprocessing: Preprocessing
    profile: bool
    seed: int
    shuffle: bool
    threads: int
    top_k: int
    validation_rows: TrainingSpec.ValidationRows
    validation_split: float
    def __init__(self, model: _Optional[_Union[ModelSpec, _Mapping]] = ..., loss: _Optional[_Union[Loss, _Mapping]] = ..., optimizer: _Optional[_Union[Optimizer, _Mapping]] = ..., metrics: _Optional[_Iterable[_Union[TrainingSpec.Metric, str]]] = ..., epochs: _Optional[int] = ..., batch_size: _Optional[int] = ..., seed: _Optional[int] = ..., validation_split: _Optional[float] = ..., validation_rows: _Optional[_Union[TrainingSpec.ValidationRows, str]] = ..., shuffle: bool = ..., top_k: _Optional[int] = ..., gradient_accumulation_steps: _Optional[int] = ..., class_weight: _Optional[_Mapping[str, float]] = ..., early_stopping: _Optional[_Union[EarlyStopping, _Mapping]] = ..., keep_best: _Optional[_Union[KeepBest, _Mapping]] = ..., max_train_seconds: _Optional[float] = ..., max_steps: _Optional[int] = ..., threads: _Optional[int] = ..., profile: bool = ..., checkpoint: _Optional[_Union[Checkpoint, _Mapping]] = ..., precision: _Optional[_Union[TrainingSpec.Precision, str]] = ..., preprocessing: _Optional[_Union[Preprocessing, _Mapping]] = ...) -> None: ...
