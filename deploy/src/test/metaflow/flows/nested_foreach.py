"""A foreach in a foreach, with a linear step inside the inner one."""

from metaflow import FlowSpec, step


class NestedForeachFlow(FlowSpec):
    @step
    def start(self):
        self.letters = ["a", "b,c"]
        self.next(self.outer, foreach="letters")

    @step
    def outer(self):
        self.letter = self.input
        self.digits = [1, 2, 3] if self.input == "a" else [4]
        self.next(self.inner, foreach="digits")

    @step
    def inner(self):
        self.pair = "%s%d" % (self.letter, self.input)
        self.next(self.after)

    @step
    def after(self):
        self.pair_again = self.pair
        self.next(self.join_inner)

    @step
    def join_inner(self, inputs):
        self.pairs = [i.pair_again for i in inputs]
        self.next(self.join_outer)

    @step
    def join_outer(self, inputs):
        self.all_pairs = sorted(pair for i in inputs for pair in i.pairs)
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    NestedForeachFlow()
