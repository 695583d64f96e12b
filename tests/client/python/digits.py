"""examples/digits.csv in memory."""
import functools

import numpy as np
from traind_process import SOURCE


@functools.lru_cache(maxsize=None)
def digits():
    """x, float32 in [0, 1], shape (1797, 64), and y, the digits, shape (1797,), in a random order."""
    table = np.loadtxt(SOURCE / "examples/digits.csv", delimiter=",", skiprows=1, dtype=np.float32)
    table = table[np.random.RandomState(0).permutation(len(table))]
    return table[:, :-1] / 16, table[:, -1].astype(np.int32)
