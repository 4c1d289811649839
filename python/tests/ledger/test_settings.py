"""Where a ledger asks, and as whom; moments; and what it does where a server is not ready."""

from __future__ import annotations

import http.server
import json
import threading
from datetime import date, datetime, timedelta, timezone

import pytest

from flowledger import Ledger
from flowledger.ledger import LedgerError, Refused, Unavailable, Unreachable
from flowledger.ledger.connection import headers_of_metaflow
from flowledger.ledger.moments import milliseconds, moment_of_log

RUN = {"flow_id": "F", "run_number": 1, "ts_epoch": 1, "tags": [], "system_tags": []}


@pytest.fixture
def fake():
    """Answers what it is told to, one after the other, and remembers the headers."""
    answers: list[tuple[int, dict, bytes]] = []
    seen: list[dict] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(dict(self.headers))
            status, headers, body = answers.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    listener.answers, listener.seen = answers, seen
    listener.url = f"http://127.0.0.1:{listener.server_address[1]}"
    yield listener
    listener.shutdown()
    listener.server_close()


@pytest.fixture
def nothing_set(monkeypatch, tmp_path):
    for name in ("URL", "AUTH_KEY", "HEADERS"):
        monkeypatch.delenv(f"METAFLOW_SERVICE_{name}", raising=False)
    monkeypatch.delenv("METAFLOW_PROFILE", raising=False)
    monkeypatch.setenv("METAFLOW_HOME", str(tmp_path))
    return tmp_path


def test_the_server_of_metaflow(nothing_set, monkeypatch):
    assert Ledger().url == "http://127.0.0.1:8080"
    (nothing_set / "config.json").write_text('{"METAFLOW_SERVICE_URL": "http://of-file:1/"}')
    assert Ledger().url == "http://of-file:1"
    monkeypatch.setenv("METAFLOW_SERVICE_URL", "http://of-environment:2")
    assert Ledger().url == "http://of-environment:2"
    assert Ledger("http://given:3/").url == "http://given:3"


def test_the_headers_of_metaflow(nothing_set, monkeypatch, fake):
    monkeypatch.setenv("METAFLOW_SERVICE_AUTH_KEY", "secret")
    monkeypatch.setenv("METAFLOW_SERVICE_HEADERS", '{"Authorization": "Bearer x"}')
    fake.answers.append((200, {}, json.dumps(RUN).encode()))
    Ledger(fake.url).run("F/1")
    assert fake.seen[0]["x-api-key"] == "secret"
    assert fake.seen[0]["Authorization"] == "Bearer x"
    monkeypatch.setenv("METAFLOW_SERVICE_HEADERS", "[]")
    with pytest.raises(ValueError, match="METAFLOW_SERVICE_HEADERS is no JSON object"):
        Ledger()


def test_headers_in_the_file_of_metaflow_are_an_object_or_its_text(nothing_set):
    headers = {"Authorization": "Bearer x"}
    for written in (headers, json.dumps(headers)):
        (nothing_set / "config.json").write_text(json.dumps({"METAFLOW_SERVICE_HEADERS": written}))
        assert headers_of_metaflow() == headers


def test_a_tail_goes_on_while_a_proxy_waits_for_its_server(fake, monkeypatch):
    monkeypatch.setattr("flowledger.ledger.tail.time.sleep", lambda _: None)
    row = {"position": "2@7", "type": "RunRegistered", "ts_epoch": 1, "flow_id": "F"}
    events = b"data: " + json.dumps(row).encode() + b"\n\n"
    fake.answers += [(502, {}, b"<html>"), (504, {}, b""), (200, {}, events)]
    assert next(Ledger(fake.url, headers={}).tail("F", after="2@6")).position == "2@7"


@pytest.mark.parametrize("status", [429, 502, 504])
def test_a_proxy_that_cannot_now_is_asked_again(fake, monkeypatch, status):
    monkeypatch.setattr("flowledger.ledger.connection.time.sleep", lambda _: None)
    fake.answers += [(status, {}, b"<html>"), (200, {}, json.dumps(RUN).encode())]
    assert Ledger(fake.url, headers={}).run("F/1").pathspec == "F/1"


def test_a_server_that_is_not_ready_is_asked_again_when_it_says(fake, monkeypatch):
    waited = []
    monkeypatch.setattr("flowledger.ledger.connection.time.sleep", waited.append)
    fake.answers += [
        (503, {"Retry-After": "2"}, b"{}"),
        (503, {}, b"{}"),
        (200, {}, json.dumps(RUN).encode()),
    ]
    assert Ledger(fake.url, headers={}).run("F/1").pathspec == "F/1"
    assert waited == [2.0, 1.0]


def test_one_that_asks_for_too_much_patience_is_not_waited_for(fake):
    fake.answers.append((503, {"Retry-After": "60"}, b'{"message": "opening the views"}'))
    with pytest.raises(Unavailable, match="opening the views"):
        Ledger(fake.url, headers={}).run("F/1")


def test_one_without_tls_is_not_said_to_be_missing(fake):
    with pytest.raises(Unreachable, match=r"^no TLS with https://127\.0\.0\.1:\d+: .*SSL"):
        Ledger(fake.url.replace("http:", "https:"), headers={}).run("F/1")


def test_one_that_refuses(fake):
    fake.answers.append((403, {}, b'{"message": "not for you"}'))
    with pytest.raises(Refused, match="not for you; is METAFLOW_SERVICE_AUTH_KEY set"):
        Ledger(fake.url, headers={}).run("F/1")


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"1"])
def test_one_that_is_none_of_flowledger(fake, body):
    fake.answers.append((200, {}, body))
    with pytest.raises(LedgerError):
        Ledger(fake.url, headers={}).run("F/1")


def test_moments():
    now = milliseconds(datetime.now())
    assert abs(now - milliseconds("2d") - 172_800_000) < 60_000
    assert milliseconds(1796036500379) == milliseconds("1796036500379") == 1796036500379
    assert milliseconds("2026-11-23T18:30:00Z") == 1795458600000
    assert milliseconds("2026-11-23T19:30:00.001+01:00") == 1795458600001
    utc = datetime(2026, 11, 23, 18, 30, tzinfo=timezone.utc)
    assert milliseconds(utc) == 1795458600000
    assert milliseconds(utc + timedelta(microseconds=1999)) == 1795458600001
    assert milliseconds(date(2026, 11, 23)) == milliseconds("2026-11-23")
    assert milliseconds("2026-11-23") == milliseconds(datetime(2026, 11, 23))
    assert moment_of_log("2@31") == "2@31"
    for wrong in ("", "yesterday", "2x", "9999999999999d", True):
        with pytest.raises(ValueError, match=r"no moment|too long ago"):
            milliseconds(wrong)
