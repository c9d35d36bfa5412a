"""One line of the table of routes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from actors.messages import Permission
from gateway.http.call import Handler

Method: TypeAlias = Literal["GET", "POST", "PUT", "DELETE"]
PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    method: Method
    path: str  # below PREFIX
    area: str
    summary: str = ""  # of the command, when it names one
    may: Permission = Permission.USER  # of the command, when it names one
    command: str | None = None
    handler: Handler | None = None
    ids: Mapping[str, str] = field(default_factory=dict)  # of the path → field of the command
    query: type | None = None
    body: type | None = None  # of a handler; a command brings its own
    takes: str | None = None  # a handler that takes a command's fields as its body
    answer: Any = None  # a resource, or list[…] of one; of the command, when it names one
    unwrap: str | None = None  # answer with this field of the command's reply
    status: int = 200
    location: str | None = None  # of what was created, with the fields of the answer
    paged: bool = False
    etag: bool = False
    current: Handler | str | None = None  # what If-Match is held against: a handler, or a reading command
    limit: Literal["sign in", "registration"] | None = None  # by address, beside the ordinary one
    media: str = "application/json"
    gpx: bool = False  # the body may be a GPX file instead, and is a long one


def route(method: Method, path: str, area: str, **more: Any) -> Route:
    return Route(method=method, path=path, area=area, **more)
