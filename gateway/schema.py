"""Validation at the edge: a catalogue entry's dataclass ↔ what clients send."""

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema, NoDefault
from pydantic_core import ErrorDetails

from rules.fields import UNSET
from rules.refusal import Code, Refusal

if TYPE_CHECKING:
    from collections.abc import Hashable

_MOST_FIELDS = 20  # in one refusal
_WORDS = {  # what pydantic says of Python, said of the protocol
    "unexpected_keyword_argument": "is not a field of this command; leave it out",
    "extra_forbidden": "is not a field of this command; leave it out",
    "missing": "is required",
    "dataclass_type": "must be an object",
    "dataclass_exact_type": "must be an object",
    "dict_type": "must be an object",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing_size": "is too large",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "greater_than": "must be more than {gt}",
    "less_than": "must be less than {lt}",
    "finite_number": "must be a number",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "string_pattern_mismatch": "must have the form {pattern}",
    "value_error": "{error}",
}

T = TypeVar("T")


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:
    """The one adapter of a type; building it is slow."""
    return TypeAdapter(kind)


class _JsonSchema(GenerateJsonSchema):
    def get_default_value(self, schema: Any) -> Any:
        """What a change leaves out has no default: it stays as it is."""
        default = super().get_default_value(schema)
        return NoDefault if default is UNSET else default


def json_schema(kind: Any, ref_template: str = "#/$defs/{model}") -> dict[str, Any]:
    """The JSON Schema of what `parse` takes."""
    return adapter_of(kind).json_schema(ref_template=ref_template, schema_generator=_JsonSchema)


def parse(kind: type[T], data: Any) -> T | Refusal:
    """`data` as an instance of `kind`, or VALIDATION_FAILED listing every bad field by its wire path."""
    adapter: TypeAdapter[T] = adapter_of(cast("Hashable", kind))
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        return _refusal(error)


def _refusal(error: ValidationError) -> Refusal:
    fields = [
        {"path": ".".join(map(str, problem["loc"])) or "data", "problem": _say(problem)}
        for problem in error.errors(include_url=False, include_input=False)[:_MOST_FIELDS]
    ]
    first = fields[0]
    return Refusal(Code.VALIDATION_FAILED, f"{first['path']}: {first['problem']}", {"fields": fields})


def _say(problem: ErrorDetails) -> str:
    words = _WORDS.get(problem["type"])
    return (
        problem["msg"] if words is None else words.format(**{k: _plain(v) for k, v in problem.get("ctx", {}).items()})
    )


def _plain(value: Any) -> Any:
    """Limits of whole numbers without a fraction."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
