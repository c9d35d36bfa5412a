"""Whether a handshake becomes a socket, and with which answer."""

from collections.abc import Collection, Sequence
from http import HTTPStatus

from websockets.datastructures import Headers, MultipleValuesError
from websockets.exceptions import NegotiationError
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from gateway.codec import Encoding

_SUBPROTOCOLS: dict[str, Encoding] = {
    "gauntlet.v1+json": Encoding.JSON,
    "gauntlet.v1+msgpack": Encoding.MSGPACK,
}
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}

# to a head that is no HTTP at all; websockets itself says nothing
NOT_HTTP = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


def respond(sansio: ServerProtocol, request: Request, *, origins: Collection[str], draining: bool) -> Response:
    """The answer to send: 101, or why not. On 101, `encoding_of` tells what was agreed."""
    if draining:
        return sansio.reject(HTTPStatus.SERVICE_UNAVAILABLE, "This server is going away: try again.\n")
    try:
        host, origin = request.headers.get("Host"), request.headers.get("Origin")
    except MultipleValuesError as error:
        return sansio.reject(HTTPStatus.BAD_REQUEST, f"Header {error} was sent twice.\n")
    if not host:
        return sansio.reject(HTTPStatus.BAD_REQUEST, "Header Host is missing.\n")
    if origin is not None and not _may_connect(origin, host, origins):
        return sansio.reject(HTTPStatus.FORBIDDEN, "Pages of this origin may not connect here.\n")
    return sansio.accept(request)


def too_many(sansio: ServerProtocol) -> Response:
    response = sansio.reject(HTTPStatus.TOO_MANY_REQUESTS, "Too many sockets without hello from this address.\n")
    response.headers["Retry-After"] = "5"
    return response


def select_subprotocol(_sansio: ServerProtocol, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """The first offered that we speak; JSON where none was offered."""
    if not offered:
        return None
    for each in offered:
        if each in _SUBPROTOCOLS:
            return each
    raise NegotiationError("none of the offered subprotocols is known; offer " + " or ".join(_SUBPROTOCOLS))


def encoding_of(sansio: ServerProtocol) -> Encoding:
    return Encoding.JSON if sansio.subprotocol is None else _SUBPROTOCOLS[sansio.subprotocol]


def bearer_of(headers: Headers) -> str | None:
    """The token of `Authorization: Bearer`, if there is one."""
    for value in headers.get_all("Authorization"):
        scheme, _, token = value.partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            return token.strip()
    return None


def _may_connect(origin: str, host: str, origins: Collection[str]) -> bool:
    """A page's origin is fine when it came from this server, or from a host that the operator names."""
    scheme, separator, place = origin.lower().partition("://")
    if not separator:
        return False  # "null": a sandboxed frame or a file
    default = _DEFAULT_PORTS.get(scheme, "")
    place = place.removesuffix(default)
    return (
        place == host.lower().removesuffix(default)
        or origin.lower() in origins
        or place in origins
        or place.partition(":")[0] in origins
    )
