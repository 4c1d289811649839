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
    for wrong in ("", "yesterday", "2x", "9999999999999d", "٢d", "²", date.min):
        with pytest.raises(ValueError, match=r"no moment|too long ago"):
            milliseconds(wrong)
    for wrong in (True, None, 1.5, ["2d"]):
        with pytest.raises(TypeError, match=r"is no moment: a text, a datetime"):
            moment_of_log(wrong)


@pytest.mark.parametrize(
    ("settings", "refusal", "said"),
    [
        ({"url": "127.0.0.1:27180"}, ValueError, "'127.0.0.1:27180' is none such as http://"),
        ({"url": "ftp://x"}, ValueError, "'ftp://x' is none such as http://"),
        ({"url": "http://"}, ValueError, "'http://' is none such as http://"),
        ({"url": "http://x:port"}, ValueError, "'http://x:port' is none such as http://"),
        ({"url": "http://x/?a=b"}, ValueError, "'http://x/?a=b' is none such as http://"),
        ({"url": b"http://x"}, TypeError, "url is a text, and not b'http://x'"),
        ({"headers": "x"}, TypeError, "headers are texts by their names, and not a str"),
        ({"headers": {"a": 1}}, TypeError, "header 'a' is a text, and not a int"),
        ({"headers": {1: "a"}}, TypeError, "the name of a header is a text, and not 1"),
        ({"headers": {"a b": "c"}}, ValueError, "'a b' cannot be the name of a header"),
        ({"headers": {"a": "b\n"}}, ValueError, "header 'a' has characters that HTTP cannot send"),
        ({"headers": {"a": "\u20ac"}}, ValueError, "header 'a' has characters that HTTP cannot"),
        ({"timeout": -1}, ValueError, "timeout must be at least 0.001 seconds"),
        ({"timeout": 0}, ValueError, "timeout must be at least 0.001 seconds"),
        ({"timeout": float("inf")}, ValueError, "timeout must be at least 0.001 seconds, and not"),
        ({"timeout": None}, TypeError, "timeout is a number of seconds, and not None"),
        ({"patience": "x"}, TypeError, "patience is a number of seconds, and not 'x'"),
        ({"patience": float("nan")}, ValueError, "patience must be at least 0 seconds"),
    ],
)
def test_settings_that_make_no_sense(nothing_set, settings, refusal, said):
    with pytest.raises(refusal) as told:
        Ledger(**settings)
    assert said in str(told.value)


def test_a_url_of_metaflow_that_is_none_is_named(nothing_set, monkeypatch):
    monkeypatch.setenv("METAFLOW_SERVICE_URL", "localhost:8080")
    with pytest.raises(ValueError, match=r"METAFLOW_SERVICE_URL\) 'localhost:8080' is none"):
        Ledger()


@pytest.mark.parametrize(
    ("question", "refusal", "said"),
    [
        (lambda of: of.run(9), TypeError, "a pathspec is a text, and not 9"),
        (lambda of: of.run(None), TypeError, "a pathspec is a text, and not None"),
        (lambda of: of.runs(3), TypeError, "a pathspec is a text, and not 3"),
        (lambda of: of.runs("F", status="nope"), ValueError, "status 'nope' is none of running, "),
        (lambda of: of.runs("F", tags=5), TypeError, "tags is a text or several, and not 5"),
        (lambda of: of.runs("F", tags=["a", 5]), TypeError, "each of tags is a text, and not 5"),
        (lambda of: of.runs("F", user=5), TypeError, "user is a text, and not 5"),
        (lambda of: of.runs("F", since=1.5), TypeError, "1.5 is no moment"),
        (lambda of: of.runs("F", limit="5"), TypeError, "limit is a whole number, and not '5'"),
        (lambda of: of.flows(limit=True), TypeError, "limit is a whole number, and not True"),
        (lambda of: of.tasks("F/1/s", limit=0), ValueError, "limit must be at least 1, not 0"),
        (lambda of: of.history("F", type="nope"), ValueError, "type 'nope' is none of FlowReg"),
        (lambda of: of.history("F", type=1), TypeError, "type is a text, and not 1"),
        (lambda of: of.history("F", verdict="no"), ValueError, "verdict 'no' is none of applied, "),
        (lambda of: of.tail("F", type="RunRegistered,x"), ValueError, "type 'x' is none of Flow"),
        (lambda of: of.tail("F", after=7), ValueError, "after 7 is no position of the log"),
        (lambda of: of.tail("F", patience=-1), ValueError, "patience must be at least 0 seconds"),
        (lambda of: of.diff("F/1", ["2"]), TypeError, "other is a text, and not ['2']"),
        (lambda of: of.diff("F/1", ""), ValueError, "'F/' is no pathspec such as Flow/run"),
        (lambda of: of.diff("F/1", "G/2"), ValueError, "only runs of the same flow"),
        (lambda of: of.search("score", 0.93), TypeError, "value is a text, and not 0.93"),
        (lambda of: of.search(tag="a", op="is"), ValueError, "op 'is' is none of eq, sw, co, li"),
        (lambda of: of.search(tag="a", flow=1), TypeError, "flow is a text, and not 1"),
        (lambda of: of.as_of(None), TypeError, "None is no moment"),
    ],
)
def test_questions_that_make_no_sense_are_not_asked(fake, question, refusal, said):
    with pytest.raises(refusal) as told:
        question(Ledger(fake.url, headers={}))
    assert said in str(told.value)
    assert fake.seen == []
