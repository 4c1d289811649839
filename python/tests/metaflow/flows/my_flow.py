"""The flow of the notes: its step ``train`` is theirs, word for word."""

from metaflow import FlowSpec, step


class MyFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.train)

    @step
    def train(self):
        self.model_score = 0.93

        # Save custom metadata
        self.metadata = {
            "model": "xgboost",
            "score": self.model_score,
            "note": "Baseline experiment",
        }
        for key, value in self.metadata.items():
            self.set_metadata(key, value)

        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    MyFlow()
