"""The provider ``flowledger`` records what ``service`` records, with fewer requests."""

import json
import os
import re
import threading
from collections import Counter

from harness import Server, differences, of_service, rows

WIDTH = int(os.environ.get("FLOWLEDGER_TEST_WIDTH", "4"))


def of_width(width):
    return "--width", str(width), "--max-num-splits", "1000", "--max-workers", "4"


def test_equal_rows_with_a_third_of_the_requests(server, workspace, proxied):
    found, counts = {}, {}
    for provider in ("service", "flowledger"):
        proxy = proxied(server.url)
        size = (*of_width(WIDTH), "--annotate", "False")
        run = workspace.run("fan", *size, **of_service(proxy.url, provider))
        found[provider], counts[provider] = rows(server, "FanFlow", run), len(proxy.requests)

    assert differences(found["flowledger"], found["service"]) == {}
    print(f"{WIDTH} tasks: {counts}")
    assert counts["flowledger"] <= counts["service"] / 3


def test_lost_answers_make_nothing_twice(server, workspace, proxied):
    undisturbed = workspace.run(
        "fan", "--width", "3", "--tag", "lost:answers", **of_service(server.url)
    )
    proxy = proxied(server.url, lose=lambda method, path, count: method != "GET" and count % 2)

    run = workspace.run("fan", "--width", "3", "--tag", "lost:answers", **of_service(proxy.url))

    assert proxy.lost > 10
    assert differences(rows(server, "FanFlow", run), rows(server, "FanFlow", undisturbed)) == {}
    assert len(server.get("/flows/FanFlow/runs?_tags=lost:answers")) == 2


def test_kill_9_in_the_middle_of_a_foreach(tmp_path_factory, workspace, proxied):
    server = Server(tmp_path_factory.mktemp("killed"))
    try:
        undisturbed = workspace.run("fan", *of_width(WIDTH), **of_service(server.url))
        middle = threading.Event()
        proxy = proxied(
            server.url,
            lose=lambda method, path, count: middle.set() if count > 2 * WIDTH else None,
        )
        settings = of_service(proxy.url)
        run_file = workspace.folder / "run.txt"
        process = workspace.start(
            "fan.py", "run", *of_width(WIDTH), "--run-id-file", str(run_file), **settings
        )
        assert middle.wait(120)
        server.kill()
        server.start()
        output, _ = process.communicate(timeout=300)

        assert process.returncode == 0, output
        assert (
            differences(
                rows(server, "FanFlow", run_file.read_text()), rows(server, "FanFlow", undisturbed)
            )
            == {}
        )
        assert len(server.get("/flows/FanFlow/runs")) == 2
    finally:
        server.stop()


def test_another_service_is_asked_as_service_asks_it(server, workspace, proxied):
    found, counts = {}, {}
    for provider in ("service", "flowledger"):
        proxy = proxied(server.url, disguised=True)
        run = workspace.run("my_flow", **of_service(proxy.url, provider))
        found[provider] = rows(server, "MyFlow", run)
        counts[provider] = Counter(
            re.sub(r"\d+", "N", f"{method} {path}")
            for method, path in proxy.requests
            if not path.endswith("/heartbeat")
        )

    assert differences(found["flowledger"], found["service"]) == {}
    asked_first = counts["flowledger"].pop("POST /events")
    assert asked_first == 4, "once a process: the run, and three tasks"
    # Heartbeats of `service` ask for the version of the service; that is known already.
    for each in counts.values():
        each.pop("GET /ping", None)
        each.pop("POST /flows/MyFlow", None)  # by whoever is the first of all tests
    assert counts["flowledger"] == counts["service"]


def test_names_of_a_scheduler(server, workspace):
    found = {}
    for provider in ("service", "flowledger"):
        settings = of_service(server.url, provider)
        run, parameters, task = (f"argo-{provider}-{kind}" for kind in ("run", "p", "t"))
        workspace.python(
            *("my_flow.py", "init", "--run-id", run, "--task-id", parameters), **settings
        )
        for attempt in ("0", "1"):
            workspace.python(
                *("my_flow.py", "step", "start", "--run-id", run, "--task-id", task),
                *("--retry-count", attempt, "--max-user-code-retries", "1"),
                *("--input-paths", f"{run}/_parameters/{parameters}"),
                **settings,
            )
        text = json.dumps(rows(server, "MyFlow", run))
        found[provider] = json.loads(text.replace(f"argo-{provider}-", "argo-"))

    assert differences(found["flowledger"], found["service"]) == {}


def test_resume_and_tags(server, workspace):
    found = {}
    for provider in ("service", "flowledger"):
        settings = of_service(server.url, provider)
        origin = workspace.run("my_flow", "--tag", "first", **settings)
        run = workspace.folder / "resumed.txt"
        workspace.python(
            *("my_flow.py", "resume", "end", "--origin-run-id", origin, "--run-id-file", str(run)),
            **settings,
        )
        workspace.python(
            "my_flow.py", "tag", "add", "--run-id", run.read_text(), "second", **settings
        )
        text = json.dumps(rows(server, "MyFlow", run.read_text()))
        found[provider] = json.loads(re.sub(rf'"{origin}\\"|: \\"\d+\\"', "", text))

    assert differences(found["flowledger"], found["service"]) == {}
