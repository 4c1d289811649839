"""Fixtures of the tests of the Metaflow side; the rest is in ``harness``."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("metaflow")
sys.path.insert(0, str(Path(__file__).parent))

from harness import Proxy, Server, Workspace


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


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
