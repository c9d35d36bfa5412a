"""Structured logs on stderr: JSON for machines, lines for people. Nothing that opens a door or names a person gets through.

Every logger ends here, structlog's and the standard library's (aiohttp, asyncio). What runs in a request or for an actor
binds its id with `structlog.contextvars`, so each line carries it.
"""

import logging
import re
import sys
from collections.abc import Callable
from typing import Any, Literal, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

REMOVED = "[removed]"

_KEY_WORDS = frozenset({"token", "tokens", "password", "passwords", "secret", "secrets", "pin", "email", "emails"}) | {
    "mail",
    "authorization",
    "cookie",
    "credential",
    "credentials",
}
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# a JWT, what a header carries, an e-mail address, the password inside a database URL
_TELLING = re.compile(
    r"eyJ[\w-]+\.[\w-]*\.?[\w-]*|[Bb]earer\s+\S+|[^\s@\"'()=<>,:/]+@[^\s@\"'()<>,]+\.\w+|(?<=://)[^\s/@]+:[^\s/@]+(?=@)"
)
_DEEPEST = 6


def configure(
    *,
    level: Literal["debug", "info", "warning", "error"],
    format: Literal["json", "console"],
    stream: TextIO | None = None,
) -> None:
    """Once, before anything logs."""
    out = stream or sys.stderr
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [structlog.processors.format_exc_info, without_secrets, _renderer(format, out)]
    structlog.configure(
        processors=[*first, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*first, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


def without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drops what is under a telling name, and cuts tokens and addresses out of all texts, tracebacks included."""
    return {name: REMOVED if _is_telling(name) else _clean(value, 0) for name, value in event.items()}


def _is_telling(name: str) -> bool:
    return not _KEY_WORDS.isdisjoint(word.lower() for word in _WORDS.findall(name))


def _clean(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _TELLING.sub(REMOVED, value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if depth < _DEEPEST:
        if isinstance(value, dict):
            return {
                name: REMOVED if _is_telling(str(name)) else _clean(inner, depth + 1) for name, inner in value.items()
            }
        if isinstance(value, (list, tuple, set, frozenset)):
            return [_clean(inner, depth + 1) for inner in value]
    return _TELLING.sub(REMOVED, repr(value))


def _renderer(format: Literal["json", "console"], out: TextIO) -> Processor:
    if format == "console":
        return structlog.dev.ConsoleRenderer(colors=out.isatty())
    return structlog.processors.JSONRenderer(serializer=_json)


def _json(value: Any, default: Callable[[Any], Any] = repr, **_: Any) -> str:
    return orjson.dumps(value, default=default, option=orjson.OPT_NON_STR_KEYS).decode()
