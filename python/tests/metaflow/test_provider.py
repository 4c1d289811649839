"""The provider ``flowledger`` records what ``service`` records, with fewer requests."""

import os
import threading

from harness import Server, of_service, rows

WIDTH = int(os.environ.get("FLOWLEDGER_TEST_WIDTH", "6"))


def test_equal_rows_with_a_third_of_the_requests(server, workspace, proxied):
    found, counts = {}, {}
    for provider in ("service", "flowledger"):
        proxy = proxied(server.url)
        size = ("--width", str(WIDTH), "--max-workers", "4", "--annotate", "False")
        run = workspace.run("fan", *size, **of_service(proxy.url, provider))
        found[provider], counts[provider] = rows(server, "FanFlow", run), len(proxy.requests)

    assert found["flowledger"] == found["service"]
    print(f"{WIDTH} tasks: {counts}")
    assert counts["flowledger"] <= counts["service"] / 3


def test_lost_answers_make_nothing_twice(server, workspace, proxied):
    undisturbed = workspace.run(
        "fan", "--width", "3", "--tag", "lost:answers", **of_service(server.url)
    )
    proxy = proxied(server.url, lose=lambda method, path, count: method != "GET" and count % 2)

    run = workspace.run("fan", "--width", "3", "--tag", "lost:answers", **of_service(proxy.url))

    assert proxy.lost > 10
    assert rows(server, "FanFlow", run) == rows(server, "FanFlow", undisturbed)
    assert len(server.get("/flows/FanFlow/runs?_tags=lost:answers")) == 2


def test_kill_9_in_the_middle_of_a_foreach(tmp_path_factory, workspace, proxied):
    server = Server(tmp_path_factory.mktemp("killed"))
    try:
        undisturbed = workspace.run("fan", "--width", str(WIDTH), **of_service(server.url))
        middle = threading.Event()
        proxy = proxied(
            server.url,
            lose=lambda method, path, count: middle.set() if count > 2 * WIDTH else None,
        )
        settings = of_service(proxy.url)
        run_file = workspace.folder / "run.txt"
        process = workspace.start(
            "fan.py", "run", "--width", str(WIDTH), "--run-id-file", str(run_file), **settings
        )
        assert middle.wait(120)
        server.kill()
        server.start()
        output, _ = process.communicate(timeout=300)

        assert process.returncode == 0, output
        assert rows(server, "FanFlow", run_file.read_text()) == rows(server, "FanFlow", undisturbed)
        assert len(server.get("/flows/FanFlow/runs")) == 2
    finally:
        server.stop()
