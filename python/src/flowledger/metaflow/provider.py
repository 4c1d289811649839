"""The metadata provider ``flowledger``.

It does what Metaflow's provider ``service`` does, with fewer requests, and none of them twice: see
``writer``. Where something else answers at the URL, it *is* the provider ``service``.
"""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, ClassVar

from metaflow.exception import MetaflowException
from metaflow.metaflow_config import SERVICE_HEADERS, SERVICE_URL

from flowledger.metaflow import heartbeats, settings, transport, writer
from flowledger.metaflow.metaflow_names import ServiceException, ServiceMetadataProvider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowledger.metaflow.log import EventLog
    from flowledger.metaflow.metaflow_names import DataArtifact, MetaDatum

# Seconds for which a request is repeated while the server does not answer: a restart is shorter.
# Reads of people are given up sooner; nobody loses anything.
WRITE_PATIENCE = settings.setting("PATIENCE_SECONDS", 180.0)
READ_PATIENCE = min(WRITE_PATIENCE, 30.0)
PING_PATIENCE = min(WRITE_PATIENCE, 15.0)

# Bootstrap servers, where metadata, artifacts and heartbeats are produced straight to the log.
KAFKA = settings.setting("KAFKA")

# Seconds for which metadata may wait for more of the task. What a task begins with comes in two
# pieces, what it ends with in three.
_LINGER = 0.05
_LINGER_BEGIN = 0.15
_LINGER_END = 0.5
_BEGIN_SECONDS = 1.0  # for the user's code to wait until the beginning is recorded

_MAX_RECORDS = 2_000  # of one entry
_MAX_BYTES = 2 << 20

_METADATA_FIELDS = ("field_name", "value", "type", "user_name", "tags")
_ARTIFACT_FIELDS = (
    "name",
    "attempt_id",
    "location",
    "ds_type",
    "sha",
    "type",
    "content_type",
    "user_name",
    "tags",
    "system_tags",
)


class _Kept:
    """Stands for a task that has no number yet, and keeps what is recorded of it."""

    def __init__(self) -> None:
        self.metadata: list[MetaDatum] = []


class FlowledgerMetadataProvider(ServiceMetadataProvider):
    """Records runs, tasks, metadata and artifacts with few requests and without repetitions."""

    TYPE = "flowledger"

    _steps: ClassVar[set[tuple[str, ...]]] = set()  # that this process knows to be registered

    def __init__(self, environment: Any, flow: Any, event_logger: Any, monitor: Any) -> None:
        if not SERVICE_URL:
            # That of `service` makes its URLs of this name, and fails without.
            sys.modules[ServiceMetadataProvider.__module__].SERVICE_URL = type(self).INFO
        super().__init__(environment, flow, event_logger, monitor)
        self._heartbeat: heartbeats.Heartbeat | None = None
        self._step_runs = False

    # ---- the service ----

    @classmethod
    def default_info(cls) -> str:
        if SERVICE_URL:
            return SERVICE_URL
        from flowledger.ledger.connection import DEFAULT_URL  # noqa: PLC0415

        return DEFAULT_URL

    @classmethod
    def _service(cls) -> transport.Service:
        return transport.service(cls.INFO)

    @classmethod
    def _writer(cls) -> writer.Writer:
        return writer.writer(cls._service(), SERVICE_HEADERS, WRITE_PATIENCE)

    @classmethod
    def compute_info(cls, val: str) -> str:
        service = transport.service(val)
        if not service.reached:
            try:
                answer = service.request("GET", "ping", SERVICE_HEADERS, patience=PING_PATIENCE)
                reachable = answer.status_code < 400
            except transport.Unreachable:
                reachable = False
            if not reachable:
                raise ValueError(f"Metaflow service [{service.url}] unreachable.")
        return service.url

    @classmethod
    def _version(cls, monitor: Any) -> str | None:
        service = cls._service()
        if not service.reached:
            with _measured(monitor, "GET"):
                answer = _requested(service, "GET", "/ping", patience=READ_PATIENCE)
            if answer.status_code >= 300:
                raise writer.refused(service.url + "/ping", answer.status_code, answer.text)
        if service.service_version is None and not service.is_flowledger:
            return super()._version(monitor)  # not every answer of another service tells it
        return service.service_version

    # ---- registrations ----

    def _new_run(self, run_id: Any = None, tags: Any = None, sys_tags: Any = None) -> Any:
        queue = self._writer()
        ref = queue.new_ref()
        flow = {"type": "flow", "flow_id": self._flow_name}
        run = {"type": "run", "ref": ref, **self._object("run", run_id, tags, sys_tags)}

        def understand(results: writer.Results) -> Any:
            return str(results[1]["run_number"]), results[1]["result"] == "created"

        return queue.call(
            writer.Write(
                entries=[flow, run],
                path=self._create_path("run", self._flow_name),
                plain=lambda: super(FlowledgerMetadataProvider, self)._new_run(
                    run_id, tags=tags, sys_tags=sys_tags
                ),
                understand=understand,
            )
        )

    def _new_task(  # noqa: PLR0917 - of Metaflow
        self,
        run_id: Any,
        step_name: str,
        task_id: Any = None,
        attempt: int = 0,
        tags: Any = None,
        sys_tags: Any = None,
    ) -> Any:
        queue = self._writer()
        ref = queue.new_ref()
        entries = []
        if (self._flow_name, str(run_id), step_name) not in self._steps:
            step = self._object("step", run_id, None, None, step_name=step_name)
            entries.append({"type": "step", **step})
        index = len(entries)
        task = self._object("task", run_id, tags, sys_tags, step_name=step_name, task_id=task_id)
        entries.append({"type": "task", "ref": ref, **task})
        if task_id is None:
            kept = _Kept()
            self._register_system_metadata(run_id, step_name, kept, attempt)
            rows = self._metadata_rows(kept.metadata)
            entries.append({"type": "metadata", "task_id": "$" + ref, "entries": rows})

        def understand(results: writer.Results) -> Any:
            self._steps.add((self._flow_name, str(run_id), step_name))
            # An Argo task is called by its own name in whatever is recorded of it.
            number = results[index]["task_id"] if task_id is None else task_id
            return number, results[index]["result"] == "created", True

        def plain() -> Any:
            number, created = super(FlowledgerMetadataProvider, self)._new_task(
                run_id, step_name, task_id=task_id, attempt=attempt, tags=tags, sys_tags=sys_tags
            )
            return number, created, False

        number, created, here = queue.call(
            writer.Write(
                entries=entries,
                path=self._create_path("task", self._flow_name, run_id, step_name),
                plain=plain,
                understand=understand,
            )
        )
        if here and task_id is not None:
            # Each attempt says where it runs, also of a task that is there.
            self._register_system_metadata(run_id, step_name, task_id, attempt)
        return number, created

    def _object(
        self,
        kind: str,
        run_id: Any,
        tags: Any,
        sys_tags: Any,
        *,
        step_name: str | None = None,
        task_id: Any = None,
    ) -> dict[str, Any]:
        """The fields of an entry that registers an object."""
        fields = self._object_to_json(
            kind,
            run_id,
            step_name,
            task_id,
            self.sticky_tags.union(tags or ()),
            self.sticky_sys_tags.union(sys_tags or ()),
        )
        fields.pop("ts_epoch", None)  # the server has its own
        for name in ("run_number", "task_id"):
            if name in fields:
                fields[name] = _literal(fields[name])
        return fields

    # ---- metadata and artifacts ----

    def register_metadata(
        self, run_id: Any, step_name: str, task_id: Any, metadata: list[MetaDatum]
    ) -> None:
        if isinstance(task_id, _Kept):
            task_id.metadata.extend(metadata)
            return
        rows = self._metadata_rows(metadata)
        log = self._event_log()
        if log is not None:
            log.record_metadata((self._flow_name, run_id, step_name, task_id), rows)
            return
        base = super().register_metadata
        self._record(
            "metadata",
            (run_id, step_name, task_id),
            rows,
            lambda: base(run_id, step_name, task_id, metadata),
            _linger(rows),
        )
        if self._step_runs and _linger(rows) != _LINGER_END:
            # Nothing else comes soon, and the code of the step finds no handler of a signal.
            self.acknowledge()

    def register_data_artifacts(
        self,
        run_id: Any,
        step_name: str,
        task_id: Any,
        attempt_id: int,
        artifacts: list[DataArtifact],
    ) -> None:
        rows = [
            {name: row[name] for name in _ARTIFACT_FIELDS if name in row}
            for row in self._artifacts_to_json(run_id, step_name, task_id, attempt_id, artifacts)
        ]
        log = self._event_log()
        if log is not None:
            log.record_artifacts((self._flow_name, run_id, step_name, task_id), rows)
        else:
            base = super().register_data_artifacts
            self._record(
                "artifact",
                (run_id, step_name, task_id),
                rows,
                lambda: base(run_id, step_name, task_id, attempt_id, artifacts),
                0,
            )
        self.acknowledge()

    def acknowledge(self) -> None:
        """Waits until all that was recorded is acknowledged, and raises what had failed."""
        log = self._event_log()
        if log is not None:
            log.flush()
        self._writer().flush()

    def _metadata_rows(self, metadata: list[MetaDatum]) -> list[dict[str, Any]]:
        return [
            {name: row[name] for name in _METADATA_FIELDS}
            for row in self._metadata_to_json(None, None, None, metadata)
        ]

    def _record(
        self,
        kind: str,
        task: tuple[Any, str, Any],
        rows: list[dict[str, Any]],
        plain: Any,
        linger: float,
    ) -> None:
        run_id, step_name, task_id = task
        path = self._obj_path(self._flow_name, run_id, step_name, task_id) + "/" + kind
        whole = [True]  # `plain` does all, however many writes it is otherwise
        for part in _parts(rows):
            entry = {
                "type": kind,
                "flow_id": self._flow_name,
                "run_number": _literal(run_id),
                "step_name": step_name,
                "task_id": _literal(task_id),
                "entries": part,
            }
            self._writer().put(
                writer.Write(
                    entries=[entry],
                    path=path,
                    plain=lambda: plain() if whole and whole.pop() else None,
                ),
                linger,
            )

    # ---- straight to the log ----

    @classmethod
    def _event_log(cls) -> EventLog | None:
        """The log, where metadata and artifacts are produced straight to it."""
        if not KAFKA:
            return None
        cls._version(None)
        if not cls._service().is_flowledger:
            return None
        from flowledger.metaflow.log import event_log  # noqa: PLC0415

        return event_log(KAFKA, cls._service(), SERVICE_HEADERS, WRITE_PATIENCE)

    @classmethod
    def _position_headers(cls) -> dict[str, str]:
        """Asks for a view that has what this process has produced."""
        log = cls._event_log()
        if log is None or log.position is None:
            return {}
        return {"Flowledger-Min-Position": log.position}

    # ---- heartbeats ----

    def _start_heartbeat(
        self,
        heartbeat_type: Any,
        flow_id: str,
        run_id: Any,
        step_name: str | None = None,
        task_id: Any = None,
    ) -> None:
        # So a step whose beginning cannot be recorded does not begin, where that is known soon.
        self._writer().flush(_BEGIN_SECONDS)
        if self._service().is_flowledger is False:
            super()._start_heartbeat(heartbeat_type, flow_id, run_id, step_name, task_id)
            return
        if self._heartbeat is not None:
            raise MetaflowException("heartbeat already started")
        self._step_runs = task_id is not None
        path = self._obj_path(flow_id, run_id, step_name, task_id) + "/heartbeat"
        log = self._event_log()
        self._heartbeat = heartbeats.Heartbeat(
            self._service().url + path,
            SERVICE_HEADERS,
            log=None if log is None else log.heartbeat((flow_id, run_id, step_name, task_id)),
        )

    def stop_heartbeat(self) -> None:
        self._step_runs = False
        if self._heartbeat is not None:
            self._heartbeat.stop()
            self._heartbeat = None
        if self.sidecar is not None:
            super().stop_heartbeat()
        self.acknowledge()

    # ---- single requests ----

    @classmethod
    def _request(  # noqa: PLR0917 - of Metaflow
        cls,
        monitor: Any,
        path: str,
        method: str,
        data: Any = None,
        retry_409_path: str | None = None,
        return_raw_resp: bool = False,
    ) -> Any:
        service = cls._service()
        if service.is_flowledger is False:
            return super()._request(monitor, path, method, data, retry_409_path, return_raw_resp)
        # Whoever reads finds what was written here before.
        cls._writer().flush()
        if method != "GET" and service.is_flowledger is None:
            cls._version(monitor)
        if method != "GET" and not service.is_flowledger:
            return super()._request(monitor, path, method, data, retry_409_path, return_raw_resp)
        with _measured(monitor, method):
            answer = _requested(
                service,
                method,
                path,
                patience=READ_PATIENCE if method == "GET" else WRITE_PATIENCE,
                body=None if data is None else json.dumps(data).encode(),
                key=None if method == "GET" else transport.new_key(),
                headers=cls._position_headers(),
            )
        if return_raw_resp:
            return answer, True
        if answer.status_code < 300:
            return answer.json(), True
        if answer.status_code == 409 and data is not None:
            if retry_409_path:
                found, _ = cls._request(monitor, retry_409_path, "GET")
                return found, False
            return None, False
        raise writer.refused(path, answer.status_code, answer.text)


def _requested(
    service: transport.Service,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Any:
    try:
        return service.request(method, path, {**SERVICE_HEADERS, **(headers or {})}, **more)
    except transport.Unreachable as fault:
        raise ServiceException(f"Metadata request ({path}) failed: {fault}") from fault


def _measured(monitor: Any, method: str) -> Any:
    if not monitor:
        return nullcontext()
    return monitor.measure("metaflow.service_metadata." + method.lower())


def _literal(name: Any) -> Any:
    """A name of a run or task as bulk entries have it: with a dollar, it would be a reference."""
    return "$" + name if isinstance(name, str) and name.startswith("$") else name


def _linger(rows: list[dict[str, Any]]) -> float:
    fields = {row["field_name"] for row in rows}
    if fields & {"attempt_ok", "attempt-done"}:
        return _LINGER_END
    if "attempt" not in fields and "metaflow_version" in fields:
        return _LINGER_BEGIN
    return _LINGER


def _parts(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        length = len(json.dumps(row))
        if part and (len(part) == _MAX_RECORDS or size + length > _MAX_BYTES):
            yield part
            part, size = [], 0
        part.append(row)
        size += length
    yield part


__all__ = ["FlowledgerMetadataProvider"]
