"""Writes the reference parts of the documents from the tables of the code: `script/docs`. The tests hold them against it.

A part stands between `<!-- reference: NAME -->` and `<!-- end of reference -->`; what is between the two is made here.
"""

import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from actors.messages import Permission
from gateway.asyncapi import OWN
from gateway.catalogue import CATALOGUE, Entry
from gateway.close_codes import CloseCode
from gateway.http import openapi
from gateway.http.routes import ROUTES
from gateway.pushes import PUSHES
from gateway.schema import json_schema
from gateway.settings import describe
from gateway.shapes import Schema, Schemas
from rules.refusal import STATUS, Code

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", "docs/protocol.md")

WHO: Mapping[Permission, str] = {
    Permission.ANYONE: "anyone",
    Permission.USER: "whoever is signed in",
    Permission.SELF: "you, for yourself",
    Permission.VIEWER: "who may see it",
    Permission.PARTICIPANT: "participants, hosts",
    Permission.ANNOUNCER: "announcers, hosts",
    Permission.JUDGE: "judges, hosts",
    Permission.HOST: "the host and co-hosts; of a session, its owner",
    Permission.MEMBER: "members",
    Permission.MODERATOR: "the group's admins and moderators",
    Permission.AUTHOR: "its author",
    Permission.ADMIN: "admins",
}

ANSWERED_OTHERWISE: Mapping[str, str] = {"ping": "`{ serverTime: time }`"}  # without an `id` by a `pong` frame

# code → what it means, what a client does
ERRORS: Mapping[Code, tuple[str, str]] = {
    Code.BAD_REQUEST: ("The frame or request is malformed.", "A bug in the client: fix it. Do not repeat it."),
    Code.UNKNOWN_COMMAND: ("There is no such command on the socket.", "A bug, or an older server: do without it."),
    Code.UNAUTHENTICATED: (
        (
            "No token, or one that is invalid, expired or revoked; or no `hello` yet. `details.reason` is `invalid`, "
            "`expired`, `revoked`, `reused` or `credentials`, where it is known."
        ),
        "On `expired`: refresh, then repeat. Else sign in again.",
    ),
    Code.FORBIDDEN: (
        (
            "You may see it, but not do this. `details.needs` names the role; `details.reason` is `disabled` for a "
            "disabled account."
        ),
        "Tell the user. Do not repeat it.",
    ),
    Code.NOT_FOUND: ("It is not there, or you may not see it.", "Forget the id."),
    Code.CONFLICT: ("It does not go together with what is there.", "Read the state again, and show the message."),
    Code.EMAIL_ALREADY_EXISTS: ("The e-mail address has an account.", "Offer to sign in."),
    Code.USERNAME_TAKEN: ("The username is taken.", "Ask for another."),
    Code.ALREADY_JOINED: ("You take part already.", "Treat it as done."),
    Code.CHALLENGE_FULL: ("All places are taken.", "Tell the user."),
    Code.DUPLICATE_CHECKIN: (
        "You have checked in for this period of the group. `details.activityId` is that check-in.",
        "Correct it with `checkin:update`.",
    ),
    Code.WRONG_STATE: (
        "Not in this state of the challenge. `details.state` is the state, `details.possible` what you may do in it.",
        "Read the state again; offer what is possible.",
    ),
    Code.PRECONDITION_FAILED: (
        "HTTP only: it has changed since the `ETag` in `If-Match`.",
        "Read it again, merge, repeat.",
    ),
    Code.PAYLOAD_TOO_LARGE: (
        "HTTP only: the body is over 1 MiB, or that of a walk or run over 8 MiB. `details.limit` is the limit in bytes.",
        "Send it in parts.",
    ),
    Code.VALIDATION_FAILED: (
        "Fields are missing, unknown or out of range. `details.fields` lists each as `{path, problem}`.",
        "Show each problem at its field. Do not repeat it unchanged.",
    ),
    Code.IMPLAUSIBLE_ACTIVITY: (
        (
            "No human can have done that. `details.limit` and `details.got` say how far off it is; `details.retryAfter` "
            "is there where waiting helps."
        ),
        "With `retryAfter`: sync again after so many seconds. Else show the message.",
    ),
    Code.RATE_LIMITED: ("Too fast. `details.retryAfter` is in seconds.", "Wait that long, then repeat."),
    Code.INTERNAL: ("A fault of ours. Nothing was changed.", "Repeat once with the same key, then give up."),
    Code.BUSY: (
        "Too much is waiting for the same thing.",
        "Wait `details.retryAfter` seconds, repeat with the same key.",
    ),
    Code.UNAVAILABLE: (
        "The database is away, the server is stopping, or the thing is out of order. It may or may not have happened.",
        "Wait `details.retryAfter` seconds, repeat with the same key.",
    ),
}

# code → what a client does, beside the rule of the ranges
CLOSES: Mapping[CloseCode, str] = {
    CloseCode.PROTOCOL_ERROR: "A bug in the client: its frames break RFC 6455.",
    CloseCode.TOO_LARGE: "Send less, or use HTTP (bodies up to 1 MiB, routes up to 8 MiB).",
    CloseCode.NOT_TEXT: "A bug in the client: send UTF-8.",
    CloseCode.INTERNAL: "Reconnect and resume, with back-off.",
    CloseCode.DRAINING: "Reconnect and resume at a random moment within the `within` seconds of `server:draining`.",
    CloseCode.TRY_LATER: "Reconnect and resume, with back-off. The reply before it says why.",
    CloseCode.HEARTBEAT: "Reconnect and resume.",
    CloseCode.TOO_SLOW: "Reconnect and resume; read faster, or watch fewer topics.",
    CloseCode.LOST_PUSHES: "Reconnect and resume; `recovered` says which topics to read again.",
    CloseCode.RATE_LIMITED: "Reconnect with back-off, and heed `retryAfter` from then on.",
    CloseCode.NOT_UNDERSTOOD: "A bug in the client. Stay away.",
    CloseCode.UNAUTHENTICATED: "Refresh the token or sign in again, then connect anew.",
    CloseCode.DISABLED: "Tell the user. Stay away.",
    CloseCode.REPLACED: "Stay away: the user is on a newer connection.",
}


# --- the parts ---


def settings() -> str:
    return describe()


def commands() -> str:
    return "\n\n".join(_command(entry) for entry in CATALOGUE.values() if entry.socket)


def pushes() -> str:
    rows = []
    for push in PUSHES.values():
        where = ", ".join(
            f"`{topic}:`" if topic in ("user", "group", "session", "challenge") else topic for topic in push.topics
        )
        once = " Ephemeral." if push.ephemeral else ""
        rows.append((f"`{push.type}`", where, f"`{_shape(_definition(push.data))}`", push.summary + once))
    return _table(("type", "topic", "data", "when"), rows)


def resources() -> str:
    schemas = Schemas()
    for entry in CATALOGUE.values():
        reply = OWN[entry.name][1] if entry.command is None else entry.reply
        if reply is not None and entry.socket:
            schemas.resource(reply)
    for push in PUSHES.values():
        for inner in push.data.__annotations__.values():
            schemas.resource(inner)
    lines = [f"{name} {_shape(schema)}" for name, schema in sorted(schemas.definitions.items())]
    return "```\n" + "\n".join(textwrap.fill(line, 120, subsequent_indent="    ") for line in lines) + "\n```"


def errors() -> str:
    rows = [(f"`{code}`", str(status), *ERRORS[code]) for code, status in STATUS.items()]
    return _table(("code", "HTTP", "meaning", "what to do"), rows)


def close_codes() -> str:
    rows = [
        *((str(code.value), code.reason, "yes" if code.reconnect else "no", CLOSES[code]) for code in CloseCode),
    ]
    return _table(("code", "meaning", "come back?", "what to do"), sorted(rows))


def routes() -> str:
    rows = [
        (f"`{route.method} {route.path}`", openapi.summary(route, CATALOGUE), WHO[openapi.permission(route, CATALOGUE)])
        for route in ROUTES
    ]
    return _table(("route", "", "who"), rows)


PARTS: Mapping[str, Callable[[], str]] = {
    "settings": settings,
    "commands": commands,
    "pushes": pushes,
    "resources": resources,
    "errors": errors,
    "close codes": close_codes,
    "routes": routes,
}

# --- how they are written ---


def _command(entry: Entry) -> str:
    of, reply = (entry.command, entry.reply) if entry.command is not None else OWN[entry.name]
    schema = json_schema(of)
    fields = list(_fields(schema, schema.get("$defs", {})))
    told = f"`{_type(Schemas().resource(reply), {})}`" if reply is not None else "`{}`"
    who = f"Who: {WHO[entry.may]}. Reply: {ANSWERED_OTHERWISE.get(entry.name, told)}."
    words = [f"### `{entry.name}`", _said_once(entry.summary, " ".join(schema.get("description", "").split())), who]
    if fields:
        words.append(_table(("field", "type", ""), fields))
    return "\n\n".join(words)


def _said_once(summary: str, description: str) -> str:
    """The catalogue's sentence and the command's own; the longer one where both begin alike."""
    if summary.split()[:2] == description.split()[:2] or not description:
        return max(summary, description, key=len)
    return f"{summary} {description}"


def _fields(schema: Schema, known: Mapping[str, Schema]) -> Iterable[tuple[str, str, str]]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        kind = _type(_without_null(field) if "default" in field else field, known)
        notes = [_sentence(field["description"])] if "description" in field else []
        if field.get("default") is not None:
            notes.append(f"Default: `{field['default']}`.")
        yield f"`{name}{'' if name in required else '?'}`", kind, " ".join(notes)


def _type(schema: Schema, known: Mapping[str, Schema]) -> str:
    """A schema in words, limits included; what it refers to is written out, unless it is a resource."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in known:
            return str(name)
        if "enum" in known[name]:
            return _type(known[name], known)
        inner = ", ".join(f"{field.strip('`')}: {kind}" for field, kind, _ in _fields(known[name], known))
        return f"{{ {inner} }}"
    if "anyOf" in schema:
        return " or ".join(_type(each, known) for each in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return " or ".join(f'"{each}"' for each in schema.get("enum", [schema.get("const")]))
    match schema.get("type"):
        case "array":
            count = _limits(schema, "minItems", "maxItems")
            return f"list of {_type(schema['items'], known)}" + (f", {count} of them" if count else "")
        case "object":
            count = _limits(schema, "minProperties", "maxProperties")
            values = schema.get("additionalProperties")
            shape = f"{{ [topic]: {_type(values, known)} }}" if isinstance(values, dict) else "{ … }"
            return shape + (f", {count} of them" if count else "")
        case "string":
            return _text(schema)
        case "integer" | "number" as kind:
            limits = _limits(schema, "minimum", "maximum")
            return f"{kind} {limits}" if limits else kind
        case kind:
            return {"boolean": "true or false", "null": "null"}.get(str(kind), "anything")


_FORMATS = {"uuid": "id", "date": "day", "date-time": "time", "timezone": "time zone", "time": "HH:MM"}


def _text(schema: Schema) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    kind = "https URL" if schema.get("pattern", "").startswith("^https") else "text"
    limits = _limits(schema, "minLength", "maxLength")
    return f"{kind}, {limits} characters" if limits else kind


def _limits(schema: Schema, least: str, most: str) -> str:
    low, high = schema.get(least), schema.get(most)
    if low is None and high is None:
        return ""
    if high is None:
        return f"≥ {low:,}"
    return f"at most {high:,}" if low is None else f"{low:,}–{high:,}"


def _without_null(schema: Schema) -> Schema:
    choices = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    return choices[0] if len(choices) == 1 else {**schema, "anyOf": choices} if choices else schema


def _definition(typed_dict: Any) -> Schema:
    schemas = Schemas()
    schemas.resource(typed_dict)
    return schemas.definitions[typed_dict.__name__]


def _shape(schema: Schema) -> str:
    required = schema.get("required", ())
    fields = [
        f"{name}{'' if name in required else '?'}: {_brief(field)}" for name, field in schema["properties"].items()
    ]
    return f"{{ {', '.join(fields)} }}" if fields else "{}"


def _brief(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(map(_brief, schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(f'"{each}"' for each in schema["enum"])
    if schema.get("type") == "array":
        return f"{_brief(schema['items'])}[]"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties")
        return f"{{ [key]: {_brief(values)} }}" if values else "{ … }"
    kind = str(schema.get("type", "anything"))
    return "text" if kind == "string" else kind


def _sentence(text: str) -> str:
    words = " ".join(text.split())
    return words[0].upper() + words[1:] + ("" if words.endswith((".", "?", "…")) else ".")


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|") if "`" in text else text.replace("|", "\\|").replace("<", "&lt;")


# --- into the documents ---

_PART = re.compile(r"(<!-- reference: ([a-z ]+) -->\n).*?(<!-- end of reference -->)", re.DOTALL)


def filled(text: str) -> str:
    """The document with every part as the code has it now."""
    return _PART.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]()}\n\n{found[3]}", text)


def main() -> int:
    for name in DOCUMENTS:
        path = ROOT / name
        before = path.read_text(encoding="utf-8")
        after = filled(before)
        if after != before:
            path.write_text(after, encoding="utf-8")
        print(f"{name}: {'written anew' if after != before else 'up to date'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
