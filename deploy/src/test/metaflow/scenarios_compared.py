"""Scenarios that the local provider and the service must answer alike.

Each is a function of a World. What it returns is compared; what it expects must hold for both.
"""

import json
import re
import subprocess

from world import expect, expect_equal


def only_run(flow):
    """The one run in what `introspect` gave."""
    expect_equal(1, len(flow["runs"]), "number of runs")
    return next(iter(flow["runs"].values()))


def value(task, artifact, attempt="latest"):
    return task[attempt]["artifacts"][artifact]["value"]


def linear(world):
    """Parameters, artifacts, logs; the commands `logs` and `dump`."""
    options = ["--alpha", 1.5, "--title", "t\u00eftle", "--options", '{"depth": 7}']
    options += ["--verbose", "1", "--tag", "exp:1", "--tag", "t\u00e4g \u2603"]
    run_id = world.run("linear.py", *options)
    seen = world.introspect("LinearFlow", run_id, "--linear")
    run = only_run(seen)
    expect(run["successful"] and run["finished"], "the run is successful")
    expect_equal(["end", "middle", "start"], run["steps_in_order"], "steps, newest first")
    step_tags = run["steps"]["end"]["user_tags"]
    expect_equal(["exp:1", "t\u00e4g \u2603"], step_tags, "the run's tags are the step's")
    end = run["steps"]["end"]["tasks"]["LinearFlow/run0/end/end"]
    expect_equal(["3", "4.5"], [value(end, "x"), value(end, "scaled")], "values")
    logs = world.flow("linear.py", "logs", "--stdout", "%s/end" % run_id)
    expect("end says 3" in logs, "logs of the end step", logs)
    dumped = world.flow("linear.py", "dump", "--include", "x,text", "%s/middle" % run_id)
    return {"seen": seen, "dumped": sorted(re.sub(r"\b\d+/middle/\d+", "", dumped).splitlines())}


def foreach(world):
    """A foreach over 50 items and its join."""
    seen = world.introspect("ForeachFlow", world.run("foreach.py"))
    work = only_run(seen)["steps"]["work"]
    expect_equal(50, len(work["tasks"]), "tasks of the foreach")
    join = only_run(seen)["steps"]["join"]["tasks"]["ForeachFlow/run0/join/join"]
    expect_equal(sorted(work["tasks"]), join["parent_tasks"], "the join's parents")
    return seen


def nested_foreach(world):
    """Parents and children of tasks in a foreach that is in a foreach."""
    seen = world.introspect("NestedForeachFlow", world.run("nested_foreach.py"))
    inner = only_run(seen)["steps"]["inner"]["tasks"]
    expect_equal(
        ["inner[outer:0,inner:%d]" % i for i in range(3)] + ["inner[outer:1,inner:0]"],
        sorted(path.split("/")[-1] for path in inner),
        "tasks of the inner foreach",
    )
    last = inner["NestedForeachFlow/run0/inner/inner[outer:1,inner:0]"]
    expect_equal(["NestedForeachFlow/run0/outer/outer[outer:1]"], last["parent_tasks"], "parents")
    return seen


def branch(world):
    """Two branches and their join."""
    seen = world.introspect("BranchFlow", world.run("branch.py"))
    join = only_run(seen)["steps"]["join"]
    expect_equal(["left_more", "right"], join["parent_steps"], "the join's parents")
    return seen


def retry(world):
    """Attempts: what each of them left behind, also when all have failed."""
    seen = world.introspect("RetryFlow", world.run("retry.py"), "--linear")
    flaky = only_run(seen)["steps"]["flaky"]["tasks"]["RetryFlow/run0/flaky/flaky"]
    expect_equal(
        ["'value of attempt %d'" % i for i in (0, 1, 1)],
        [value(flaky, "by_attempt", attempt) for attempt in ("attempt 0", "attempt 1", "latest")],
        "an artifact by attempt",
    )
    expect_equal("first attempt fails", flaky["attempt 0"]["exception"]["message"], "exception")
    expect("only_in_first" not in flaky["latest"]["artifacts"], "artifacts of one attempt")
    expect_equal({}, flaky["attempt 2"]["artifacts"], "an attempt that there was not")
    return seen


def resume(world):
    """A flow that fails, and its resumption: two runs, the second with cloned tasks."""
    failed = world.run("resume.py", "--label", "kept", "--tag", "first", fails=True, FLOW_FAILS="1")
    before = world.introspect("ResumeFlow", failed)
    expect_equal(None, before["latest_successful_run"], "nothing has succeeded yet")
    run = only_run(before)
    expect_equal([False, False], [run["successful"], run["finished"]], "the run has failed")
    join = run["steps"]["join"]["tasks"]["ResumeFlow/run0/join/join"]
    expect_equal("told to fail", join["latest"]["exception"]["message"], "why it failed")

    resumed = world.run("resume.py", "--tag", "second", command="resume")
    after = world.introspect(
        "ResumeFlow", failed, resumed, "--filter", "first", "--filter", "second"
    )
    expect_equal("ResumeFlow/run1", after["latest_successful_run"], "the resumed run")
    run = after["runs"]["ResumeFlow/run1"]
    expect_equal("ResumeFlow/run0", run["origin_pathspec"], "where it comes from")
    filtered = {"first": ["ResumeFlow/run0"], "second": ["ResumeFlow/run1"]}
    expect_equal(filtered, after["filters"], "runs by tag")
    return [before, after]


def namespaces(world):
    """Several runs of several users: what each namespace shows, the filters, the latest runs."""
    runs = [
        world.run("small.py", "--tag", "green", "--tag", "both"),
        world.run("small.py", "--tag", "blue", "--tag", "both", METAFLOW_USER="other"),
        world.run("small.py", METAFLOW_PRODUCTION_TOKEN="token-1"),
        world.run("small.py", "--tag", "green", fails=True, FLOW_FAILS="1"),
    ]
    options = ["user:tester", "user:other", "user:nobody", "production:token-1", "green", "both"]
    filters = options + ["blue", "green,both", "green,blue", "user:other,both", "no-such-tag"]
    arguments = [a for o in options for a in ("--namespace", o)]
    arguments += [a for f in filters for a in ("--filter", f)]
    seen = world.introspect("SmallFlow", *runs, *arguments)
    expect_equal(["SmallFlow/run0", "SmallFlow/run3"], seen["filters"]["green"], "green runs")
    expect_equal(["SmallFlow/run1"], seen["namespaces"]["user:other"]["runs"], "the other's runs")
    expect_equal(
        ["SmallFlow/run3", "SmallFlow/run2"],
        [seen["latest_run"], seen["latest_successful_run"]],
        "the latest run, the latest successful run",
    )
    return seen


def tags(world):
    """Tags given at the start and changed later, by command and by the client's methods."""
    # In this order: the local provider makes a run the latest one when it changes the run's tags.
    other_id = world.run("small.py", "--tag", "another")
    run_id = world.run("small.py", "--tag", "first", "--tag", "second")
    commands = []

    def tag(*arguments, fails=False):
        printed = world.flow(
            "small.py",
            "--quiet",
            "tag",
            *[run_id if a == "RUN" else a for a in arguments],
            fails=fails,
            stderr=subprocess.STDOUT,
        )
        printed = printed.replace(world.suffix, "")
        for id_, name in ((run_id, "RUN"), (other_id, "OTHER")):
            printed = printed.replace("SmallFlow/" + id_, "SmallFlow/" + name)
        # Sets are printed in any order. The text of an error is the provider's own affair, apart
        # from its headline.
        lines = re.split(r" ; |,|\n", printed.strip())
        commands.append({"command": arguments, "printed": lines[:1] if fails else sorted(lines)})
        return lines

    tag("add", "--run-id", "RUN", "third", "t\u00e4g \u2603")
    tag("remove", "--run-id", "RUN", "second", "never-there")
    tag("replace", "--run-id", "RUN", "--remove", "third", "--add", "fourth")
    tag("remove", "--run-id", "RUN", "user:tester", fails=True)
    listed = tag("list", "--run-id", "RUN", "--hide-system-tags")
    expect_equal(["SmallFlow/RUN", "", "first", "fourth", "t\u00e4g \u2603"], listed, "tag list")
    tag("list", "--my-runs", "--group-by-tag")
    tag("list", "--all", "--group-by-run")
    tag("add", "--run-id", "123456789012345678", "x", fails=True)
    by_client = json.loads(world.python("tag_api.py", world.flow_name("SmallFlow"), run_id))
    filters = [a for t in ("first", "five", "four", "another") for a in ("--filter", t)]
    seen = world.introspect("SmallFlow", other_id, run_id, *filters, "--namespace", "five")
    filtered = [seen["filters"][t] for t in ("five", "four")]
    expect_equal([["SmallFlow/run1"], []], filtered, "runs by a tag that was added, removed")
    return {"commands": commands, "by_client": by_client, "seen": seen}


def string_ids(world):
    """A flow as Argo Workflows runs it: `init`, then `step` by `step`, with Argo's ids."""
    run_id = "argo-scheduledflow-x7k2p"
    scheduler = {
        "METAFLOW_USER": "argo-workflows",
        "METAFLOW_PRODUCTION_TOKEN": "scheduled-0-abcd",
        "METAFLOW_RUNTIME_NAME": "kubernetes",
    }
    common = ["--quiet", "--metadata=" + world.provider, "--datastore=local"]
    ids = ["--run-id", run_id, "--tag", "nightly", "--task-id"]

    def start(step, task_id, *arguments):
        arguments += ("--retry-count", 0, "--max-user-code-retries", 0)
        arguments += ("--namespace=production:scheduled-0-abcd",)
        return world.start_flow(
            "scheduled.py", *common + ["step", step] + ids + [task_id], *arguments, **scheduler
        )

    init = common + ["init"] + ids + ["t-1-params", "--width", 4]
    world.flow("scheduled.py", *init, **scheduler)
    parameters = "--input-paths=%s/_parameters/t-1-params" % run_id
    world.finish(start("start", "t-1", parameters))
    # Argo's pods do not wait for one another: they find the run, the step, the task unregistered,
    # register them and learn that somebody else was faster.
    pods = [
        start("work", "t-2-%d" % i, "--input-paths=%s/start/t-1" % run_id, "--split-index", i)
        for i in range(4)
    ]
    for pod in pods:
        world.finish(pod)
    work = ",".join("%s/work/t-2-%d" % (run_id, i) for i in range(4))
    world.finish(start("join", "t-3", "--input-paths=" + work))
    world.finish(start("end", "t-4", "--input-paths=%s/join/t-3" % run_id))

    seen = world.introspect("ScheduledFlow", run_id, "--namespace", "production:scheduled-0-abcd")
    run = only_run(seen)
    expect(run["successful"], "the run is successful")
    join = run["steps"]["join"]["tasks"]["ScheduledFlow/run0/join/join"]
    expect_equal(["12", 4], [value(join, "sum"), len(join["parent_tasks"])], "the join")
    expect_equal(["nightly"], run["user_tags"], "the tags")
    return seen


SCENARIOS = [
    linear,
    foreach,
    nested_foreach,
    branch,
    retry,
    resume,
    namespaces,
    tags,
    string_ids,
]
