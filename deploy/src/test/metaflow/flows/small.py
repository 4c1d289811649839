"""Two steps and little more, for what is not about the flow itself."""

import os

from metaflow import FlowSpec, current, step


class SmallFlow(FlowSpec):
    @step
    def start(self):
        self.tags_seen = sorted(current.tags)
        self.next(self.end)

    @step
    def end(self):
        if os.environ.get("FLOW_FAILS"):
            raise RuntimeError("told to fail")


if __name__ == "__main__":
    SmallFlow()
