"""Names that layers and models get when they are given none, as Keras counts them: `dense`, `dense_1`, ..."""
import collections
import re

_counts = collections.Counter()


def automatic(kind: str) -> str:
    """The next name of a class."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", kind)
    name = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
    count = _counts[name]
    _counts[name] += 1
    return f"{name}_{count}" if count else name


def start_again():
    """Forgets what was counted."""
    _counts.clear()
