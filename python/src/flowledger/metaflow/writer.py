"""Writes of a process, gathered into bulk requests.

A write is put into a queue, and sent with whatever else is there: by a thread when the oldest has
lingered long enough, or as soon as somebody waits for it. There is one request at a time, so
writes are carried out in the order in which they were put. A request has a key and stays the same
until it is answered, so a repetition, also one after a crash of the server, carries out what had
not happened and nothing twice.

What fails while nobody waits is kept, and raised where the thread of the call, or the main one,
waits next: no fault is silent, and none is told to somebody whom it does not concern.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable

from flowledger.metaflow import transport
from flowledger.metaflow.metaflow_names import ServiceException

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

Entry = dict[str, Any]
Results = list[dict[str, Any]]

_MAX_RECORDS = 5_000  # of one request; servers take 10,000
_MAX_BYTES = 4 << 20  # servers take 16 MiB
_AGAIN = frozenset({429, 502, 503, 504})
_JOIN_SECONDS = 0.2
_SIGNAL_SECONDS = 5.0  # for what is left when the process is told to end


class NotFlowledger(Exception):
    """What answers at the URL has no bulk endpoint: it is some other metadata service."""


@dataclass(eq=False)
class Write:
    """Entries of ``POST /events`` that one call has made, and how the same is done without."""

    entries: list[Entry]
    path: str  # what the call is about, for the message of an error
    plain: Callable[[], Any]
    understand: Callable[[Results], Any] = lambda _: None
    done: bool = False
    settled: bool = False  # done, and a fault of it is known to the writer
    awaited: bool = False
    thread: int = field(default_factory=threading.get_ident)  # of the call
    value: Any = None
    error: BaseException | None = None

    @property
    def records(self) -> int:
        return sum(len(entry.get("entries", (0,))) for entry in self.entries)

    @property
    def size(self) -> int:
        return sum(len(json.dumps(entry)) for entry in self.entries)

    def result(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value

    def finish(self, value: Any = None, error: BaseException | None = None) -> None:
        self.value, self.error, self.done = value, error, True


class _TooLarge(Exception):
    """The server takes no request of this size, and has written nothing of it."""


@dataclass(eq=False)
class _Batch:
    writes: list[Write]
    key: str = field(default_factory=transport.new_key)

    def __post_init__(self) -> None:
        lines = [json.dumps(entry) for write in self.writes for entry in write.entries]
        self.body = "\n".join(lines).encode() + b"\n"

    def halves(self) -> list[_Batch]:
        middle = len(self.writes) // 2
        return [_Batch(self.writes[:middle]), _Batch(self.writes[middle:])]


class Writer:
    """The queue of writes to one service."""

    def __init__(
        self, service: transport.Service, headers: Mapping[str, str], patience: float
    ) -> None:
        self._service = service
        self._headers = dict(headers)
        self._patience = patience
        self._change = threading.Condition()
        self._sending = threading.Lock()
        self._queue: list[Write] = []
        self._batches: list[_Batch] = []  # on their way: one, or the rest of one that was too large
        self._due: float | None = None  # when the queue is sent, if nobody waits before
        self._failed: list[Write] = []  # while nobody waited for them
        self._thread: threading.Thread | None = None
        self._refs = 0
        self._lingers = True
        self._sender: int | None = None  # the thread that carries out writes now

    # ---- for callers ----

    def new_ref(self) -> str:
        with self._change:
            self._refs += 1
            return f"r{self._refs}"

    def put(self, write: Write, linger: float) -> None:
        """Takes a write that is sent after some seconds, at the latest."""
        if self._service.is_flowledger is False:
            self.flush()
            write.finish(write.plain())
            return
        with self._change:
            self._queue.append(write)
            due = time.monotonic() + linger
            self._due = due if self._due is None else min(self._due, due)
            if self._lingers:
                self._start()
            self._change.notify_all()
        if self._lingers:
            _Signals.guard()
        else:
            self.flush()

    def call(self, write: Write) -> Any:
        """Sends a write with all that is before it, and answers what became of it."""
        write.awaited = True
        self.put(write, 0)
        self.flush()
        return write.result()

    def flush(self, seconds: float | None = None) -> bool:
        """Waits until all that was put is carried out, and raises what had failed.

        Parameters
        ----------
        seconds : float, optional
            How long to wait; without it, for as long as requests are tried.

        Returns
        -------
        bool
            Whether nothing is left.
        """
        if self._sender == threading.get_ident():
            return False  # within a write, nobody waits for writes
        with self._change:
            pending = [write for batch in self._batches for write in batch.writes] + self._queue
            self._due = 0.0 if self._queue else self._due
            thread = self._thread
            self._change.notify_all()
        if thread is None:
            while not all(write.settled for write in pending):
                self._send()
        else:
            with self._change:
                self._change.wait_for(lambda: all(write.settled for write in pending), seconds)
                is_last = not (self._queue or self._batches)
            if is_last:
                thread.join(_JOIN_SECONDS)  # it ends, unless others put more
        with self._change:
            failed = self._take_failed()
            left = bool(self._queue or self._batches)
        if not left:
            _Signals.relax()
        for write in failed:
            write.result()
        return not left

    def _take_failed(self) -> list[Write]:
        """Writes of this thread that have failed; the main thread is told of those of all."""
        here = threading.get_ident()
        of_all = threading.current_thread() is threading.main_thread()
        taken = [write for write in self._failed if of_all or write.thread == here]
        self._failed = [write for write in self._failed if write not in taken]
        return taken

    # ---- sending ----

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="flowledger", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:  # the interpreter ends, and starts no threads any more
                self._thread = None
                self._lingers = False

    def _run(self) -> None:
        """Sends what is due, until nothing is left: the user's code may want to fork alone."""
        while True:
            with self._change:
                while not self._batches and self._queue and self._until_due() > 0:
                    self._change.wait(self._until_due())
                if not self._batches and not self._queue:
                    self._thread = None
                    return
            self._send()

    def _until_due(self) -> float:
        return 0 if self._due is None else self._due - time.monotonic()

    def _send(self) -> None:
        with self._sending:
            with self._change:
                # What somebody was interrupted in is sent again as it was.
                if not self._batches and self._queue:
                    self._batches.append(self._next_batch())
                if not self._batches:
                    return
                batch = self._batches[0]
            self._sender = threading.get_ident()
            try:
                self._carry_out(batch)
            except _TooLarge:
                with self._change:
                    self._batches[:1] = batch.halves()
                return
            except Exception as fault:
                self._fail(batch, fault)
            finally:
                self._sender = None
            with self._change:
                self._batches.remove(batch)
                for write in batch.writes:
                    write.settled = True
                self._failed += [
                    write for write in batch.writes if write.error is not None and not write.awaited
                ]
                self._change.notify_all()

    def _next_batch(self) -> _Batch:
        taken = records = size = 0
        for write in self._queue:
            records += write.records
            size += write.size
            if taken and (records > _MAX_RECORDS or size > _MAX_BYTES):
                break
            taken += 1
        writes, self._queue = self._queue[:taken], self._queue[taken:]
        self._due = 0.0 if self._queue else None
        return _Batch(writes)

    def _carry_out(self, batch: _Batch) -> None:
        try:
            results = self._send_bulk(batch)
        except NotFlowledger:
            for write in batch.writes:
                if write.done:
                    continue  # somebody was interrupted in a later one
                try:
                    write.finish(write.plain())
                except Exception as fault:
                    write.finish(error=fault)
            return
        first = 0
        for write in batch.writes:
            of_write = results[first : first + len(write.entries)]
            first += len(write.entries)
            try:
                write.finish(write.understand(self._check(write, of_write)))
            except Exception as fault:
                write.finish(error=fault)

    @staticmethod
    def _check(write: Write, results: Results) -> Results:
        # A conflict is what another one has done already: the client of `service` goes on too.
        for result in results:
            if result.get("result") == "rejected" and result.get("status") != 409:
                raise refused(write.path, result.get("status"), result.get("message"))
        return results

    def _send_bulk(self, batch: _Batch) -> Results:
        """The results of a bulk request, by the index of the entry."""
        expected = sum(len(write.entries) for write in batch.writes)
        attempts = transport.Patience(self._service.url, self._patience)
        while True:
            answer = self._service.request(
                "POST",
                "events",
                self._headers,
                body=batch.body,
                content_type="application/x-ndjson",
                key=batch.key,
                patience=self._patience,
            )
            if self._service.is_flowledger is False:
                raise NotFlowledger
            if answer.status_code == 413 and len(batch.writes) > 1:
                raise _TooLarge
            if answer.status_code >= 300:
                raise refused("/events", answer.status_code, answer.text)
            results = read_results(answer, expected)
            if results is not None and not any(
                result.get("result") == "rejected" and result.get("status") in _AGAIN
                for result in results
            ):
                return results
            # Part of the answer is lost, or part of the request could not be carried out now.
            if not attempts.wait(None, answer):
                if results is not None:
                    return results
                raise transport.Unreachable(f"{self._service.url} breaks off its answers")

    @staticmethod
    def _fail(batch: _Batch, fault: Exception) -> None:
        for write in batch.writes:
            if not write.done:
                error = fault
                if isinstance(fault, transport.Unreachable):
                    error = ServiceException(f"Metadata request ({write.path}) failed: {fault}")
                write.finish(error=error)

    # ---- the end of the process, and its children ----

    def abandon(self) -> None:
        """Forgets what the parent of this process has to send; from now on nothing lingers."""
        self.__init__(self._service, self._headers, self._patience)
        self._lingers = False


def read_results(answer: requests.Response, expected: int) -> Results | None:
    """The lines of an answer in the order of the entries; None where some are missing."""
    results: dict[int, dict[str, Any]] = {}
    for line in answer.content.splitlines():
        try:
            result = json.loads(line)
        except ValueError:
            return None
        if isinstance(result, dict) and isinstance(result.get("index"), int):
            results[result["index"]] = result
    if len(results) < expected:
        return None
    return [results[index] for index in range(expected)]


def refused(path: str, status: int | None, message: str | None) -> ServiceException:
    return ServiceException(
        f"Metadata request ({path}) failed (code {status}): {message}", status, message
    )


_writers: dict[str, Writer] = {}
_writers_lock = threading.Lock()


def writer(service: transport.Service, headers: Mapping[str, str], patience: float) -> Writer:
    """The writer to a service, always the same one of a process."""
    with _writers_lock:
        found = _writers.get(service.url)
        if found is None:
            found = _writers[service.url] = Writer(service, headers, patience)
        return found


def flush_all(seconds: float | None = None) -> bool:
    """Waits until nothing is left to send, to any service; raises what had failed."""
    nothing_left = True
    for each in list(_writers.values()):
        nothing_left = each.flush(seconds) and nothing_left
    return nothing_left


def _at_exit() -> None:
    try:
        flush_all()
    except Exception as fault:
        print(f"flowledger: metadata was not recorded: {fault}", file=sys.stderr, flush=True)


def _forked() -> None:
    global _writers_lock  # noqa: PLW0603
    _writers_lock = threading.Lock()
    for each in _writers.values():
        each.abandon()
    _Signals.relax()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


class _Signals:
    """Sends what is left when the process is told to end (SIGTERM).

    Only while something is left, and only where nobody else handles the signal: what the process
    does otherwise when it is told to end is none of our business.
    """

    _guarding = False

    @classmethod
    def guard(cls) -> None:
        if cls._guarding or threading.current_thread() is not threading.main_thread():
            return
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, cls._end)
            cls._guarding = True

    @classmethod
    def relax(cls) -> None:
        if not cls._guarding or threading.current_thread() is not threading.main_thread():
            return
        cls._guarding = False
        if signal.getsignal(signal.SIGTERM) == cls._end:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

    @classmethod
    def _end(cls, number: int, _: Any) -> None:
        signal.signal(number, signal.SIG_DFL)
        try:
            if not flush_all(_SIGNAL_SECONDS):
                print("flowledger: metadata was not recorded in time", file=sys.stderr, flush=True)
        except Exception as fault:
            print(f"flowledger: metadata was not recorded: {fault}", file=sys.stderr, flush=True)
        os.kill(os.getpid(), number)
