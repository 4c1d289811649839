"""Metaflow in a directory of its own, with one of its metadata providers."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))

# What takes longer hangs, even if the machine is busy: it is ended, with all that it has started.
PROCESS_TIMEOUT_SECONDS = 300


class Failed(Exception):
    """An expectation was not met. The message is for people."""


def expect(condition, message, *details):
    if not condition:
        raise Failed("\n".join([message] + [str(d) for d in details]))


def expect_equal(expected, actual, message):
    details = ["    expected: %r" % (expected,), "    actual:   %r" % (actual,)]
    expect(expected == actual, message, *details)


def eventually(condition, message, seconds=20):
    """Polls until the condition gives something true: that."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        expect(time.monotonic() < deadline, message)
        time.sleep(0.1)


class World:
    """Runs flows and looks at the traces that they leave.

    provider: "local" or "service".
    suffix: is appended to the name of every flow, so that a service which has seen these flows
    before does not confuse their runs with those of today. `introspect.py` takes it off again.
    """

    def __init__(self, provider, directory, suffix, service_url):
        self.provider = provider
        self.directory = os.path.realpath(os.path.join(directory, provider))
        self.suffix = suffix
        self.service_url = service_url
        self.runs = 0
        # Metaflow looks for its directory upwards from the working directory: it is to find none
        # but this one.
        os.makedirs(os.path.join(self.directory, ".metaflow"))

    def flow_name(self, name):
        return name + self.suffix

    def environment(self, **extra):
        # No settings of the user's, and no proxy: the service is on this machine.
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("METAFLOW_", "AWS_")) and not name.lower().endswith("_proxy")
        }
        env.update(
            HOME=self.directory,
            SCENARIO_DIR=self.directory,
            SCENARIO_SUFFIX=self.suffix,
            METAFLOW_HOME=os.path.join(self.directory, "config"),
            METAFLOW_USER="tester",
            METAFLOW_DEFAULT_METADATA=self.provider,
            METAFLOW_DEFAULT_DATASTORE="local",
            METAFLOW_DATASTORE_SYSROOT_LOCAL=self.directory,
            METAFLOW_CLIENT_CACHE_PATH=os.path.join(self.directory, "cache"),
            METAFLOW_DEFAULT_EVENT_LOGGER="nullSidecarLogger",
            METAFLOW_DEFAULT_MONITOR="nullSidecarMonitor",
            METAFLOW_SERVICE_RETRY_COUNT="3",
            AWS_EC2_METADATA_DISABLED="true",
            PYTHONDONTWRITEBYTECODE="1",
            PYTHONIOENCODING="utf-8",
            # Metaflow is to speak to the service and to nobody else: anything else would have to
            # pass a proxy that does not exist, and so fails at once.
            http_proxy="http://127.0.0.1:9",
            https_proxy="http://127.0.0.1:9",
            no_proxy="127.0.0.1,localhost",
        )
        if self.provider == "service":
            env["METAFLOW_SERVICE_URL"] = self.service_url
        env.update(extra)
        return env

    def start(self, *command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, **extra):
        """Starts Python. Keyword arguments are environment variables."""
        return subprocess.Popen(
            [sys.executable] + [str(c) for c in command],
            cwd=self.directory,
            env=self.environment(**extra),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            encoding="utf-8",
            start_new_session=True,
        )

    def finish(self, process, fails=False):
        """Waits for a process, and fails if it does not end as it should: its standard output."""
        try:
            out, err = process.communicate(timeout=PROCESS_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            err = "%s\nENDED AFTER %d s" % (err, PROCESS_TIMEOUT_SECONDS)
        expect(
            process.returncode >= 0 and (process.returncode != 0) == fails,
            "%s: exit status %d of %s" % (self.provider, process.returncode, process.args[1:]),
            out,
            err,
        )
        return out

    def python(self, script, *arguments, **options):
        """Runs one of the scripts of this directory."""
        return self.finish(self.start(os.path.join(HERE, script), *arguments, **options))

    def script(self, file):
        """A copy of a flow's file in which the flow has this world's name for it."""
        copy = os.path.join(self.directory, file)
        if not os.path.exists(copy):
            with open(os.path.join(HERE, "flows", file), encoding="utf-8") as f:
                text = f.read()
            name = text.split("class ")[1].split("(")[0]
            with open(copy, "w", encoding="utf-8") as f:
                f.write(text.replace(name, self.flow_name(name)))
        return copy

    def start_flow(self, file, *arguments, **options):
        """Starts a flow's command line: `start_flow("small.py", "tag", "list")`."""
        return self.start(self.script(file), "--no-pylint", *arguments, **options)

    def flow(self, file, *arguments, fails=False, **options):
        """Runs a flow's command line: its standard output."""
        return self.finish(self.start_flow(file, *arguments, **options), fails)

    def run(self, file, *arguments, command="run", fails=False, **extra):
        """Runs a flow (or resumes one): its run id."""
        self.runs += 1
        id_file = os.path.join(self.directory, "run-%d.id" % self.runs)
        options = [command, "--max-workers", 4, "--run-id-file", id_file]
        self.flow(file, *options, *arguments, fails=fails, **extra)
        with open(id_file, encoding="utf-8") as f:
            return f.read().strip()

    def introspect(self, flow, *arguments):
        """All that the client tells about the given runs of a flow, see `introspect.py`."""
        return json.loads(self.python("introspect.py", self.flow_name(flow), *arguments))

    def get(self, path):
        """The service's answer to a plain GET."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.service_url + path, timeout=30) as answer:
            return json.load(answer)
