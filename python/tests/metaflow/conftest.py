"""Fixtures of the tests of the Metaflow side; the rest is in ``harness``."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("metaflow")
sys.path.insert(0, str(Path(__file__).parent))

from harness import Proxy, Served, Server, Workspace


@pytest.fixture(scope="session", autouse=True)
def _program(command):
    Server.program = command


@pytest.fixture(scope="session")
def server(server_url):
    return Served(server_url)


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


@pytest.fixture
def proxied():
    """Makes proxies, which are closed after the test."""
    made = []

    def make(url, **options):
        made.append(Proxy(url, **options))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()
