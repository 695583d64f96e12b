"""Arrays as datasets."""
import numpy as np
import pytest

from traind import arrays, v1


@pytest.mark.parametrize(
    "dtype, stored",
    [
        (np.float32, v1.Dataset.FLOAT32),
        (np.float64, v1.Dataset.FLOAT32),
        (np.float16, v1.Dataset.FLOAT32),
        (np.int8, v1.Dataset.FLOAT32),
        (np.uint8, v1.Dataset.UINT8),
        (np.int32, v1.Dataset.INT32),
        (np.int64, v1.Dataset.INT64),
        (bool, v1.Dataset.FLOAT32),
        (">i4", v1.Dataset.INT32),
        (">f8", v1.Dataset.FLOAT32),
    ],
)
def test_numbers_of_every_type_arrive(client, dtype, stored):
    x = np.array([[1, 0], [0, 1], [1, 1]], dtype)
    contents = arrays.classification(x, [0, 1, 1], class_names=["no", "yes"], feature_names=["a", "b"])
    dataset = client.ensure_dataset(contents)
    assert dataset.feature_type == stored and dataset.label_type == v1.Dataset.INT32
    assert list(dataset.class_names) == ["no", "yes"] and list(dataset.feature_names) == ["a", "b"]
    whole = contents.source.read(0, contents.source.size)
    features = np.frombuffer(
        whole, {v1.Dataset.UINT8: "u1", v1.Dataset.INT32: "<i4", v1.Dataset.INT64: "<i8"}.get(stored, "<f4"), 6
    )
    assert features.tolist() == [1, 0, 0, 1, 1, 1]


def test_labels_and_weights_begin_where_their_numbers_can(client):
    contents = arrays.regression(np.ones((3, 1), np.uint8), np.array([7, 8, 9], np.int64), weights=[1, 0, 2])
    whole = contents.source.read(0, 100)
    assert whole[:8] == b"\1\1\1" + bytes(5) and np.frombuffer(whole[8:32], "<i8").tolist() == [7, 8, 9]
    assert client.ensure_dataset(contents).has_weights


def test_strided_arrays(client):
    x = np.arange(24, dtype=np.float32).reshape(4, 6)[::2, ::3]
    assert np.frombuffer(arrays.regression(x, [1.0, 2.0]).source.read(0, 16), "<f4").tolist() == [0, 3, 12, 15]


def test_the_id_follows_from_bytes_and_format():
    x = np.ones((4, 2), np.float32)
    same = arrays.classification(x, [0, 1, 0, 1]).content_id()
    assert same == arrays.classification(x.astype(np.float64), np.array([0, 1, 0, 1.0])).content_id()
    others = {
        arrays.classification(x, [0, 1, 0, 0]).content_id(),
        arrays.classification(x, [0, 1, 0, 1], class_count=3).content_id(),
        arrays.regression(x, np.array([0, 1, 0, 1], np.int32)).content_id(),
    }
    assert len(others | {same}) == 4


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: arrays.classification(np.ones(3), [0, 1, 0]), "features: have the shape"),
        (lambda: arrays.classification(np.ones((3, 1)), [0, 1]), "3 rows and labels 2"),
        (lambda: arrays.classification(np.ones((2, 1)), [0, 1.5]), "whole numbers"),
        (lambda: arrays.classification(np.ones((2, 1)), [0, 3], class_count=2), "run from 0 to 3; with 2 classes"),
        (lambda: arrays.classification(np.ones((2, 1)), [[0, 1], [1, 0]]), "shape"),
        (lambda: arrays.regression(np.ones((2, 1)), [0, 1], weights=[1]), "weights 1"),
        (lambda: arrays.regression([["a"], ["b"]], [0, 1]), "must be numbers"),
    ],
)
def test_what_does_not_fit_is_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()
