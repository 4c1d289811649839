"""Changes the tags of a run by every method of the client, and prints as JSON what each gave.

tag_api.py FLOW RUN_ID
"""

import json
import sys

from metaflow import Flow, Run, namespace
from metaflow.exception import MetaflowTaggingError


def main():
    flow_name, run_id = sys.argv[1:]
    namespace(None)
    run = Run("%s/%s" % (flow_name, run_id))
    results = []

    def mutate(method, *arguments):
        error = None
        try:
            getattr(run, method)(*arguments)
        except MetaflowTaggingError as e:
            error = type(e).__name__
        fresh = Run(run.pathspec)
        results.append(
            {
                "call": [method] + list(arguments),
                "error": error,
                "user_tags": sorted(run.user_tags),
                "tags": sorted(run.tags),
                "fresh_user_tags": sorted(fresh.user_tags),
                "fresh_system_tags": sorted(fresh.system_tags),
                "of_task": sorted(fresh["end"].task.user_tags),
                "of_artifact": sorted(fresh["end"].task["tags_seen"].user_tags),
                "found": [
                    t for t in ("one", "two", "t\u00e4g \u2603") if any(Flow(flow_name).runs(t))
                ],
            }
        )

    mutate("add_tag", "one")
    mutate("add_tag", "one")
    mutate("add_tag", ["old", "style"])
    mutate("add_tags", ["two", "three", "t\u00e4g \u2603"])
    mutate("add_tag", "user:tester")
    mutate("remove_tag", "three")
    mutate("remove_tag", "never-there")
    mutate("remove_tags", ["old", "style"])
    mutate("replace_tag", "two", "four")
    mutate("replace_tags", ["one", "four"], ["one", "five"])
    mutate("replace_tag", "never-there", "six")
    mutate("remove_tag", "user:tester")
    mutate("replace_tags", ["five", "runtime:dev"], ["lost"])
    mutate("add_tags", [])
    mutate("add_tag", "")
    mutate("add_tag", "x" * 501)
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
