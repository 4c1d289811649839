"""Builds the wheels of all platforms into ``dist``: ``python build_wheels.py [NAME...]``."""

import os
import subprocess
import sys
from pathlib import Path

from building.platforms import PLATFORMS, VARIABLE

HERE = Path(__file__).resolve().parent


def main(names: list[str]) -> int:
    """Builds those that are named, or all; returns the status to exit with."""
    unknown = [name for name in names if name not in PLATFORMS]
    if unknown:
        print(f"no wheel for {', '.join(unknown)}; names are {', '.join(PLATFORMS)}")
        return 2
    for name in names or PLATFORMS:
        print(f"building for {name}", flush=True)
        status = subprocess.run(
            [sys.executable, "-m", "build", "--wheel", str(HERE)],
            env={**os.environ, VARIABLE: name},
            check=False,
        ).returncode
        if status != 0:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
