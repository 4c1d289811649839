"""What a ledger answers, and by how many requests."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone

import pytest

from flowledger import Ledger
from flowledger.ledger import BadRequest, LedgerError, NotFound, Unreachable, arguments


def test_latest_successful_run_is_one_request(ledger, wire, flow):
    name, good, _ = flow
    run = ledger.latest_successful_run(name)
    assert (run.pathspec, run.status, run.user, run.tags) == (
        f"{name}/{good}",
        "completed",
        "anna",
        ("nightly",),
    )
    assert wire.requests == [f"GET /flows/{name}/runs?status=completed&_limit=1 HTTP/1.1"]
    assert ledger.requests_sent == 1


def test_every_question_is_one_request_over_one_connection(ledger, wire, flow):
    name, good, bad = flow
    questions = [
        lambda: ledger.latest_run(name),
        lambda: ledger.run(f"{name}/{good}"),
        lambda: ledger.status(f"{name}/{bad}"),
        lambda: ledger.diff(f"{name}/{good}", f"{name}/{bad}"),
        lambda: ledger.search("commit", "4f2a", flow=name).first(),
        ledger.audit_head,
        lambda: list(ledger.history(f"{name}/{good}")),
        lambda: list(ledger.runs(name)),
        lambda: ledger.as_of("1s").latest_run(name),
    ]
    for question in questions:
        question()
    assert len(wire.requests) == len(questions)
    assert wire.connections() == 1


def test_no_run_is_none(ledger, flow):
    assert ledger.latest_successful_run("NoSuchFlow") is None
    assert ledger.latest_run("NoSuchFlow") is None


def test_runs_by_filters(ledger, flow):
    name, good, bad = flow
    assert [run.run_number for run in ledger.runs(name)] == [bad, good]
    assert [run.run_number for run in ledger.runs(name, tags="new")] == [bad]
    assert [run.run_number for run in ledger.runs(name, tags=["nightly", "new"])] == [bad]
    assert [run.run_number for run in ledger.runs(name, user="anna")] == [good]
    assert [run.run_number for run in ledger.runs(name, status="failed")] == [bad]
    assert [run.run_number for run in ledger.runs(name, since="1h", limit=1)] == [bad]
    tomorrow = datetime.now() + timedelta(days=1)
    assert list(ledger.runs(name, since=tomorrow)) == []


def test_status(ledger, flow):
    name, _, bad = flow
    status = ledger.status(f"{name}/{bad}")
    assert (status.status, status.is_over, status.failures_total) == ("failed", True, 1)
    assert status.failures[0].pathspec.startswith(f"{name}/{bad}/end/")
    assert (status.tasks.total, status.tasks.failed, status.steps[0].step_name) == (1, 1, "end")
    assert status.created_at.tzinfo is timezone.utc
    assert isinstance(status.duration, timedelta)


def test_a_history_is_read_a_page_at_a_time(ledger, wire, server, flow):
    name, good, _ = flow
    for number in range(250):
        server.tag(f"{name}/{good}", f"t{number}")
    events = iter(ledger.history(f"{name}/{good}"))
    assert wire.requests == []
    first = next(events)
    assert (first.type, first.verdict, first.user) == ("RunRegistered", "applied", "anna")
    assert len(wire.requests) == 1
    rest = list(events)
    assert len(wire.requests) == 2
    assert len({event.position for event in [first, *rest]}) == 255
    tagged = list(ledger.history(f"{name}/{good}", type="RunTagsMutated", limit=3))
    assert [event.event["tags_to_add"] for event in tagged] == [["t0"], ["t1"], ["t2"]]


def test_metadata_artifacts_and_tasks(ledger, flow):
    name, good, _ = flow
    (task,) = ledger.tasks(f"{name}/{good}/end")
    assert ledger.task(task.pathspec) == task
    metadata = {row.name: (row.value, row.attempt) for row in ledger.metadata(task.pathspec)}
    assert metadata == {"attempt": ("0", 0), "commit": ("4f2a", 0), "attempt_ok": ("True", 0)}
    (artifact,) = ledger.artifacts(f"{name}/{good}")
    assert (artifact.pathspec, artifact.name, artifact.location, artifact.attempt) == (
        task.pathspec,
        "model",
        "s3://b/x",
        0,
    )


def test_the_past(ledger, server, flow):
    name, good, _ = flow
    registered = ledger.history(f"{name}/{good}").first()
    server.tag(f"{name}/{good}", "later")
    assert ledger.run(f"{name}/{good}").tags == ("nightly", "later")
    then = ledger.as_of(registered.position)
    assert then.run(f"{name}/{good}").tags == ("nightly",)
    with pytest.raises(NotFound):
        ledger.as_of(registered.at - timedelta(hours=1)).run(f"{name}/{good}")
    for question in (
        lambda: then.search(tag="x"),
        lambda: then.tail(name),
        then.flows,
        then.audit_head,
        lambda: then.diff(f"{name}/{good}"),
    ):
        with pytest.raises(ValueError, match="of the past"):
            question()


def test_differences(ledger, server, flow):
    name, good, bad = flow
    diff = ledger.diff(f"{name}/{good}", f"{name}/{bad}")
    assert [(change.change, change.name) for change in diff.of("tag")] == [("added", "new")]
    assert {
        change.name: (change.task, change.before, change.after) for change in diff.of("metadata")
    } == {
        "commit": ("end/0", "4f2a", "77aa"),
        "attempt_ok": ("end/0", "True", "False"),
    }
    assert [change.name for change in diff.of("artifact")] == ["model"]
    assert ledger.diff(f"{name}/{good}", bad) == diff
    position = list(ledger.history(f"{name}/{good}"))[-1].position
    server.tag(f"{name}/{good}", "later")
    changed = ledger.diff(f"{name}/{good}", start=position)
    assert [(one.kind, one.change, one.name) for one in changed.changes] == [
        ("tag", "added", "later")
    ]
    assert (changed.moment, changed.other_moment) == (position, None)


def test_search(ledger, flow):
    name, good, bad = flow
    (hit,) = ledger.search("commit", "77aa", flow=name)
    assert (hit.kind, hit.name, hit.value) == ("task", "commit", "77aa")
    assert hit.pathspec.startswith(f"{name}/{bad}/end/")
    found = ledger.search(tag="nightl", op="sw", flow=name, since="1d")
    assert [hit.pathspec for hit in found] == [f"{name}/{bad}", f"{name}/{good}"]
    with pytest.raises(BadRequest):
        list(ledger.search("commit", "(", op="re"))
    with pytest.raises(ValueError, match="field and its value"):
        ledger.search("commit")


def test_what_can_be_asked_for_is_what_the_server_has(ledger, server, flow):
    name, good, _ = flow
    server.tag(f"{name}/{good}", "later")
    assert {event.type for event in ledger.history(name)} == set(arguments.TYPES)
    for operator in arguments.OPERATORS:
        list(ledger.search("commit", "4f2a", op=operator, flow=name))
    for status in arguments.STATUSES:
        list(ledger.runs(name, status=status))
    both = list(ledger.history(name, type="RunTagsMutated,FlowRegistered", verdict="applied"))
    assert [event.type for event in both] == ["FlowRegistered", "RunTagsMutated"]


def test_audit_head(ledger, flow):
    heads = ledger.audit_head()
    assert [head.partition for head in heads] == list(range(len(heads)))
    assert sum(head.records for head in heads) > 0
    assert all(len(head.sha256) == 64 for head in heads)


def test_failures_are_told_apart(ledger, flow):
    name, good, _ = flow
    with pytest.raises(NotFound, match="run NoSuchFlow/1 is not registered") as failed:
        ledger.run("NoSuchFlow/1")
    assert failed.value.status == 404
    with pytest.raises(BadRequest, match="999@1"):
        ledger.as_of("999@1").run(f"{name}/{good}")
    with pytest.raises(Unreachable, match=r"no server answers at http://127\.0\.0\.1:1;"):
        Ledger("http://127.0.0.1:1").run("F/1")
    assert issubclass(NotFound, LedgerError)


@pytest.mark.parametrize("pathspec", ["", "F", "F//1", "F/..", "F/1/step"])
def test_what_is_no_pathspec_asks_nothing(ledger, wire, pathspec):
    with pytest.raises(ValueError, match="no pathspec such as Flow/run"):
        ledger.run(pathspec)
    assert wire.requests == []


def test_names_that_a_url_has_to_escape(ledger, server):
    server.post("/flows/a%20%C3%BC%3F", {})
    run = server.post("/flows/a%20%C3%BC%3F/run", {})["run_number"]
    assert ledger.run(f"a ü?/{run}").flow_id == "a ü?"


def test_pandas(ledger, flow):
    pandas = pytest.importorskip("pandas")
    name, good, bad = flow
    runs = ledger.runs(name).to_pandas()
    assert list(runs["run_number"]) == [bad, good]
    assert str(runs["created_at"].dtype).endswith("UTC]")
    assert list(ledger.search(tag="nobody has it").to_pandas().columns) == [
        "pathspec",
        "kind",
        "name",
        "value",
        "at",
    ]
    assert len(ledger.history(f"{name}/{good}").to_pandas()) == 5
    diff = ledger.diff(f"{name}/{good}", f"{name}/{bad}").to_pandas()
    assert isinstance(diff, pandas.DataFrame)
    assert set(diff["kind"]) == {"tag", "metadata", "artifact"}


def test_without_pandas_it_is_said_how_to_get_it(ledger, flow, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"pip install 'flowledger\[pandas\]'"):
        ledger.runs(flow[0]).to_pandas()
