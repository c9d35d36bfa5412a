"""Validation at the edge: a catalogue entry's dataclass ↔ what clients send."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rules.refusal import Code, Refusal

_MOST_FIELDS = 20  # in one refusal
_PLAIN = {  # what pydantic says of Python, said of the protocol
    "unexpected_keyword_argument": "is not a field of this command; leave it out",
    "extra_forbidden": "is not a field of this command; leave it out",
    "missing": "is required",
    "dataclass_type": "must be an object",
    "dataclass_exact_type": "must be an object",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
}


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:
    """The one adapter of a type; building it is slow."""
    return TypeAdapter(kind)


def parse(kind: type, data: Any) -> Any:
    """`data` as an instance of `kind`, or VALIDATION_FAILED listing every bad field by its wire path."""
    try:
        return adapter_of(kind).validate_python(data)
    except ValidationError as error:
        return _refusal(error)


def _refusal(error: ValidationError) -> Refusal:
    fields = [
        {"path": ".".join(map(str, problem["loc"])) or "data", "problem": _say(problem)}
        for problem in error.errors(include_url=False, include_input=False)[:_MOST_FIELDS]
    ]
    first = fields[0]
    return Refusal(Code.VALIDATION_FAILED, f"{first['path']}: {first['problem']}", {"fields": fields})


def _say(problem: Any) -> str:
    known = _PLAIN.get(problem["type"])
    if known is not None:
        return known
    text: str = problem["msg"]
    return text.removeprefix("Value error, ").replace("Input should be", "must be")
