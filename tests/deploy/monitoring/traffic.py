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
    """Jobs that succeed, diverge and wait behind each other, and one that runs until this ends. A client watches that
    one, and it is paused now and then."""

    def __init__(self, traind):
        self._traind = traind
        self._rounds = 0

    def __enter__(self):
        folder = self._traind.folder
        self._long = _spec(folder, "long", epochs=100_000, profile=True, threads=1, checkpoint={"every_seconds": 5})
        self._short = _spec(folder, "short", epochs=150, threads=1)
        self._wild = _spec(folder, "wild", optimizer={"sgd": {"learning_rate": 1000}}, threads=1)
        # Too large for one message.
        head, *rows = DIGITS.read_text().splitlines(keepends=True)
        (folder / "large.csv").write_text(head + "".join(rows) * 12)
        for name in ("digits", "again"):
            self._call("dataset", "create", name, "--csv", DIGITS, "--label", "label")
        self._call("job", "create", "long", "--spec", self._long, "--dataset", "digits")
        self._watch = subprocess.Popen(self._traind.command("job", "watch", "long"), stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self._traind.call("job", "cancel", "long")
        self._watch.wait(60)

    def _call(self, *arguments):
        """What must succeed."""
        done = self._traind.call(*arguments)
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.stderr}")

    def some(self):
        """A little of everything; takes about a second."""
        self._rounds += 1
        if self._rounds % 4 == 1:
            self._call("job", "create", "--spec", self._wild, "--dataset", "again")
            self._call("dataset", "create", f"large-{self._rounds}", "--csv", self._traind.folder / "large.csv",
                       "--label", "label")
        if self._rounds % 6 == 2:
            self._call("job", "pause", "long")
        # The second waits behind the first.
        names = [f"short-{self._rounds}-{i}" for i in range(2)]
        for name in names:
            self._call("job", "create", name, "--spec", self._short, "--dataset", "again")
        for name in names:
            self._call("job", "watch", name)
        if self._rounds % 6 == 2:
            self._call("job", "resume", "long")
        self._call("model", "predict", names[0], "--held-out", "200")
        self._call("model", "predict", names[0], "--csv", DIGITS)
        self._call("job", "list")
        self._traind.call("job", "get", "nobody")
