"""Tables of pandas, where that is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas


def frame(rows: Sequence[Mapping[str, Any]], of: type) -> pandas.DataFrame:
    """A table with a column for each field of a dataclass, also where there are no rows.

    Raises:
        ImportError: without pandas; it names the extra that brings it.
    """
    try:
        import pandas  # noqa: PLC0415 - optional
    except ImportError as e:
        raise ImportError(
            "to_pandas() needs pandas: pip install 'flowledger[pandas]', or pandas itself"
        ) from e
    table: pandas.DataFrame = pandas.DataFrame(
        list(rows), columns=[field.name for field in fields(of)]
    )
    return table
