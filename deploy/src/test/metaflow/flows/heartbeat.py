"""Each step takes more than a second: its last heartbeat is of a later second than its task."""

import time

from metaflow import FlowSpec, step


class HeartbeatFlow(FlowSpec):
    @step
    def start(self):
        time.sleep(1.1)
        self.next(self.end)

    @step
    def end(self):
        time.sleep(1.1)


if __name__ == "__main__":
    HeartbeatFlow()
