"""Tables, times and durations, as people read them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Columns of equal width, two spaces apart; the last one is not filled up."""
    texts = [list(head)] + [[printable(cell) for cell in row] for row in rows]
    widths = [max(len(text[column]) for text in texts) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(text, widths)).rstrip() for text in texts
    )


def printable(cell: Any) -> str:
    """A text without what a terminal would obey."""
    if cell is None:
        return ""
    return "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(cell)
    )


def moment(ms: float | None) -> str:
    if ms is None:
        return ""
    return datetime.fromtimestamp(ms / 1000).strftime("%Y-%m-%d %H:%M:%S")


def duration(ms: float | None) -> str:
    """Milliseconds as ``flowledger status`` shows them: cut off, never rounded up."""
    if ms is None:
        return ""
    ms = int(ms)
    if ms < 1000:
        return f"{ms} ms"
    seconds = ms // 1000
    if seconds < 60:
        return f"{seconds}.{ms % 1000 // 100} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes}m {seconds % 60:02}s"
    hours = minutes // 60
    if hours < 24:
        return f"{hours}h {minutes % 60:02}m"
    return f"{hours // 24}d {hours % 24:02}h"
