"""Metadata, artifacts and heartbeats that are produced straight to the log."""

import json
import time

import pytest
from harness import Server, differences, of_service, rows

pytest.importorskip("confluent_kafka")
pytest.importorskip("fastavro")


@pytest.fixture(scope="module")
def with_kafka(tmp_path_factory):
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(tmp_path_factory.mktemp("kafka"), "--kafka-port", str(port))
    server.kafka = f"127.0.0.1:{port}"
    yield server
    server.stop()


def test_equal_rows(with_kafka, workspace, proxied):
    server = with_kafka
    expected = workspace.run("fan", "--width", "2", **of_service(server.url))
    proxy = proxied(server.url)
    settings = of_service(proxy.url, METAFLOW_FLOWLEDGER_KAFKA=server.kafka)

    run = workspace.run("fan", "--width", "2", **settings)

    assert differences(rows(server, "FanFlow", run), rows(server, "FanFlow", expected)) == {}
    written = [path for method, path in proxy.requests if method == "POST"]
    assert set(written) == {"/events", "/flowledger/numbers"}
    assert server.get("/flowledger/dead-letters") == []
    events = server.get(f"/flows/FanFlow/runs/{run}/events?type=ArtifactsRecorded&_limit=500")
    assert {event["written_by"].split("/")[0] for event in events} == {"flowledger-metaflow"}


def test_what_is_set_is_read_at_once(with_kafka, workspace):
    settings = of_service(with_kafka.url, METAFLOW_FLOWLEDGER_KAFKA=with_kafka.kafka)
    assert "REFUSED" in workspace.python("values.py", "run", **settings)


def test_heartbeats(with_kafka, workspace):
    run = workspace.run("my_flow", **of_service(with_kafka.url))
    path = f"/flows/MyFlow/runs/{run}"
    before = with_kafka.get(path)["last_heartbeat_ts"]
    task = with_kafka.get(f"{path}/steps/train/tasks")[0]
    code = f"""
import time
from flowledger.metaflow import heartbeats, log, transport
log = log.event_log({with_kafka.kafka!r}, transport.service({with_kafka.url!r}), {{}}, 60)
beats = [heartbeats.Heartbeat("http://127.0.0.1:1/", {{}}, log=log.heartbeat(place), interval=0.2)
    for place in [("MyFlow", "{run}", None, None), ("MyFlow", "{run}", "train", {task["task_id"]})]]
time.sleep(90)
"""
    process = workspace.start("-c", code)
    deadline = time.monotonic() + 60
    try:
        while with_kafka.get(path)["last_heartbeat_ts"] <= before:
            assert time.monotonic() < deadline
        while with_kafka.get(f"{path}/steps/train/tasks")[0] == task:
            assert time.monotonic() < deadline
    finally:
        process.kill()


def test_a_log_that_is_not_there_is_told(with_kafka, workspace):
    code = """
from flowledger.metaflow import log, transport
transport.TELL_AFTER = 0.5
event_log = log.event_log("127.0.0.1:1", transport.service(%r), {}, 2.7)
event_log.record_metadata(("MyFlow", "1", "start", "1"), [
    {"field_name": "a", "value": "b", "type": "user", "user_name": None, "tags": []}])
event_log.flush()
"""
    printed = workspace.python("-c", code % with_kafka.url, succeeds=False)
    told, *trace, fault = printed.splitlines()
    assert told == "flowledger: 127.0.0.1:1 does not answer, trying again for up to 2 s"
    assert trace[0].startswith("Traceback")  # and nothing of Kafka's client
    assert fault.endswith("LogException: 127.0.0.1:1: Local: Message timed out")


def test_the_log_is_tried_for_as_long_as_the_service_is(with_kafka, workspace):
    code = """
from flowledger.metaflow import log
from flowledger.metaflow.provider import FlowledgerMetadataProvider
def producer(servers, patience):
    print(servers, patience)
log._producer = producer
print(FlowledgerMetadataProvider._event_log()._patience)
"""
    settings = of_service(
        with_kafka.url,
        METAFLOW_FLOWLEDGER_KAFKA="127.0.0.1:1",
        METAFLOW_FLOWLEDGER_PATIENCE_SECONDS="8",
    )
    # At the end of the process there is no producer to wait for.
    printed = workspace.python("-c", code, **settings)
    assert printed.splitlines()[:2] == ["127.0.0.1:1 8.0", "8.0"]


@pytest.mark.parametrize(("patience", "expected"), [(0, 1_000), (8, 8_000), (1e9, 1 << 30)])
def test_a_delivery_is_never_for_ever(monkeypatch, patience, expected):
    import confluent_kafka

    from flowledger.metaflow import log

    monkeypatch.setattr(confluent_kafka, "Producer", lambda settings, **_: settings)
    assert log._producer("kafka:9092", patience)["delivery.timeout.ms"] == expected


def test_what_nobody_has_waited_for_is_waited_for_at_the_end(workspace):
    code = """
from flowledger.metaflow import log, transport
class Producer:
    def flush(self, seconds):
        return 1
log._producer = lambda servers, patience: Producer()
log.event_log("kafka:9092", transport.service("http://127.0.0.1:1"), {}, 1)
"""
    assert workspace.python("-c", code) == (
        "flowledger: metadata was not recorded: kafka:9092: no answer\n"
    )


def test_murmur2_is_that_of_kafka():
    from flowledger.metaflow.murmur2 import murmur2

    # The values of Kafka's own test of it.
    expected = {
        b"21": -973932308,
        b"foobar": -790332482,
        b"a-little-bit-long-string": -985981536,
        b"a-little-bit-longer-string": -1486304829,
        b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
        b"abc": 479470107,
    }
    assert {key: murmur2(key) for key in expected} == {
        key: value & 0xFFFFFFFF for key, value in expected.items()
    }


def test_lists_are_texts_as_the_service_stores_them(server):
    import urllib.request

    from flowledger.metaflow.postgres_array import value_text

    values = ["x", 1, 0.5, True, ["a=1", 'say "so"', "", "null", "a,b", "back\\slash"], [1, 2]]
    body = json.dumps([{"field_name": "f", "value": value, "type": "t"} for value in values])
    for path, registered in [
        ("/flows/ListFlow", "{}"),
        ("/flows/ListFlow/run", "{}"),
    ]:
        urllib.request.urlopen(server.url + path, registered.encode())
    run = server.get("/flows/ListFlow/runs")[0]["run_number"]
    step = f"/flows/ListFlow/runs/{run}/steps/start"
    urllib.request.urlopen(server.url + step + "/step", b"{}")
    task = json.load(urllib.request.urlopen(server.url + step + "/task", b"{}"))["task_id"]
    urllib.request.urlopen(f"{server.url}{step}/tasks/{task}/metadata", body.encode())

    stored = server.get(f"{step}/tasks/{task}/metadata")
    assert sorted(row["value"] for row in stored) == sorted(map(value_text, values))
