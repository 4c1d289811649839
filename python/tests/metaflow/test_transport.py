"""What is tried again, what is not, and what a redirect makes of a write."""

import http.server
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from flowledger.metaflow import transport
from flowledger.metaflow.provider import FlowledgerMetadataProvider


@pytest.fixture
def cut_in_the_handshake():
    """A port where connections end in the middle of the handshake of TLS, and all that came."""
    listener = socket.create_server(("127.0.0.1", 0))
    came = []

    def run():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            came.append(connection)
            with connection:
                connection.recv(1 << 16)

    threading.Thread(target=run, daemon=True).start()
    yield listener.getsockname()[1], came
    listener.close()


@pytest.fixture
def redirecting():
    """Redirects whatever is asked with a status to another path, and tells what it was asked."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.server.seen.append((self.command, self.path, body))
            to = self.path.startswith("/to/")
            self.send_response(200 if to else self.server.status)
            self.send_header("Flowledger-Version", "1")
            self.send_header("Content-Length", "0")
            if not to:
                self.send_header("Location", "/to" + self.path)
            self.end_headers()

        do_POST = do_PATCH = do_GET

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    server.seen = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def another_service():
    """The URL of one that tells its version to those who ask for it, and has no bulk endpoint."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("METADATA_SERVICE_VERSION", "2.4.3")
            self.end_headers()

        def do_POST(self):
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_connection_that_is_cut_under_tls_is_tried_again(cut_in_the_handshake):
    port, came = cut_in_the_handshake
    url = f"https://127.0.0.1:{port}"
    with pytest.raises(transport.Unreachable, match="does not answer"):
        transport.Service(url).request("POST", "events", {}, body=b"x", key="k", patience=0.5)
    assert len(came) > 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, "does not answer"),
        (503, "answers 503"),
        (200, "answers in part only"),
    ],
)
def test_the_user_is_told_why_nothing_happens(monkeypatch, capsys, status, expected):
    monkeypatch.setattr(transport, "TELL_AFTER", -1)
    monkeypatch.setattr(transport.time, "sleep", lambda _: None)
    answer = None
    if status is not None:
        answer = requests.Response()
        answer.status_code = status
    assert transport.Patience("http://there", 60.5).wait(None, answer)
    assert capsys.readouterr().err == (
        f"flowledger: http://there {expected}, trying again for up to 60 s\n"
    )


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_would_lose_a_write_is_told_at_once(redirecting, method, status):
    redirecting.status = status
    service = transport.Service(redirecting.url)
    with pytest.raises(transport.Unreachable, match=r"redirects to /to/events, .*SERVICE_URL"):
        service.request(method, "events", {}, body=b"x", key="k", patience=30)
    assert redirecting.seen == [(method, "/events", b"x")]


def test_threads_that_read_at_once_are_told_nothing_of_connections(caplog):
    readers = 16
    all_there = threading.Barrier(readers)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            all_there.wait(30)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    service = transport.Service(f"http://127.0.0.1:{server.server_address[1]}")
    with ThreadPoolExecutor(readers) as pool:
        answers = pool.map(
            lambda _: service.request("GET", "ping", {}, patience=30), range(readers)
        )
        assert [answer.status_code for answer in answers] == [200] * readers
    server.shutdown()
    server.server_close()
    assert caplog.messages == []


def test_other_redirects_are_followed(redirecting):
    service = transport.Service(redirecting.url)
    redirecting.status = 308
    service.request("POST", "events", {}, body=b"x", key="k", patience=30)
    redirecting.status = 301
    service.request("GET", "ping", {}, patience=30)
    assert redirecting.seen == [
        *(("POST", path, b"x") for path in ("/events", "/to/events")),
        *(("GET", path, b"") for path in ("/ping", "/to/ping")),
    ]


def test_the_version_of_another_service_is_asked_for_where_no_answer_has_told_it(
    another_service, monkeypatch
):
    monkeypatch.setattr(FlowledgerMetadataProvider, "_INFO", another_service)
    service = transport.service(another_service)
    service.request("POST", "events", {}, body=b"", key="k", patience=30)
    assert (service.is_flowledger, service.service_version) == (False, None)
    assert FlowledgerMetadataProvider._version(None) == "2.4.3"
