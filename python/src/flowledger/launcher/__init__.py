"""Finds a Java and starts the program with it."""

__all__ = ["main"]


def main() -> None:
    """Runs the command line of Flowledger with the arguments of this process."""
    raise SystemExit("flowledger: the launcher is not there yet")
