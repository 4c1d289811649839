"""``python flow.py flowledger log|status|diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaflow._vendor import click

from flowledger.metaflow.commands.ledger_api import LedgerApi, NotFound, ledger_api
from flowledger.metaflow.commands.table import moment, printable

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.group()
def cli() -> None:
    pass


@cli.group(help="Asks Flowledger about runs of this flow.")
def flowledger() -> None:
    pass


@flowledger.command(help="Shows what has happened in a RUN, by default in the latest.")
@click.argument("run", required=False)
@click.pass_obj
def log(obj: Any, run: str | None) -> None:
    with _Asking(obj, run) as (api, flow, number):
        for event in api.pages("flows", flow, "runs", number, "events", _limit=500):
            for line in story(event):
                click.echo(f"{moment(event['ts_epoch'])}  {line}")


@flowledger.command(help="Shows where a RUN stands, by default the latest.")
@click.argument("run", required=False)
@click.pass_obj
def status(obj: Any, run: str | None) -> None:
    from flowledger.metaflow.commands.status import show_run  # noqa: PLC0415

    with _Asking(obj, run) as (api, flow, number):
        known = api.get("flows", flow, "runs", number, "status")
        show_run(known)
        for failure in known["failures"]:
            click.echo(f"failed: attempt {failure['attempt']} of {printable(failure['pathspec'])}")


@flowledger.command(
    help="Shows what has changed in a RUN since it was registered, or from RUN to OTHER."
)
@click.argument("run", required=False)
@click.argument("other", required=False)
@click.pass_obj
def diff(obj: Any, run: str | None, other: str | None) -> None:
    with _Asking(obj, run) as (api, flow, number):
        other = None if other is None else _number(flow, other)
        lines = list(changes(api.get("flows", flow, "runs", number, "diff", run=other)))
        click.echo("\n".join(lines) if lines else "nothing has changed")


class _Asking:
    """Finds the server and the run, and says clearly where there is none."""

    def __init__(self, obj: Any, run: str | None) -> None:
        self._obj = obj
        self._run = run

    def __enter__(self) -> tuple[LedgerApi, str, str]:
        flow = self._obj.flow.name
        api = ledger_api(self._obj.metadata.metadata_str())
        if api is None:
            raise click.ClickException(
                "the metadata provider is not Flowledger: "
                + self._obj.metadata.metadata_str()
                + "\nRun with --metadata flowledger, or METAFLOW_DEFAULT_METADATA=flowledger,"
                " and METAFLOW_SERVICE_URL."
            )
        try:
            return api, flow, _number(flow, self._run) if self._run else _latest(api, flow)
        except NotFound as missing:
            raise click.ClickException(str(missing)) from None

    def __exit__(self, kind: Any, fault: Any, trace: Any) -> None:
        if isinstance(fault, NotFound):
            raise click.ClickException(str(fault)) from None


def _number(flow: str, run: str) -> str:
    return run[len(flow) + 1 :] if run.startswith(flow + "/") else run


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
        yield f"step {event['step_name']}"
    elif kind == "TaskRegistered":
        yield f"task {task} registered"
    elif kind == "RunTagsMutated":
        yield "tags: " + ", ".join(
            [f"+{printable(tag)}" for tag in said.get("tags_added") or ()]
            + [f"-{printable(tag)}" for tag in said.get("tags_removed") or ()]
        )
    elif kind == "ArtifactsRecorded":
        names = ", ".join(printable(entry["name"]) for entry in said["entries"])
        yield f"{task} recorded {len(said['entries'])} artifacts: {names}"
    elif kind == "MetadataRecorded":
        for entry in said["entries"]:
            value = printable(entry["value"])
            yield f"{task} {printable(entry['field_name'])} = {value[:200]}"
    else:
        yield kind


def changes(found: dict[str, Any]) -> Iterator[str]:
    """Lines of a difference: what is there now with a plus, what was with a minus."""
    for kind in ("tags", "steps", "tasks"):
        for sign, which in (("-", "removed"), ("+", "added")):
            for name in found[kind][which]:
                yield f"{sign} {kind[:-1]} {printable(name)}"
    for kind, key in (("metadata", "field_name"), ("artifacts", "name")):
        for sign, which in (("-", "removed"), ("+", "added")):
            for entry in found[kind][which]:
                yield f"{sign} {_entry(entry, key)}{_value(entry.get('value', entry.get('sha')))}"
        for entry in found[kind]["changed"]:
            before, after = entry.get("from"), entry.get("to")
            yield f"~ {_entry(entry, key)}{_value(before)} ->{_value(after)[2:]}"


def _entry(entry: dict[str, Any], key: str) -> str:
    return f"{printable(entry['task'])} {printable(entry[key])}"


def _value(value: Any) -> str:
    return "" if value is None else " = " + printable(value)[:200]
