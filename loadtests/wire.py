"""A command as it goes onto the wire, from its dataclass in `rules/`: what the gateway reads, the other way round."""

from dataclasses import fields
from datetime import date, datetime
from functools import cache
from typing import Any

from gateway.catalogue import CATALOGUE
from gateway.sockets.commands import Hello, Ping, Subscribe, TokenRefresh, Unsubscribe
from rules.days import stamp
from rules.fields import UNSET, Wire, camel

NAMES: dict[type, str] = {entry.command: entry.name for entry in CATALOGUE.values() if entry.command and entry.socket}
NAMES |= {
    Hello: "hello",
    Ping: "ping",
    Subscribe: "subscribe",
    TokenRefresh: "token:refresh",
    Unsubscribe: "unsubscribe",
}


def name_of(command: Wire) -> str:
    """Raises KeyError for what is no command of the socket."""
    return NAMES[type(command)]


def data_of(command: Wire) -> dict[str, Any]:
    """The `data` of its frame. What was left out is left out here too."""
    data = {}
    for name, wire_name, default in _fields(command.__class__):
        value = getattr(command, name)
        if value is not default or value not in (None, UNSET):
            data[wire_name] = _plain(value)
    return data


@cache
def _fields(kind: type) -> tuple[tuple[str, str, Any], ...]:
    """(attribute, wire name, default)."""
    return tuple((field.name, camel(field.name), field.default) for field in fields(kind))


def _plain(value: Any) -> Any:
    match value:
        case Wire():
            return data_of(value)
        case datetime():
            return stamp(value)
        case date():
            return value.isoformat()
        case list() | tuple():
            return [_plain(each) for each in value]
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case _:
            return value
