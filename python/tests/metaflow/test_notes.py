"""What the notes of users show works as they show it, with every provider."""

import json

import pytest
from harness import of_service

PROVIDERS = ("local", "service", "flowledger")


def settings_of(provider, server):
    # The names are those of the notes.
    return {"METAFLOW_METADATA": provider, "METAFLOW_SERVICE_URL": server.url}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_custom_metadata_is_recorded_and_inspected(server, workspace, provider):
    settings = settings_of(provider, server)
    run = workspace.run("my_flow", **settings)
    workspace.folder.joinpath("inspect_it.py").write_text(
        INSPECTION.replace("RUN", run), encoding="utf-8"
    )

    printed = workspace.python("inspect_it.py", **settings).splitlines()

    found = json.loads(printed[-1])
    assert found["artifact"] == {"model": "xgboost", "score": 0.93, "note": "Baseline experiment"}
    assert ["model", "xgboost", "user"] in found["fields"]
    assert ["score", "0.93", "user"] in found["fields"]
    assert ["note", "Baseline experiment", "user"] in found["fields"]
    assert found["attempts"] == [["attempt_id:0"]] * 3
    assert {"model: xgboost", "score: 0.93", "note: Baseline experiment"} <= set(printed)
    assert any(line.startswith("[Metadata(") for line in printed)

    status = workspace.metaflow("status", "MyFlow", **settings)
    assert [f"MyFlow/{run}", "completed"] in [line.split()[:2] for line in status.splitlines()]
    where = "local" if provider == "local" else f"{provider} ({server.url})"
    assert workspace.metaflow("metadata", "get", **settings).endswith(
        f"Using metadata provider: {where}\n"
    )


# The lines of the notes, for this run; and what is checked of what they see.
INSPECTION = """\
import json
from metaflow import Flow, Step, Task, metadata, namespace

namespace(None)
task = Step('MyFlow/RUN/train').task
task = Task(task.pathspec)
print(task.metadata)

task = Step('MyFlow/RUN/train').task
print(task.metadata)  # All key-value metadata entries

for m in task.metadata:
    if m.type == 'user':
        print(f"{m.field_name}: {m.value}")

from metaflow.plugins import METADATA_PROVIDERS
from metaflow import get_metadata
provider = next(p for p in METADATA_PROVIDERS if p.TYPE == get_metadata().split("@")[0])
kept = provider.get_object("task", "metadata", None, None, *task.pathspec.split("/"))
print(json.dumps({
    "artifact": task.data.metadata,
    "fields": [(m.field_name, m.value, m.type) for m in task.metadata if m.ts_epoch > 0],
    "attempts": [m["tags"] for m in kept if m["field_name"] in ("model", "score", "note")],
}))
"""


@pytest.mark.parametrize("provider", PROVIDERS)
def test_values_and_refusals(server, workspace, provider):
    settings = {"METAFLOW_DEFAULT_METADATA": provider, "METAFLOW_SERVICE_URL": server.url}

    output = workspace.python("values.py", "run", **settings)

    refused = json.loads(output.split("REFUSED ")[1].splitlines()[0])
    assert refused == {
        "": "ValueError",
        "attempt_ok": "ValueError",
        "a/b": "ValueError",
        "kkkkkkkkkk": "ValueError",
        "7": "TypeError",
        "set": "TypeError",
        "nan": "TypeError",
        "keys": "TypeError",
        "long": "ValueError",
        "get 7": "the key of metadata is a string, and not int",
    }
    if provider != "local":
        found = server.get("/search?field=attempted&value=1&flow=ValuesFlow")
        assert found, "search finds what was set"


def test_the_provider_is_switched_in_code(server, workspace):
    code = "from metaflow import metadata; print(metadata('{}'), metadata('local@.'))"
    workspace.run("my_flow", METAFLOW_DEFAULT_METADATA="local")
    for provider in ("service", "flowledger"):
        printed = workspace.python(
            "-c", code.format(f"{provider}@{server.url}"), **of_service("http://127.0.0.1:1")
        )
        assert printed.startswith(f"{provider}@{server.url} local@")
    # As the notes write it, without a place.
    printed = workspace.python(
        "-c", "from metaflow import metadata; print(metadata('service'))", **of_service(server.url)
    )
    assert printed == f"service@{server.url}\n"


def test_the_settings_of_metaflow_come_before_those_of_the_notes(server, workspace):
    code = (
        "from metaflow import get_metadata, metaflow_config as c;"
        " print(get_metadata().split('@')[0], c.DEFAULT_METADATA, c.DEFAULT_DATASTORE)"
    )
    for settings, expected in [
        ({"METAFLOW_METADATA": "service", "METAFLOW_DATASTORE": "s3"}, "service service s3"),
        (
            {
                "METAFLOW_METADATA": "service",
                "METAFLOW_DEFAULT_METADATA": "local",
                "METAFLOW_DATASTORE": "s3",
                "METAFLOW_DEFAULT_DATASTORE": "local",
            },
            "local local local",
        ),
        ({}, "local local local"),
    ]:
        printed = workspace.python("-c", code, METAFLOW_SERVICE_URL=server.url, **settings)
        assert printed.splitlines()[-1] == expected


def test_without_a_url_it_is_that_of_every_command(workspace):
    # Nothing is asked by any of this.
    code = """
from metaflow import get_metadata
from metaflow.metaflow_environment import MetaflowEnvironment
from metaflow.plugins import METADATA_PROVIDERS
from flowledger import Ledger
provider = next(p for p in METADATA_PROVIDERS if p.TYPE == "flowledger")
class Flow:
    name = "F"
made = provider(MetaflowEnvironment(None), Flow, None, None)
print(get_metadata(), made._service().url == Ledger().url == provider.INFO)
"""
    for url in ({}, {"METAFLOW_SERVICE_URL": ""}):
        settings = {"METAFLOW_DEFAULT_METADATA": "flowledger", **url}
        printed = workspace.python("-c", code, **settings)
        assert printed == "flowledger@http://127.0.0.1:8080 True\n"
        where = workspace.metaflow("metadata", "get", **settings)
        assert where.endswith("Using metadata provider: flowledger (http://127.0.0.1:8080)\n")


@pytest.mark.parametrize("asked", [["metadata", "get"], ["status"], ["status", "MyFlow"]])
def test_a_provider_that_there_is_not_is_told_in_a_sentence(workspace, asked):
    printed = workspace.metaflow(*asked, succeeds=False, METAFLOW_METADATA="nonsense")
    last = printed.splitlines()[-1]
    assert last.startswith("Error: METAFLOW_DEFAULT_METADATA (or METAFLOW_METADATA) is nonsense,")
    assert "flowledger, local, service" in last
    assert "Traceback" not in printed


def test_outside_of_a_step(workspace):
    code = """
from metaflow import FlowSpec, current, step
class F(FlowSpec):
    @step
    def start(self):
        self.next(self.end)
    @step
    def end(self):
        pass
for call in (F(use_cli=False).set_metadata, current.flowledger.set_metadata):
    try:
        call("key", 1)
    except Exception as refusal:
        print(type(refusal).__name__, refusal)
"""
    workspace.folder.joinpath("outside.py").write_text(code, encoding="utf-8")
    printed = workspace.python("outside.py")
    line = "NotInAStepException set_metadata is for the code of a step, while its task runs."
    assert printed.splitlines() == [line, line]
