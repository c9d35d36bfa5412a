"""How events and snapshots are written: JSON by orjson, read back through pydantic into their dataclasses.

Stored names are class names and stay for ever. When an event's fields change, raise its `VERSION` and add an upcast that
turns the older payload into the newer one; nothing in the journal is ever rewritten.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import orjson
from pydantic import TypeAdapter

Payload: TypeAlias = dict[str, Any]
Upcast: TypeAlias = Callable[[Payload], Payload]

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z


class UnreadableEvent(Exception):
    """A stored event that this version of the code does not know."""


def _plain(value: object) -> object:
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"cannot be journalled: {type(value).__name__}")


def dump(value: object) -> bytes:
    """Any dataclass of plain data → JSON."""
    return orjson.dumps(value, _plain, _OPTIONS)


def version_of(event_type: type) -> int:
    return int(getattr(event_type, "VERSION", 1))


class EventCodec:
    """The events of one kind of actor."""

    def __init__(self, events: Iterable[type], upcasts: Mapping[tuple[str, int], Upcast] | None = None) -> None:
        """`upcasts[(name, n)]` turns a payload of version n into one of version n + 1."""
        self._adapters: dict[str, TypeAdapter[Any]] = {event.__name__: TypeAdapter(event) for event in events}
        self._versions = {event.__name__: version_of(event) for event in events}
        self._upcasts = dict(upcasts or {})

    def decode(self, name: str, version: int, payload: str) -> Any:
        """Raises UnreadableEvent."""
        current = self._versions.get(name)
        if current is None or version > current:
            raise UnreadableEvent(f"{name} version {version}")
        if version == current:
            return self._adapters[name].validate_json(payload)
        data = orjson.loads(payload)
        for older in range(version, current):
            upcast = self._upcasts.get((name, older))
            if upcast is None:
                raise UnreadableEvent(f"{name} version {older} has no upcast")
            data = upcast(data)
        return self._adapters[name].validate_json(orjson.dumps(data))


class SnapshotCodec:
    """The state of one kind of actor. A snapshot of another shape is not read: the journal is."""

    def __init__(self, state: type, made_by: object = None) -> None:
        """`made_by` is what the state was derived with beside its events (a rule set): with another, it is another."""
        self._adapter: TypeAdapter[Any] = TypeAdapter(state)
        schema = orjson.dumps(self._adapter.json_schema(), option=orjson.OPT_SORT_KEYS)
        self.shape = hashlib.blake2b(schema + repr(made_by).encode(), digest_size=8).hexdigest()

    def decode(self, state: bytes) -> Any:
        return self._adapter.validate_json(state)
