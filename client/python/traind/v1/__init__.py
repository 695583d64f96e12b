"""The messages of the wire contract, one class each, as `proto/traind/v1` documents them.

`v1.TrainingSpec`, `v1.TrainingJob`, `v1.Dataset` and so on are those of the generated modules beside this one.
"""
from traind.v1.dataset_pb2 import *
from traind.v1.dataset_service_pb2 import *
from traind.v1.model_pb2 import *
from traind.v1.model_service_pb2 import *
from traind.v1.training_job_pb2 import *
from traind.v1.training_service_pb2 import *
from traind.v1.training_spec_pb2 import *
