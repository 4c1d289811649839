"""What Confluent's Python client does with the schema registry of Flowledger, and with its log.

    scenarios.py --list
    scenarios.py NAME...

The environment variables SERVICE_URL, REGISTRY_URL and BOOTSTRAP_SERVERS tell where the server, its
registry and its Kafka are. Ends with status 0 if all is as it should be, else with 1, having told
what is not. Needs confluent-kafka (requirements.txt).
"""

import sys

# Nothing is to be written beside the sources.
sys.dont_write_bytecode = True

import json
import os
import time
import urllib.request
import uuid

from confluent_kafka import Consumer, Producer
from confluent_kafka.schema_registry import (
    Schema,
    SchemaRegistryClient,
    topic_record_subject_name_strategy,
)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

EVENTS = "flowledger.events"
RECORDED = "io.flowledger.event.MetadataRecorded"
LIMIT_S = 60


class Failed(Exception):
    pass


def expect(what, actual, expected):
    if actual != expected:
        raise Failed("%s: %r instead of %r" % (what, actual, expected))


def http(method, path, body=None):
    request = urllib.request.Request(
        os.environ["SERVICE_URL"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
    )
    with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
        return json.load(answer)


def registry():
    return SchemaRegistryClient({"url": os.environ["REGISTRY_URL"]})


def new_task(flow):
    """Makes a flow with a task; answers the number of its run and of the task."""
    http("POST", "/flows/" + flow, {"user_name": "ann"})
    run = http("POST", "/flows/%s/run" % flow, {"user_name": "ann"})["run_number"]
    http("POST", "/flows/%s/runs/%s/steps/start/step" % (flow, run), {"user_name": "ann"})
    task = http("POST", "/flows/%s/runs/%s/steps/start/task" % (flow, run), {"user_name": "ann"})
    return run, task["task_id"]


def consume(flow, enough):
    """The events of a flow, deserialised with the schemas of the registry."""
    deserializer = AvroDeserializer(
        registry(), conf={"subject.name.strategy": topic_record_subject_name_strategy}
    )
    consumer = Consumer(
        {
            "bootstrap.servers": os.environ["BOOTSTRAP_SERVERS"],
            "group.id": "python-" + uuid.uuid4().hex,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([EVENTS])
    events = []
    deadline = time.monotonic() + LIMIT_S
    try:
        while len(events) < enough:
            if time.monotonic() > deadline:
                raise Failed("%d events of %d have come" % (len(events), enough))
            message = consumer.poll(0.2)
            if message is None or message.error() or message.key() != flow.encode():
                continue
            context = SerializationContext(EVENTS, MessageField.VALUE, message.headers())
            events.append(deserializer(message.value(), context))
    finally:
        consumer.close()
    return events


def consumes_events():
    """Real events are deserialised, field by field."""
    flow = "PythonReads_" + uuid.uuid4().hex[:8]
    run, task = new_task(flow)
    path = "/flows/%s/runs/%s/steps/start/tasks/%s/metadata" % (flow, run, task)
    http("POST", path, [{"field_name": "answer", "value": "42", "type": "number"}])

    events = consume(flow, 5)

    expect("flows", [event["flow_id"] for event in events], [flow] * 5)
    expect("run", events[1]["run_number"], run)
    expect("step", events[2]["step_name"], "start")
    expect("task", events[3]["task_id"], task)
    entries = events[4]["entries"]
    expect(
        "entries",
        [(entry["field_name"], entry["value"], entry["type"]) for entry in entries],
        [("answer", "42", "number")],
    )


def produces_an_event():
    """An event that is serialised with the schema of the registry is read over HTTP."""
    flow = "PythonWrites_" + uuid.uuid4().hex[:8]
    run, task = new_task(flow)
    client = registry()
    schema = client.get_latest_version(EVENTS + "-" + RECORDED).schema
    serializer = AvroSerializer(
        client,
        schema,
        conf={
            "auto.register.schemas": False,
            "subject.name.strategy": topic_record_subject_name_strategy,
        },
    )
    now = int(time.time() * 1000)
    entry = {
        "id": 4711,
        "field_name": "colour",
        "value": "grün",
        "type": "string",
        "user_name": "ann",
        "tags": None,
        "system_tags": None,
    }
    event = {
        "event_id": now.to_bytes(6, "big") + os.urandom(10),
        "flow_id": flow,
        "run_number": run,
        "step_name": "start",
        "task_id": task,
        "entries": [entry],
        "ts_epoch": now,
        "origin": None,
        "written_by": "scenarios.py",
    }
    producer = Producer(
        {
            "bootstrap.servers": os.environ["BOOTSTRAP_SERVERS"],
            "enable.idempotence": True,
            # As Java's clients choose the partition of a key.
            "partitioner": "murmur2",
        }
    )
    value = serializer(event, SerializationContext(EVENTS, MessageField.VALUE))
    producer.produce(EVENTS, key=flow.encode(), value=value)
    expect("undelivered", producer.flush(LIMIT_S), 0)

    path = "/flows/%s/runs/%s/steps/start/tasks/%s/metadata" % (flow, run, task)
    deadline = time.monotonic() + LIMIT_S
    while True:
        rows = http("GET", path)
        if rows or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    expect(
        "rows",
        [(row["id"], row["field_name"], row["value"], row["ts_epoch"]) for row in rows],
        [(4711, "colour", "grün", now)],
    )


def registers_schemas():
    """A schema is registered, looked up by everything that it has, and evolves compatibly only."""
    client = registry()
    subject = "python/%s-R" % uuid.uuid4().hex
    first = avro([{"name": "kept", "type": "long"}])
    second = avro(
        [
            {"name": "kept", "type": "long"},
            {"name": "more", "type": ["null", "string"], "default": None},
        ]
    )
    wrong = avro([{"name": "kept", "type": "long"}, {"name": "needed", "type": "string"}])

    expect("missing", code(lambda: client.get_latest_version(subject)), (404, 40401))
    one = client.register_schema(subject, first)
    expect("compatible", client.test_compatibility(subject, second), True)
    expect("incompatible", client.test_compatibility(subject, wrong), False)
    expect("refused", code(lambda: client.register_schema(subject, wrong)), (409, 40901))
    two = client.register_schema_full_response(subject, second)
    expect("second version", two.version, 2)

    other = registry()
    expect("by id", other.get_schema(one).schema_str, first.schema_str)
    expect("by GUID", other.get_schema_by_guid(two.guid).schema_str, second.schema_str)
    expect("by schema", other.lookup_schema(subject, first).version, 1)
    expect("by version", other.get_version(subject, 2).schema_id, two.schema_id)
    expect("latest", other.get_latest_version(subject).version, 2)
    expect("versions", other.get_versions(subject), [1, 2])
    expect("subjects", other.get_subjects(subject_prefix="python/" + subject[7:]), [subject])
    expect(
        "subjects of the id",
        other.get_subjects_by_schema_id(two.schema_id, subject_name=subject),
        [subject],
    )
    expect("types", other.get_schema_types(), ["AVRO"])
    expect("contexts", other.get_contexts(), ["."])


def keeps_the_rules():
    """Compatibility is set and read, and nothing is deleted."""
    client = registry()
    subject = "python-" + uuid.uuid4().hex
    client.register_schema(subject, avro([{"name": "kept", "type": "long"}]))

    expect("default", client.get_compatibility(), "FULL_TRANSITIVE")
    expect("none of its own", code(lambda: client.get_compatibility(subject)), (404, 40408))
    client.set_compatibility(subject, "BACKWARD")
    expect("own", client.get_compatibility(subject), "BACKWARD")
    expect("invalid", code(lambda: client.set_compatibility(subject, "X")), (422, 42203))
    expect("deleting", code(lambda: client.delete_subject(subject)), (422, 42205))
    expect("mode", client.get_global_mode(), "READWRITE")


def avro(fields):
    schema = {"type": "record", "name": "R", "fields": fields}
    return Schema(json.dumps(schema, separators=(",", ":")), "AVRO")


def code(call):
    """The status and the error code that a call fails with."""
    try:
        return call()
    except SchemaRegistryError as e:
        return e.http_status_code, e.error_code


SCENARIOS = {
    s.__name__: s
    for s in (consumes_events, produces_an_event, registers_schemas, keeps_the_rules)
}


def main(names):
    if names == ["--list"]:
        print("\n".join(SCENARIOS))
        return 0
    if not names or not set(names) <= set(SCENARIOS):
        print(__doc__, file=sys.stderr)
        return 2
    failures = 0
    for name in names:
        try:
            SCENARIOS[name]()
        except Failed as e:
            failures += 1
            print("%s: %s" % (name, e))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
