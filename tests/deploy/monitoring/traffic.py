"""Something of everything that there are metrics of."""

import json
import subprocess

from servers import SOURCE

DIGITS = SOURCE / "examples/digits.csv"


def _spec(folder, name, **changes):
    spec = json.loads((SOURCE / "examples/digits.json").read_text()) | changes
    path = folder / f"{name}.json"
    path.write_text(json.dumps(spec))
    return path


class Traffic:
    """Jobs that succeed, diverge and wait behind each other, and one that runs until this ends, watched by a client."""

    def __init__(self, traind):
        self._traind = traind
        self._jobs = 0

    def __enter__(self):
        self._traind.call("dataset", "create", "digits", "--csv", DIGITS, "--label", "label")
        self._traind.call("dataset", "create", "again", "--csv", DIGITS, "--label", "label")
        long = _spec(self._traind.folder, "long", epochs=100_000, profile=True, checkpoint={"every_seconds": 2})
        self._traind.call("job", "create", "long", "--spec", long, "--dataset", "digits")
        self._watch = subprocess.Popen(self._traind.command("job", "watch", "long"), stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self._traind.call("job", "cancel", "long")
        self._watch.wait(60)

    def some(self):
        """A little of everything; takes about a second."""
        self._jobs += 1
        name = f"short-{self._jobs}"
        short = _spec(self._traind.folder, "short", epochs=200, seed=self._jobs, threads=1)
        wild = _spec(self._traind.folder, "wild", optimizer={"sgd": {"learning_rate": 1e9}}, threads=1)
        if self._jobs % 5 == 0:
            self._traind.call("job", "create", "--spec", wild, "--dataset", "again")
        self._traind.call("job", "create", name, "--spec", short, "--dataset", "again", "--watch")
        self._traind.call("model", "predict", name, "--held-out", "200")
        self._traind.call("model", "predict", name, "--csv", DIGITS)
        self._traind.call("job", "list")
        self._traind.call("job", "get", "nobody")
