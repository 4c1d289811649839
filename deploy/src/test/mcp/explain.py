"""The official Python SDK of MCP asks why the latest run has failed, and what has changed.

Runs a real flow that succeeds and then fails, against METAFLOW_SERVICE_URL; then asks by standard
input and output of the command in MCP_COMMAND (a JSON list), and by /mcp of the server. By hand:

    METAFLOW_SERVICE_URL=http://127.0.0.1:8080 MCP_COMMAND='["flowledger", "mcp"]' python explain.py
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile

from mcp import Client, StdioServerParameters

HERE = os.path.dirname(os.path.abspath(__file__))
URL = os.environ["METAFLOW_SERVICE_URL"]
READING = [
    "explain_failure",
    "run_status",
    "compare_runs",
    "list_flows",
    "list_runs",
    "search",
    "history",
    "list_tasks",
    "task_details",
]


def expect_equal(expected, actual):
    if expected != actual:
        sys.exit("expected: %r\nactual:   %r" % (expected, actual))


def run_flow(directory, *arguments):
    """Returns the exit status."""
    environment = dict(
        os.environ,
        METAFLOW_DEFAULT_METADATA="service",
        METAFLOW_DATASTORE_SYSROOT_LOCAL=directory,
        METAFLOW_USER="tester",
        METAFLOW_HOME=directory,
    )
    command = [sys.executable, os.path.join(HERE, "score.py"), "run", *arguments]
    return subprocess.run(command, env=environment, cwd=directory, timeout=120).returncode


def check(told):
    failed = told["run"]["run"]
    success = told["last_success"]["run"]
    expect_equal(
        "%s: 1 task of step train failed, the last time in attempt 1; since %s, the last run that"
        " completed, there are other parameters: rate, table" % (failed, success),
        told["summary"],
    )
    (task,) = told["failed_tasks"]
    expect_equal([False, False], [attempt["ok"] for attempt in task["attempts"]])
    expect_equal("local", task["exception"]["datastore"])
    changed = told["changed_since"]
    expect_equal(["rate", "table"], [one["name"] for one in changed["parameters"]])
    expect_equal({"added": ["nightly"]}, changed["tags"])
    expect_equal(["parameters", "tags"], list(changed)[:2])
    # What it says where to look is there, and is the cause.
    look = subprocess.run(task["exception"]["read_it"], shell=True, capture_output=True, text=True)
    if "the column price is missing" not in look.stdout:
        sys.exit("the exception is not where it was said to be:\n%s" % look)


async def ask(server):
    """One call answers the whole question."""
    async with Client(server) as client:
        tools = (await client.list_tools()).tools
        expect_equal(READING, [tool.name for tool in tools])
        expect_equal([True], sorted({tool.annotations.read_only_hint for tool in tools}))
        answer = await client.call_tool("explain_failure", {"flow": "ScoreFlow"})
        if answer.is_error:
            sys.exit("explain_failure: " + answer.content[0].text)
        check(json.loads(answer.content[0].text))
        wrong = await client.call_tool("run_status", {"flow": "NoFlow", "run": "1"})
        expect_equal(True, wrong.is_error)
        expect_equal("run NoFlow/1 is not registered", wrong.content[0].text)


def main():
    with tempfile.TemporaryDirectory() as directory:
        expect_equal(0, run_flow(directory))
        expect_equal(1, run_flow(directory, "--rate", "0.2", "--table", "bad", "--tag", "nightly"))
        os.environ["METAFLOW_DEFAULT_METADATA"] = "service"
        os.environ["METAFLOW_DATASTORE_SYSROOT_LOCAL"] = directory
        os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
        command, *arguments = json.loads(os.environ["MCP_COMMAND"])
        # As configurations do: the SDK gives the command no more of the environment than that.
        server = StdioServerParameters(
            command=command, args=arguments, env={"METAFLOW_SERVICE_URL": URL}
        )
        asyncio.run(ask(server))
        asyncio.run(ask(URL + "/mcp"))


if __name__ == "__main__":
    main()
