"""The description that a server gives of its API is one, by the schema of OpenAPI 3.1 itself."""

import json
import urllib.request

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator


@pytest.fixture(scope="module")
def description(server_url):
    with urllib.request.urlopen(server_url + "/openapi.json") as answer:
        return json.load(answer)


def test_it_is_valid(description):
    assert description["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(description).iter_errors()] == []


def test_what_is_broken_is_found(description):
    broken = dict(description, paths={"/ping": {"get": {"responses": {"200": {}}}}})
    assert [error.message for error in OpenAPIV31SpecValidator(broken).iter_errors()] != []
