"""Posts many metadata events with the producer of the examples, and ten bad records among them.

    post_many.py BOOTSTRAP SERVICE FLOW RUN STEP TASK,... MISSING_TASK COUNT

Prints the first of the numbers of the metadata. The bad record of the missing task has the number
that is printed after it.
"""

import os
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "..", "examples", "python"))

from metadata_producer import MetadataProducer  # noqa: E402


def main():
    bootstrap, service, flow, run, step, tasks, missing_task, count = sys.argv[1:]
    run, missing_task, count = int(run), int(missing_task), int(count)
    tasks = [int(task) for task in tasks.split(",")]
    producer = MetadataProducer(bootstrap, service)
    first = producer.claim("metadata", count)[0]
    missing = producer.claim("metadata", 1)[0]
    now = int(time.time() * 1000)

    def event(task=tasks[0], number=first, field="bad", ts=now, of_flow=flow):
        return producer.encode(
            producer.event(of_flow, run, step, task, [(number, field, "1")], ts_epoch=ts))

    fine = event()
    bad = [
        (flow, event(task=missing_task, number=missing, field="late")),
        (flow + "2", fine),
        (flow, b"garbage"),
        (flow, struct.pack(">bI", 0, 4711) + fine[5:]),
        (flow, fine[:-3]),
        (flow, None),
        (None, fine),
        (flow, event(number=0)),
        (flow, event(ts=-1)),
        (flow, event(field="a\0b")),
    ]
    every = count // len(bad)
    for i in range(count):
        producer.record(
            flow, run, step, tasks[i % len(tasks)], [(first + i, "loss", "0.%06d" % i)])
        if i % every == every // 2:
            producer.append(*bad[i // every])
    producer.flush()
    print(first, missing)


if __name__ == "__main__":
    main()
