"""Holds the tables of an export against what the server answers.

compare.py URL FOLDER [AS_OF]: exits with 1 and says what differs, where something does.
"""

import json
import sys
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone

import pyarrow as pa
import pyarrow.parquet as pq

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
TEXT = pa.string()
TEXTS = pa.list_(pa.field("element", TEXT, nullable=False))
TIME = pa.timestamp("ms", tz="UTC")
NUMBER = pa.int64()

OF_RUN = {"flow_id": TEXT, "run_number": NUMBER}
OF_TASK = dict(OF_RUN, step_name=TEXT, task_id=NUMBER)

COLUMNS = {
    "flows": dict(flow_id=TEXT, user_name=TEXT, tags=TEXTS, system_tags=TEXTS, created_at=TIME),
    "runs": dict(
        OF_RUN,
        run_id=TEXT,
        user_name=TEXT,
        tags=TEXTS,
        system_tags=TEXTS,
        status=TEXT,
        created_at=TIME,
        last_heartbeat_at=TIME,
    ),
    "steps": dict(OF_RUN, step_name=TEXT, user_name=TEXT, created_at=TIME),
    "tasks": dict(
        OF_TASK, task_name=TEXT, user_name=TEXT, created_at=TIME, last_heartbeat_at=TIME
    ),
    "metadata": dict(
        OF_TASK,
        id=NUMBER,
        attempt_id=pa.int32(),
        field_name=TEXT,
        value=TEXT,
        type=TEXT,
        user_name=TEXT,
        tags=TEXTS,
        system_tags=TEXTS,
        created_at=TIME,
    ),
    "artifacts": dict(
        OF_TASK,
        attempt_id=pa.int32(),
        name=TEXT,
        location=TEXT,
        ds_type=TEXT,
        sha=TEXT,
        type=TEXT,
        content_type=TEXT,
        user_name=TEXT,
        created_at=TIME,
    ),
    "tag_changes": dict(
        OF_RUN,
        tags_to_remove=TEXTS,
        tags_to_add=TEXTS,
        credential=TEXT,
        address=TEXT,
        created_at=TIME,
    ),
}


class Server:
    def __init__(self, url, as_of):
        self.url = url
        self.as_of = as_of

    def get(self, *path, **parameters):
        if self.as_of:
            parameters["as_of"] = self.as_of
        path = "/".join(urllib.parse.quote(str(part), safe="") for part in path)
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen("%s/%s?%s" % (self.url, path, query)) as answer:
            return json.load(answer)


def time(millis):
    return None if millis is None else EPOCH + timedelta(milliseconds=millis)


def seconds(value):
    return None if value is None else time(value * 1000)


def own(row, table, **others):
    """The columns that are in the answer as they are, and others."""
    columns = {name: row[name] for name in COLUMNS[table] if name in row}
    return dict(columns, created_at=time(row["ts_epoch"]), **others)


def numbers_of_tasks(server, of_run):
    """By step and name: where a task is called by a name, nothing but its event has its number."""
    events = server.get(*of_run, "events", type="TaskRegistered")
    return {
        (event["step_name"], event["event"]["task_name"] or event["task_id"]): event["task_id"]
        for event in events
        if event["verdict"] == "applied"
    }


def expected(server):
    tables = {name: [] for name in COLUMNS}
    for flow in server.get("flows"):
        tables["flows"].append(own(flow, "flows"))
        for run in server.get("flows", flow["flow_id"], "runs", _with="number,status"):
            expected_of_run(server, run, tables)
    return tables


def expected_of_run(server, run, tables):
    name, number = run["run_number"], run["number"]
    tables["runs"].append(
        own(
            dict(run, run_number=number),
            "runs",
            run_id=name if isinstance(name, str) else None,
            last_heartbeat_at=seconds(run["last_heartbeat_ts"]),
        )
    )
    of_run = ("flows", run["flow_id"], "runs", number)
    tasks = numbers_of_tasks(server, of_run)

    def numbered(row):
        task = tasks[row["step_name"], row["task_id"]]
        return dict(row, run_number=number, task_id=task)

    for step in server.get(*of_run, "steps"):
        tables["steps"].append(own(dict(step, run_number=number), "steps"))
        of_step = of_run + ("steps", step["step_name"])
        for task in server.get(*of_step, "tasks"):
            name = task["task_id"]
            tables["tasks"].append(
                own(
                    numbered(task),
                    "tasks",
                    task_name=name if isinstance(name, str) else None,
                    last_heartbeat_at=seconds(task["last_heartbeat_ts"]),
                )
            )
            for attempt in range(3):
                of_attempt = of_step + ("tasks", name, "attempt", attempt, "artifacts")
                for artifact in server.get(*of_attempt):
                    tables["artifacts"].append(own(numbered(artifact), "artifacts"))
    for row in server.get(*of_run, "metadata"):
        tagged = [tag for tag in row["tags"] or [] if tag.startswith("attempt_id:")]
        attempt = int(tagged[0].split(":")[1]) if tagged else None
        tables["metadata"].append(own(numbered(row), "metadata", attempt_id=attempt))
    for event in server.get(*of_run, "events", type="RunTagsMutated", verdict="applied"):
        tables["tag_changes"].append(
            dict(
                flow_id=run["flow_id"],
                run_number=number,
                tags_to_remove=event["event"]["tags_to_remove"],
                tags_to_add=event["event"]["tags_to_add"],
                credential=event["credential"],
                address=event["address"],
                created_at=time(event["ts_epoch"]),
            )
        )


def in_order(rows):
    return sorted(json.dumps(row, default=str, sort_keys=True) for row in rows)


def main(url, folder, as_of=None):
    fine = True
    for name, rows in expected(Server(url, as_of)).items():
        table = pq.read_table("%s/%s.parquet" % (folder, name))
        columns = {field.name: field.type for field in table.schema}
        if list(columns.items()) != list(COLUMNS[name].items()):
            fine = False
            print("%s: the columns are %s" % (name, columns))
        wanted, found = in_order(rows), in_order(table.to_pylist())
        print("%s: %d rows" % (name, len(found)))
        for what, here, there in (("missing", wanted, found), ("too many", found, wanted)):
            for row in here:
                if here.count(row) != there.count(row):
                    fine = False
                    print("%s: %s: %s" % (name, what, row))
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
