"""Values of metadata as the service stores them, which is what its database made of lists."""

from __future__ import annotations

import json
import re
from typing import Any

_PLAIN = re.compile(r'[^{},"\\ \t\n\r\v\f]+')


def value_text(value: Any) -> str:
    """A string as it is, a list as Postgres writes an array, all else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return _array(value)
    return json.dumps(value)


def _array(values: Any) -> str:
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (list, tuple)):
        return _array(value)
    if not isinstance(value, str):
        return json.dumps(value)
    if _PLAIN.fullmatch(value) and value.upper() != "NULL":
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
