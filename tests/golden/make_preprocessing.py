"""Writes rows and what scikit-learn makes of them: preprocessing.txt.

usage: python3 make_preprocessing.py    (scikit-learn 1.2; writes beside itself)

The file is a table of rows, `nan` where a value is missing; the rows that are held out; and cases: a name, `column`, the
strategy and scaling (or `one_hot`), whether there is an indicator, and what fit on the other rows and transform of all
rows give, row by row. Numbers are exact in float32; scikit-learn computes on them in float64.
"""
import pathlib

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, StandardScaler

random = np.random.RandomState(11)
ROWS = 60
numbers = np.stack(
    [
        random.normal(0, 1, ROWS),
        random.normal(1e6, 3, ROWS),  # far from 0: no digits may be lost
        random.randint(0, 5, ROWS),  # with ties
        np.full(ROWS, 7.5),  # constant
        random.exponential(100, ROWS),
    ],
    axis=1,
).astype(np.float32)
numbers[random.uniform(size=numbers.shape) < 0.2] = np.nan
categories = random.randint(0, 4, ROWS).astype(np.float32)
categories[random.uniform(size=ROWS) < 0.15] = np.nan
held_out = np.sort(random.choice(ROWS, 15, replace=False))
training = np.setdiff1d(np.arange(ROWS), held_out)
categories[held_out[0]] = 4  # in no training row
categories[training[categories[training] == 4]] = 0
table = np.column_stack([numbers, categories])

lines = [f"rows {ROWS} columns {table.shape[1]}"]
lines += [" ".join(f"{value:.9g}" for value in row) for row in table]
lines.append("held_out " + " ".join(str(row) for row in held_out))

STRATEGIES = {"MEAN": "mean", "MEDIAN": "median", "MOST_FREQUENT": "most_frequent", "CONSTANT": "constant"}
SCALERS = {"NONE": FunctionTransformer, "STANDARDIZE": StandardScaler, "MIN_MAX": MinMaxScaler}


def write(name, outputs):
    outputs = np.asarray(outputs, dtype=np.float64)
    lines.append(f"case {name} {outputs.shape[1]}")
    lines.extend(" ".join(f"{value:.9g}" for value in row) for row in outputs)


for column in range(numbers.shape[1]):
    values = numbers[:, [column]].astype(np.float64)
    for strategy, their_strategy in STRATEGIES.items():
        for scaling, scaler in SCALERS.items():
            imputer = SimpleImputer(strategy=their_strategy, fill_value=-2.5)
            pipeline = make_pipeline(imputer, scaler()).fit(values[training])
            write(f"number {column} {strategy} {scaling}", np.column_stack([pipeline.transform(values), np.isnan(values)]))

values = categories[:, None].astype(np.float64)
encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(values[training])
assert encoder.categories_[0][:4].tolist() == [0, 1, 2, 3] and np.isnan(encoder.categories_[0][4])
write("one_hot 5 - -", encoder.transform(values))
pathlib.Path(__file__).with_name("preprocessing.txt").write_text("\n".join(lines) + "\n")
