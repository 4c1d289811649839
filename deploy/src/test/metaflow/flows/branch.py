"""Two branches, one of them two steps long, and a join that merges artifacts."""

from metaflow import FlowSpec, step


class BranchFlow(FlowSpec):
    @step
    def start(self):
        self.common = "from start"
        self.next(self.left, self.right)

    @step
    def left(self):
        self.left_value = "L"
        self.next(self.left_more)

    @step
    def left_more(self):
        self.left_value += "L"
        self.next(self.join)

    @step
    def right(self):
        self.right_value = "R"
        self.next(self.join)

    @step
    def join(self, inputs):
        self.merge_artifacts(inputs)
        self.next(self.end)

    @step
    def end(self):
        self.both = self.left_value + self.right_value


if __name__ == "__main__":
    BranchFlow()
