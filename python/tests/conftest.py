"""What the tests of all parts share.

``FLOWLEDGER_COMMAND`` names the program to test; by default it is that of this Python, and where
it has none, that of the clone.
"""

import os
import sys
from pathlib import Path

import pytest

import serving

ROOT = Path(__file__).resolve().parents[2]


def flowledger_command():
    """The program to test, as one word of a command line."""
    told = os.environ.get("FLOWLEDGER_COMMAND")
    installed = Path(sys.executable).with_name("flowledger")
    return told or str(installed if installed.is_file() else ROOT / "flowledger")


@pytest.fixture(scope="session")
def command():
    """The program to test."""
    return flowledger_command()


@pytest.fixture(scope="session")
def server_url(command, tmp_path_factory):
    """The URL of a server that all tests share; FLOWLEDGER_TEST_URL names one that runs."""
    told = os.environ.get("FLOWLEDGER_TEST_URL")
    if told:
        yield told
        return
    server = serving.Server(command, tmp_path_factory.mktemp("server") / "data")
    yield server.url
    server.stop()
