"""Prints as JSON all that Metaflow's client tells about the runs of a flow.

    introspect.py FLOW RUN_ID... [--namespace NS]... [--filter TAG[,TAG]]... [--linear]

The result is normalised, as `normalised.py` tells, so that the same flow, run with any metadata
provider, gives the same text. (--linear: the flow's steps have an order to be kept.)
"""

import argparse
import json
import pickle
import sys

from metaflow import (
    DataArtifact,
    Flow,
    Metaflow,
    Run,
    Step,
    Task,
    default_namespace,
    get_namespace,
    namespace,
)
from metaflow.exception import MetaflowException, MetaflowExceptionWrapper

from normalised import Ids, describe_value, plain, when

# Iteration leaves private artifacts out; these are asked for by name.
PRIVATE_ARTIFACTS = (
    "_success",
    "_task_ok",
    "_exception",
    "_current_step",
    "_transition",
    "_foreach_num_splits",
    "_foreach_values",
    "_foreach_var",
    "_foreach_stack",
    "_no_such_artifact",
)

# Of the tasks of a wide step only the first few (by index) are looked at in every detail.
DETAILED_TASKS_PER_STEP = 4


def outcome(function):
    """The result of the function, or the name of the exception that it raised."""
    try:
        return function()
    except (KeyError, MetaflowException) as e:
        return "raises " + type(e).__name__


def newest_first(objects):
    times = [o.created_at for o in objects]
    return times == sorted(times, reverse=True)


def common(ids, obj):
    # Opened anew by its pathspec, whereas `obj` mostly comes out of a list.
    reopened = pickle.loads(pickle.dumps(obj))
    return {
        "class": type(obj).__name__,
        "pathspec": ids.path(obj.pathspec),
        "path_components": ids.path("/".join(obj.path_components)),
        "parent": ids.path(obj.parent.pathspec) if obj.parent else None,
        "tags": sorted(obj.tags),
        "user_tags": sorted(obj.user_tags),
        "system_tags": sorted(obj.system_tags),
        "created_at": when(obj.created_at),
        "in_namespace": obj.is_in_namespace(),
        "reopened": [ids.path(reopened.pathspec), sorted(reopened.tags)],
        "reopened_is_same": reopened.created_at == obj.created_at,
    }


def describe_artifact(ids, artifact):
    value = artifact.data
    described = {
        "pathspec": ids.path(artifact.pathspec),
        "value": describe_value(value),
        "finished_at": when(artifact.finished_at),
        "tags": sorted(artifact.tags),
    }
    if not isinstance(value, MetaflowExceptionWrapper):
        described.update(sha=artifact.sha, size=artifact.size)
    return described


def describe_attempt(ids, task):
    """What a task tells that may depend on the attempt it was opened for."""
    metadata = [(m.name, ids.metadata_value(task, m.name, m.value), m.type) for m in task.metadata]
    return {
        "artifacts": {a.id: describe_artifact(ids, a) for a in task},
        "artifact_names": sorted(task.artifacts._fields),
        "private_artifacts": {
            name: outcome(lambda: describe_value(task[name].data)) for name in PRIVATE_ARTIFACTS
        },
        "metadata": sorted(map(repr, metadata)),
        "metadata_times": sorted({when(m.created_at) for m in task.metadata}),
        "metadata_dict": {
            name: ids.metadata_value(task, name, value)
            for name, value in sorted(task.metadata_dict.items())
        },
        "current_attempt": task.current_attempt,
        "successful": task.successful,
        "finished": task.finished,
        "finished_at": when(task.finished_at),
        "exception": describe_value(task.exception),
        "stdout": plain(task.stdout),
        "stderr": plain(task.stderr),
    }


def describe_task(ids, task, detailed):
    described = common(ids, task)
    described.update(
        index=task.index,
        parent_tasks=sorted(ids.path(t.pathspec) for t in task.parent_tasks),
        child_tasks=sorted(ids.path(t.pathspec) for t in task.child_tasks),
        successful=task.successful,
        values={name: describe_value(getattr(task.data, name)) for name in task.artifacts._fields},
    )
    if not detailed:
        return described
    attempts = 1 + max(int(m.value) for m in task.metadata if m.name == "attempt")
    described["latest"] = describe_attempt(ids, task)
    # One attempt more than there are: nothing is to be found there.
    for attempt in range(attempts + 1):
        described["attempt %d" % attempt] = describe_attempt(
            ids, Task(task.pathspec, attempt=attempt)
        )
    first = sorted(task.artifacts._fields)[0]
    described.update(
        origin_pathspec=ids.path(task.origin_pathspec),
        runtime_name=task.runtime_name,
        code=task.code,
        environment_info=task.environment_info,
        finished_after_creation=task.finished_at is None or task.finished_at >= task.created_at,
        first_artifact_in_task=first in task,
        first_artifact_in_data=first in task.data,
        unknown_artifact=[
            "unknown" in task,
            "unknown" in task.data,
            outcome(lambda: task["unknown"]),
            outcome(lambda: DataArtifact(task.pathspec + "/unknown")),
        ],
        artifacts_by_attempt=[
            outcome(
                lambda: describe_artifact(
                    ids, DataArtifact("%s/%s" % (task.pathspec, first), attempt=attempt)
                )
            )
            for attempt in range(attempts + 1)
        ],
    )
    return described


def describe_step(ids, step):
    tasks = sorted(step, key=lambda t: (t.index or 0, ids.path(t.pathspec)))
    described = common(ids, step)
    described.update(
        finished_at=when(step.finished_at),
        newest_first=newest_first(list(step)),
        task_in_tasks=step.task.id in [t.id for t in tasks],
        task_in_step=[tasks[0].id in step, "999999999" in step, "no-such-task" in step],
        unknown_task=outcome(lambda: step["999999999"]),
        # Not found if the flow has failed before it came to them.
        parent_steps=outcome(lambda: sorted(s.id for s in step.parent_steps)),
        child_steps=outcome(lambda: sorted(s.id for s in step.child_steps)),
        control_task=step.control_task,
        environment_info=step.environment_info,
        tasks={
            ids.path(t.pathspec): describe_task(ids, t, i < DETAILED_TASKS_PER_STEP)
            for i, t in enumerate(tasks)
        },
    )
    return described


def describe_run(ids, run, linear):
    steps = list(run)
    parameters = run["_parameters"].task
    described = common(ids, run)
    described.update(
        newest_first=newest_first(steps),
        steps_in_order=[s.id for s in steps] if linear else "not linear",
        successful=run.successful,
        finished=run.finished,
        finished_at=when(run.finished_at),
        end_task=ids.path(run.end_task.pathspec) if run.end_task else None,
        data=sorted(run.data._artifacts) if run.data else None,
        data_values=[describe_value(getattr(run.data, n)) for n in sorted(run.data._artifacts)]
        if run.data
        else None,
        origin_pathspec=ids.path(run.origin_pathspec),
        code=run.code,
        trigger=run.trigger,
        contains=["start" in run, "_parameters" in run, "unknown" in run],
        unknown_step=[
            outcome(lambda: run["unknown"]),
            outcome(lambda: Step(run.pathspec + "/unknown")),
            outcome(lambda: Task(run.pathspec + "/unknown/1")),
        ],
        parameters={
            "artifacts": {a.id: describe_artifact(ids, a) for a in parameters},
            "metadata_dict": {
                name: ids.metadata_value(parameters, name, value)
                for name, value in sorted(parameters.metadata_dict.items())
            },
            "metadata_count": len(parameters.metadata),
        },
        steps={s.id: describe_step(ids, s) for s in steps},
    )
    return described


def describe_namespace(ids, name):
    """What is visible in a namespace."""

    def visible(kind, pathspec):
        return outcome(lambda: ids.path(kind(pathspec).pathspec))

    namespace(name)
    flow = outcome(lambda: Flow(ids.flow_name))
    described = {
        "get_namespace": get_namespace(),
        "flows": [plain(f.id) for f in Metaflow() if f.id == ids.flow_name],
        "flow": plain(flow if isinstance(flow, str) else flow.id),
        "runs": None if isinstance(flow, str) else sorted(ids.path(r.pathspec) for r in flow),
        "latest_run": None if isinstance(flow, str) else ids.path(flow.latest_run.pathspec),
        "each": {},
    }
    for (run_id, step_name, task_id), task_name in sorted(ids.tasks.items()):
        pathspec = "%s/%s" % (ids.flow_name, run_id)
        described["each"]["%s/%s" % (ids.runs[run_id], task_name)] = [
            visible(Run, pathspec),
            visible(Step, "%s/%s" % (pathspec, step_name)),
            visible(Task, "%s/%s/%s" % (pathspec, step_name, task_id)),
        ]
    namespace(None)
    return described


def describe_flow(arguments):
    namespace(None)
    ids = Ids(arguments.flow, arguments.runs)
    flow = Flow(arguments.flow)
    successful = flow.latest_successful_run
    described = common(ids, flow)
    described.update(
        runs={ids.path(r.pathspec): describe_run(ids, r, arguments.linear) for r in flow},
        newest_first=newest_first(list(flow)),
        in_flows=flow.id in [f.id for f in Metaflow().flows],
        latest_run=ids.path(flow.latest_run.pathspec),
        latest_successful_run=ids.path(successful.pathspec) if successful else None,
        contains=[arguments.runs[0] in flow, "999999999999999999" in flow, "no-such-run" in flow],
        unknown_run=[
            outcome(lambda: flow["999999999999999999"]),
            outcome(lambda: Run(flow.id + "/no-such-run")),
            outcome(lambda: Flow("NoSuchFlow")),
        ],
        filters={
            tags: sorted(ids.path(r.pathspec) for r in flow.runs(*tags.split(",")))
            for tags in arguments.filter
        },
        default_namespace=default_namespace(),
        namespaces={
            str(name): describe_namespace(ids, name) for name in [None] + arguments.namespace
        },
    )
    return described


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flow")
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--namespace", action="append", default=[])
    parser.add_argument("--filter", action="append", default=[])
    parser.add_argument("--linear", action="store_true")
    json.dump(describe_flow(parser.parse_args()), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
