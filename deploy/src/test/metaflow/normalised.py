"""What the client tells, without what legitimately differs between two runs of the same flow.

What is replaced, and why:

- run ids and task ids, which each provider makes up in its own way: by the position of the run on
  the command line ("run0") and by the step and its place in the foreaches ("work[work:3]");
- times: by whether they are set and of the last hour, and by comparisons among them;
- directories, which differ from run to run: by "<dir>";
- the names of flows, which have a suffix (see world.py): by those without;
- the SHA and the size of artifacts that hold an exception, for the directories in its traceback:
  left out;
- the value of the "foreach-stack" metadata, which the client posts as a list. The local provider
  gives it back as that list, the service as the text of a PostgreSQL array: the text it is here;
- the order of siblings, which may have been created concurrently: sorted. That iteration gives the
  newest first is checked by their times.
"""

import os
import time

from metaflow import Run
from metaflow.exception import MetaflowExceptionWrapper


def plain(text):
    """The text without what differs from one directory and one day to the next."""
    text = text.replace(os.environ["SCENARIO_DIR"], "<dir>")
    return text.replace(os.environ["SCENARIO_SUFFIX"], "")


def when(moment):
    """A datetime, or milliseconds since 1970."""
    if moment is None:
        return "unset"
    seconds = moment / 1000 if isinstance(moment, int) else moment.timestamp()
    return "recent" if abs(time.time() - seconds) < 3600 else "not recent: %s" % moment


def describe_value(value):
    if isinstance(value, MetaflowExceptionWrapper):
        return {
            "type": value.type,
            "message": plain(str(value.exception)),
            "traceback": plain(str(value)).splitlines(),
        }
    return plain(repr(value))


class Ids:
    """The normalised names of the runs and tasks of one flow."""

    def __init__(self, flow_name, run_ids):
        self.flow_name = flow_name
        self.runs = {run_id: "run%d" % i for i, run_id in enumerate(run_ids)}
        self.tasks = {}
        for run_id in run_ids:
            run = Run("%s/%s" % (flow_name, run_id))
            for step in list(run) + [run["_parameters"]]:
                for task in step:
                    path = task.metadata_dict.get("foreach-execution-path")
                    name = "%s[%s]" % (step.id, path) if path else step.id
                    self.tasks[(run_id, step.id, task.id)] = name

    def path(self, pathspec):
        """`Flow/12/work/7/x` as `Flow/run0/work/work[work:3]/x`."""
        if pathspec is None:
            return None
        parts = pathspec.split("/")
        named = [plain(parts[0])]
        if len(parts) > 1:
            named.append(self.runs.get(parts[1], parts[1]))
        if len(parts) > 2:
            named.append(parts[2])
        if len(parts) > 3:
            named.append(self.tasks.get(tuple(parts[1:4]), parts[3]))
        return "/".join(named + parts[4:])

    def metadata_value(self, task, name, value):
        _, run_id, step_name, _ = task.path_components
        if name == "origin-run-id":
            return self.runs.get(value, value)
        if name == "origin-task-id":
            origin_run_id = task.metadata_dict["origin-run-id"]
            return self.tasks.get((origin_run_id, step_name, value), value)
        if name == "foreach-stack" and isinstance(value, list):
            return array_text(value)
        return plain(value) if isinstance(value, str) else value


def array_text(items):
    """PostgreSQL's text of an array of strings."""

    def quoted(item):
        simple = item and item.upper() != "NULL" and not any(c in item for c in '{},"\\ ')
        return item if simple else '"%s"' % item.replace("\\", "\\\\").replace('"', '\\"')

    return "{%s}" % ",".join(quoted(i) for i in items)
