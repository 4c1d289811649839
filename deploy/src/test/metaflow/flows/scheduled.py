"""A foreach as an external scheduler runs it: step by step, with ids of its own."""

from metaflow import FlowSpec, Parameter, step


class ScheduledFlow(FlowSpec):
    width = Parameter("width", default=3)

    @step
    def start(self):
        self.items = list(range(self.width))
        self.next(self.work, foreach="items")

    @step
    def work(self):
        self.doubled = self.input * 2
        self.next(self.join)

    @step
    def join(self, inputs):
        self.sum = sum(i.doubled for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ScheduledFlow()
