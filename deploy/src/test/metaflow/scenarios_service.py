"""Scenarios of what the local provider does not do, or does not do safely.

Each is a function of a World whose provider is the service, and says what it expects.
"""

import json
import os
import subprocess
import threading

from world import HERE, PROCESS_TIMEOUT_SECONDS, Failed, eventually, expect, expect_equal

# So many clients do the same thing at the same moment.
CLIENTS = 5

# So many times they do it.
ROUNDS = 10


class Clients:
    """Processes of `client_worker.py` that work in lockstep."""

    def __init__(self, world):
        self.processes = [
            world.start(
                os.path.join(HERE, "client_worker.py"),
                stdin=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            for _ in range(CLIENTS)
        ]
        self.limit = threading.Timer(PROCESS_TIMEOUT_SECONDS, self.kill)
        self.limit.start()

    def kill(self):
        for process in self.processes:
            process.kill()

    def __enter__(self):
        try:
            self.read("ready")
        except Failed:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.limit.cancel()
        self.kill()
        for process in self.processes:
            process.communicate()

    def read(self, start):
        """A line of each client, which must start in this way."""
        lines = []
        for process in self.processes:
            line = process.stdout.readline()
            if not line.startswith(start):
                expect(False, "a client has failed or is too slow", line + process.stdout.read())
            lines.append(line)
        return lines

    def do(self, commands):
        """Gives each client its command, all at once: their answers."""
        for process, command in zip(self.processes, commands):
            process.stdin.write(json.dumps(command) + "\n")
            process.stdin.flush()
        return [json.loads(line)["answer"] for line in self.read('{"answer"')]


def ids_of(objects, key):
    return sorted(o[key] for o in objects)


def concurrent_init(world):
    """Five pods do `init` with the same ids at the same moment: one run, one task."""
    flow, run_id, task_id = world.flow_name("ScheduledFlow"), "argo-x7k2p", "t-1-params"
    init = ["--quiet", "init", "--run-id", run_id, "--task-id", task_id, "--tag", "nightly"]
    for process in [world.start_flow("scheduled.py", *init) for _ in range(CLIENTS)]:
        world.finish(process)

    runs = world.get("/flows/%s/runs" % flow)
    expect_equal([run_id], ids_of(runs, "run_number"), "the runs of the flow")
    expect_equal(["nightly"], runs[0]["tags"], "the tags of the run")
    path = "/flows/%s/runs/%s/steps" % (flow, run_id)
    expect_equal(["_parameters"], ids_of(world.get(path), "step_name"), "the steps of the run")
    tasks = world.get(path + "/_parameters/tasks")
    expect_equal([task_id], ids_of(tasks, "task_id"), "the tasks of the step")
    artifacts = world.get(path + "/_parameters/tasks/%s/artifacts" % task_id)
    names = ids_of(artifacts, "name")
    expect_equal(sorted(set(names)), names, "each artifact once")
    expect("width" in names, "the parameter is an artifact", names)


def concurrent_registration(world):
    """Clients register the same run and task in lockstep: each succeeds, one is created."""
    flows = [world.flow_name("ScheduledFlow"), world.flow_name("ScheduledToo")]
    with Clients(world) as clients:
        for i in range(ROUNDS):
            flow, run_id, task_id = flows[i % 2], "argo-run-%d" % (i // 2), "t-%d" % i
            command = {"do": "register", "flow": flow, "run": run_id, "step": "s", "task": task_id}
            clients.do([command] * CLIENTS)
            # Once more: now they find what is there.
            clients.do([command] * CLIENTS)
    for f, flow in enumerate(flows):
        run_ids = ["argo-run-%d" % i for i in range(ROUNDS // 2)]
        runs = world.get("/flows/%s/runs" % flow)
        expect_equal(run_ids, ids_of(runs, "run_number"), "the runs of " + flow)
        for i, run_id in enumerate(run_ids):
            tasks = world.get("/flows/%s/runs/%s/steps/s/tasks" % (flow, run_id))
            expect_equal(["t-%d" % (2 * i + f)], ids_of(tasks, "task_id"), "the tasks of " + run_id)


def concurrent_tags(world):
    """Clients change the tags of one run in lockstep: no change is lost."""
    run_id = world.run("small.py", "--tag", "kept", "--tag", "removed-by-all")
    run = "%s/%s" % (world.flow_name("SmallFlow"), run_id)
    path = "/flows/%s/runs/%s" % tuple(run.split("/"))
    system_tags = sorted(world.get(path)["system_tags"])

    def change(remove, add):
        return {"do": "tag", "run": run, "remove": remove, "add": add}

    expected = {"kept"}
    with Clients(world) as clients:
        everyone = range(CLIENTS)
        for i in range(6):
            names = ["c%d-%d" % (client, i) for client in everyone]
            answers = clients.do([change([], [name]) for name in names])
            expected.update(names)
            for name, answer in zip(names, answers):
                expect(name in answer, "round %d: an answer has its own tag" % i, name, answer)
        for i in range(0, 6, 2):
            clients.do([change(["c%d-%d" % (c, i)], ["d%d-%d" % (c, i)]) for c in everyone])
            expected.difference_update("c%d-%d" % (c, i) for c in everyone)
            expected.update("d%d-%d" % (c, i) for c in everyone)
        answers = clients.do([change(["removed-by-all"], ["added-by-all"]) for c in everyone])
        expected.add("added-by-all")
    expect_equal([sorted(expected)] * CLIENTS, answers, "what the last change answers")
    now = world.get(path)
    expect_equal(sorted(expected), sorted(now["tags"]), "the run's tags")
    expect_equal(system_tags, sorted(now["system_tags"]), "the run's system tags")
    step = world.get(path + "/steps/end")
    expect_equal(sorted(expected), sorted(step["tags"]), "a step's tags are the run's")


def heartbeats(world):
    """The heartbeats of a run and of its tasks arrive."""
    run_id = world.run("heartbeat.py")
    path = "/flows/%s/runs/%s" % (world.flow_name("HeartbeatFlow"), run_id)

    def beaten(object_path, since):
        # The creation of a task counts as a heartbeat of it and of its run, to the second: what
        # counts here is a later one.
        return world.get(object_path)["last_heartbeat_ts"] > since["ts_epoch"] // 1000

    # Metaflow's last heartbeat of a task or run may be still to come: another process sends it.
    for step in ("start", "end"):
        (task,) = world.get("%s/steps/%s/tasks" % (path, step))
        task_path = "%s/steps/%s/tasks/%s" % (path, step, task["task_id"])
        eventually(lambda: beaten(task_path, task), "a heartbeat of the task of " + step)
    eventually(lambda: beaten(path, task), "a heartbeat of the run after its last task began")


SCENARIOS = [concurrent_init, concurrent_registration, concurrent_tags, heartbeats]
