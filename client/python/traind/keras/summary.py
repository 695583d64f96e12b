"""The table that Keras 3 prints of a model."""
from __future__ import annotations

import shutil
from typing import List, Sequence, Tuple

_WIDEST = 88
# Where the columns end, as shares of the line.
_POSITIONS = (0.45, 0.80, 1.0)
_HEADER = ("Layer (type)", "Output Shape", "Param #")
_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")


def table(name: str, rows: Sequence[Tuple[str, str, str]], trainable: int, non_trainable: int, line_length=None) -> str:
    """The whole text.

    Args:
        rows: a layer's name with its kind, its output's shape, its count of weights.
        trainable, non_trainable: weights of the model.
        line_length: columns it takes. Default: 88, or 4 less than the terminal has.
    """
    line_length = line_length or min(_WIDEST, shutil.get_terminal_size().columns - 4)
    widths = _widths(line_length)
    lines = [f'Model: "{name}"']
    lines.append(_border("┏┳┓", "━", widths))
    lines += _cells(_HEADER, widths, "┃")
    lines.append(_border("┡╇┩", "━", widths))
    for number, row in enumerate(rows):
        if number:
            lines.append(_border("├┼┤", "─", widths))
        lines += _cells(row, widths, "│")
    lines.append(_border("└┴┘", "─", widths))
    for what, count in (
        ("Total", trainable + non_trainable),
        ("Trainable", trainable),
        ("Non-trainable", non_trainable),
    ):
        lines.append(f" {what} params: {count:,} ({_bytes(4 * count)})")
    return "\n".join(lines) + "\n"


def _widths(line_length: int) -> List[int]:
    """Of the columns' contents: their shares of the line, less what the borders of the table take."""
    ends = [int(position * line_length) for position in _POSITIONS]
    first, second, third = ends[0], ends[1] - ends[0], ends[2] - ends[1]
    widths = [first - 3, second - 4, third - 3]
    if min(widths) < 1:
        raise ValueError(f"summary: line_length is {line_length}; it must be wide enough for three columns, from 24 on")
    return widths


def _border(corners: str, dash: str, widths) -> str:
    left, middle, right = corners
    return left + middle.join(dash * (width + 2) for width in widths) + right


def _cells(row, widths, bar: str) -> List[str]:
    columns = [_wrapped(text, width) for text, width in zip(row, widths)]
    lines = []
    for i in range(max(map(len, columns))):
        texts = [column[i] if i < len(column) else "" for column in columns]
        aligned = [texts[0].ljust(widths[0]), texts[1].ljust(widths[1]), texts[2].rjust(widths[2])]
        lines.append(f"{bar} " + f" {bar} ".join(aligned) + f" {bar}")
    return lines


def _wrapped(text: str, width: int) -> List[str]:
    """Lines of at most `width`, broken between words, within one only where it is too long for a line."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
            continue
        if lines[-1]:
            lines.append("")
        while len(word) > width:
            lines[-1] = word[:width]
            word = word[width:]
            lines.append("")
        lines[-1] = word
    return lines


def _bytes(size: float) -> str:
    for unit in _UNITS[:-1]:
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} {_UNITS[-1]}"
