"""scikit-learn's face."""
import pickle
import warnings

import numpy as np
import pandas
import pytest
from digits import digits
from sklearn.compose import make_column_transformer
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

import traind
from traind import v1
from traind.keras import optimizers
from traind.sklearn import TraindClassifier, TraindRegressor

X, Y = digits()


@pytest.fixture(autouse=True)
def own_client(server, monkeypatch):
    """The default client, of the test's server."""
    monkeypatch.setenv("TRAIND_SERVER", server.address)
    traind.set_default_client(None)
    yield traind.default_client()
    traind.default_client().close()
    traind.set_default_client(None)


@pytest.mark.parametrize("estimator", [TraindClassifier(epochs=60), TraindRegressor(epochs=60)])
def test_all_of_check_estimator(estimator):
    with warnings.catch_warnings():
        warnings.simplefilter("error", SkipTestWarning)  # no check is left out
        check_estimator(estimator)


def test_digits_in_a_pipeline_with_labels_of_text():
    names = np.array("zero one two three four five six seven eight nine".split())
    x_train, x_test, y_train, y_test = train_test_split(X, names[Y], random_state=0)
    model = make_pipeline(StandardScaler(), TraindClassifier(epochs=30, random_state=0)).fit(x_train, y_train)
    assert model.score(x_test, y_test) > 0.97
    assert list(model.classes_) == sorted(names)
    probabilities = model.predict_proba(x_test)
    assert probabilities.shape == (450, 10) and np.allclose(probabilities.sum(1), 1, atol=1e-5)
    assert (model.classes_[probabilities.argmax(1)] == model.predict(x_test)).all()


def test_cross_validation_and_grid_search(own_client):
    scores = cross_val_score(TraindClassifier((32,), epochs=10, random_state=0), X, Y, cv=3)
    assert scores.shape == (3,) and scores.min() > 0.93
    before = {dataset.name for dataset in own_client.list_datasets()}
    search = GridSearchCV(
        TraindClassifier(epochs=5, random_state=0),
        {"hidden_layer_sizes": [(32,), (64, 32)], "learning_rate": [0.001, 0.01]},
        cv=3,
    ).fit(X, Y)
    assert search.best_score_ > 0.93 and search.score(X, Y) > 0.97
    # Three folds, of which cross_val_score had the same, and all rows: whatever the number of candidates.
    assert len({dataset.name for dataset in own_client.list_datasets()} - before) == 1


def table(rows):
    rng = np.random.default_rng(0)
    frame = pandas.DataFrame(
        {
            "city": rng.choice(["Rome", "Oslo", "Bonn, am Rhein"], rows),
            "age": rng.integers(18, 80, rows),
            "income": rng.normal(3, 1, rows),
            "member": rng.random(rows) < 0.5,
        }
    )
    score = (frame.city == "Rome") * 2.0 + (frame.age > 50) * 1.5 - frame.member * 1.0 + frame.income * 0.1
    frame.loc[::17, "income"] = np.nan
    frame.loc[::19, "city"] = None
    return frame, score


def test_a_table_with_texts_and_missing_values(own_client):
    frame, score = table(600)
    buys = np.where(score > 1.3, "yes", "no")
    model = TraindClassifier((16,), epochs=60, random_state=0).fit(frame[:500], buys[:500])
    assert list(model.feature_names_in_) == ["city", "age", "income", "member"] and list(model.classes_) == [
        "no",
        "yes",
    ]
    assert model.score(frame[500:], buys[500:]) > 0.85
    columns = own_client.get_model(model.model_).columns
    assert [column.kind for column in columns] == [
        v1.Column.CATEGORICAL,
        v1.Column.NUMERIC,
        v1.Column.NUMERIC,
        v1.Column.CATEGORICAL,
    ]
    assert list(columns[0].categories) == ["Bonn, am Rhein", "Oslo", "Rome"]
    with pytest.raises(ValueError, match="fitted to a DataFrame"):
        model.predict(np.ones((2, 4)))
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame[["age", "city", "income", "member"]])
    weights = np.where(frame.age[:500] > 30, 1.0, 0.0)
    weighted = TraindClassifier((16,), epochs=5).fit(frame[:500], buys[:500], sample_weight=weights)
    dataset = own_client.get_dataset(own_client.get_training_job(weighted.job_).dataset)
    assert dataset.row_count == int(weights.sum()) and dataset.has_weights


def test_numbers_from_a_table_with_texts():
    frame, score = table(600)
    model = TraindRegressor((32,), epochs=80, random_state=0).fit(frame[:500], 100 + 50 * score[:500])
    assert model.score(frame[500:], 100 + 50 * score[500:]) > 0.8
    assert model.predict(frame[:3]).shape == (3,)


def test_a_table_of_numbers_is_an_array_with_names():
    frame = pandas.DataFrame(X[:, :5], columns=list("abcde"))
    model = TraindClassifier((8,), epochs=2, random_state=0).fit(frame, Y)
    assert list(model.feature_names_in_) == list("abcde")
    assert (
        model.predict(frame) == TraindClassifier((8,), epochs=2, random_state=0).fit(X[:, :5], Y).predict(X[:, :5])
    ).all()


def test_it_works_behind_a_column_transformer():
    frame, score = table(300)
    model = make_pipeline(
        make_column_transformer((StandardScaler(), ["age"]), ("drop", ["city", "income", "member"])),
        TraindRegressor((8,), epochs=5),
    )
    assert model.fit(frame, score).predict(frame).shape == (300,)


def test_several_targets():
    targets = np.stack([X[:, 10] * 100, X[:, 20] - 5], 1)
    model = TraindRegressor((64,), epochs=40, random_state=0).fit(X, targets)
    assert model.predict(X).shape == targets.shape and model.score(X, targets) > 0.9


def test_early_stopping_keeps_the_best():
    model = TraindClassifier(epochs=500, validation_fraction=0.2, patience=3, random_state=0).fit(X, Y)
    assert model.n_iter_ < 500 and model.score(X, Y) > 0.97


def test_parameters_reach_the_server(own_client):
    model = TraindClassifier(
        (5,),
        activation="tanh",
        batch_normalization=False,
        dropout=0.25,
        standardize=False,
        optimizer=optimizers.SGD(momentum=0.5),
        learning_rate=0.125,
        epochs=2,
        batch_size=100,
        random_state=np.random.RandomState(3),
    ).fit(X, Y)
    spec = own_client.get_training_job(model.job_).spec
    assert [layer.WhichOneof("kind") for layer in spec.model.layers] == [
        "dense",
        "activation",
        "dropout",
        "dense",
        "activation",
    ]
    assert spec.optimizer.sgd.momentum == 0.5 and spec.optimizer.sgd.learning_rate == 0.125
    assert spec.batch_size == 100 and spec.epochs == 2 and spec.model.layers[2].dropout.rate == 0.25
    assert spec.seed == np.random.RandomState(3).randint(1 << 31)
    with pytest.raises(traind.InvalidArgument, match=r"spec.epochs: is 0; it must be 1 to 100000"):
        TraindClassifier(epochs=0).fit(X, Y)


def test_a_fit_depends_on_random_state_and_not_on_the_order_of_rows():
    def fitted(order, seed):
        return TraindClassifier((16,), epochs=3, random_state=seed).fit(X[order], Y[order]).predict_proba(X[:50])

    straight = np.arange(len(X))
    assert np.array_equal(fitted(straight, 1), fitted(straight[::-1], 1))
    assert not np.array_equal(fitted(straight, 1), fitted(straight, 2))


def test_pickled_and_forgotten(own_client):
    model = TraindClassifier(epochs=2).fit(X, Y)
    copy = pickle.loads(pickle.dumps(model))
    assert (copy.predict(X[:20]) == model.predict(X[:20])).all()
    name = model.model_
    model.forget()
    with pytest.raises(traind.NotFound):
        own_client.get_model(name)
    with pytest.raises(NotFittedError):
        model.predict(X)
