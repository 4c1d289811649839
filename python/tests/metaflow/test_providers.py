"""Which provider is that of the running task."""

from flowledger.metaflow import providers


class Provider:
    """As the first versions of 2.12 have them: they do not describe themselves."""

    TYPE = "service"
    INFO = "http://service"

    def __init__(self, flow: str) -> None:
        self._flow_name = flow


def test_the_latest_of_the_flow_that_is_described_so():
    made = [Provider(flow) for flow in ("A", "A", "B")]
    for provider in made:
        providers.note(provider)
    assert providers.made_for("A", "service@http://service") is made[1]
    assert providers.made_for("A", "local@/home") is None
    assert providers.made_for("C", "service@http://service") is None
