"""The client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any

from flowledger.ledger import arguments
from flowledger.ledger.arguments import given, path_of, some_of
from flowledger.ledger.connection import (
    DEFAULT_URL,
    Connection,
    headers_of_metaflow,
    setting,
)
from flowledger.ledger.errors import LedgerError
from flowledger.ledger.listing import Listing, Page
from flowledger.ledger.models import (
    Artifact,
    Diff,
    Event,
    Flow,
    Head,
    Hit,
    Metadata,
    Run,
    RunStatus,
    Task,
)
from flowledger.ledger.moments import Moment, milliseconds, moment_of_log
from flowledger.ledger.tail import SILENCE_SECONDS, follow

_PAGE = 500
_PAGE_OF_EVENTS = 200  # they are longer


class Ledger:
    """Asks a Flowledger server what Metaflow's own client cannot.

    Every question is one request, but for listings, which ask for a page at a time as they are
    iterated over. Connections are kept alive. Objects are named by pathspecs: ``Flow``,
    ``Flow/run``, ``Flow/run/step``, ``Flow/run/step/task``.

    Args:
        url: of the server; by default ``METAFLOW_SERVICE_URL``, of the environment or of Metaflow's
            configuration file, else ``http://127.0.0.1:8080``.
        headers: of every request; by default those of ``METAFLOW_SERVICE_HEADERS`` and
            ``METAFLOW_SERVICE_AUTH_KEY`` (as ``x-api-key``), as Metaflow sends them.
        timeout: seconds without a byte of an answer after which it is given up.
        patience: seconds for which a server that cannot answer now (503, or 429, 502, 504 of a
            proxy) is asked again, as often as its ``Retry-After`` says.

    Raises:
        TypeError, ValueError: where an argument is none that makes sense; nothing is asked then.
        LedgerError: from every method that asks: ``NotFound``, ``BadRequest``, ``Refused``,
            ``Unavailable`` or ``Unreachable``.

    Not for several threads at once: give each its own.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60.0,
        patience: float = 30.0,
    ) -> None:
        self._connection = Connection(
            url or setting("METAFLOW_SERVICE_URL") or DEFAULT_URL,
            headers_of_metaflow() if headers is None else headers,
            timeout,
            patience,
        )
        self._as_of: str | None = None

    # ---- itself ----------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Of the server, without a slash at its end."""
        return self._connection.url

    @property
    def requests_sent(self) -> int:
        """How many requests have been sent, those of ``as_of`` views too."""
        return self._connection.requests

    def as_of(self, moment: Moment) -> Ledger:
        """The ledger as it was: every answer is what it would have been then.

        Searches, tails, audit heads and the list of flows are of now only: asked of the past, they
        raise ``ValueError``.

        Args:
            moment: ``"2d"``, a date or time, a ``datetime``, epoch milliseconds, or a position of
                the log (``"2@31"``, which is in the partition of one flow).
        """
        view = Ledger.__new__(Ledger)
        view._connection = self._connection
        view._as_of = moment_of_log(moment)
        return view

    def close(self) -> None:
        """Closes the connections."""
        self._connection.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        moment = f", as of {self._as_of}" if self._as_of else ""
        return f"<Ledger {self.url}{moment}>"

    # ---- flows, runs, tasks ----------------------------------------------------------------------

    def flows(self, *, limit: int | None = None) -> Listing[Flow]:
        """All flows, those registered last first."""
        self._of_now("the list of flows")
        return self._listing("/flows", {}, Flow, limit)

    def runs(
        self,
        flow: str,
        *,
        status: str | None = None,
        tags: str | Iterable[str] = (),
        user: str | None = None,
        since: Moment | None = None,
        limit: int | None = None,
    ) -> Listing[Run]:
        """The runs of a flow, newest first, with their status.

        Args:
            status: only those that are ``running``, ``completed`` or ``failed``.
            tags: only those that have all of these, among the tags of the user and the system.
            user: only those of this user.
            since: only those that were registered then or later.
            limit: how many at most; all of them without.
        """
        wanted = arguments.texts("tags", tags)
        # One value cannot have a comma: several values are separated by it.
        if any("," in tag for tag in wanted):
            raise ValueError("tags with a comma cannot be filtered by; use search(tag=...)")
        status = some_of("status", status, arguments.STATUSES)
        parameters = {"_with": "status"} if status is None else {"status": status}
        if wanted:
            parameters["_tags"] = ",".join(wanted)
        if user is not None:
            parameters["user_name"] = arguments.text("user", user)
        if since is not None:
            parameters["ts_epoch:ge"] = str(milliseconds(since))
        return self._listing(path_of(flow, 1, 1) + "/runs", parameters, Run, limit)

    def latest_run(self, flow: str) -> Run | None:
        """The run of a flow that was registered last; ``None`` where there is none. One request."""
        return self.runs(flow).first()

    def latest_successful_run(self, flow: str) -> Run | None:
        """The newest run of a flow that has completed; ``None`` without one. One request."""
        return self.runs(flow, status="completed").first()

    def run(self, pathspec: str) -> Run:
        """A run (``Flow/run``). Its ``status`` is ``None``: see :meth:`status`."""
        return Run.of(self._object(path_of(pathspec, 2, 2)))

    def tasks(self, pathspec: str, *, limit: int | None = None) -> Listing[Task]:
        """The tasks of a step (``Flow/run/step``), newest first."""
        return self._listing(path_of(pathspec, 3, 3) + "/tasks", {}, Task, limit)

    def task(self, pathspec: str) -> Task:
        """A task (``Flow/run/step/task``)."""
        return Task.of(self._object(path_of(pathspec, 4, 4)))

    def metadata(self, pathspec: str, *, limit: int | None = None) -> Listing[Metadata]:
        """The metadata of a task, or of all tasks of a run, newest first."""
        path = path_of(pathspec, 2, 4)
        if pathspec.count("/") == 2:
            raise ValueError("metadata is that of a run or of a task, not of a step")
        return self._listing(path + "/metadata", {}, Metadata, limit)

    def artifacts(self, pathspec: str, *, limit: int | None = None) -> Listing[Artifact]:
        """The artifacts of a run, a step or a task, of its latest attempt, newest first."""
        return self._listing(path_of(pathspec, 2, 4) + "/artifacts", {}, Artifact, limit)

    # ---- what Metaflow's client cannot ask ------------------------------------------------------

    def status(self, pathspec: str) -> RunStatus:
        """Where a run (``Flow/run``) stands: state, times, steps, failures, longest tasks."""
        return RunStatus.of(self._object(path_of(pathspec, 2, 2) + "/status"))

    def history(
        self,
        pathspec: str,
        *,
        type: str | None = None,  # noqa: A002 - what the field is called
        verdict: str | None = None,
        since: Moment | None = None,
        limit: int | None = None,
    ) -> Listing[Event]:
        """What has happened to a flow, run, step or task: its events, oldest first.

        Args:
            type: only events of this type, several with commas: ``FlowRegistered``,
                ``RunRegistered``, ``StepRegistered``, ``TaskRegistered``, ``MetadataRecorded``,
                ``ArtifactsRecorded``, ``RunTagsMutated``.
            verdict: only those that were ``applied``, ``superseded`` or ``rejected``.
            since: only those of then or later, by their own times.
            limit: how many at most; all of them without.
        """
        parameters = given(
            type=some_of("type", type, arguments.TYPES),
            verdict=some_of("verdict", verdict, arguments.VERDICTS),
        )
        if since is not None:
            parameters["ts_epoch:ge"] = str(milliseconds(since))
        return self._listing(
            path_of(pathspec, 1, 4) + "/events", parameters, Event, limit, _PAGE_OF_EVENTS
        )

    def tail(
        self,
        pathspec: str,
        *,
        after: str | None = None,
        type: str | None = None,  # noqa: A002
        patience: float | None = None,
    ) -> Iterator[Event]:
        """What happens to a flow, run, step or task from now on, as it happens.

        Goes on through cuts of the connection and restarts of the server behind the last event:
        none is skipped, none comes twice. To tell all from the beginning, iterate over
        :meth:`history` first, and give the ``position`` of its last event as ``after``. It ends
        when the iterator is closed.

        Args:
            after: a position, ``partition@offset``, to go on behind; without, from now on.
            type: only events of this type; several with commas.
            patience: seconds without a server after which ``Unreachable`` or ``Unavailable`` is
                raised; without, it waits for ever.

        Raises:
            NotFound: where the object is not registered.
            BadRequest: where ``after`` is not in the log.
        """
        self._of_now("a tail")
        path = path_of(pathspec, 1, 4) + "/events"
        parameters = given(type=some_of("type", type, arguments.TYPES))
        if after is not None and not arguments.is_position(after):
            raise ValueError(f"after {after!r} is no position of the log such as '2@31'")
        if patience is not None:
            arguments.seconds("patience", patience)
        start = after if after is not None else self._end_of_log(pathspec)

        def open_at(position: str | None) -> Any:
            headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
            if position is not None:
                headers["Last-Event-ID"] = position
            return self._connection.stream(path, parameters, headers, SILENCE_SECONDS)

        return follow(open_at, start, patience)

    def _end_of_log(self, pathspec: str) -> str | None:
        """Where a flow's partition ends now: from there on nothing is missed, come what may."""
        flow = pathspec.split("/", 1)[0]
        first = self.history(flow).first()
        if first is None:
            return None
        partition = int(first.position.split("@")[0])
        ends = [head.offset for head in self.audit_head() if head.partition == partition]
        return f"{partition}@{ends[0]}" if ends and ends[0] >= 0 else None

    def diff(
        self,
        pathspec: str,
        other: str | int | None = None,
        *,
        start: Moment | None = None,
        end: Moment | None = None,
    ) -> Diff:
        """What differs between two runs of a flow, or between two moments of one.

        Args:
            pathspec: the run, ``Flow/run``.
            other: another run of the flow (``Flow/run`` or its number), to which it is compared;
                tasks are matched by their place in the step. Without it, the run is compared to
                itself at an earlier moment.
            start: without ``other``: the moment from which on; by default its registration.
            end: the moment up to which; by default now.
        """
        self._of_now("a diff, which has moments of its own,")
        path = path_of(pathspec, 2, 2) + "/diff"
        if other is not None:
            if start is not None or end is not None:
                raise ValueError("either two runs are compared, or two moments of one")
            number = str(other) if type(other) is int else arguments.text("other", other)
            here = pathspec.split("/", 1)[0]
            flow, _, run = number.rpartition("/")
            if flow not in ("", here):
                raise ValueError("only runs of the same flow can be compared")
            path_of(f"{here}/{run}", 2, 2)
            return Diff.read(self._object(path, {"run": run}))
        parameters = {}
        if start is not None:
            parameters["from"] = moment_of_log(start)
        if end is not None:
            parameters["to"] = moment_of_log(end)
        return Diff.read(self._object(path, parameters))

    def search(
        self,
        field: str | None = None,
        value: str | None = None,
        *,
        tag: str | None = None,
        op: str = "eq",
        flow: str | None = None,
        since: Moment | None = None,
        limit: int | None = None,
    ) -> Listing[Hit]:
        """Tasks by their metadata, or runs by their tags, over all flows; newest runs first.

        Args:
            field: of the metadata, with its ``value``; or else ``tag``.
            tag: a tag of runs.
            op: ``eq`` (equal), ``sw`` (begins with), ``co`` (contains), ``li`` (as in SQL) or
                ``re`` (a regular expression of RE2).
            flow: only in this flow.
            since: nothing older.
            limit: how many at most; all of them without.
        """
        self._of_now("a search")
        if (field is None) == (tag is None) or (field is None) != (value is None):
            raise ValueError("a search is for a field and its value, or for a tag")
        if op not in arguments.OPERATORS:
            raise ValueError(f"op {op!r} is none of {', '.join(arguments.OPERATORS)}")
        parameters = given(field=field, value=value, tag=tag, flow=flow, op=op)
        if since is not None:
            parameters["since"] = str(milliseconds(since))
        return self._listing("/search", parameters, Hit, limit)

    def audit_head(self) -> tuple[Head, ...]:
        """The head of the hash chain of every partition. Keep them elsewhere: they prove later that
        nothing before them was altered."""
        self._of_now("an audit head")
        return tuple(Head.of(head) for head in self._object("/audit/head")["heads"])

    # ---- asking ----------------------------------------------------------------------------------

    def _of_now(self, what: str) -> None:
        if self._as_of is not None:
            raise ValueError(f"{what} cannot be asked of the past")

    def _moment(self) -> dict[str, str]:
        return {} if self._as_of is None else {"as_of": self._as_of}

    def _object(self, path: str, parameters: Mapping[str, str] | None = None) -> dict[str, Any]:
        response = self._connection.get(path, {**(parameters or {}), **self._moment()})
        answer = _json(response)
        if not isinstance(answer, dict):
            raise LedgerError(f"{self.url} is no server of Flowledger: {path} is no object")
        return answer

    def _listing(
        self,
        path: str,
        parameters: Mapping[str, str],
        kind: Any,
        limit: int | None,
        page: int = _PAGE,
    ) -> Listing[Any]:
        asked = {**parameters, **self._moment()}

        def fetch(rows: int, cursor: str | None) -> Page:
            more = {"_limit": str(rows), **({} if cursor is None else {"_cursor": cursor})}
            response = self._connection.get(path, {**asked, **more})
            answer = _json(response)
            if not isinstance(answer, list):
                raise LedgerError(f"{self.url} is no server of Flowledger: {path} is no list")
            return answer, response.headers.get("X-Next-Cursor") or None

        return Listing(fetch, kind.of, kind, limit, page)


def _json(response: Any) -> Any:
    try:
        return response.json()
    except ValueError as e:
        raise LedgerError(f"the answer to {response.request.path_url} is no JSON") from e
