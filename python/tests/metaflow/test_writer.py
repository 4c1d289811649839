"""Writes are gathered, and nothing of them is lost, doubled or silent."""

import json
import signal
import subprocess

from harness import Server, of_service

# A task's worth of calls, made as Metaflow makes them, by a program of its own.
PROGRAM = """
import os, sys, threading, time
import metaflow
from metaflow.plugins import METADATA_PROVIDERS
from flowledger.metaflow import provider as module, transport, writer
from flowledger.metaflow.metaflow_names import MetaDatum

class Flow:
    name = "WriterFlow"
class Environment:
    def get_environment_info(self):
        info = ("runtime", "python_version_code", "metaflow_version", "script")
        return dict.fromkeys(info, "x")
class Monitor:
    def __bool__(self): return False

Provider = next(p for p in METADATA_PROVIDERS if p.TYPE == "flowledger")
Provider._get_git_info_as_dict = lambda self: {}
p = Provider(Environment(), Flow(), None, Monitor())

def datum(field, value="x", type="t"):
    return MetaDatum(field=field, value=value, type=type, tags=["attempt_id:0"])

run = p.new_run_id()
task = p.new_task_id(run, "start")
print("RUN", run, task, flush=True)
"""


def written(server, run, task):
    entries = server.get(f"/flows/WriterFlow/runs/{run}/steps/start/tasks/{task}/metadata")
    return [entry["field_name"] for entry in sorted(entries, key=lambda entry: entry["id"])]


def program(workspace, server_url, code, **settings):
    process = workspace.start("-c", PROGRAM + code, **of_service(server_url, **settings))
    line = process.stdout.readline()
    while line and not line.startswith("RUN"):
        line = process.stdout.readline()
    assert line, process.wait()
    _, run, task = line.split()
    return process, run, task


def rest(process):
    """What it prints from now on, until it ends."""
    printed = process.stdout.read()
    process.wait(60)
    return printed


def test_what_lingers_is_sent_when_the_process_ends(server, workspace):
    code = """
p.register_metadata(run, "start", task, [datum("attempt_ok")])
sys.exit("as if the step had raised")
"""
    process, run, task = program(workspace, server.url, code)
    rest(process)
    assert written(server, run, task)[-1] == "attempt_ok"


def test_what_lingers_is_sent_on_sigterm(server, workspace):
    code = """
module._LINGER_END = 3600
p.register_metadata(run, "start", task, [datum("attempt_ok")])
print("LINGERS", flush=True)
signal_free = threading.Event().wait(60)
"""
    process, run, task = program(workspace, server.url, code)
    assert process.stdout.readline() == "LINGERS\n"
    assert "attempt_ok" not in written(server, run, task)
    process.send_signal(signal.SIGTERM)
    rest(process)
    assert process.returncode == -signal.SIGTERM
    assert written(server, run, task)[-1] == "attempt_ok"


def test_sigterm_is_nobodys_where_nothing_lingers(server, workspace):
    code = """
import signal
p.register_metadata(run, "start", task, [datum("attempt")])
print(signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)
p.acknowledge()
print(signal.getsignal(signal.SIGTERM) == signal.SIG_DFL, threading.active_count())
"""
    process, _, _ = program(workspace, server.url, code)
    assert rest(process) == "False\nTrue 1\n"


def test_sigterm_is_nobodys_while_the_code_of_a_step_runs(server, workspace):
    code = """
import signal
p.register_metadata(run, "start", task, [datum("attempt")])
p.start_task_heartbeat("WriterFlow", run, "start", task)
p.register_metadata(run, "start", task, [datum("pod")])
print(signal.getsignal(signal.SIGTERM) == signal.SIG_DFL, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    process, run, task = program(workspace, server.url, code)
    assert rest(process) == "True\n"
    assert written(server, run, task)[-2:] == ["attempt", "pod"]


def test_a_beginning_is_soon_to_be_seen_without_any_wait(server, workspace):
    code = """
import json, urllib.request
url = Provider.INFO + p._obj_path("WriterFlow", run, "start", task) + "/metadata"
began = time.monotonic()
p.register_metadata(run, "start", task, [datum("attempt")])
took = time.monotonic() - began
while "attempt" not in [m["field_name"] for m in json.load(urllib.request.urlopen(url))]:
    assert time.monotonic() < began + 30
print(took < 0.04, time.monotonic() - began)
"""
    process, _, _ = program(workspace, server.url, code)
    took, seen = rest(process).split()
    assert took == "True"
    print(f"seen after {float(seen) * 1000:.0f} ms")


def test_calls_are_gathered_in_their_order(server, workspace, proxied):
    proxy = proxied(server.url)
    code = """
for number in range(20):
    p.register_metadata(run, "start", task, [datum("f%d" % number), datum("g%d" % number)])
p.acknowledge()
"""
    process, run, task = program(workspace, proxy.url, code)
    assert rest(process) == ""
    expected = [f"{letter}{number}" for number in range(20) for letter in "fg"]
    assert written(server, run, task)[-40:] == expected
    assert len(proxy.requests) <= 5


def test_what_fails_in_the_background_is_raised_once(server, workspace):
    code = """
p.register_metadata(run, "start", "999999", [datum("attempt")])
p.register_metadata(run, "start", task, [datum("good")])
for _ in range(2):
    try:
        p.stop_heartbeat()
    except Exception as fault:
        print(type(fault).__name__, fault, flush=True)
"""
    process, run, task = program(workspace, server.url, code)
    printed = rest(process).splitlines()
    assert len(printed) == 1
    assert printed[0].startswith("ServiceException Metadata request (/flows/WriterFlow/runs/")
    assert "(code 400)" in printed[0]
    assert written(server, run, task)[-1] == "good"


def test_what_fails_last_is_told(server, workspace):
    code = 'p.register_metadata(run, "start", "999999", [datum("attempt")])'
    process, _, _ = program(workspace, server.url, code)
    assert "flowledger: metadata was not recorded: " in rest(process)


def test_a_fork_sends_nothing_of_its_parent(server, workspace, proxied):
    proxy = proxied(server.url)
    code = """
module._LINGER = 3600
p.register_metadata(run, "start", task, [datum("of the parent")])
if os.fork() == 0:
    p.register_metadata(run, "start", task, [datum("of the child")])
    os._exit(0)
os.wait()
p.acknowledge()
"""
    process, run, task = program(workspace, proxy.url, code, PYTHONWARNINGS="ignore")
    assert rest(process) == ""
    assert written(server, run, task)[-2:] == ["of the child", "of the parent"]


def test_threads_share_a_request_and_get_their_own_numbers(server, workspace):
    code = """
from multiprocessing.pool import ThreadPool
tasks = ThreadPool(8).map(lambda _: p.new_task_id(run, "start"), range(40))
print(len(set(tasks)))
"""
    process, run, _ = program(workspace, server.url, code)
    assert rest(process) == "40\n"
    assert len(server.get(f"/flows/WriterFlow/runs/{run}/steps/start/tasks")) == 41


def test_many_and_large_entries(server, workspace):
    code = """
p.register_metadata(run, "start", task, [datum("m%d" % n) for n in range(12_000)])
p.register_metadata(run, "start", task, [datum("large", "x" * 900_000) for n in range(30)])
p.acknowledge()
"""
    process, run, task = program(workspace, server.url, code)
    assert rest(process) == ""
    fields = written(server, run, task)
    assert [f for f in fields if f.startswith("m")][-12_000:] == [f"m{n}" for n in range(12_000)]
    assert fields.count("large") == 30


def test_a_server_that_takes_less(tmp_path_factory, workspace):
    limits = ("--max-bulk-entries", "10", "--max-body", "20000", "--max-value", "2000")
    server = Server(tmp_path_factory.mktemp("small"), *limits)
    try:
        code = """
for number in range(50):
    p.register_metadata(run, "start", task, [datum("f%d" % number, "x" * 1000)])
p.acknowledge()
"""
        process, run, task = program(workspace, server.url, code)
        assert rest(process) == ""
        assert written(server, run, task)[-50:] == [f"f{number}" for number in range(50)]
    finally:
        server.stop()


def test_headers_of_the_configuration_are_sent(workspace, server):
    import http.server
    import threading

    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(dict(self.headers))
            self.send_response(401)
            self.send_header("Flowledger-Version", "1")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_):
            pass

    listener = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    settings = of_service(
        f"http://127.0.0.1:{listener.server_address[1]}",
        METAFLOW_SERVICE_AUTH_KEY="secret",
        METAFLOW_SERVICE_HEADERS=json.dumps({"X-Team": "red"}),
    )
    printed = workspace.python("my_flow.py", "run", succeeds=False, **settings)
    listener.shutdown()
    assert "(code 401)" in printed
    assert (seen[0]["x-api-key"], seen[0]["X-Team"]) == ("secret", "red")


def test_a_server_that_is_not_there_is_told(workspace):
    settings = of_service("http://127.0.0.1:1", METAFLOW_FLOWLEDGER_PATIENCE_SECONDS="1")
    printed = workspace.python("my_flow.py", "run", succeeds=False, **settings)
    assert "http://127.0.0.1:1 does not answer: Connection refused" in printed


def test_heartbeats_go_on_and_end_with_their_process(server, workspace, proxied):
    proxy = proxied(server.url)
    code = """
from flowledger.metaflow import heartbeats
heartbeats.INTERVAL_SECONDS = 0.2
heartbeats.Heartbeat.__init__.__kwdefaults__["interval"] = 0.2
p.start_task_heartbeat("WriterFlow", run, "start", task)
print(p._heartbeat._process.pid, flush=True)
threading.Event().wait(60)
"""
    process, run, task = program(workspace, proxy.url, code)
    pid = int(process.stdout.readline())
    path = f"/flows/WriterFlow/runs/{run}/steps/start/tasks/{task}/heartbeat"
    while ("POST", path) not in proxy.requests:
        assert process.poll() is None
    process.kill()
    process.wait()
    state = ["ps", "-o", "stat=", "-p", str(pid)]
    while subprocess.run(state, check=False, capture_output=True).stdout.strip(b"Z\n +"):
        pass
