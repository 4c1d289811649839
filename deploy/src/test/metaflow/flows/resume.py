"""Fails in the join while the environment variable FLOW_FAILS is set."""

import os

from metaflow import FlowSpec, Parameter, step


class ResumeFlow(FlowSpec):
    label = Parameter("label", default="none")

    @step
    def start(self):
        self.items = [10, 20, 30]
        self.next(self.work, foreach="items")

    @step
    def work(self):
        self.tenth = self.input // 10
        print("working on %d" % self.input)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.before_failure = "kept"
        if os.environ.get("FLOW_FAILS"):
            raise RuntimeError("told to fail")
        self.tenths = [i.tenth for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        print("label is %s" % self.label)


if __name__ == "__main__":
    ResumeFlow()
