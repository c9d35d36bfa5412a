"""The AsyncAPI 3 document of the socket, read off the catalogue, the pushes and the close codes."""

from collections.abc import Mapping
from typing import Any, NotRequired, Protocol, TypedDict

from gateway.close_codes import CloseCode
from gateway.pushes import PUSHES
from gateway.shapes import Schema, Schemas, title
from gateway.sockets import commands as own
from rules.refusal import STATUS
from rules.resources import Id, Me, Time


class Entry(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def command(self) -> type | None: ...
    @property
    def summary(self) -> str: ...
    @property
    def reply(self) -> Any: ...
    @property
    def socket(self) -> bool: ...


class TopicState(TypedDict):
    epoch: str
    offset: int
    recovered: bool
    state: NotRequired[dict[str, Any]]


class HelloReply(TypedDict):
    userId: Id
    connectionId: str
    heartbeat: float
    serverTime: Time
    user: Me
    topics: dict[str, TopicState]


class TokenRefreshReply(TypedDict):
    expiresAt: Time


# the commands that the connection answers itself, with their fields and replies
OWN: Mapping[str, tuple[type, Any]] = {
    "hello": (own.Hello, HelloReply),
    "ping": (own.Ping, None),
    "subscribe": (own.Subscribe, TopicState),
    "unsubscribe": (own.Unsubscribe, None),
    "token:refresh": (own.TokenRefresh, TokenRefreshReply),
}

_ERROR: Schema = {
    "type": "object",
    "properties": {
        "code": {"enum": [code.value for code in STATUS]},
        "message": {"type": "string"},
        "details": {"type": "object"},
    },
    "required": ["code", "message"],
}
_ID: Schema = {"type": ["string", "integer", "number"], "description": "Chosen by the client, echoed in the reply."}
_TIME: Schema = {"type": "string", "format": "date-time"}
_KEY: Schema = {"type": "string", "maxLength": 64, "description": "Sent twice, it has its effect once."}


def document(catalogue: Mapping[str, Entry]) -> dict[str, Any]:
    schemas = Schemas()
    commands = {name: entry for name, entry in catalogue.items() if entry.socket}
    messages = {title(name): _command(schemas, entry) for name, entry in commands.items()}
    messages |= {f"{title(name)}Reply": _reply(schemas, entry) for name, entry in commands.items()}
    messages |= {f"{title(each.type)}Push": _push(schemas, each) for each in PUSHES.values()}
    messages["Refused"] = {
        "summary": "A command that was refused.",
        "payload": _object({"id": _ID, "error": _ERROR}, ("id", "error")),
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Gauntlet",
            "version": "1",
            "description": "The socket. Say `hello` first; every command with an `id` gets exactly one reply.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "socket": {
                "address": "/ws",
                "description": "Subprotocols gauntlet.v1+json and gauntlet.v1+msgpack: the same messages in both.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "x-close-codes": {
                    str(code.value): {"reason": code.reason, "reconnect": code.reconnect} for code in CloseCode
                },
            }
        },
        "operations": {
            **{
                title(name): {
                    "action": "receive",
                    "summary": entry.summary,
                    "channel": {"$ref": "#/channels/socket"},
                    "messages": [{"$ref": f"#/channels/socket/messages/{title(name)}"}],
                    "reply": {
                        "channel": {"$ref": "#/channels/socket"},
                        "messages": [
                            {"$ref": f"#/channels/socket/messages/{title(name)}Reply"},
                            {"$ref": "#/channels/socket/messages/Refused"},
                        ],
                    },
                }
                for name, entry in commands.items()
            },
            **{
                f"{title(each.type)}Push": {
                    "action": "send",
                    "summary": each.summary,
                    "channel": {"$ref": "#/channels/socket"},
                    "messages": [{"$ref": f"#/channels/socket/messages/{title(each.type)}Push"}],
                }
                for each in PUSHES.values()
            },
        },
        "components": {"messages": messages, "schemas": schemas.definitions},
    }


def _command(schemas: Schemas, entry: Entry) -> dict[str, Any]:
    of = entry.command or OWN[entry.name][0]
    fields = {"id": _ID, "type": {"const": entry.name}, "data": schemas.command(entry.name, of), "key": _KEY}
    return {"name": entry.name, "summary": entry.summary, "payload": _object(fields, ("type",))}


def _reply(schemas: Schemas, entry: Entry) -> dict[str, Any]:
    resource = OWN[entry.name][1] if entry.command is None else entry.reply
    ok = schemas.resource(resource) if resource is not None else {"type": "object"}
    if entry.name == "ping":  # without an id the answer is a pong
        fields = {"id": _ID, "ok": _object({"serverTime": _TIME}, ("serverTime",)), "type": {"const": "pong"}}
        return {"summary": "The answer to `ping`.", "payload": _object({**fields, "serverTime": _TIME}, ())}
    return {"summary": f"The answer to `{entry.name}`.", "payload": _object({"id": _ID, "ok": ok}, ("id", "ok"))}


def _push(schemas: Schemas, push: Any) -> dict[str, Any]:
    fields: dict[str, Schema] = {"type": {"const": push.type}, "data": schemas.resource(push.data)}
    required: tuple[str, ...] = ("type", "data")
    if push.topics != ("connection",):
        fields["topic"] = {"type": "string", "examples": [f"{topic}:…" for topic in push.topics]}
        required += ("topic",)
    if not push.ephemeral:
        fields["offset"] = {"type": "integer"}
        required += ("offset",)
    return {"name": push.type, "summary": push.summary, "payload": _object(fields, required)}


def _object(properties: Mapping[str, Schema], required: tuple[str, ...]) -> Schema:
    return {"type": "object", "properties": dict(properties), "required": list(required)}
