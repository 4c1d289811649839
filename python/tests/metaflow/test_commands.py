"""What people type, and what they read when something is wrong."""

import pytest
from harness import of_service

from flowledger.metaflow.commands.table import duration


@pytest.fixture(scope="module")
def runs(server, tmp_path_factory):
    """Two runs of a flow, of which the first one failed."""
    from harness import Workspace

    workspace = Workspace(tmp_path_factory.mktemp("runs"))
    source = workspace.folder / "my_flow.py"
    working = source.read_text()
    source.write_text(
        working.replace("class MyFlow", "class TwiceFlow").replace(
            "    MyFlow()", "    TwiceFlow()"
        )
    )
    working = source.read_text()
    source.write_text(working.replace("self.model_score = 0.93", "raise RuntimeError('broken')"))
    failed = workspace.run("my_flow", succeeds=False, **of_service(server.url))
    source.write_text(working)
    return workspace, failed, workspace.run("my_flow", **of_service(server.url))


@pytest.mark.parametrize("provider", ["service", "flowledger"])
def test_status_of_a_flow_and_of_a_run(server, runs, provider):
    workspace, failed, good = runs
    settings = of_service(server.url, provider)

    of_flow = workspace.metaflow("status", "TwiceFlow", **settings)
    lines = [line.split() for line in of_flow.splitlines() if line.startswith("TwiceFlow/")]
    # A run that has failed a moment ago might be one that tries again.
    assert [line[:2] for line in lines] in [
        [[f"TwiceFlow/{good}", "completed"], [f"TwiceFlow/{failed}", outcome]]
        for outcome in ("running", "failed")
    ]
    of_run = workspace.metaflow("status", f"TwiceFlow/{failed}", **settings)
    assert ["train", "1", "0", "1", "0"] in [line.split() for line in of_run.splitlines()]
    assert f"Using metadata provider: {provider} ({server.url})" in of_run


def test_status_by_the_client_alone(server, runs, proxied):
    workspace, failed, good = runs
    settings = of_service(proxied(server.url, disguised=True).url, "service")

    of_flow = workspace.metaflow("status", "TwiceFlow", **settings)
    lines = [line.split() for line in of_flow.splitlines() if line.startswith("TwiceFlow/")]
    assert [line[:2] for line in lines] == [
        [f"TwiceFlow/{good}", "completed"],
        [f"TwiceFlow/{failed}", "failed"],
    ]
    of_run = workspace.metaflow("status", f"TwiceFlow/{failed}", **settings)
    assert ["train", "1", "0", "1", "0"] in [line.split() for line in of_run.splitlines()]


def test_log_status_and_diff_of_a_flow(server, runs):
    workspace, failed, good = runs
    settings = of_service(server.url)

    log = workspace.python("my_flow.py", "flowledger", "log", **settings)
    assert f"run {good} registered by tester" in log
    assert "model = xgboost" in log
    workspace.python("my_flow.py", "tag", "add", "--run-id", good, "prod", **settings)
    workspace.python("my_flow.py", "tag", "remove", "--run-id", good, "prod", **settings)
    log = workspace.python("my_flow.py", "flowledger", "log", good, **settings)
    assert "  tags: +prod\n" in log
    assert "  tags: -prod\n" in log
    status = workspace.python("my_flow.py", "flowledger", "status", failed, **settings)
    assert f"failed: attempt 0 of TwiceFlow/{failed}/train/" in status
    diff = workspace.python("my_flow.py", "flowledger", "diff", failed, good, **settings)
    assert "+ step end" in diff
    assert "attempt_ok = False -> True" in diff
    assert "model = xgboost" in diff


@pytest.mark.parametrize(
    ("arguments", "settings", "expected"),
    [
        (["status", "NoFlow"], {}, "flow NoFlow is not registered"),
        (["status", "TwiceFlow/999999"], {}, "TwiceFlow/999999 is not registered"),
        (["status", "a/b/c"], {}, "FLOW or FLOW/RUN is expected"),
        (["status", "F"], {"METAFLOW_SERVICE_URL": "http://127.0.0.1:1"}, "Connection refused"),
        (
            ["status", "F"],
            {"METAFLOW_SERVICE_URL": "", "METAFLOW_DEFAULT_METADATA": "service"},
            "METAFLOW_SERVICE_URL is not set",
        ),
        (["status", "F"], {"METAFLOW_DEFAULT_METADATA": "local"}, "Flow('F') does not exist"),
    ],
)
def test_errors_say_what_is_wrong(server, workspace, arguments, settings, expected):
    printed = workspace.metaflow(
        *arguments, succeeds=False, **{**of_service(server.url), **settings}
    )
    assert expected in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("run", ["Foo/1", "TwiceFlow/", "TwiceFlow/1/start"])
@pytest.mark.parametrize("asked", [["log"], ["status"], ["diff"], ["diff", "1"]])
def test_runs_of_other_flows_are_none_of_this(server, runs, asked, run):
    workspace, _, _ = runs
    printed = workspace.python(
        "my_flow.py", "flowledger", *asked, run, succeeds=False, **of_service(server.url)
    )
    expected = f"{run} is no run of TwiceFlow: RUN is expected, as 12 or TwiceFlow/12"
    assert printed.endswith(f"Error: {expected}\n")


@pytest.mark.parametrize(
    ("ms", "expected"),
    [
        (None, ""),
        (0, "0 ms"),
        (999, "999 ms"),
        (1_899.9, "1.8 s"),
        (59_999, "59.9 s"),
        (60_000, "1m 00s"),
        (3_599_999, "59m 59s"),
        (3_600_000, "1h 00m"),
        (90_061_000, "1d 01h"),
    ],
)
def test_durations_are_as_flowledger_status_shows_them(ms, expected):
    assert duration(ms) == expected


def test_flow_commands_need_flowledger(workspace):
    printed = workspace.python(
        "my_flow.py", "flowledger", "log", succeeds=False, METAFLOW_DEFAULT_METADATA="local"
    )
    assert "the metadata provider is not Flowledger: local@" in printed
    assert "Traceback" not in printed


def test_status_without_a_flow_is_that_of_metaflow(workspace):
    workspace.run("my_flow")
    assert "Available flows:\n* Flow('MyFlow')" in workspace.metaflow("status")
