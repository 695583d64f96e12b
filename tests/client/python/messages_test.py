"""The package's messages are those of proto/."""
import filecmp
import subprocess

from traind_process import SOURCE

from traind import stubs, v1

PACKAGE = SOURCE / "client/python"


def test_committed_messages_are_in_step_with_the_wire_contract(tmp_path):
    subprocess.run([PACKAGE / "generate.sh", tmp_path], check=True)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(made) == 2 * len(list((SOURCE / "proto/traind/v1").glob("*.proto"))) + 1
    _, differing, missing = filecmp.cmpfiles(tmp_path, PACKAGE, made, shallow=False)
    assert not differing and not missing, "run client/python/generate.sh"
    committed = set((PACKAGE / "traind/v1").glob("*_pb2.py*"))
    assert committed == {PACKAGE / path for path in made if path.parent.name == "v1"}, "of a proto that is gone"


def test_every_message_has_a_name_in_v1():
    for method in stubs.METHODS.values():
        if method.path.startswith("/traind.v1."):
            assert getattr(v1, method.request.DESCRIPTOR.name) is method.request


def test_other_packages_may_bring_the_shared_messages_too():
    # As googleapis-common-protos does: a file of the same name and other contents in the common pool.
    program = """
from google.protobuf import descriptor_pb2, descriptor_pool
file = descriptor_pb2.FileDescriptorProto(name="google/rpc/error_details.proto", package="google.rpc")
file.message_type.add(name="BadRequest")
import traind.errors
descriptor_pool.Default().AddSerializedFile(file.SerializeToString())
"""
    subprocess.run(["/usr/bin/python3", "-c", program], check=True)
