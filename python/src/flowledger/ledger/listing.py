"""Listings: what the server has many of, read a page at a time as it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flowledger.ledger import arguments
from flowledger.ledger.frames import frame
from flowledger.ledger.models import Row

if TYPE_CHECKING:
    import pandas

R = TypeVar("R", bound=Row)

Page = tuple[list[Any], "str | None"]


class Listing(Generic[R]):
    """A listing, in the order of the server. Nothing is asked before it is iterated over.

    Each iteration begins anew, and asks for a page when the page before has been used up. So
    ``next(iter(listing))`` costs one request, and memory holds one page.
    """

    def __init__(
        self,
        fetch: Callable[[int, str | None], Page],
        of: Callable[[dict[str, Any]], R],
        kind: type[R],
        limit: int | None,
        page: int,
    ) -> None:
        self._fetch = fetch
        self._of = of
        self._kind = kind
        self._limit = arguments.limit(limit)
        self._page = page

    def __iter__(self) -> Iterator[R]:
        missing = self._limit
        cursor: str | None = None
        while missing is None or missing > 0:
            rows, cursor = self._fetch(
                self._page if missing is None else min(self._page, missing), cursor
            )
            for row in rows[:missing]:
                yield self._of(row)
            if missing is not None:
                missing -= len(rows)
            if cursor is None:
                return

    def first(self) -> R | None:
        """The first one, by one request for one row; ``None`` where there is none."""
        rows, _ = self._fetch(1, None)
        return self._of(rows[0]) if rows else None

    def to_pandas(self) -> pandas.DataFrame:
        """All of it as a table, with a column for each field.

        Raises:
            ImportError: without pandas.
        """
        return frame([row.to_dict() for row in self], self._kind)
