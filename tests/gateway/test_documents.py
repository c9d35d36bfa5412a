"""The documents made from the tables: valid, complete, and readable."""

import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from gateway import asyncapi
from gateway.catalogue import CATALOGUE
from gateway.close_codes import CloseCode
from gateway.http import docs, openapi
from gateway.http.routes import ROUTES
from gateway.pushes import PUSHES

OPENAPI = openapi.document(CATALOGUE)
ASYNCAPI = asyncapi.document(CATALOGUE)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "$ref":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def found(document: Any, reference: str) -> Any:
    for part in reference.removeprefix("#/").split("/"):
        document = document[part]
    return document


def test_openapi_is_valid_and_holds_every_route() -> None:
    validate(OPENAPI)

    for route in ROUTES:
        operation = OPENAPI["paths"][route.path][route.method.lower()]
        assert operation["summary"], route
        assert ("security" in operation) == (operation["x-permission"] != "anyone")
    operations = [each["operationId"] for path in OPENAPI["paths"].values() for each in path.values()]
    assert len(set(operations)) == len(operations)


def test_a_body_does_not_ask_for_the_ids_of_its_path() -> None:
    body = OPENAPI["paths"]["/challenges/{id}/announce"]["post"]["requestBody"]["content"]["application/json"]["schema"]

    assert set(found(OPENAPI, body["$ref"])["properties"]) == {"text"}


def test_asyncapi_holds_every_command_push_and_close_code() -> None:
    payloads = {name: message["payload"] for name, message in ASYNCAPI["components"]["messages"].items()}
    types = {payload["properties"].get("type", {}).get("const") for payload in payloads.values()}

    assert types >= {entry.name for entry in CATALOGUE.values() if entry.socket}
    assert types >= set(PUSHES)
    assert not types & {entry.name for entry in CATALOGUE.values() if not entry.socket}
    channel = ASYNCAPI["channels"]["socket"]
    assert set(channel["x-close-codes"]) == {str(code.value) for code in CloseCode}
    assert {operation["action"] for operation in ASYNCAPI["operations"].values()} == {"send", "receive"}


def test_all_references_lead_somewhere_and_all_schemas_are_schemas() -> None:
    for document in (OPENAPI, ASYNCAPI):
        for reference in references(document):
            assert found(document, reference) is not None
        for schema in document["components"]["schemas"].values():
            Draft202012Validator.check_schema(schema)


def test_the_schema_of_a_command_knows_good_data_from_bad() -> None:
    schema = {"$ref": "#/components/schemas/StepsSync", "components": OPENAPI["components"]}
    validator = Draft202012Validator(schema)

    assert validator.is_valid({"date": "2026-05-01", "steps": 7})
    assert not validator.is_valid({"date": "2026-05-01", "steps": -7})
    assert not validator.is_valid({"date": "2026-05-01", "steps": 7, "more": 1})
    assert not validator.is_valid({"steps": 7})


def test_the_page_names_everything_and_runs_nothing() -> None:
    page = docs.page(CATALOGUE)

    for name in (*(entry.name for entry in CATALOGUE.values() if entry.socket), *PUSHES):
        assert f"<code>{name}</code>" in page
    for route in ROUTES:
        assert f"<code>{route.method} {route.path}</code>" in page
    for name in re.findall(r"\w+\.\w+(?=[,; }\[])", "".join(re.findall(r"<pre><code>(.*?)</code>", page, re.DOTALL))):
        assert f"<h3><code>{name}</code>" in page  # a shape of its own, or the words that it may be
    assert "<script" not in page
    assert "style=" not in page
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
