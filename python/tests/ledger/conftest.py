"""A real server with a flow in it, and a wire to it that can be cut."""

from __future__ import annotations

import contextlib
import itertools
import selectors
import socket
import threading
from urllib.parse import urlsplit

import pytest
import requests

import serving
from flowledger import Ledger

_NUMBERS = itertools.count()


class Server(serving.Server):
    """A server that is written to."""

    def post(self, path: str, body) -> dict:
        return self._send("POST", path, body)

    def tag(self, run: str, *tags: str) -> None:
        flow, _, number = run.partition("/")
        self._send("PATCH", f"/flows/{flow}/runs/{number}/tag/mutate", {"tags_to_add": tags})

    def _send(self, method: str, path: str, body) -> dict:
        answer = requests.request(method, self.url + path, json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()


class Wire:
    """Passes bytes to a server and back, counts requests by their first lines, and can be cut."""

    def __init__(self, url: str) -> None:
        self._to = (urlsplit(url).hostname, urlsplit(url).port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[str] = []
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._open = threading.Event()
        self._open.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._open.wait()
            server = socket.create_connection(self._to)
            self._pairs.append((client, server))
            threading.Thread(target=self._pass, args=(client, server), daemon=True).start()

    def _pass(self, client: socket.socket, server: socket.socket) -> None:
        with selectors.DefaultSelector() as ready, client, server:
            ready.register(client, selectors.EVENT_READ, server)
            ready.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _ in ready.select():
                    try:
                        data = key.fileobj.recv(1 << 16)
                        if key.fileobj is client and data.startswith(b"GET "):
                            self.requests.append(data.split(b"\r\n", 1)[0].decode())
                        if data:
                            key.data.sendall(data)
                    except OSError:
                        return
                    if not data:
                        return

    def connections(self) -> int:
        return len(self._pairs)

    def cut(self) -> None:
        """All connections that are there; what connects meanwhile waits until :meth:`mend`."""
        self._open.clear()
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):  # it is closed already
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._open.set()

    def close(self) -> None:
        self._listener.close()
        self.cut()


@pytest.fixture(scope="session")
def server(command, tmp_path_factory):
    server = Server(command, tmp_path_factory.mktemp("data"))
    yield server
    server.kill()


@pytest.fixture
def wire(server):
    wire = Wire(server.url)
    yield wire
    wire.close()


@pytest.fixture
def ledger(wire):
    with Ledger(wire.url, headers={}) as ledger:
        yield ledger


@pytest.fixture
def flow(server):
    """A flow of its own with a run that completed, and one that failed; their numbers."""
    name = f"Flow{next(_NUMBERS)}"
    server.post(f"/flows/{name}", {})
    good = _run(server, name, "anna", tags=["nightly"], commit="4f2a", ok="True")
    bad = _run(server, name, "bert", tags=["nightly", "new"], commit="77aa", ok="False")
    return name, good, bad


def _run(server: Server, flow: str, user: str, *, tags: list[str], commit: str, ok: str) -> int:
    run = server.post(f"/flows/{flow}/run", {"user_name": user, "tags": tags})["run_number"]
    path = f"/flows/{flow}/runs/{run}/steps/end"
    server.post(f"{path}/step", {})
    task = server.post(f"{path}/task", {"user_name": user})["task_id"]
    rows = [
        {"field_name": "attempt", "value": "0", "tags": ["attempt_id:0"]},
        {"field_name": "commit", "type": "user", "value": commit, "tags": ["attempt_id:0"]},
        {"field_name": "attempt_ok", "value": ok, "tags": ["attempt_id:0"]},
    ]
    server.post(f"{path}/tasks/{task}/metadata", rows)
    artifact = {"name": "model", "location": "s3://b/x", "sha": commit * 10, "attempt_id": 0}
    server.post(f"{path}/tasks/{task}/artifact", [artifact])
    return run
