"""Appends metadata of a task to the log of Flowledger, past its HTTP API.

    python metadata_producer.py --bootstrap 127.0.0.1:9092 --service http://127.0.0.1:8080 \
        TrainFlow/1/start/2 gpu_hours=3.5 region=eu-central-1

What such a producer has to keep to:

- The value is Avro in Confluent's wire format: a zero byte, the id of the schema in four bytes,
  the record. The service has registered its schemas; any client of Confluent's registry finds
  them at /schema-registry.
- The key is the name of the flow, and the partition is the one that Kafka's Java clients choose
  for that key (murmur2). librdkafka chooses another one unless it is told.
- Numbers come from POST /flowledger/numbers, so that nobody else has them.
- The task is there. What breaks a rule is appended but changes nothing: it is found with
  `flowledger dead-letters list`.
"""

import argparse
import json
import os
import struct
import time
import urllib.error
import urllib.parse
import urllib.request
from io import BytesIO

import fastavro
from confluent_kafka import Producer

WRITTEN_BY = "metadata-producer-example/1"


class MetadataProducer:
    def __init__(self, bootstrap, service, topic="flowledger.events"):
        self.service = service.rstrip("/")
        self.topic = topic
        self.schema_id, self.schema = self.read_schema(
            topic + "-io.flowledger.event.MetadataRecorded")
        self.failed = []
        self.producer = Producer({
            "bootstrap.servers": bootstrap,
            "partitioner": "murmur2",
            "enable.idempotence": True,
            "linger.ms": 5,
            "queue.buffering.max.messages": 100000,
        })

    # ---- the service ----

    def _ask(self, path, body=None):
        request = urllib.request.Request(
            self.service + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def read_schema(self, subject):
        """The id and the parsed schema of the latest version of a subject."""
        latest = self._ask("/schema-registry/subjects/%s/versions/latest" % subject)
        return latest["id"], fastavro.parse_schema(json.loads(latest["schema"]))

    def claim(self, sequence, count):
        """Numbers that nobody else ever gets."""
        claimed = self._ask("/flowledger/numbers", {"sequence": sequence, "count": count})
        return range(claimed["first"], claimed["first"] + claimed["count"])

    def find_task(self, pathspec):
        """The numbers of a task and its run; the service answers 404 where it is not there."""
        flow, run, step, task = (urllib.parse.quote(part, safe="") for part in pathspec.split("/"))
        found = self._ask("/flows/%s/runs/%s/steps/%s/tasks/%s" % (flow, run, step, task))
        return found["run_number"], found["task_id"]

    # ---- the log ----

    def event(self, flow, run_number, step, task_id, entries, ts_epoch=None):
        """An event with (number, field, value) for each entry."""
        now = int(time.time() * 1000)
        return {
            "event_id": struct.pack(">Q", now)[2:] + os.urandom(10),  # sorts by age, roughly
            "flow_id": flow,
            "run_number": run_number,
            "step_name": step,
            "task_id": task_id,
            "entries": [
                {"id": number, "field_name": field, "value": value, "type": field}
                for number, field, value in entries
            ],
            "ts_epoch": now if ts_epoch is None else ts_epoch,
            "origin": None,
            "written_by": WRITTEN_BY,
        }

    def encode(self, event):
        out = BytesIO()
        out.write(struct.pack(">bI", 0, self.schema_id))
        fastavro.schemaless_writer(out, self.schema, event)
        return out.getvalue()

    def append(self, key, value, **more):
        """Appends bytes; waits while too much is on its way."""
        while True:
            try:
                self.producer.produce(
                    self.topic, key=key, value=value, on_delivery=self._delivered, **more)
                self.producer.poll(0)
                return
            except BufferError:
                self.producer.poll(0.1)

    def record(self, flow, run_number, step, task_id, entries):
        self.append(flow, self.encode(self.event(flow, run_number, step, task_id, entries)))

    def _delivered(self, error, message):
        if error is not None:
            self.failed.append(str(error))

    def flush(self):
        """Waits until all is acknowledged; an event that is not may be in the log nevertheless."""
        if self.producer.flush(60) > 0 or self.failed:
            raise RuntimeError("not everything was acknowledged: " + "; ".join(self.failed[:3]))


def main():
    parser = argparse.ArgumentParser(description="Appends metadata of a task to the log.")
    parser.add_argument("--bootstrap", required=True, help="Kafka, as HOST:PORT")
    parser.add_argument("--service", required=True, help="the service, as http://HOST:PORT")
    parser.add_argument("pathspec", help="FLOW/RUN/STEP/TASK")
    parser.add_argument("field", nargs="+", help="NAME=VALUE")
    arguments = parser.parse_args()

    producer = MetadataProducer(arguments.bootstrap, arguments.service)
    try:
        run_number, task_id = producer.find_task(arguments.pathspec)
    except urllib.error.HTTPError as refused:
        parser.exit(1, "%s: %s\n" % (arguments.pathspec, refused.read().decode()))
    flow, _, step, _ = arguments.pathspec.split("/")
    fields = [field.split("=", 1) for field in arguments.field]
    numbers = producer.claim("metadata", len(fields))
    producer.record(
        flow, run_number, step, task_id,
        [(number, name, value) for number, (name, value) in zip(numbers, fields)])
    producer.flush()
    print("%d values of %s recorded" % (len(fields), arguments.pathspec))


if __name__ == "__main__":
    main()
