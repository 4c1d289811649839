"""A launcher with a Java that only says what it is told, and a program that is nothing."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TELL = 'for each; do echo "$each"; done\n'
_LAUNCH = """
import sys
from pathlib import Path
from flowledger.launcher import main, program
program.BUNDLED = Path(sys.argv.pop(1))
main()
"""


def pytest_collection_modifyitems(items):
    if os.name == "nt":
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip("the Java of these tests is a shell script"))


def make_java(home, script=TELL, version="17.0.15", **release):
    """A Java in that home, which does what the script says."""
    binary = home / "bin" / "java"
    binary.parent.mkdir(parents=True)
    binary.write_text(f"#!/bin/sh\n{script}")
    binary.chmod(0o755)
    told = {"JAVA_VERSION": version, **release}
    lines = [f'{name}="{value}"\n' for name, value in told.items() if value]
    (home / "release").write_text("".join(lines))
    return binary


@dataclass
class Launcher:
    """The launcher in a bare environment."""

    folder: Path
    environment: dict = field(default_factory=dict)

    def line(self, *arguments):
        return [sys.executable, "-c", _LAUNCH, str(self.folder / "program"), *arguments]

    def run(self, *arguments, **variables):
        return subprocess.run(
            self.line(*arguments),
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def launcher(tmp_path):
    native = tmp_path / "program" / "native"
    native.mkdir(parents=True)
    (native / "libzstd-jni.so").touch()
    (tmp_path / "program" / "flowledger.jar").write_text("a jar")
    (tmp_path / "program" / "architecture").write_text("x86_64\n")
    home = tmp_path / "home"
    home.mkdir()
    make_java(tmp_path / "java")
    return Launcher(
        tmp_path,
        {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "JAVA_HOME": str(tmp_path / "java"),
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
    )
