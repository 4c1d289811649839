from metaflow import FlowSpec, Parameter, retry, step


class ScoreFlow(FlowSpec):
    rate = Parameter("rate", default=0.1)
    table = Parameter("table", default="good")

    @step
    def start(self):
        self.rows = [1, 2, 3]
        self.next(self.train)

    @retry(times=1, minutes_between_retries=0)
    @step
    def train(self):
        if self.table == "bad":
            raise ValueError("the column price is missing")
        self.model = sum(self.rows) * self.rate
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ScoreFlow()
