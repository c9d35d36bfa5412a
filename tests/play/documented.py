"""An HTTP client that holds every answer against the server's own OpenAPI document."""

import re
from typing import Any, Self

from jsonschema import Draft202012Validator

from tests.fakes_http import Answered
from tests.play.asking import Web

_FAILURE = {"$ref": "#/components/schemas/Failure"}


class DocumentedWeb(Web):
    """Use as `async with DocumentedWeb(url) as web`. `answered` holds each operation that has succeeded."""

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.document = (await super().ask("GET", "/openapi.json")).body
        self.answered: set[tuple[str, str]] = set()
        self._paths = {re.compile(re.sub(r"{\w+}", "[^/]+", path)): path for path in self.document["paths"]}
        return self

    async def ask(self, method: str, path: str, json: Any = None, token: str | None = None, **more: Any) -> Answered:
        answered = await super().ask(method, path, json, token, **more)
        matching = [known for shape, known in self._paths.items() if shape.fullmatch(path.partition("?")[0])]
        known = min(
            matching, key=lambda each: each.count("{"), default=""
        )  # a literal path comes before one with an id
        if method.lower() in self.document["paths"].get(known, {}):
            self._check(method, known, answered)
        return answered

    def _check(self, method: str, path: str, answered: Answered) -> None:
        operation = self.document["paths"][path][method.lower()]
        assert answered.headers["X-Request-Id"]
        if answered.status >= 400:
            self._validate(_FAILURE, answered.body)
            return
        self.answered.add((method, path))
        response = operation["responses"][str(answered.status)]
        if answered.status in (204, 304):
            assert answered.body == b""
            return
        [(kind, content)] = response["content"].items()
        assert answered.headers["Content-Type"].startswith(kind)
        if kind == "application/json":
            self._validate(content["schema"], answered.body)
            assert answered.body["meta"]["requestId"] == answered.headers["X-Request-Id"]

    def _validate(self, schema: Any, body: Any) -> None:
        Draft202012Validator({**schema, "components": self.document["components"]}).validate(body)

    @property
    def unanswered(self) -> set[tuple[str, str]]:
        """Documented operations that have not succeeded yet."""
        known = {(method.upper(), path) for path, methods in self.document["paths"].items() for method in methods}
        return known - self.answered
