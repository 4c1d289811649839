"""Parameters, artifacts of many types, standard output and standard error."""

import sys

from metaflow import FlowSpec, JSONType, Parameter, step


class LinearFlow(FlowSpec):
    alpha = Parameter("alpha", default=0.5)
    count = Parameter("count", default=3)
    name_ = Parameter("title", default="default title")
    options = Parameter("options", type=JSONType, default='{"depth": 2}')
    verbose = Parameter("verbose", type=bool, default=False)

    @step
    def start(self):
        self.x = 1
        self.text = "snowman \u2603, quote \" and 'quote', {brace}"
        self.nothing = None
        self.mapping = {"a": [1, 2, 3], "b": {"c": (4, 5)}}
        self.scaled = self.alpha * self.count
        print("start says %s" % self.name_)
        self.next(self.middle)

    @step
    def middle(self):
        self.x += 1
        self.blob = b"\x00\xff" * 4
        print("to standard error", file=sys.stderr)
        self.next(self.end)

    @step
    def end(self):
        self.x += 1
        self.only_at_end = [self.options["depth"], self.verbose]
        print("end says %d" % self.x)


if __name__ == "__main__":
    LinearFlow()
