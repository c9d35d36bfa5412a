"""The OpenAPI 3.1 document, read off the route table and the catalogue."""

import re
from collections.abc import Mapping
from typing import Any

from actors.messages import Permission
from gateway.http.inputs import ROUTE
from gateway.http.ports import Entry
from gateway.http.routes import PREFIX, ROUTES, Route
from gateway.shapes import Schema, Schemas, parameters, title
from rules.refusal import STATUS, Code

_META: Schema = {
    "type": "object",
    "properties": {"timestamp": {"type": "string", "format": "date-time"}, "requestId": {"type": "string"}},
    "required": ["timestamp", "requestId"],
}
_PAGINATION: Schema = {
    "type": "object",
    "properties": {
        "limit": {"type": "integer"},
        "nextCursor": {"type": ["string", "null"]},
        "hasMore": {"type": "boolean"},
    },
    "required": ["limit", "nextCursor", "hasMore"],
}
_FAILURE: Schema = {
    "type": "object",
    "properties": {
        "success": {"const": False},
        "error": {
            "type": "object",
            "properties": {
                "code": {"enum": [code.value for code in Code]},
                "message": {"type": "string"},
                "details": {"type": "object"},
            },
            "required": ["code", "message"],
        },
        "meta": {"$ref": "#/components/schemas/Meta"},
    },
    "required": ["success", "error", "meta"],
}
_KEY = {"$ref": "#/components/parameters/IdempotencyKey"}
_IF_MATCH = {"$ref": "#/components/parameters/IfMatch"}


def document(catalogue: Mapping[str, Entry]) -> dict[str, Any]:
    schemas = Schemas()
    schemas.definitions |= {"Meta": _META, "Pagination": _PAGINATION, "Failure": _FAILURE}
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, catalogue, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Gauntlet", "version": "1", "description": "Social challenges, live. The socket: /ws."},
        "servers": [{"url": PREFIX}],
        "tags": [{"name": area} for area in dict.fromkeys(route.area for route in ROUTES)],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "parameters": {
                "IdempotencyKey": _header("Idempotency-Key", "The same key twice has its effect once.", 64),
                "IfMatch": _header("If-Match", "The ETag that was read: 412 when it has changed since.", 200),
            },
            "responses": {
                "Refused": {
                    "description": "Refused; nothing has changed. "
                    + ", ".join(f"{c.value} {s}" for c, s in STATUS.items()),
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}},
                }
            },
            "schemas": schemas.definitions,
        },
    }


def permission(route: Route, catalogue: Mapping[str, Entry]) -> Permission:
    return catalogue[route.command].may if route.command else route.may


def summary(route: Route, catalogue: Mapping[str, Entry]) -> str:
    return catalogue[route.command].summary if route.command else route.summary


def answer(route: Route, catalogue: Mapping[str, Entry]) -> Any:
    """The type of `data`; None where it says nothing."""
    if route.answer is not None or route.command is None:
        return route.answer
    return catalogue[route.command].reply


def _operation(route: Route, catalogue: Mapping[str, Entry], schemas: Schemas) -> dict[str, Any]:
    may = permission(route, catalogue)
    operation: dict[str, Any] = {
        "operationId": title(f"{route.method.lower()} {re.sub(r'[^a-z0-9]+', ' ', route.path)}"),
        "tags": [route.area],
        "summary": summary(route, catalogue),
        "parameters": _parameters(route),
        "responses": {str(route.status): _success(route, catalogue, schemas), "default": _REFUSED},
        "x-permission": may.value,
    }
    if route.etag and route.method == "GET":
        operation["responses"]["304"] = {"description": "Not changed since the ETag in If-None-Match."}
    if may is not Permission.ANYONE:
        operation["security"] = [{"token": []}]
    schema = body(route, catalogue, schemas)
    if schema is not None:
        operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
        if route.gpx:
            file: Schema = {"type": "string", "contentMediaType": ROUTE.files[0]}
            operation["requestBody"]["content"] |= {media: {"schema": file} for media in ROUTE.files}
    return operation


_REFUSED = {"$ref": "#/components/responses/Refused"}


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.query is not None:
        for name, required, description, schema in parameters(route.query):
            parameter = {"name": name, "in": "query", "required": required, "schema": schema}
            found.append({**parameter, "description": description} if description else parameter)
    if route.method == "POST":
        found.append(_KEY)
    if route.current is not None:
        found.append(_IF_MATCH)
    return found


def body(route: Route, catalogue: Mapping[str, Entry], schemas: Schemas) -> Schema | None:
    if route.method not in ("POST", "PUT"):
        return None
    if route.body is not None:
        return schemas.body(route.body)
    name = route.command or route.takes
    command = catalogue[name].command if name else None
    if name is None or command is None:
        return None
    whole = schemas.command(name, command)
    return _without(schemas, whole, set(route.ids.values())) if route.ids else whole


def _without(schemas: Schemas, reference: Schema, fields: set[str]) -> Schema:
    """The same object without the ids that the path carries."""
    name = reference["$ref"].removeprefix(Schemas.prefix)
    whole = schemas.definitions[name]
    body = {
        **whole,
        "properties": {field: each for field, each in whole["properties"].items() if field not in fields},
        "required": [field for field in whole.get("required", ()) if field not in fields],
    }
    schemas.definitions[f"{name}Body"] = body
    return {"$ref": f"{Schemas.prefix}{name}Body"}


def _success(route: Route, catalogue: Mapping[str, Entry], schemas: Schemas) -> dict[str, Any]:
    if route.status == 204:
        return {"description": "Done."}
    if route.media != "application/json":
        return {"description": "A file.", "content": {route.media: {"schema": {"type": "string"}}}}
    kind = answer(route, catalogue)
    meta: Schema = {"$ref": "#/components/schemas/Meta"}
    if route.paged:
        paged = {"type": "object", "properties": {"pagination": {"$ref": "#/components/schemas/Pagination"}}}
        meta = {"allOf": [meta, {**paged, "required": ["pagination"]}]}
    envelope = {
        "type": "object",
        "properties": {
            "success": {"const": True},
            "data": {"type": ["object", "array"]} if kind is None else schemas.resource(kind),
            "meta": meta,
        },
        "required": ["success", "data", "meta"],
    }
    return {"description": "Done.", "content": {"application/json": {"schema": envelope}}}


def _header(name: str, description: str, longest: int) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "description": description,
        "schema": {"type": "string", "maxLength": longest},
    }
