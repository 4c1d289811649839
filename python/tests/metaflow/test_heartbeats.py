"""The process that beats: how it begins, and that it ends."""

import http.server
import os
import signal
import threading

import pytest

from flowledger.metaflow.heartbeats import Heartbeat


@pytest.fixture
def beaten():
    """A service that notes heartbeats."""
    came = threading.Semaphore(0)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(200)
            self.end_headers()
            came.release()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/heartbeat", came
    server.shutdown()
    server.server_close()


def test_it_begins_as_any_python_does(beaten, tmp_path, monkeypatch):
    url, came = beaten
    (tmp_path / "sitecustomize.py").write_text(
        "from pathlib import Path; Path(__file__).with_name('was-here').touch()"
    )
    monkeypatch.syspath_prepend(tmp_path)
    heartbeat = Heartbeat(url, {}, interval=0.1)
    assert came.acquire(timeout=30)
    heartbeat.stop()
    assert (tmp_path / "was-here").exists()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("interval", [0.1, 60])
def test_it_ends_although_a_forked_child_has_its_pipe(beaten, interval):
    url, _ = beaten
    heartbeat = Heartbeat(url, {}, interval=interval)
    child = os.fork()
    if child == 0:
        signal.pause()
    try:
        heartbeat.stop()
        assert heartbeat._process.wait(30) == 0
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
