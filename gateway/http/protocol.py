"""HTTP/1.1 on one connection: aiohttp's own protocol, with our manners for clients that speak it badly.

Rubbish gets the envelope like every other mistake, and is counted; it is no fault of ours, so it leaves no traceback.
"""

import asyncio
from typing import Any, cast

import structlog
from aiohttp import web
from aiohttp.http import HttpProcessingError

from gateway.addresses import network
from gateway.http import headers, inputs
from gateway.http.ports import HttpDeps
from gateway.http.refusals import refused
from rules.refusal import Code, Refusal

LINGER_SECONDS = 1.0  # for the rest of a body that nobody reads any more
IDLE_SECONDS = 75.0  # between two requests; browsers and proxies expect about a minute

TOO_MANY = b"HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n"
MALFORMED = Refusal(Code.BAD_REQUEST, "this is no well-formed HTTP/1.1 request; send a client library's")

log = structlog.get_logger("http")


class HttpProtocol(web.RequestHandler):
    __slots__ = ("_deps", "_place", "_turned_away")

    def __init__(self, server: web.Server, deps: HttpDeps, loop: asyncio.AbstractEventLoop) -> None:
        """`server` is the AppRunner's."""
        options: dict[str, Any] = {
            "keepalive_timeout": IDLE_SECONDS,
            "access_log": None,
            "lingering_time": LINGER_SECONDS,
            "auto_decompress": False,  # compressed bodies are refused, so bombs stay packed
        }
        super().__init__(server, loop=loop, **options)
        self._deps = deps
        self._place: str | None = None  # the peer that it counts for
        self._turned_away = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = transport.get_extra_info("peername")
        if self._deps.settings.trusted_proxies == 0 and isinstance(peer, tuple) and peer:
            address = network(str(peer[0]))
            if not self._deps.connections.hold(address):
                self._turned_away = True
                cast("asyncio.Transport", transport).write(TOO_MANY)
                transport.close()
                return
            self._place = address
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if not self._turned_away:
            super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._place is not None:
            self._deps.connections.release(self._place)
            self._place = None
        if not self._turned_away:
            super().connection_lost(exc)

    def release(self, request: web.BaseRequest) -> tuple[asyncio.Transport, bytes, bytes] | None:
        """Let go of the connection on which `request` came: it, the request's head, and the bytes after that.

        HTTP ends here; what is answered to the request goes nowhere. None when the client has gone.
        """
        transport, self.transport = self.transport, None
        more, self._message_tail = self._message_tail, b""
        if transport is None:
            return None
        if self._buffer_paused:
            transport.resume_reading()
        self.connection_lost(None)
        lines = [f"{request.method} {request.raw_path} HTTP/1.1".encode()]
        lines += [b"%b: %b" % header for header in request.raw_headers]
        return transport, b"\r\n".join((*lines, b"", b"")), more

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Called where aiohttp could not make a request of what has come."""
        if status >= 500 or request.writer.output_size > 0:
            return super().handle_error(request, status, exc, message)
        request_id = inputs.request_id(request)
        response = refused(self._deps, MALFORMED, request_id, status)
        headers.put(response, request, self._deps.settings, request_id)
        response.force_close()
        return response

    def log_exception(self, *args: Any, **kw: Any) -> None:
        error = kw.get("exc_info")
        if isinstance(error, (HttpProcessingError, web.RequestPayloadError, ConnectionError)):
            log.debug("malformed request", error=type(error).__name__)  # found while its rest was read and dropped
        else:
            super().log_exception(*args, **kw)
