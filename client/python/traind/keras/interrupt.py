"""Ctrl-C while a job is followed: it asks what shall become of the job."""
from __future__ import annotations

import sys


def ask(job: str) -> str:
    """`cancel`, `detach` or `go on`, as the user answers; `detach` if nobody can be asked, and at a second Ctrl-C."""
    if not sys.stdin or not sys.stdin.isatty():
        return "detach"
    try:
        sys.stderr.write(f"\n{job} is at work. [d]etach and let it go on, [c]ancel it, or follow it [f]urther? [d] ")
        sys.stderr.flush()
        answer = sys.stdin.readline().strip().lower()
    except KeyboardInterrupt:
        return "detach"
    if answer.startswith("c"):
        return "cancel"
    return "go on" if answer.startswith("f") else "detach"
