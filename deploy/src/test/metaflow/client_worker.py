"""One of several clients that do the same thing at the same moment.

Reads commands, one JSON object a line, from standard input, and answers each with a line
{"answer": ..}:

    {"do": "register", "flow": F, "run": R, "step": S, "task": T}  ->  the pathspec of the task
    {"do": "tag", "run": "F/R", "remove": [..], "add": [..]}       ->  the run's user tags
"""

import json
import sys

from metaflow import Run, Task, namespace
from metaflow.metaflow_environment import MetaflowEnvironment
from metaflow.plugins.metadata_providers.service import ServiceMetadataProvider


class NamedFlow:
    """As much of a flow as a metadata provider wants."""

    def __init__(self, name):
        self.name = name


def register(command):
    flow = NamedFlow(command["flow"])
    provider = ServiceMetadataProvider(MetaflowEnvironment(flow), flow, None, None)
    # Whether they did create something is not to be had from them: they also say that they did
    # when they found it on their first look.
    provider.register_run_id(command["run"])
    provider.register_task_id(command["run"], command["step"], command["task"])
    return Task("/".join(command[name] for name in ("flow", "run", "step", "task"))).pathspec


def tag(command):
    run = Run(command["run"])
    run.replace_tags(command["remove"], command["add"])
    return sorted(run.user_tags)


def main():
    namespace(None)
    print("ready", flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        answer = register(command) if command["do"] == "register" else tag(command)
        print(json.dumps({"answer": answer}), flush=True)


if __name__ == "__main__":
    main()
