"""What fit prints: Keras's lines, an epoch each, with a bar on a terminal."""
from __future__ import annotations

import os
import sys

_BAR = 20


class Progress:
    """Prints to standard output, or nothing.

    Args:
        verbose: 0 nothing; 1 or "auto" a bar; 2 a line an epoch.
    """

    def __init__(self, verbose, out=None):
        if verbose not in (0, 1, 2, "auto", "0", "1", "2", False, True):
            raise ValueError(f"verbose: is {verbose!r}; it must be 0, 1, 2 or 'auto'")
        self._verbose = 1 if verbose == "auto" else int(verbose)
        self._out = out or sys.stdout
        self._live = self._verbose == 1 and self._out.isatty()
        self._coloured = self._live and not os.environ.get("NO_COLOR")
        self._began = 0.0  # when the epoch at hand began, by the server's clock
        self._open = False  # whether a line is still being rewritten

    def begin(self, time: float):
        """The training begins. Times are seconds since 1970, as in its log."""
        self._began = time

    def steps(self, progress, time: float):
        """Some steps were made within an epoch."""
        if not self._live or not progress.steps:
            return
        each = progress.steps // progress.epochs
        done = progress.step - progress.epoch * each
        if 0 < done < each:
            self._show(progress.epoch + 1, progress.epochs, done, each, (each - done) / done * (time - self._began), "")

    def epoch(self, epoch: int, progress, logs: dict, time: float):
        """An epoch, from 1, ended."""
        if self._verbose:
            each = max(1, progress.steps // progress.epochs)
            seconds = max(0.0, time - self._began)
            figures = "".join(f" - {name}: {_figure(value)}" for name, value in logs.items())
            pace = f" {_pace(seconds / each)}/step"
            if self._verbose == 2:
                self._write(f"Epoch {epoch}/{progress.epochs}\n{each}/{each} - {seconds:.0f}s -{pace}{figures}\n")
            else:
                self._show(epoch, progress.epochs, each, each, seconds, pace + figures)
                self._end_line()
        self._began = time

    def say(self, text: str):
        """A line of its own."""
        if self._verbose:
            self._end_line()
            self._write(text + "\n")

    def _show(self, epoch, epochs, done, each, seconds, rest):
        filled = _BAR * done // each
        bar = "━" * _BAR
        if self._coloured:
            bar = f"\x1b[32m{bar[:filled]}\x1b[37m{bar[filled:]}\x1b[0m"
        elif self._live:
            bar = bar[:filled] + "─" * (_BAR - filled)
        line = f"{done:>{len(str(each))}}/{each} {bar} {seconds:.0f}s{rest}"
        if self._open:
            self._write(f"\r\x1b[K{line}")
        else:
            self._write(f"Epoch {epoch}/{epochs}\n{line}")
            self._open = True

    def _end_line(self):
        if self._open:
            self._write("\n")
            self._open = False

    def _write(self, text):
        self._out.write(text)
        self._out.flush()


def _figure(value: float) -> str:
    return f"{value:.4f}" if abs(value) > 1e-3 or value == 0 else f"{value:.4e}"


def _pace(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.0f}s"
    return f"{seconds * 1e3:.0f}ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f}us"
