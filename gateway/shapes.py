"""JSON Schemas of everything on the wire: resources (typed dicts of the rules) and commands (dataclasses), by name."""

import types
from collections.abc import Mapping
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

from gateway.schema import json_schema

Schema = dict[str, Any]

_SCALARS: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
}


def title(name: str) -> str:
    """`challenge:create` → `ChallengeCreate`."""
    words = name.replace(":", " ").replace("-", " ").split()
    return "".join(word[0].upper() + word[1:] for word in words)


class Schemas:
    """Collects named schemas; what it returns refers to them."""

    prefix = "#/components/schemas/"

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def resource(self, of: Any) -> Schema:
        """Of a typed dict, or of anything made of these, lists, literals and scalars."""
        if of in _SCALARS:
            return dict(_SCALARS[of])
        if is_typeddict(of):
            return self._typed_dict(of)
        origin, inner = get_origin(of), get_args(of)
        if origin in (Required, NotRequired):
            return self.resource(inner[0])
        if origin is Literal:
            return {"enum": list(inner)}
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.resource(each) for each in inner]}
        if origin is list:
            return {"type": "array", "items": self.resource(inner[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.resource(inner[1])}
        raise TypeError(f"no schema for {of!r}: add its kind here")

    def command(self, name: str, of: type) -> Schema:
        """Of a dataclass that clients send."""
        return self._dataclass(title(name), of)

    def body(self, of: type) -> Schema:
        """Of a dataclass that is not in the catalogue."""
        return self._dataclass(f"{of.__name__}Request", of)

    def _dataclass(self, name: str, of: type) -> Schema:
        if name not in self.definitions:
            self.definitions[name] = {}  # a place, so that it can refer to itself
            template = f"{self.prefix}{name}.{{model}}"
            schema = json_schema(of, template)
            for inner, definition in schema.pop("$defs", {}).items():
                self.definitions[f"{name}.{inner}"] = _tidy(definition)
            self.definitions[name] = _tidy(schema)
        return {"$ref": self.prefix + name}

    def _typed_dict(self, of: Any) -> Schema:
        name: str = of.__name__
        if name not in self.definitions:
            definition: Schema = {"type": "object"}
            self.definitions[name] = definition
            if of.__doc__ and not of.__doc__.startswith("dict("):
                definition["description"] = " ".join(of.__doc__.split())
            hints = get_type_hints(of, include_extras=True)
            definition["properties"] = {field: self.resource(hint) for field, hint in hints.items()}
            definition["required"] = [field for field in hints if field in of.__required_keys__]
        return {"$ref": self.prefix + name}


def parameters(of: type) -> list[tuple[str, bool, str, Schema]]:
    """Query parameters of a dataclass: name, required, description, schema."""
    schema = json_schema(of)
    required = schema.get("required", ())
    found = []
    for name, given in schema.get("properties", {}).items():
        field = _tidy(given)
        found.append((name, name in required, field.pop("description", ""), field))
    return found


def _tidy(schema: Any) -> Any:
    """Without the titles that repeat names, and without `null` where it says no more than to leave the field out."""
    if isinstance(schema, list):
        return [_tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {
        name: {field: _tidy(inner) for field, inner in value.items()} if name == "properties" else _tidy(value)
        for name, value in schema.items()
        if not (name == "title" and isinstance(value, str)) and not (name == "default" and value is None)
    }
    if schema.get("default", ...) is None:
        choices = [each for each in tidy.pop("anyOf", ()) if each != {"type": "null"}]
        tidy = {**choices[0], **tidy} if len(choices) == 1 else {**tidy, "anyOf": choices} if choices else tidy
    return tidy
