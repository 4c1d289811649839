"""Metadata that a step records of its own task."""

from __future__ import annotations

import json
import os
import threading
import time
from typing import TYPE_CHECKING, Any

from metaflow.exception import MetaflowException
from metaflow.metaflow_current import current

from flowledger.metaflow import providers
from flowledger.metaflow.metaflow_names import MetaDatum

if TYPE_CHECKING:
    from flowledger.metaflow.metaflow_names import MetadataProvider

USER_TYPE = "user"
MAX_KEY_BYTES = 200  # a file of the local provider is called by it
MAX_VALUE_BYTES = 1 << 20  # what a server takes by default

# Fields by which Metaflow and the server read what has become of a task.
_RESERVED = frozenset(
    {
        "attempt",
        "attempt-done",
        "attempt_ok",
        "code-package",
        "ds-root",
        "ds-type",
        "end_step",
        "foreach-execution-path",
        "foreach-stack",
        "origin-run-id",
        "origin-task-id",
        "script-name",
        "start_step",
    }
)


class NotInAStepException(MetaflowException):
    """There is no running task to record metadata of."""

    headline = "No step is running"


# What this process has set, by the task and attempt, then by the key: the text that was stored, and
# whether that was the value, and not JSON of it.
_set_here: dict[tuple[str, ...], dict[str, tuple[str, bool]]] = {}
_lock = threading.Lock()
_last_ms: dict[str, int] = {}


def _forked() -> None:
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()  # another thread of the parent may have had it


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


class CurrentFlowledger:
    """What steps find as ``current.flowledger``."""

    def set_metadata(self, key: str, value: Any) -> None:
        """Records metadata of the running task.

        It is acknowledged when this returns: ``task.metadata`` has it, with the type ``user`` and
        the tag ``attempt_id:N``, and ``/search`` finds it. A later value of the same key is added
        to the earlier one; ``task.metadata_dict`` shows the later.

        Parameters
        ----------
        key : str
            Name of the field, of at most 200 bytes, without slashes and control characters.
        value : Any
            A string, which is stored as it is; or any other JSON value, which is stored as JSON.

        Raises
        ------
        TypeError
            If the value is no JSON.
        ValueError
            If the key cannot be one, or the value is longer than 1 MiB.
        """
        set_metadata(key, value)

    def get_metadata(self, key: str | None = None) -> Any:
        """Reads what the running attempt has recorded with ``set_metadata``.

        Parameters
        ----------
        key : str, optional
            Name of a field. Without one, all are answered, in a dictionary.

        Returns
        -------
        Any
            The latest value of the key, None where it has none; or the latest values by key.
            They are what JSON makes of them: lists, where tuples were set.

        Raises
        ------
        TypeError
            If the key is no string.
        """
        return get_metadata(key)

    def __repr__(self) -> str:
        return "<current.flowledger: set_metadata(key, value), get_metadata(key=None)>"


def set_metadata(key: str, value: Any) -> None:
    check_key(key)
    text = as_text(value)
    provider = _provider("set_metadata")
    datum = MetaDatum(
        field=key, value=text, type=USER_TYPE, tags=[f"attempt_id:{current.retry_count}"]
    )
    with _lock:
        _pass_last_of(key)
        provider.register_metadata(current.run_id, current.step_name, current.task_id, [datum])
        acknowledge = getattr(provider, "acknowledge", None)
        if acknowledge is not None:
            acknowledge()
        _last_ms[key] = _now_ms()
        _set_here.setdefault(_attempt(), {})[key] = (text, isinstance(value, str))


def get_metadata(key: str | None = None) -> Any:
    if key is not None:
        _check_text(key)
    provider = _provider("get_metadata")
    entries = type(provider).get_object(
        "task",
        "metadata",
        None,
        current.retry_count,
        current.flow_name,
        current.run_id,
        current.step_name,
        current.task_id,
    )
    here = _set_here.get(_attempt(), {})
    values: dict[str, Any] = {}
    for entry in sorted(entries or [], key=_order):
        field, text = entry["field_name"], entry["value"]
        if entry["type"] != USER_TYPE or (field == "user" and field not in here):
            continue  # the type of Metaflow's own field `user` is `user` too
        # Read anew each time: what the caller does to a value is not recorded.
        values[field] = text if here.get(field) == (text, True) else as_value(text)
    return values if key is None else values.get(key)


def _order(entry: dict[str, Any]) -> tuple[int, int]:
    return entry.get("ts_epoch") or 0, entry.get("id") or 0


def check_key(key: Any) -> None:
    """Refuses what cannot be a field, or would be taken for one of Metaflow's own."""
    _check_text(key)
    if not key.strip():
        raise ValueError("the key of metadata is empty")
    if len(key.encode("utf-8", "surrogatepass")) > MAX_KEY_BYTES:
        raise ValueError(f"the key of metadata is longer than {MAX_KEY_BYTES} bytes: {key[:40]}...")
    if "/" in key or "\\" in key or not key.isprintable():
        raise ValueError(f"the key of metadata has a slash or a control character: {key!r}")
    if key in _RESERVED:
        raise ValueError(f"{key!r} is metadata of Metaflow's own, choose another key")


def _check_text(key: Any) -> None:
    if not isinstance(key, str):
        raise TypeError(f"the key of metadata is a string, and not {type(key).__name__}")


def as_text(value: Any) -> str:
    """What is stored of a value: a string as it is, all else as JSON."""
    if isinstance(value, str):
        text = str(value)
    else:
        try:
            text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        except (TypeError, ValueError, RecursionError) as fault:
            raise TypeError(
                f"a value of metadata is JSON, and {type(value).__name__} is not: {fault}"
            ) from None
        _check_keys(value)
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError:
        raise ValueError("the value of metadata has half a surrogate pair") from None
    if "\0" in text:
        raise ValueError("the value of metadata has a NUL character")
    if size > MAX_VALUE_BYTES:
        raise ValueError(
            f"the value of metadata has {size} bytes, and {MAX_VALUE_BYTES} is the most:"
            " keep it as an artifact"
        )
    return text


def as_value(text: str) -> Any:
    """The value of a text that another process has stored."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, str) else value


def _check_keys(value: Any) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a value of metadata is JSON, and {key!r} is no key of an object")
            _check_keys(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check_keys(inner)


def _attempt() -> tuple[str, ...]:
    return (current.pathspec, str(current.retry_count))


def _provider(what: str) -> MetadataProvider:
    provider = None
    if current.is_running_flow and current.task_id is not None:
        provider = providers.made_for(current.flow_name, current._metadata_str)
    if provider is None:
        raise NotInAStepException(f"{what} is for the code of a step, while its task runs.")
    return provider


def _pass_last_of(key: str) -> None:
    # The local provider names a file by the field and the millisecond, and keeps the first.
    while _now_ms() <= _last_ms.get(key, 0):
        time.sleep(0.0002)


def _now_ms() -> int:
    return round(time.time() * 1000)
