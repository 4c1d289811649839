"""What a ledger tells: values that do not change, with times as aware ``datetime`` in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from flowledger.ledger.frames import frame

if TYPE_CHECKING:
    import pandas

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

Json = Mapping[str, Any]


def _ms(value: Any) -> datetime | None:
    return _EPOCH + timedelta(milliseconds=value) if isinstance(value, (int, float)) else None


def _at(row: Json, field: str) -> datetime:
    return _ms(row.get(field)) or _EPOCH


def _seconds(value: Any) -> datetime | None:
    return _ms(value * 1000) if isinstance(value, (int, float)) else None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(text) for text in value) if isinstance(value, list) else ()


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


class Row:
    """A value that knows its fields."""

    def to_dict(self) -> dict[str, Any]:
        """Its fields by name, as a row of a table."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True)
class Flow(Row):
    """A flow."""

    flow_id: str
    user: str | None
    created_at: datetime

    @staticmethod
    def of(row: Json) -> Flow:
        """Reads what the server has answered."""
        return Flow(str(row["flow_id"]), _text(row.get("user_name")), _at(row, "ts_epoch"))


@dataclass(frozen=True)
class Run(Row):
    """A run.

    ``status`` is ``running``, ``completed`` or ``failed``; ``None`` where the answer does not tell.
    ``run_id`` is the name that a scheduler has given it, if it has.
    """

    flow_id: str
    run_number: int
    run_id: str | None
    user: str | None
    status: str | None
    created_at: datetime
    last_heartbeat_at: datetime | None
    tags: tuple[str, ...]
    system_tags: tuple[str, ...]

    @property
    def pathspec(self) -> str:
        """``Flow/run``."""
        return f"{self.flow_id}/{self.run_number}"

    @staticmethod
    def of(row: Json) -> Run:
        """Reads what the server has answered."""
        return Run(
            flow_id=str(row["flow_id"]),
            run_number=int(row["run_number"]),
            run_id=_text(row.get("run_id")),
            user=_text(row.get("user_name")),
            status=_text(row.get("status")),
            created_at=_at(row, "ts_epoch"),
            last_heartbeat_at=_seconds(row.get("last_heartbeat_ts")),
            tags=_texts(row.get("tags")),
            system_tags=_texts(row.get("system_tags")),
        )


@dataclass(frozen=True)
class Task(Row):
    """A task of a step. ``task_name`` is what a scheduler has called it, if it has."""

    flow_id: str
    run: str
    step_name: str
    task_id: int
    task_name: str | None
    user: str | None
    created_at: datetime
    last_heartbeat_at: datetime | None

    @property
    def pathspec(self) -> str:
        """``Flow/run/step/task``."""
        return f"{self.flow_id}/{self.run}/{self.step_name}/{self.task_id}"

    @staticmethod
    def of(row: Json) -> Task:
        """Reads what the server has answered."""
        return Task(
            flow_id=str(row["flow_id"]),
            run=str(row["run_number"]),
            step_name=str(row["step_name"]),
            task_id=int(row["task_id"]),
            task_name=_text(row.get("task_name")),
            user=_text(row.get("user_name")),
            created_at=_at(row, "ts_epoch"),
            last_heartbeat_at=_seconds(row.get("last_heartbeat_ts")),
        )


@dataclass(frozen=True)
class Metadata(Row):
    """A field of the metadata of a task; a later one of the same name goes before it."""

    pathspec: str
    name: str
    value: str | None
    type: str | None
    user: str | None
    recorded_at: datetime
    tags: tuple[str, ...]

    @property
    def attempt(self) -> int | None:
        """The attempt that has recorded it, by the tag that Metaflow gives it."""
        for tag in self.tags:
            name, _, number = tag.partition(":")
            if name == "attempt_id" and number.isdigit():
                return int(number)
        return None

    @staticmethod
    def of(row: Json) -> Metadata:
        """Reads what the server has answered."""
        return Metadata(
            pathspec=_task_of(row),
            name=str(row["field_name"]),
            value=_text(row.get("value")),
            type=_text(row.get("type")),
            user=_text(row.get("user_name")),
            recorded_at=_at(row, "ts_epoch"),
            tags=_texts(row.get("tags")),
        )


@dataclass(frozen=True)
class Artifact(Row):
    """An artifact of an attempt of a task: where its content is, and the hash of that."""

    pathspec: str
    name: str
    attempt: int
    sha: str | None
    type: str | None
    content_type: str | None
    ds_type: str | None
    location: str | None
    recorded_at: datetime

    @staticmethod
    def of(row: Json) -> Artifact:
        """Reads what the server has answered."""
        return Artifact(
            pathspec=_task_of(row),
            name=str(row["name"]),
            attempt=int(row.get("attempt_id") or 0),
            sha=_text(row.get("sha")),
            type=_text(row.get("type")),
            content_type=_text(row.get("content_type")),
            ds_type=_text(row.get("ds_type")),
            location=_text(row.get("location")),
            recorded_at=_at(row, "ts_epoch"),
        )


def _task_of(row: Json) -> str:
    return "/".join(str(row[part]) for part in ("flow_id", "run_number", "step_name", "task_id"))


@dataclass(frozen=True)
class Event(Row):
    """An event of the log.

    ``position`` is its place, ``partition@offset``. ``verdict`` is what became of it: ``applied``,
    ``superseded`` (something earlier has its identity) or ``rejected``, with the ``reason``.
    ``event`` is all that it holds. ``credential`` and ``address`` say who sent it.
    """

    position: str
    type: str
    at: datetime
    flow_id: str
    run_number: int | None
    step_name: str | None
    task_id: int | None
    user: str | None
    credential: str | None
    address: str | None
    verdict: str
    reason: str | None
    event: Json

    @staticmethod
    def of(row: Json) -> Event:
        """Reads what the server has answered."""
        return Event(
            position=str(row["position"]),
            type=str(row["type"]),
            at=_at(row, "ts_epoch"),
            flow_id=str(row["flow_id"]),
            run_number=row.get("run_number"),
            step_name=_text(row.get("step_name")),
            task_id=row.get("task_id"),
            user=_text(row.get("user_name")),
            credential=_text(row.get("credential")),
            address=_text(row.get("address")),
            verdict=str(row.get("verdict")),
            reason=_text(row.get("reason")),
            event=row.get("event") or {},
        )


@dataclass(frozen=True)
class TaskCounts(Row):
    """Tasks by state."""

    total: int
    pending: int
    running: int
    completed: int
    failed: int
    killed_or_lost: int

    @staticmethod
    def of(row: Json) -> TaskCounts:
        """Reads what the server has answered."""
        return TaskCounts(
            *(
                int(row.get(state) or 0)
                for state in (
                    "total",
                    "pending",
                    "running",
                    "completed",
                    "failed",
                    "killed-or-lost",
                )
            )
        )


@dataclass(frozen=True)
class StepStatus(Row):
    """How a step of a run stands."""

    step_name: str
    created_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    tasks: TaskCounts
    attempts: int


@dataclass(frozen=True)
class TaskStatus(Row):
    """A task that failed, or that takes long: its latest attempt."""

    pathspec: str
    attempt: int
    state: str
    failed_at: datetime | None
    duration: timedelta | None

    @staticmethod
    def of(row: Json) -> TaskStatus:
        """Reads what the server has answered."""
        return TaskStatus(
            pathspec=str(row["pathspec"]),
            attempt=int(row.get("attempt") or 0),
            state=str(row.get("state") or "failed"),
            failed_at=_ms(row.get("failed_at")),
            duration=_duration(row.get("duration_ms")),
        )


@dataclass(frozen=True)
class RunStatus(Row):
    """Where a run stands, at the moment ``as_of``.

    ``status`` is ``pending``, ``running``, ``completed``, ``failed`` or ``killed-or-lost``. Of the
    ``failures`` the first ones are told; ``failures_total`` counts all.
    """

    flow_id: str
    run_number: int
    run_id: str | None
    user: str | None
    status: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    duration: timedelta | None
    as_of: datetime
    tags: tuple[str, ...]
    tasks: TaskCounts
    attempts: int
    steps: tuple[StepStatus, ...]
    failures_total: int
    failures: tuple[TaskStatus, ...]
    longest: tuple[TaskStatus, ...]

    @property
    def pathspec(self) -> str:
        """``Flow/run``."""
        return f"{self.flow_id}/{self.run_number}"

    @property
    def is_over(self) -> bool:
        """Whether nothing of it goes on."""
        return self.status not in ("pending", "running")

    @staticmethod
    def of(row: Json) -> RunStatus:
        """Reads what the server has answered."""
        return RunStatus(
            flow_id=str(row["flow_id"]),
            run_number=int(row["run_number"]),
            run_id=_text(row.get("run_id")),
            user=_text(row.get("user_name")),
            status=str(row["status"]),
            created_at=_at(row, "created_at"),
            started_at=_ms(row.get("started_at")),
            finished_at=_ms(row.get("finished_at")),
            duration=_duration(row.get("duration_ms")),
            as_of=_at(row, "as_of"),
            tags=_texts(row.get("tags")),
            tasks=TaskCounts.of(row.get("tasks") or {}),
            attempts=int(row.get("attempts") or 0),
            steps=tuple(
                StepStatus(
                    step_name=str(step["step_name"]),
                    created_at=_ms(step.get("created_at")),
                    started_at=_ms(step.get("started_at")),
                    finished_at=_ms(step.get("finished_at")),
                    tasks=TaskCounts.of(step.get("tasks") or {}),
                    attempts=int(step.get("attempts") or 0),
                )
                for step in row.get("steps") or ()
            ),
            failures_total=int(row.get("failures_total") or 0),
            failures=tuple(TaskStatus.of(task) for task in row.get("failures") or ()),
            longest=tuple(TaskStatus.of(task) for task in row.get("longest") or ()),
        )


def _duration(ms: Any) -> timedelta | None:
    return timedelta(milliseconds=ms) if isinstance(ms, (int, float)) else None


@dataclass(frozen=True)
class Change(Row):
    """A difference.

    ``kind`` is ``tag``, ``step``, ``task``, ``metadata`` or ``artifact``; ``change`` is ``added``,
    ``removed`` or ``changed``. ``before`` and ``after`` are values of metadata, and hashes (or
    locations) of artifacts. Between two runs, a task is named by its place in the step, as in
    ``train/0``.
    """

    kind: str
    change: str
    task: str | None
    name: str
    attempt: int | None
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Diff:
    """What differs between two runs, or between two moments of one.

    ``moment`` and ``other_moment`` are what was compared; ``None`` is now.
    """

    run: str
    moment: str | None
    other: str
    other_moment: str | None
    changes: tuple[Change, ...]

    def __len__(self) -> int:
        return len(self.changes)

    def of(self, kind: str) -> tuple[Change, ...]:
        """The changes of a kind, for example ``metadata``."""
        return tuple(change for change in self.changes if change.kind == kind)

    def to_pandas(self) -> pandas.DataFrame:
        """A row for each change.

        Raises:
            ImportError: without pandas.
        """
        return frame([change.to_dict() for change in self.changes], Change)

    @staticmethod
    def read(row: Json) -> Diff:
        """Reads what the server has answered."""
        changes: list[Change] = []
        for kinds, kind in (("tags", "tag"), ("steps", "step"), ("tasks", "task")):
            for change in ("added", "removed"):
                for name in row[kinds][change]:
                    changes.append(Change(kind, change, None, name, None, None, None))
        for kinds, kind, name, value in (
            ("metadata", "metadata", "field_name", "value"),
            ("artifacts", "artifact", "name", "sha"),
        ):
            for change in ("added", "removed", "changed"):
                for one in row[kinds][change]:
                    only = one.get(value)
                    changes.append(
                        Change(
                            kind=kind,
                            change=change,
                            task=one["task"],
                            name=one[name],
                            attempt=one.get("attempt_id"),
                            before=only if change == "removed" else one.get("from"),
                            after=only if change == "added" else one.get("to"),
                        )
                    )
        start, end = row["from"], row["to"]
        return Diff(
            start["pathspec"], start["as_of"], end["pathspec"], end["as_of"], tuple(changes)
        )


@dataclass(frozen=True)
class Hit(Row):
    """What a search has found: a task with such metadata, or a run with such a tag."""

    pathspec: str
    kind: str
    name: str | None
    value: str
    at: datetime

    @staticmethod
    def of(row: Json) -> Hit:
        """Reads what the server has answered."""
        return Hit(
            pathspec=str(row["pathspec"]),
            kind=str(row["kind"]),
            name=_text(row.get("field_name")),
            value=str(row["tag"] if row["kind"] == "run" else row.get("value")),
            at=_at(row, "ts_epoch"),
        )


@dataclass(frozen=True)
class Head(Row):
    """The head of the hash chain of a partition: it stands for all records up to ``offset``.

    ``offset`` is -1, and ``records`` 0, where there are none. ``sha256`` is in hexadecimal.
    """

    topic: str
    partition: int
    offset: int
    records: int
    sha256: str

    @staticmethod
    def of(row: Json) -> Head:
        """Reads what the server has answered."""
        return Head(
            str(row["topic"]),
            int(row["partition"]),
            int(row["offset"]),
            int(row["records"]),
            str(row["sha256"]),
        )
