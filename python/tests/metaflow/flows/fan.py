"""A foreach of `width` tasks with 20 artifacts each."""

from metaflow import FlowSpec, Parameter, step


class FanFlow(FlowSpec):
    width = Parameter("width", default=5)
    annotate = Parameter("annotate", default=True)

    @step
    def start(self):
        self.items = list(range(self.width))
        self.next(self.work, foreach="items")

    @step
    def work(self):
        for number in range(20):
            setattr(self, f"artifact_{number}", number)
        if self.annotate:
            self.set_metadata("item", self.input)
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    FanFlow()
