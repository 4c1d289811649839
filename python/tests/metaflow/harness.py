"""Servers, a proxy and flows for the tests of the Metaflow side."""

from __future__ import annotations

import collections
import http.client
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import flowledger
import serving

FLOWS = Path(__file__).parent / "flows"
_SOURCES = Path(flowledger.__file__).parents[1]


class Served:
    """A server by its URL."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str):
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return json.load(answer)


class Server(Served, serving.Server):
    """The program that is tested as a server of a test's own."""

    program = "flowledger"

    def __init__(self, data: Path, *options: str) -> None:
        serving.Server.__init__(self, self.program, data, *options)


class Proxy:
    """Passes requests on, counts them, and loses or changes answers.

    ``lose`` says of a request (method, path, how many of its kind have been) whether its answer is
    lost after the server has done it. With ``disguised``, the server is none of Flowledger's.
    """

    def __init__(self, url: str, lose=None, disguised: bool = False) -> None:
        self.upstream = url.split("//")[1]
        self.lose = lose or (lambda method, path, count: False)
        self.disguised = disguised
        self.requests: list[tuple[str, str]] = []
        self.lost = 0
        self._counts: collections.Counter = collections.Counter()
        self._lock = threading.Lock()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                proxy.handle(self)

            do_POST = do_PATCH = do_GET

            def log_message(self, *_):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request, client_address):
                pass  # of connections that clients have cut

        self._listener = Listener(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._listener.server_address[1]}"
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def handle(self, request) -> None:
        kind = request.command, re.sub(r"\d+", "N", request.path)
        with self._lock:
            self.requests.append((request.command, request.path))
            count = self._counts[kind] = self._counts[kind] + 1
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        if self.disguised and request.path == "/events":
            answer_body = b'{"message": "Not Found"}'
            request.send_response(404)
            request.send_header("Content-Length", str(len(answer_body)))
            request.end_headers()
            request.wfile.write(answer_body)
            return
        try:
            connection = http.client.HTTPConnection(self.upstream, timeout=60)
            headers = {n: v for n, v in request.headers.items() if n.lower() != "connection"}
            connection.request(request.command, request.path, body, headers)
            answer = connection.getresponse()
            answer_body = answer.read()
        except OSError:
            request.close_connection = True
            return
        finally:
            connection.close()
        if self.lose(request.command, request.path, count):
            with self._lock:
                self.lost += 1
            request.close_connection = True
            return
        request.send_response(answer.status)
        for name, value in answer.getheaders():
            hidden = self.disguised and name.startswith("Flowledger-")
            if not hidden and name.lower() not in ("transfer-encoding", "content-length", "date"):
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(answer_body)))
        request.end_headers()
        request.wfile.write(answer_body)


class Workspace:
    """A folder in which flows are run, as a user would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for flow in FLOWS.glob("*.py"):
            shutil.copy(flow, folder)

    def environment(self, **settings: str) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith("METAFLOW_")
        }
        home = str(self.folder / "home")
        path = {} if "site-packages" in str(_SOURCES) else {"PYTHONPATH": str(_SOURCES)}
        return {**kept, **path, "USERNAME": "tester", "HOME": home, **settings}

    def start(self, *command: str, **settings: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=self.folder,
            env=self.environment(**settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def python(self, *command: str, succeeds: bool = True, **settings: str) -> str:
        """What a program of Python prints, to its standard output and error."""
        process = self.start(*command, **settings)
        try:
            output, _ = process.communicate(timeout=500)
        finally:
            process.kill()
        assert (process.returncode == 0) == succeeds, output
        return output

    def metaflow(self, *arguments: str, succeeds: bool = True, **settings: str) -> str:
        """What the command ``metaflow`` prints."""
        code = "from metaflow.cmd.main_cli import start; start()"
        return self.python("-c", code, *arguments, succeeds=succeeds, **settings)

    def run(self, flow: str, *arguments: str, succeeds: bool = True, **settings: str) -> str:
        """The identifier of a run."""
        run = self.folder / f"{flow}-run.txt"
        self.python(
            f"{flow}.py",
            "run",
            "--run-id-file",
            str(run),
            *arguments,
            succeeds=succeeds,
            **settings,
        )
        return run.read_text()


def of_service(url: str, provider: str = "flowledger", **more: str) -> dict[str, str]:
    return {"METAFLOW_DEFAULT_METADATA": provider, "METAFLOW_SERVICE_URL": url, **more}


def rows(server: Server, flow: str, run: str) -> dict[str, list]:
    """All rows of a run, by kind, without what differs between equal runs: numbers and times."""
    found: dict[str, list] = {"run": [_plain(server.get(f"/flows/{flow}/runs/{run}"))]}
    found |= {"steps": [], "tasks": [], "metadata": [], "artifacts": []}
    for step in server.get(f"/flows/{flow}/runs/{run}/steps"):
        found["steps"].append(_plain(step))
        path = f"/flows/{flow}/runs/{run}/steps/{step['step_name']}/tasks"
        for task in server.get(path):
            metadata = server.get(f"{path}/{task['task_id']}/metadata")
            place = next(
                (m["value"] for m in metadata if m["field_name"] == "foreach-execution-path"), ""
            )
            found["tasks"].append({**_plain(task), "place": place})
            found["metadata"] += [{**_plain(row), "place": place} for row in metadata]
            artifacts = server.get(f"{path}/{task['task_id']}/artifacts")
            found["artifacts"] += [{**_plain(row), "place": place} for row in artifacts]
    return {kind: sorted(map(_text, of_kind)) for kind, of_kind in found.items()}


_DIFFERENT = {
    *("run_number", "task_id", "id", "ts_epoch", "last_heartbeat_ts", "sha", "finished_at"),
    *("status", "duration"),
}


def _plain(row: dict) -> dict:
    return {
        name: sorted(value) if isinstance(value, list) else value
        for name, value in row.items()
        if name not in _DIFFERENT
    }


def differences(found: dict[str, list], expected: dict[str, list]) -> dict[str, list]:
    """Rows that are on one side only, with a minus where they are missing."""
    told = {}
    for kind, of_kind in expected.items():
        has, wants = collections.Counter(found[kind]), collections.Counter(of_kind)
        told[kind] = ["+" + row for row in (has - wants).elements()]
        told[kind] += ["-" + row for row in (wants - has).elements()]
    return {kind: lines for kind, lines in told.items() if lines}


def _text(row: dict) -> str:
    return json.dumps(row, sort_keys=True)
