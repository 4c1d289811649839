"""What can be set and what cannot, and what is read at once; it fails once, and is retried."""

import json

from metaflow import FlowSpec, Task, current, namespace, retry, step

ODD = {
    "text": "a string, as it is",
    "number like text": "12",
    "float": 0.5,
    "none": None,
    "true": True,
    "nested": {"list": [1, "ä", None]},
}


class ValuesFlow(FlowSpec):
    @retry(times=1, minutes_between_retries=0)
    @step
    def start(self):
        self.set_metadata("attempted", current.retry_count)
        assert self.get_metadata() == {"attempted": current.retry_count}
        if current.retry_count == 0:
            raise RuntimeError("the first attempt fails")
        for key, value in ODD.items():
            current.flowledger.set_metadata(key, value)
        for number in range(3):
            self.set_metadata("again", number)
        assert self.get_metadata() == {"attempted": 1, **ODD, "again": 2}
        assert current.flowledger.get_metadata("nested") == ODD["nested"]
        assert self.get_metadata("nothing") is None
        changing = {"pair": (1, 2)}
        self.set_metadata("changing", changing)
        changing["pair"] = 3
        self.get_metadata("changing")["pair"].append(3)
        assert self.get_metadata("changing") == {"pair": [1, 2]}
        ODD["changing"] = {"pair": [1, 2]}
        namespace(None)
        read = [m for m in Task(current.pathspec).metadata if m.field_name == "again"]
        assert sorted(m.value for m in read) == ["0", "1", "2"], read
        self.refused = {}
        for key, value in [
            ("", 1),
            ("attempt_ok", "True"),
            ("a/b", 1),
            ("k" * 201, 1),
            (7, 1),
            ("set", {1}),
            ("nan", float("nan")),
            ("keys", {1: 2}),
            ("long", "x" * (1 << 20) + "y"),
        ]:
            try:
                self.set_metadata(key, value)
            except (TypeError, ValueError) as refusal:
                self.refused[str(key)[:10]] = type(refusal).__name__
        try:
            self.get_metadata(7)
        except TypeError as refusal:
            self.refused["get 7"] = str(refusal)
        assert self.get_metadata() == {"attempted": 1, **ODD, "again": 2}
        print("REFUSED", json.dumps(self.refused))
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ValuesFlow()
