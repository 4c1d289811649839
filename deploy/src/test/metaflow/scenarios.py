"""What Metaflow does with the service, compared with what it does with its local provider.

    scenarios.py --list
    scenarios.py NAME...

The environment variable METAFLOW_SERVICE_URL tells where the service is. Ends with status 0 if all
is as it should be, else with 1, having told what is not. Needs Metaflow (requirements.txt).
"""

import sys

# Nothing is to be written beside the sources.
sys.dont_write_bytecode = True

import concurrent.futures
import os
import tempfile
import time
import uuid

import compare
import scenarios_compared
import scenarios_service
from world import Failed, World

COMPARED = {s.__name__: s for s in scenarios_compared.SCENARIOS}
OF_SERVICE = {s.__name__: s for s in scenarios_service.SCENARIOS}


def play(name, service_url):
    """Plays a scenario; raises Failed if something is not as it should be."""
    suffix = "_r" + uuid.uuid4().hex[:8]
    with tempfile.TemporaryDirectory(prefix="metaflow-") as directory:
        if name in OF_SERVICE:
            OF_SERVICE[name](World("service", directory, suffix, service_url))
            return

        def play_with(provider):
            try:
                return COMPARED[name](World(provider, directory, suffix, service_url))
            except Failed as e:
                raise Failed("with the metadata provider '%s': %s" % (provider, e))

        # Both at once: one flow of few steps does not keep two cores busy.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            local, service = pool.map(play_with, ("local", "service"))
        differences = compare.report(local, service)
        if differences:
            raise Failed(differences)


def main(names):
    known = list(COMPARED) + list(OF_SERVICE)
    if names == ["--list"]:
        print("\n".join(known))
        return 0
    service_url = os.environ.get("METAFLOW_SERVICE_URL")
    if not names or not set(names) <= set(known) or not service_url:
        print(__doc__, file=sys.stderr)
        return 2
    failures = 0
    for name in names:
        start = time.monotonic()
        try:
            play(name, service_url.rstrip("/"))
            outcome = "ok"
        except Failed as e:
            failures += 1
            outcome = "FAILED\n%s" % e
        print("%s: %.1f s: %s" % (name, time.monotonic() - start, outcome), flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
