"""A step whose first attempt fails, and one whose every attempt fails and is caught."""

from metaflow import FlowSpec, catch, current, retry, step


class RetryFlow(FlowSpec):
    @step
    def start(self):
        self.next(self.flaky)

    @retry(times=2, minutes_between_retries=0)
    @step
    def flaky(self):
        self.attempt = current.retry_count
        self.by_attempt = "value of attempt %d" % current.retry_count
        print("attempt %d" % current.retry_count)
        if current.retry_count == 0:
            self.only_in_first = True
            raise ValueError("first attempt fails")
        self.next(self.hopeless)

    @catch(var="caught")
    @retry(times=1, minutes_between_retries=0)
    @step
    def hopeless(self):
        self.reached = current.retry_count
        raise KeyError("always")
        self.next(self.end)

    @step
    def end(self):
        self.caught_type = self.caught.type


if __name__ == "__main__":
    RetryFlow()
