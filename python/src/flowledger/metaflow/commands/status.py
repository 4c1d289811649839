"""``metaflow status [FLOW[/RUN]]``, with whatever metadata provider is configured."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING, Any

from metaflow._vendor import click

from flowledger.metaflow.commands.ledger_api import LedgerApi, NotFound, ledger_api
from flowledger.metaflow.commands.metadata import default_provider, provider_line
from flowledger.metaflow.commands.table import duration, moment, table

if TYPE_CHECKING:
    from metaflow.client import Run, Task

_RUNS_HEAD = ("RUN", "STATUS", "DURATION", "BY", "WHEN", "TAGS")
_STEPS_HEAD = ("STEP", "TASKS", "COMPLETED", "FAILED", "OTHER")


@click.group()
def cli() -> None:
    pass


@cli.command(help="Shows flows; the latest runs of a FLOW; or the steps of a RUN.")
@click.argument("pathspec", metavar="[FLOW[/RUN]]", required=False)
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 500), help="Runs.")
@click.pass_context
def status(ctx: click.Context, pathspec: str | None, limit: int) -> None:
    from metaflow.client import namespace  # noqa: PLC0415

    provider = default_provider()
    if pathspec is None and provider.startswith("local@") and _replaced is not None:
        ctx.invoke(_replaced)
        return
    namespace(None)  # runs of all people
    click.echo(provider_line(provider), err=True)
    names = [] if pathspec is None else pathspec.strip("/").split("/")
    if len(names) > 2 or not all(names):
        raise click.UsageError("FLOW or FLOW/RUN is expected, as MyFlow/12")
    api = ledger_api(provider)
    try:
        if not names:
            show_flows()
        elif api is not None:
            show_status(api, names, limit)
        else:
            _show_by_client(names, limit)
    except NotFound as missing:
        raise click.ClickException(str(missing)) from None


# ---- what Flowledger answers ----


def show_status(api: LedgerApi, names: list[str], limit: int) -> None:
    if len(names) == 2:
        show_run(api.get("flows", names[0], "runs", names[1], "status"))
        return
    api.get("flows", names[0])
    runs = api.pages("flows", names[0], "runs", _limit=min(limit, 50))
    rows = []
    for run in islice(runs, limit):
        known = api.get("flows", names[0], "runs", run["run_number"], "status")
        rows.append(run_row(names[0], known))
    _echo_runs(names[0], rows)


def run_row(flow: str, run: dict[str, Any]) -> tuple[Any, ...]:
    return (
        f"{flow}/{run['run_id'] or run['run_number']}",
        run["status"],
        duration(run["duration_ms"]),
        run["user_name"],
        moment(run["created_at"]),
        ", ".join(run["tags"]),
    )


def show_run(run: dict[str, Any]) -> None:
    """The status of a run as the server answers it."""
    click.echo(table(_RUNS_HEAD, [run_row(run["flow_id"], run)]))
    if run["steps"]:
        click.echo()
        click.echo(
            table(
                _STEPS_HEAD,
                [
                    (
                        step["step_name"],
                        step["tasks"]["total"],
                        step["tasks"]["completed"],
                        step["tasks"]["failed"],
                        step["tasks"]["total"]
                        - step["tasks"]["completed"]
                        - step["tasks"]["failed"],
                    )
                    for step in run["steps"]
                ],
            )
        )


# ---- what Metaflow's client reads ----


def show_flows() -> None:
    from metaflow.client import Metaflow  # noqa: PLC0415

    click.echo("Available flows:")
    for flow in Metaflow():
        click.echo(f"* {flow.id}")


def _show_by_client(names: list[str], limit: int) -> None:
    from metaflow.client import Flow, Run  # noqa: PLC0415
    from metaflow.exception import MetaflowException  # noqa: PLC0415

    try:
        if len(names) == 1:
            runs = islice(Flow(names[0]).runs(), limit)
            _echo_runs(names[0], [_client_row(run) for run in runs])
            return
        run = Run("/".join(names))
        click.echo(table(_RUNS_HEAD, [_client_row(run)]))
        steps = [_step_row(step) for step in reversed(list(run.steps()))]
    except MetaflowException as fault:
        raise click.ClickException(str(fault)) from None
    if steps:
        click.echo()
        click.echo(table(_STEPS_HEAD, steps))


def _client_row(run: Run) -> tuple[Any, ...]:
    created = run.created_at.timestamp() * 1000
    finished = run.finished_at
    took = None if finished is None else finished.timestamp() * 1000 - created
    user = next((tag[5:] for tag in run.system_tags if tag.startswith("user:")), "")
    tags = ", ".join(sorted(run.user_tags))
    return run.pathspec, _client_status(run), duration(took), user, moment(created), tags


def _client_status(run: Run) -> str:
    if run.finished:
        return "completed" if run.successful else "failed"
    # Without heartbeats, nobody knows whether it goes on.
    failed = any(_task_status(task) == "failed" for step in run.steps() for task in step)
    return "failed" if failed else "unfinished"


def _task_status(task: Task) -> str:
    if not task.finished:
        outcomes = [entry.value for entry in task.metadata if entry.name == "attempt_ok"]
        return "failed" if outcomes and outcomes[-1] == "False" else "unfinished"
    return "completed" if task.successful else "failed"


def _step_row(step: Any) -> tuple[Any, ...]:
    states = [_task_status(task) for task in step]
    completed, failed = states.count("completed"), states.count("failed")
    return step.id, len(states), completed, failed, len(states) - completed - failed


def _echo_runs(flow: str, rows: list[tuple[Any, ...]]) -> None:
    click.echo(table(_RUNS_HEAD, rows) if rows else f"{flow} has no runs yet")


def _replace() -> Any:
    """Takes the place of Metaflow's own command, which it asks first, and keeps it for its case."""
    for name in ("metaflow.cmd.main_cli", "__main__"):
        group = getattr(sys.modules.get(name), "main", None)
        if isinstance(group, click.Group) and "status" in group.commands:
            return group.commands.pop("status")
    return None


_replaced = _replace()
