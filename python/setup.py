"""Builds the wheel: see pyproject.toml for all that is not computed."""

import re
import shutil
from pathlib import Path

from setuptools import setup

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def version() -> str:
    """The version of the parent pom, as PEP 440 writes it."""
    pom = (ROOT / "pom.xml").read_text(encoding="utf-8")
    found = re.search(r"<artifactId>flowledger-parent</artifactId>\s*<version>([^<]+)<", pom)
    if found is None:
        raise SystemExit("no version of flowledger-parent in pom.xml")
    return found.group(1).replace("-SNAPSHOT", ".dev0")


for name in ("LICENSE", "NOTICE"):
    shutil.copyfile(ROOT / name, HERE / name)

setup(version=version())
