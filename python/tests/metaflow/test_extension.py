"""The extension costs little, goes along, and breaks nothing."""

import re
import tarfile

from harness import of_service


def test_the_code_goes_along_to_where_tasks_run(server, workspace):
    workspace.python("my_flow.py", "package", "save", "code.tgz", **of_service(server.url))
    there = workspace.folder / "there"
    with tarfile.open(workspace.folder / "code.tgz") as package:
        package.extractall(there)
    extensions = next(there.rglob("metaflow_extensions"))
    (extensions.parent / "elsewhere.py").write_text(
        (workspace.folder / "my_flow.py").read_text(), encoding="utf-8"
    )

    printed = workspace.python(
        str(extensions.parent / "elsewhere.py"),
        "run",
        **of_service(server.url, PYTHONPATH=str(extensions.parent)),
    )
    assert "Done!" in printed
    code = """
import metaflow, flowledger.metaflow
from flowledger import Ledger
print(flowledger.metaflow.__file__)
"""
    used = workspace.python("-c", code, PYTHONPATH=str(extensions.parent))
    assert str(extensions) in used or "site-packages" in used


def test_what_does_not_load_is_told_and_breaks_nothing(workspace):
    code = """
import sys
sys.modules["flowledger.metaflow.writer"] = None
import metaflow
from metaflow.plugins import METADATA_PROVIDERS
print(sorted(p.TYPE for p in METADATA_PROVIDERS))
"""
    printed = workspace.python("-c", code)
    assert "flowledger: flowledger.metaflow.provider is left out" in printed
    assert "'local', 'service'" in printed


def test_importing_metaflow_asks_nobody_and_takes_little(workspace):
    code = """
import time, socket
def refuse(*_):
    raise AssertionError("a connection while metaflow is imported")
socket.socket.connect = refuse
import metaflow
import sys
ours = [m for m in sys.modules if m.startswith("flowledger.metaflow")]
assert "flowledger.metaflow.provider" in ours
assert "flowledger.metaflow.log" not in ours and "confluent_kafka" not in sys.modules
assert "flowledger.ledger" not in sys.modules
print("OK")
"""
    assert workspace.python("-c", code, **of_service("http://127.0.0.1:1")) == "OK\n"


def test_the_version_that_metaflow_records_names_the_extension(workspace):
    code = """
import metaflow
from metaflow.metaflow_version import get_version
print(get_version())
"""
    assert re.fullmatch(r"[\w.+-]*\d[+;]flowledger\([^<>()]+\)\n", workspace.python("-c", code))
