"""What has happened in a run, where it stands, and what has changed, in lines."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from metaflow._vendor import click

from flowledger.metaflow.commands.ledger_api import LedgerApi, NotFound, ledger_api
from flowledger.metaflow.commands.status import show_run
from flowledger.metaflow.commands.table import moment, printable
from flowledger.metaflow.providers import described

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_VALUE = 200


def show_log(obj: Any, run: str | None) -> None:
    with _asked(obj, run) as (api, flow, number):
        for event in api.pages("flows", flow, "runs", number, "events", _limit=500):
            for line in story(event):
                click.echo(f"{moment(event['ts_epoch'])}  {line}")


def show_status(obj: Any, run: str | None) -> None:
    with _asked(obj, run) as (api, flow, number):
        known = api.get("flows", flow, "runs", number, "status")
        show_run(known)
        for failure in known["failures"]:
            click.echo(f"failed: attempt {failure['attempt']} of {printable(failure['pathspec'])}")


def show_diff(obj: Any, run: str | None, other: str | None) -> None:
    with _asked(obj, run) as (api, flow, number):
        other = None if other is None else _number(flow, other)
        lines = list(changes(api.get("flows", flow, "runs", number, "diff", run=other)))
        click.echo("\n".join(lines) if lines else "nothing has changed")


@contextmanager
def _asked(obj: Any, run: str | None) -> Iterator[tuple[LedgerApi, str, str]]:
    """The server, the flow and the run; says clearly where there is none."""
    flow, provider = obj.flow.name, described(obj.metadata)
    api = ledger_api(provider)
    if api is None:
        raise click.ClickException(
            f"the metadata provider is not Flowledger: {provider}\n"
            "Run with METAFLOW_DEFAULT_METADATA=flowledger and METAFLOW_SERVICE_URL."
        )
    try:
        yield api, flow, _number(flow, run) if run else _latest(api, flow)
    except NotFound as missing:
        raise click.ClickException(str(missing)) from None


def _number(flow: str, run: str) -> str:
    number = run[len(flow) + 1 :] if run.startswith(flow + "/") else run
    if not number or "/" in number:
        raise click.ClickException(
            f"{run} is no run of {flow}: RUN is expected, as 12 or {flow}/12"
        )
    return number


def _latest(api: LedgerApi, flow: str) -> str:
    runs = api.get("flows", flow, "runs", _limit=1)
    if not runs:
        raise click.ClickException(f"{flow} has no runs yet")
    return str(runs[0]["run_number"])


def story(event: dict[str, Any]) -> Iterator[str]:
    """Lines about an event; several where it records several things."""
    said = event["event"]
    task = f"{event['step_name']}/{event['task_id']}"
    kind = event["type"]
    if event["verdict"] != "applied":
        yield f"{kind} was {event['verdict']}: {printable(event['reason'])}"
    elif kind == "RunRegistered":
        yield f"run {event['run_number']} registered by {printable(event['user_name'])}"
    elif kind == "StepRegistered":
        yield f"step {printable(event['step_name'])}"
    elif kind == "TaskRegistered":
        yield f"task {printable(task)} registered"
    elif kind == "RunTagsMutated":
        changed = [f"+{tag}" for tag in said["tags_to_add"]] + [
            f"-{tag}" for tag in said["tags_to_remove"]
        ]
        yield "tags: " + printable(", ".join(changed))
    elif kind == "ArtifactsRecorded":
        names = ", ".join(entry["name"] for entry in said["entries"])
        yield printable(f"{task} recorded {len(said['entries'])} artifacts: {names}")
    elif kind == "MetadataRecorded":
        for entry in said["entries"]:
            yield printable(f"{task} {entry['field_name']}") + _value(entry["value"])
    else:
        yield kind


def changes(found: dict[str, Any]) -> Iterator[str]:
    """Lines of a difference: what is there now with a plus, what was with a minus."""
    for kind in ("tags", "steps", "tasks"):
        for sign, which in (("-", "removed"), ("+", "added")):
            for name in found[kind][which]:
                yield f"{sign} {kind[:-1]} {printable(name)}"
    for kind in ("metadata", "artifacts"):
        for sign, which in (("-", "removed"), ("+", "added")):
            for entry in found[kind][which]:
                yield f"{sign} {_entry(entry)}{_value(entry.get('value'))}"
        for entry in found[kind]["changed"]:
            yield f"~ {_entry(entry)}{_value(entry.get('from'))}{_value(entry.get('to'), ' -> ')}"


def _entry(entry: dict[str, Any]) -> str:
    return printable(f"{entry['task']} {entry.get('field_name') or entry.get('name')}")


def _value(value: Any, sign: str = " = ") -> str:
    return "" if value is None else sign + printable(value)[:_LONGEST_VALUE]
