"""Everything that a client sees of flows, as JSON: local_world.py PROVIDER FLOW...

When the local provider changes the tags of a run, it writes the time of that as the time of the run.
So the time of a run that is tagged "changed" is left out, and runs are in the order of their numbers.
"""

import json
import sys

from metaflow import Flow, Run, Task, metadata, namespace


def of_task(task):
    return {
        "id": task.pathspec,
        "found": Task(task.pathspec).pathspec,
        "created_at": str(task.created_at),
        "successful": task.successful,
        "finished": task.finished,
        "attempt": task.current_attempt,
        "tags": sorted(task.tags),
        "metadata": sorted(
            # A list is text of PostgreSQL where a service keeps it.
            [m.name, str(m.value).replace("['", "{").replace("']", "}"), m.type, str(m.created_at)]
            for m in task.metadata
        ),
        "artifacts": {a.id: [a.sha, repr(a.data)] for a in task if not a.id.startswith("_")},
        "stdout": task.stdout,
        "parents": sorted(parent.pathspec for parent in task.parent_tasks),
    }


def of_run(run):
    return {
        "id": run.pathspec,
        "found": Run(run.pathspec).pathspec,
        "tags": sorted(run.tags),
        "user_tags": sorted(run.user_tags),
        "created_at": None if "changed" in run.user_tags else str(run.created_at),
        "successful": run.successful,
        "steps": {s.id: [of_task(t) for t in sorted(s, key=lambda t: t.id)] for s in run},
    }


def main(provider, flows):
    metadata(provider)
    namespace(None)
    world = {f: [of_run(r) for r in sorted(Flow(f), key=lambda r: r.id)] for f in flows}
    json.dump(world, sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
