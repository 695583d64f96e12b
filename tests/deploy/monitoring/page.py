"""Metrics as a page says them, and as docs/operations.md does: name -> (type, labels)."""

import re

from servers import SOURCE


def served(text):
    found = {}
    for line in text.splitlines():
        if kind := re.fullmatch(r"# TYPE (\w+) (\w+)", line):
            found[kind[1]] = (kind[2], set())
        elif sample := re.fullmatch(r"(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? \S+", line):
            name = sample[1] if sample[1] in found else line.split("{")[0].split(" ")[0]
            found[name][1].update(re.findall(r'(\w+)="', sample[2] or ""))
    return {name: (kind, labels - {"le"}) for name, (kind, labels) in found.items()}


def documented():
    text = (SOURCE / "docs/operations.md").read_text()
    rows = re.findall(r"^\| `(traind_\w+)` \| (\w+) \| (.*?) \| (.*?) \| (.+?) \|$", text, re.MULTILINE)
    return {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels, _, _ in rows}
