"""The version of the wheel: that of the parent pom."""

import re
from pathlib import Path

_PARENT = re.compile(r"<artifactId>flowledger-parent</artifactId>\s*<version>([^<]+)</version>")


def of_pom(pom: Path) -> str:
    """The version that the pom gives to all modules, as PEP 440 writes it."""
    found = _PARENT.search(pom.read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit(f"{pom} has no version of flowledger-parent")
    return pep440(found.group(1).strip())


def pep440(maven: str) -> str:
    """0.1.0.dev0 of 0.1.0-SNAPSHOT, 1.0.0rc1 of 1.0.0-RC1, 1.2.3 of itself."""
    version = re.sub(r"-SNAPSHOT$", ".dev0", maven)
    version = re.sub(r"-(?:RC|rc)(\d+)", r"rc\1", version)
    if not re.fullmatch(r"\d+(\.\d+)*(rc\d+)?(\.dev\d+)?", version):
        raise SystemExit(f"PEP 440 has no version such as {maven}")
    return version
