"""Uploads: large, broken, resumed, refused, once."""
import threading

import numpy as np
import pytest
from fault_proxy import FaultProxy

import traind
from traind import arrays, sources, v1


@pytest.fixture
def proxy(server):
    proxy = FaultProxy(server.address)
    yield proxy
    proxy.close()


def large(seed, rows=200_000):
    """Some 5 MB."""
    x = np.random.default_rng(seed).normal(size=(rows, 5)).astype(np.float32)
    return arrays.regression(x, x[:, 0])


def uploads(proxy):
    return [name for name, _ in proxy.calls if name in ("CreateDataset", "CreateUpload", "WriteUpload", "CommitUpload")]


def test_the_same_contents_are_uploaded_once(proxy):
    contents = large(1)
    with traind.Client(proxy.address) as client:
        first = client.ensure_dataset(contents)
        assert uploads(proxy) == ["CreateUpload", "WriteUpload", "CommitUpload"]
        assert client.ensure_dataset(large(1)) == first
        assert len(uploads(proxy)) == 3
        assert client.ensure_dataset(large(2)).name != first.name
    assert first.row_count == 200_000 and first.size_bytes == 200_000 * 6 * 4


@pytest.mark.parametrize("method", ["CreateUpload", "WriteUpload", "CommitUpload", "GetUpload"])
@pytest.mark.parametrize("fault", ["lose the request", "lose the answer"])
def test_an_upload_goes_on_after_any_break(proxy, method, fault):
    seed = hash((method, fault)) % 1000 + 10
    proxy.faults[method] = [fault]
    if method == "GetUpload":
        proxy.faults["WriteUpload"] = ["lose the request"]
    with traind.Client(proxy.address, first_backoff=0.01) as client:
        dataset = client.ensure_dataset(large(seed))
        assert dataset.row_count == 200_000
        client.delete_dataset(dataset.name)


def test_an_upload_goes_on_where_it_was_cut(proxy):
    proxy.faults["WriteUpload"] = ["cut", "cut"]
    with traind.Client(proxy.address, first_backoff=0.01) as client:
        client.ensure_dataset(large(4))
    assert [request.offset for name, request in proxy.calls if name == "WriteUpload"] == [0, 2 << 20, 4 << 20]


def test_a_later_call_with_the_same_request_id_goes_on(proxy):
    contents = large(5)
    for patience in (0.1, 100):
        proxy.faults["WriteUpload"] = ["cut"] + ["lose the request"] * (1000 if patience < 1 else 0)
        with traind.Client(proxy.address, first_backoff=0.01, last_backoff=0.02, patience=patience) as client:
            if patience < 1:
                with pytest.raises(traind.Unavailable, match="gave up"):
                    client.ensure_dataset(contents)
            else:
                assert client.ensure_dataset(contents).row_count == 200_000
    offsets = [request.offset for name, request in proxy.calls if name == "WriteUpload"]
    assert offsets[0] == 0 and set(offsets[1:-2]) <= {2 << 20} and offsets[-2:] == [2 << 20, 4 << 20]


def test_a_server_that_is_killed_meanwhile_is_not_noticed(own_server):
    killed = threading.Event()

    def on_progress(sent, size):
        if sent > size // 2 and not killed.is_set():
            killed.set()
            own_server.kill()
            threading.Timer(0.3, own_server.start).start()

    with traind.Client(own_server.address) as client:
        contents = large(3, rows=500_000)
        dataset = client.ensure_dataset(contents, on_progress=on_progress)
        assert killed.is_set() and dataset.row_count == 500_000


def test_a_file_goes_in_pieces(client, tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("a,label\n" + "".join(f"{i}.25,{i % 3}\n" for i in range(200_000)))
    told = []
    dataset = client.create_dataset_from_csv(
        "from-file", path, label="label", on_progress=lambda *now: told.append(now)
    )
    assert dataset.row_count == 200_000
    size = path.stat().st_size
    assert told[0] == (0, size) and (size, size) in told


def test_what_is_refused_leaves_no_upload(client):
    bad = "a,label\n" + "1,x\n" * 400_000 + "1\n"
    with pytest.raises(traind.InvalidArgument) as raised:
        client.create_dataset_from_csv("bad", bad.encode(), label="label", request_id="bad-upload")
    assert "400002" in raised.value.field_violations[0].description + raised.value.field_violations[0].field
    request = v1.CreateUploadRequest(dataset_id="bad", size_bytes=1, request_id="another")
    request.format.csv.label_column = "label"
    upload = client._run(client._operations.create("CreateUpload", request))
    client._run(client._operations.delete("DeleteUpload", upload.name))


def test_pieces_of_memory_are_read_as_one():
    pieces = sources.Buffers([np.arange(3, dtype=np.uint8), b"", bytes([9, 8]), np.zeros((2, 2), "<i4")])
    whole = bytes([0, 1, 2, 9, 8]) + bytes(16)
    assert pieces.size == len(whole)
    for offset in range(len(whole)):
        for length in (1, 2, 7, 100):
            assert pieces.read(offset, length) == whole[offset : offset + length]
