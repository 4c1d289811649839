"""A foreach of which a task fails once, for moves of local metadata."""

from metaflow import FlowSpec, Parameter, current, retry, step


class MovedFlow(FlowSpec):
    rate = Parameter("rate", default=3)

    @step
    def start(self):
        self.items = list(range(3))
        self.next(self.work, foreach="items")

    @retry(times=1, minutes_between_retries=0)
    @step
    def work(self):
        print("hello", self.input)
        self.doubled = self.input * 2
        if self.input == 1 and current.retry_count == 0:
            raise ValueError("the first attempt of one fails")
        self.next(self.join)

    @step
    def join(self, inputs):
        self.total = sum(each.doubled for each in inputs)
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    MovedFlow()
