"""Every route under schemathesis: no 500, no answer that the OpenAPI document does not name.

`EXONYM_SCHEMA_CASES` says how many cases there are in all; the routes share them evenly.
"""

import os

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from served import serving

N_CASES = int(os.environ.get("EXONYM_SCHEMA_CASES", "3000"))
NEVER_FAIL = {"/health"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def url(server_settings, tmp_path_factory):
    """A server of this module's own: the cases delete what they find."""
    folder = tmp_path_factory.mktemp("schema")
    names = folder / "names.yaml"
    names.write_bytes(server_settings.glossary.read_bytes())
    changed = {"database": f"sqlite:///{folder / 'store.db'}", "glossary": names, "apertium_modes": folder}
    with serving(type(server_settings)(**{**server_settings.model_dump(), **changed})) as live:
        yield live.url


@pytest.fixture(scope="module")
def operations(url):
    schema = schemathesis.openapi.from_url(f"{url}/api/openapi.json")
    return [found.ok() for found in schema.get_all_operations()]


def test_no_case_brings_a_500_or_an_answer_that_is_not_documented(operations):
    n_each = -(-N_CASES // len(operations))
    failures = {}
    for operation in operations:
        try:
            try_operation(operation, n_each)
        except (
            Exception,
            BaseExceptionGroup,
        ) as error:  # every operation is tried, so that one run names all that is wrong
            failures[operation.label] = error
    assert not failures, "\n\n".join(f"{label}: {told(error)}" for label, error in failures.items())


def told(error):
    """Each failure of a group, without the traceback that hides it."""
    return "\n".join(str(each) for each in getattr(error, "exceptions", [error]))


def try_operation(operation, n_cases):
    @settings(
        max_examples=n_cases,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def attempt(case):
        case.call_and_validate(checks=CHECKS, timeout=30)

    attempt()


def test_every_operation_is_described(url):
    document = httpx2.get(f"{url}/api/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), (method, path)
            assert operation.get("tags"), (method, path)
            assert path in NEVER_FAIL or set(operation["responses"]) - {"200"}, (method, path)


def test_every_field_is_described(url):
    document = httpx2.get(f"{url}/api/openapi.json").json()
    bare = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, about in schema.get("properties", {}).items()
        if not about.get("description") and "$ref" not in about
    ]
    assert not bare
