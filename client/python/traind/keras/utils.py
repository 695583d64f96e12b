"""Of keras.utils what goes with training: seeds and labels."""
from __future__ import annotations

import numpy as np

from traind.keras import names

_seed = 0


def set_random_seed(seed: int) -> None:
    """The seed of every fit that is given none: initial weights, order of rows, dropout, noise. 0 to begin with."""
    global _seed
    _seed = int(seed)


def random_seed() -> int:
    """What set_random_seed was told last."""
    return _seed


def to_categorical(x, num_classes=None) -> np.ndarray:
    """Class indices from 0, shape (rows,), as one-hot rows, float32, shape (rows, num_classes)."""
    x = np.asarray(x, np.int64).reshape(-1)
    return np.eye(int(x.max()) + 1 if num_classes is None else num_classes, dtype=np.float32)[x]


def clear_session() -> None:
    """Counts the names of layers and models from the beginning again."""
    names.start_again()
