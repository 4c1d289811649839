"""Events as they come, through cuts and restarts: none is skipped, none comes twice."""

from __future__ import annotations

import threading

import pytest

from flowledger import Ledger
from flowledger.ledger import BadRequest, NotFound, Unreachable

LIMIT = 60


class Reader:
    """Reads a tail on a thread of its own."""

    def __init__(self, events) -> None:
        self._events = events
        self._seen: list[str] = []
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for event in self._events:
            with self._changed:
                self._seen += event.event["tags_to_add"]
                self._changed.notify_all()

    def when(self, count: int) -> list[str]:
        """The tags that it has read, as soon as there are so many."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._seen) >= count, LIMIT), self._seen
            return list(self._seen)


def test_what_happens_from_now_on(ledger, server, flow):
    name, good, _ = flow
    server.tag(f"{name}/{good}", "before")
    reader = Reader(ledger.tail(name, type="RunTagsMutated"))
    server.tag(f"{name}/{good}", "a")
    server.tag(f"{name}/{good}", "b")
    assert reader.when(2) == ["a", "b"]


def test_a_wire_that_is_cut(wire, server, flow):
    name, good, _ = flow
    reader = Reader(Ledger(wire.url, headers={}).tail(f"{name}/{good}"))
    server.tag(f"{name}/{good}", "0")
    reader.when(1)
    for number in range(1, 7, 2):
        wire.cut()
        server.tag(f"{name}/{good}", str(number))
        wire.mend()
        server.tag(f"{name}/{good}", str(number + 1))
        assert reader.when(number + 2) == [str(one) for one in range(number + 2)]


def test_a_wire_that_is_cut_before_the_first_event(wire, server, flow):
    name, good, _ = flow
    events = Ledger(wire.url, headers={}).tail(f"{name}/{good}")
    wire.cut()
    server.tag(f"{name}/{good}", "in between")
    wire.mend()
    assert Reader(events).when(1) == ["in between"]


def test_a_server_that_is_killed_and_started_again(server, flow):
    name, good, _ = flow
    reader = Reader(Ledger(server.url, headers={}).tail(f"{name}/{good}"))
    server.tag(f"{name}/{good}", "a")
    reader.when(1)
    server.kill()
    server.start()
    server.tag(f"{name}/{good}", "b")
    assert reader.when(2) == ["a", "b"]


def test_behind_a_position(ledger, server, flow):
    name, good, _ = flow
    history = list(ledger.history(f"{name}/{good}"))
    events = ledger.tail(f"{name}/{good}", after=history[1].position)
    assert [next(events).position for _ in history[2:]] == [event.position for event in history[2:]]
    events.close()


def test_what_is_not_there(ledger, wire, flow):
    with pytest.raises(NotFound):
        next(ledger.tail("NoSuchFlow"))
    with pytest.raises(BadRequest):
        next(ledger.tail(flow[0], after="999@1"))
    wire.close()
    with pytest.raises(Unreachable):
        next(Ledger(wire.url, headers={}).tail(flow[0], after="0@0", patience=0.5))
