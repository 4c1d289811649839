"""Moments as people write them, to moments as the server reads them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Union

from flowledger.ledger import arguments

#: ``"2d"``, ``"3h"``, ``"15m"`` or ``"30s"`` ago; ``"2026-11-23"`` or ``"2026-11-23T19:26:46"``
#: (in the local time zone unless it names its own); a position of the log such as ``"2@31"``; a
#: ``datetime`` (without a zone: local) or ``date``; epoch milliseconds.
Moment = Union[str, int, datetime, date]

_AGO = re.compile(r"(\d{1,9})([smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def milliseconds(moment: Moment) -> int:
    """A time, in epoch milliseconds.

    Raises:
        TypeError, ValueError: where it is none.
    """
    if isinstance(moment, bool) or not isinstance(moment, (str, int, date)):
        raise TypeError(f"{moment!r} is no moment: a text, a datetime or date, or milliseconds")
    if isinstance(moment, int):
        return moment
    if isinstance(moment, str):
        ago = _AGO.fullmatch(moment)
        if ago:
            try:
                length = timedelta(**{_UNITS[ago.group(2)]: int(ago.group(1))})
                return _epoch(datetime.now().astimezone() - length)
            except OverflowError:
                raise ValueError(f"{moment!r} is too long ago") from None
        if moment.isascii() and moment.isdigit():
            return int(moment)
        try:
            # Python 3.9 does not know the Z.
            moment = datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", moment))
        except ValueError:
            raise ValueError(
                f"{moment!r} is no moment such as '2d', '3h', '2026-11-23' or '2026-11-23T19:26:46'"
            ) from None
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)
    return _epoch(moment)


def moment_of_log(moment: Moment) -> str:
    """A time or a position, as ``as_of`` takes it.

    Raises:
        TypeError, ValueError: where it is neither.
    """
    if arguments.is_position(moment):
        return str(moment)
    return str(milliseconds(moment))


def _epoch(moment: datetime) -> int:
    # Whole numbers: a float would lose the last digits.
    try:
        since = moment.astimezone() - datetime.fromtimestamp(0).astimezone()
    except (OverflowError, ValueError):
        raise ValueError(f"{moment} is too long ago, or too far ahead") from None
    return since // timedelta(milliseconds=1)
