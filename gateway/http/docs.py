"""`/docs`: what clients can say and hear, as one page for people, made from the same tables as everything else."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from gateway import asyncapi
from gateway.close_codes import CloseCode
from gateway.http import openapi
from gateway.http.ports import Entry
from gateway.http.routes import PREFIX, ROUTES
from gateway.pushes import PUSHES
from gateway.shapes import Schema, Schemas, parameters
from rules.refusal import STATUS

STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent) }
body { font: 16px/1.55 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 6rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .5rem 0 }
h2 { border-top: 1px solid var(--line); margin-top: 3rem; padding-top: 1.5rem }
h3 { font-size: 1rem; margin: 1.8rem 0 .2rem }
p { margin: .2rem 0 .6rem; max-width: 46rem }
nav a { margin-right: 1rem; white-space: nowrap }
code { font: .88em/1.5 ui-monospace, monospace }
pre { border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; padding: .6rem .8rem; white-space: pre-wrap }
table { border-collapse: collapse; width: 100% }
td, th { border-bottom: 1px solid var(--line); padding: .35rem .8rem .35rem 0; text-align: left; vertical-align: top }
small { opacity: .75 }
"""


def page(catalogue: Mapping[str, Entry]) -> str:
    schemas = Schemas()
    sections = [
        ("http", "HTTP", _routes(catalogue, schemas)),
        ("commands", "Commands of the socket", _commands(catalogue, schemas)),
        ("pushes", "Pushes", _pushes(schemas)),
        ("closing", "Close codes", _table(_close_codes())),
        ("errors", "Errors", _table((f"<code>{code.value}</code>", str(status)) for code, status in STATUS.items())),
    ]
    # the named shapes come last: the sections above have collected them
    sections.append(("shapes", "Shapes", _shapes(schemas)))
    links = " ".join(f'<a href="#{anchor}">{escape(name)}</a>' for anchor, name, _ in sections)
    body = "".join(f'<h2 id="{anchor}">{escape(name)}</h2>{content}' for anchor, name, content in sections)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Gauntlet: API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="/favicon.svg" type="image/svg+xml"><link rel="stylesheet" href="/docs.css">'
        f"</head><body><h1>Gauntlet: the API</h1><p>Sign in over HTTP, then open <code>/ws</code> and say "
        f'<code>hello</code>. For machines: <a href="{PREFIX}/openapi.json">OpenAPI</a>, '
        f'<a href="{PREFIX}/asyncapi.json">AsyncAPI</a>.</p><nav>{links}</nav>{body}</body></html>'
    )


def _routes(catalogue: Mapping[str, Entry], schemas: Schemas) -> str:
    intro = (
        f"<p>Below <code>{PREFIX}</code>, in JSON. Send <code>Authorization: Bearer</code> with the access token, except "
        "where it says open. Answers: <code>{success, data, meta}</code> or <code>{success, error, meta}</code>.</p>"
    )
    parts = [intro]
    for route in ROUTES:
        may = openapi.permission(route, catalogue)
        query = [
            f"{name}{'' if required else '?'}: {_words(schema)}"
            for name, required, _, schema in (parameters(route.query) if route.query else ())
        ]
        body = openapi.body(route, catalogue, schemas)
        kind = openapi.answer(route, catalogue)
        lines = [f"?{{ {', '.join(query)} }}"] if query else []
        if body is not None:
            lines.append(f"body {_words(schemas.definitions[body['$ref'].removeprefix(Schemas.prefix)])}")
        if route.gpx:
            lines.append("  or a GPX file (application/gpx+xml)")
        if kind is not None:
            lines.append(f"→ {_words(schemas.resource(kind))}")
        heading = f"{route.method} {route.path}"
        parts.append(_item(heading, openapi.summary(route, catalogue), lines, "open" if may == "anyone" else may.value))
    return "".join(parts)


def _commands(catalogue: Mapping[str, Entry], schemas: Schemas) -> str:
    intro = (
        "<p>Send <code>{id, type, data, key?}</code>; the reply is <code>{id, ok}</code> or <code>{id, error}</code>. "
        "The same <code>key</code> sent twice has its effect once.</p>"
    )
    parts = [intro]
    for entry in catalogue.values():
        if not entry.socket:
            continue
        own = asyncapi.OWN.get(entry.name)
        command = entry.command or (own[0] if own else None)
        reply = entry.reply if own is None else own[1]
        lines = []
        if command is not None:
            schemas.command(entry.name, command)
            reference = schemas.command(entry.name, command)["$ref"].removeprefix(Schemas.prefix)
            lines.append(_words(schemas.definitions[reference]))
        lines.append(f"→ {_words(schemas.resource(reply)) if reply is not None else '{}'}")
        parts.append(_item(entry.name, entry.summary, lines, entry.may.value))
    return "".join(parts)


def _pushes(schemas: Schemas) -> str:
    parts = ["<p><code>{topic, offset, type, data}</code>; without an <code>offset</code> it is never repeated.</p>"]
    for push in PUSHES.values():
        where = ", ".join(push.topics) + (", not repeated" if push.ephemeral else "")
        schemas.resource(push.data)
        parts.append(_item(push.type, push.summary, [_words(schemas.definitions[push.data.__name__])], where))
    return "".join(parts)


def _close_codes() -> Iterable[tuple[str, ...]]:
    for code in CloseCode:
        yield (str(code.value), escape(code.reason), "reconnect" if code.reconnect else "do not reconnect")


def _shapes(schemas: Schemas) -> str:
    shown = {
        name: schema for name, schema in schemas.definitions.items() if schema.get("properties") or "enum" in schema
    }
    return "".join(
        f"<h3><code>{escape(name)}</code></h3><pre><code>{escape(_words(shown[name]))}</code></pre>"
        for name in sorted(shown)
    )


def _item(heading: str, summary: str, lines: Iterable[str], who: str) -> str:
    code = escape("\n".join(lines))
    shown = f"<pre><code>{code}</code></pre>" if code else ""
    return f"<h3><code>{escape(heading)}</code> <small>{escape(who)}</small></h3><p>{escape(summary)}</p>{shown}"


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    """Cells are HTML."""
    return "<table>" + "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows) + "</table>"


def _words(schema: Schema) -> str:
    """A schema in the notation of the protocol's document: `{ name, limit?: integer, rows: Row[] }`."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(Schemas.prefix)
    if "anyOf" in schema:
        return " | ".join(_words(each) for each in schema["anyOf"])
    if "const" in schema:
        return repr(schema["const"])
    if "enum" in schema:
        return " | ".join(f'"{each}"' for each in schema["enum"])
    match schema.get("type"):
        case "array":
            inner = _words(schema["items"])
            return f"({inner})[]" if " | " in inner else f"{inner}[]"
        case "object" if schema.get("properties"):
            return f"{{ {', '.join(_fields(schema))} }}"
        case "object":
            return "{ … }"
        case kind:
            return str(schema.get("format") or kind or "anything")


def _fields(schema: Schema) -> Iterable[str]:
    required: Any = schema.get("required", ())
    for name, each in schema["properties"].items():
        yield f"{name}{'' if name in required else '?'}: {_words(each)}"
