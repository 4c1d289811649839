"""Metadata, artifacts and heartbeats, produced straight to the log.

The rules are those of every outside producer: Avro with a schema of the registry, the flow as the
key, the partition that Kafka's Java clients choose, numbers that are claimed, parents that are in
the log before. What is produced is acknowledged by all replicas, in order and once.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import struct
import sys
import threading
import time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Callable
from urllib.parse import quote

from metaflow.exception import MetaflowException

from flowledger.metaflow import murmur2, registration, transport
from flowledger.metaflow.metaflow_names import ServiceException
from flowledger.metaflow.postgres_array import value_text

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENTS = "flowledger.events"
HEARTBEATS = "flowledger.heartbeats"
_NAMESPACE = "io.flowledger.event."
_CLAIM = 64  # numbers of metadata at once: about what an attempt records
_LEAST_MS, _MOST_MS = 1_000, 1 << 30  # of a delivery: to librdkafka, 0 is for ever
_SLACK = 2.0  # seconds until librdkafka, which looks once a second, tells what it has given up

# What librdkafka says, for those who set up logging: it says the same many times a second.
_logger = logging.getLogger("flowledger.kafka")
_logger.addHandler(logging.NullHandler())

# A task by its flow, run, step and identifier; a run without the last two.
Place = tuple[str, Any, Any, Any]


class LogException(MetaflowException):
    """Something could not be produced to the log."""

    headline = "Flowledger's log does not take metadata"


class EventLog:
    """The log behind a service.

    ``patience`` is for how many seconds the service and the log are tried.
    """

    def __init__(
        self,
        servers: str,
        service: transport.Service,
        headers: Mapping[str, str],
        patience: float,
    ) -> None:
        self._servers = servers
        self._patience = patience
        self._service = service
        self._headers = dict(headers)
        self._lock = threading.RLock()
        self._schemas: dict[str, tuple[int, Any]] = {}
        self._numbers: list[int] = []
        self._tasks: dict[Place, tuple[int, int | None]] = {}
        self._faults: list[str] = []
        self._delivered: tuple[int, int] | None = None
        self._producer = _producer(servers, patience)

    @property
    def position(self) -> str | None:
        """Where the latest event that is acknowledged is."""
        if self._delivered is None:
            return None
        return "{}@{}".format(*self._delivered)

    def record_metadata(self, task: Place, rows: list[dict[str, Any]]) -> None:
        """Produces metadata of a task; rows are as the service takes them."""
        entries = [
            {
                "id": self._number(),
                "field_name": row["field_name"],
                "value": value_text(row["value"]),
                "type": row["type"],
                "user_name": row["user_name"],
                "tags": row["tags"],
                "system_tags": None,
            }
            for row in rows
        ]
        self._record("MetadataRecorded", task, entries)

    def record_artifacts(self, task: Place, rows: list[dict[str, Any]]) -> None:
        """Produces artifacts of a task; rows are as the service takes them."""
        self._record("ArtifactsRecorded", task, rows)

    def flush(self) -> None:
        """Waits until all is acknowledged, and raises what is not.

        What is not acknowledged may be in the log nevertheless.
        """
        seconds = _delivery_ms(self._patience) / 1000 + _SLACK
        left = self._producer.flush(min(transport.TELL_AFTER, seconds))
        seconds -= transport.TELL_AFTER
        if left and seconds > 0:
            transport.tell(self._servers, "does not answer", seconds - _SLACK)
            left = self._producer.flush(seconds)
        with self._lock:
            faults, self._faults = self._faults, []
        if left or faults:
            raise LogException(f"{self._servers}: " + (faults[0] if faults else "no answer"))

    def heartbeat(self, place: Place) -> dict[str, Any]:
        """All that ``heartbeat_of`` needs in another process."""
        run_number, task_id = self._find(place)
        schema_id, schema = self._schema(HEARTBEATS, "Heartbeat")
        return {
            "servers": self._servers,
            "patience": self._patience,
            "schema_id": schema_id,
            "schema": schema,
            "flow_id": place[0],
            "run_number": run_number,
            "task_id": task_id,
        }

    # ---- events ----

    def _record(self, kind: str, task: Place, entries: list[dict[str, Any]]) -> None:
        run_number, task_id = self._find(task)
        now = int(time.time() * 1000)
        event = {
            "event_id": struct.pack(">Q", now)[2:] + os.urandom(10),
            "flow_id": task[0],
            "run_number": run_number,
            "step_name": task[2],
            "task_id": task_id,
            "entries": entries,
            "ts_epoch": now,
            "origin": None,
            "written_by": "flowledger-metaflow/" + registration.own_version(),
            "idempotency": None,
        }
        schema_id, schema = self._schema(EVENTS, kind)
        _produce(
            self._producer, EVENTS, task[0], encoded(schema_id, schema, event), self._on_delivery
        )

    def _on_delivery(self, error: Any, message: Any) -> None:
        with self._lock:
            if error is not None:
                self._faults.append(error.str())
            else:
                self._delivered = (message.partition(), message.offset())

    # ---- what the service is asked ----

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        try:
            answer = self._service.request(
                method,
                path,
                self._headers,
                body=None if body is None else json.dumps(body).encode(),
                patience=self._patience,
            )
        except transport.Unreachable as fault:
            raise ServiceException(f"Metadata request ({path}) failed: {fault}") from fault
        if answer.status_code >= 300:
            raise ServiceException(
                f"Metadata request ({path}) failed (code {answer.status_code}): {answer.text}",
                answer.status_code,
                answer.text,
            )
        return answer.json()

    def _schema(self, topic: str, kind: str) -> tuple[int, Any]:
        with self._lock:
            if kind not in self._schemas:
                subject = f"{topic}-{_NAMESPACE}{kind}"
                latest = self._ask("GET", f"/schema-registry/subjects/{subject}/versions/latest")
                self._schemas[kind] = latest["id"], json.loads(latest["schema"])
            return self._schemas[kind]

    def _number(self) -> int:
        """A number of metadata that nobody else ever gets; they ascend."""
        with self._lock:
            if not self._numbers:
                claimed = self._ask(
                    "POST", "/flowledger/numbers", {"sequence": "metadata", "count": _CLAIM}
                )
                first = claimed["first"]
                self._numbers = list(range(first + claimed["count"] - 1, first - 1, -1))
            return self._numbers.pop()

    def _find(self, place: Place) -> tuple[int, int | None]:
        """The numbers of a run and task, of which a scheduler may have given the names."""
        flow, run, step, task = place
        if str(run).isdigit() and (task is None or str(task).isdigit()):
            return int(run), None if task is None else int(task)
        with self._lock:
            if place not in self._tasks:
                path = f"/flows/{quote(flow, safe='')}/runs/{quote(str(run), safe='')}"
                if task is not None:
                    path += f"/steps/{quote(step, safe='')}/tasks/{quote(str(task), safe='')}"
                found = self._ask("GET", path)
                self._tasks[place] = found["run_number"], found.get("task_id")
            return self._tasks[place]


def heartbeat_of(told: Mapping[str, Any]) -> Callable[[], None]:
    """Produces a heartbeat, each time it is called, of what ``EventLog.heartbeat`` tells."""
    producer = _producer(told["servers"], told["patience"])
    # The key is the object, so that the topic keeps its latest; the partition is that of the flow.
    partitions = producer.list_topics(HEARTBEATS, timeout=10).topics[HEARTBEATS].partitions
    partition = murmur2.partition(told["flow_id"].encode(), len(partitions))
    task_id = told["task_id"]
    key = f"run/{told['run_number']}" if task_id is None else f"task/{task_id}"

    def beat() -> None:
        event = {
            "flow_id": told["flow_id"],
            "run_number": told["run_number"],
            "task_id": task_id,
            "ts_epoch": int(time.time() * 1000),
        }
        value = encoded(told["schema_id"], told["schema"], event)
        producer.produce(HEARTBEATS, key=key, value=value, partition=partition)
        producer.flush(10)

    return beat


def encoded(schema_id: int, schema: Any, event: Mapping[str, Any]) -> bytes:
    """An event in Confluent's wire format: a zero byte, the schema's id in four, the record."""
    import fastavro  # noqa: PLC0415

    out = BytesIO()
    out.write(struct.pack(">bI", 0, schema_id))
    fastavro.schemaless_writer(out, schema, event)
    return out.getvalue()


def _producer(servers: str, patience: float) -> Any:
    try:
        import fastavro  # noqa: F401, PLC0415
        from confluent_kafka import Producer  # noqa: PLC0415
    except ImportError as missing:
        raise LogException(
            f"METAFLOW_FLOWLEDGER_KAFKA needs {missing.name}: pip install 'flowledger[kafka]'"
        ) from missing
    return Producer(
        {
            "bootstrap.servers": servers,
            "partitioner": "murmur2",
            "acks": "all",
            "enable.idempotence": True,
            "linger.ms": 5,
            "delivery.timeout.ms": _delivery_ms(patience),
            "queue.buffering.max.messages": 100_000,
        },
        logger=_logger,
    )


def _delivery_ms(patience: float) -> int:
    return int(min(max(patience * 1000, _LEAST_MS), _MOST_MS))


def _produce(producer: Any, topic: str, key: str, value: bytes, on_delivery: Any) -> None:
    while True:
        try:
            producer.produce(topic, key=key, value=value, on_delivery=on_delivery)
            producer.poll(0)
            return
        except BufferError:
            producer.poll(0.1)


_logs: dict[tuple[str, str], EventLog] = {}
_lock = threading.Lock()


def event_log(
    servers: str, service: transport.Service, headers: Mapping[str, str], patience: float
) -> EventLog:
    """The log behind a service, always the same one of a process."""
    with _lock:
        key = (servers, service.url)
        if key not in _logs:
            _logs[key] = EventLog(servers, service, headers, patience)
        return _logs[key]


def _at_exit() -> None:
    """An attempt whose artifacts cannot be stored ends without anybody who waits."""
    for each in _logs.values():
        try:
            each.flush()
        except Exception as fault:
            print(f"flowledger: metadata was not recorded: {fault}", file=sys.stderr, flush=True)


atexit.register(_at_exit)


def _forked() -> None:
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()
    _logs.clear()  # a producer does not survive a fork


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
