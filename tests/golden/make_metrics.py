"""Writes rows and what scikit-learn says of them: metrics.txt.

usage: python3 make_metrics.py    (scikit-learn 1.2; writes beside itself)

A case is one line each of: its name, classes (0: targets), width, threshold, top_k; the labels; the predictions; and for
each metric, by its name on the wire, `value` and a number, `table`, its columns and its numbers, or `none` where
scikit-learn raises or gives NaN. Numbers are exact in float32; scikit-learn computes on them in float64, with the eps
that log_loss has for float32.
"""
import pathlib
import warnings

import numpy as np
from sklearn import metrics
from sklearn.preprocessing import label_binarize

warnings.simplefilter("ignore")  # of divisions by 0, which count as 0
random = np.random.RandomState(7)
lines = []


def defined(figure):
    try:
        value = figure()
    except ValueError:
        return "none"
    return f"value {value:.12g}" if np.isfinite(value) else "none"


def table(values):
    values = np.asarray(values, dtype=np.float64)
    columns = values.shape[1] if values.ndim == 2 else 1
    return " ".join(["table", str(columns), *(f"{value:.12g}" for value in values.flatten())])


def write(name, shape, labels, predictions, figures):
    lines.append(" ".join(["case", name, *(f"{number:g}" for number in shape)]))
    lines.append(" ".join(f"{label:.9g}" for label in np.asarray(labels).flatten()))
    lines.append(" ".join(f"{prediction:.9g}" for prediction in np.asarray(predictions).flatten()))
    lines.extend(f"{metric} {figure}" for metric, figure in figures.items())
    lines.append("end")


def top_k_accuracy(labels, p, k, n):
    if n > 2:
        return metrics.top_k_accuracy_score(labels, p, k=k, labels=range(n))
    ranked = np.argsort(p, axis=1, kind="mergesort")[:, ::-1]  # what it does where there are more classes
    return (labels[:, None] == ranked[:, :k]).any(axis=1).mean()


def classification(name, labels, predictions, classes=None, threshold=0.5, top_k=2):
    labels, p = np.asarray(labels), np.asarray(predictions, dtype=np.float32).astype(np.float64)
    width = 1 if p.ndim == 1 else p.shape[1]
    n = 2 if width == 1 else width
    classes = n if classes is None else classes
    every = range(n)
    predicted = (p > threshold).astype(int) if width == 1 else p.argmax(axis=1)
    score = p if width == 1 else p[:, 1]
    figures = {"ACCURACY": defined(lambda: metrics.accuracy_score(labels, predicted))}
    if classes > 1:
        figures["TOP_K_ACCURACY"] = defined(
            lambda: metrics.top_k_accuracy_score(labels, p, k=top_k, labels=every) if width == 1
            else top_k_accuracy(labels, p, top_k, n))
    for metric, score_of in (("PRECISION", metrics.precision_score), ("RECALL", metrics.recall_score),
                             ("F1", metrics.f1_score)):
        figures[metric + "_MACRO"] = defined(lambda: score_of(labels, predicted, average="macro"))
        figures[metric + "_MICRO"] = defined(lambda: score_of(labels, predicted, average="micro"))
        figures[metric + "_PER_CLASS"] = table(score_of(labels, predicted, average=None, labels=every))
    if n == 2:
        figures["ROC_AUC"] = defined(lambda: metrics.roc_auc_score(labels == 1, score))
        figures["PR_AUC"] = defined(lambda: metrics.average_precision_score(labels == 1, score))
    else:
        figures["ROC_AUC"] = defined(lambda: metrics.roc_auc_score(labels, p, multi_class="ovr", labels=every))
        figures["PR_AUC"] = defined(
            lambda: metrics.average_precision_score(label_binarize(labels, classes=every), p, average="macro"))
    if threshold > 0:
        figures["LOG_LOSS"] = defined(
            lambda: metrics.log_loss(labels, p, eps=np.finfo(np.float32).eps, labels=range(classes)))
    figures["CONFUSION_MATRIX"] = table(metrics.confusion_matrix(labels, predicted, labels=every))
    write(name, (classes, width, threshold, top_k), labels, p, figures)


def regression(name, targets, predictions):
    y, p = (np.asarray(a, dtype=np.float32).astype(np.float64) for a in (targets, predictions))
    figures = {
        "MAE": defined(lambda: metrics.mean_absolute_error(y, p)),
        "MSE": defined(lambda: metrics.mean_squared_error(y, p)),
        "RMSE": defined(lambda: metrics.mean_squared_error(y, p, squared=False)),
        "MAPE": defined(lambda: metrics.mean_absolute_percentage_error(y, p)),
        "R2": defined(lambda: metrics.r2_score(y, p)),
    }
    write(name, (0, 1 if y.ndim == 1 else y.shape[1], 1, 5), y, p, figures)


def softmax(rows, n, sharpness=1.5):
    exponentials = np.exp(random.normal(size=(rows, n)) * sharpness)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def sixteenths(rows, n):
    return random.multinomial(16, np.ones(n) / n, size=rows) / 16.0


classification("random", random.randint(0, 4, 60), softmax(60, 4))
classification("many_classes", random.randint(0, 9, 80), softmax(80, 9), top_k=3)
classification("ties", random.randint(0, 5, 70), sixteenths(70, 5))
classification("ties_top_one", random.randint(0, 3, 40), sixteenths(40, 3), top_k=1)
classification("top_k_of_all", random.randint(0, 3, 20), sixteenths(20, 3), top_k=3)
classification("absent_class", random.choice([0, 1, 3], 40), softmax(40, 4))
classification("absent_and_never_predicted", random.randint(0, 2, 20), softmax(20, 3) * [1, 1, 0] + [0, 0, 1e-3])
classification("single_class", np.full(20, 2), softmax(20, 4))
classification("single_class_all_right", np.full(20, 2), np.tile([0.1, 0.2, 0.7], (20, 1)))
classification("all_equal", random.randint(0, 4, 30), np.full((30, 4), 0.25))
classification("perfect", np.arange(30) % 3, np.eye(3)[np.arange(30) % 3])
classification("all_wrong", np.arange(30) % 3, np.eye(3)[(np.arange(30) + 1) % 3])
classification("one_row", [1], softmax(1, 3))
classification("two_outputs", random.randint(0, 2, 50), softmax(50, 2), top_k=1)
classification("two_outputs_ties", random.randint(0, 2, 50), sixteenths(50, 2), top_k=1)
classification("one_output", random.randint(0, 2, 60), random.uniform(size=60), top_k=1)
classification("one_output_top_two", random.randint(0, 2, 20), random.uniform(size=20), top_k=2)
classification("one_output_ties", random.randint(0, 2, 60), random.randint(0, 5, 60) / 4.0, top_k=1)
classification("one_output_rare", (random.uniform(size=80) < 0.05).astype(int), random.uniform(size=80), top_k=1)
classification("one_output_all_zero", np.zeros(20, int), random.uniform(size=20), top_k=1)
classification("one_output_all_one", np.ones(20, int), random.uniform(size=20), top_k=1)
classification("one_output_all_equal", random.randint(0, 2, 30), np.full(30, 0.5), top_k=1)
classification("one_output_never_one", random.randint(0, 2, 30), random.uniform(size=30) / 3, top_k=1)
classification("one_output_perfect", np.arange(20) % 2, np.arange(20) % 2, top_k=1)
classification("one_output_all_wrong", np.arange(20) % 2, 1 - np.arange(20) % 2, top_k=1)
classification("one_output_one_row", [1], [0.75], top_k=1)
classification("scores", random.randint(0, 2, 60), random.normal(size=60), threshold=0, top_k=1)
classification("only_class", np.zeros(10, int), np.ones(10), classes=1, threshold=1)

targets = random.normal(size=(50, 3)) * [1, 10, 0.1] + [0, 5, 100]
regression("numbers", targets[:, 0], targets[:, 0] + random.normal(size=50) / 3)
regression("outputs", targets, targets + random.normal(size=(50, 3)) / 5)
regression("worse_than_the_mean", targets[:, 0], -3 * targets[:, 0])
regression("far_from_zero", 1e5 + targets[:, 1], 1e5 + targets[:, 1] + random.normal(size=50))
regression("constant_targets", np.full(20, 2.5), random.normal(size=20))
regression("constant_targets_all_right", np.full(20, 2.5), np.full(20, 2.5))
regression("one_constant_output", np.stack([np.full(20, 2.5), np.arange(20)], axis=1), random.normal(size=(20, 2)))
regression("constant_predictions", targets[:, 0], np.full(50, 0.5))
regression("perfect_numbers", targets, targets)
regression("zero_targets", np.arange(20) % 3, np.arange(20) % 4)
regression("zero_targets_all_right", np.zeros(10), np.zeros(10))
regression("one_row_of_numbers", [3.0], [2.0])
regression("one_row_of_outputs", [[3.0, -1.0]], [[2.0, 4.0]])

(pathlib.Path(__file__).parent / "metrics.txt").write_text("\n".join(lines) + "\n")
