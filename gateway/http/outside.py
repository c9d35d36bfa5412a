"""What stands outside /api/v1: health, metrics, the documents' pages, and the files of the page at /."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from aiohttp import web

from gateway import asyncapi
from gateway.http import docs, openapi
from gateway.http.envelope import json_bytes, names
from gateway.http.headers import PAGE_POLICY
from gateway.http.ports import HttpDeps
from gateway.http.protocol import HttpProtocol

READY_SECONDS = 2.0

TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}

Page = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes that stay the same while the server runs."""

    body: bytes
    content_type: str

    def page(self) -> Page:
        tag = f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'
        headers = {
            "Content-Type": self.content_type,
            "ETag": tag,
            "Cache-Control": "no-cache",
            "Content-Security-Policy": PAGE_POLICY,
        }

        async def page(request: web.Request) -> web.StreamResponse:
            if names(request.headers.get("If-None-Match", ""), tag):
                return web.Response(status=304, headers={**headers})
            return web.Response(body=self.body, headers=headers)

        return page


def add(app: web.Application, deps: HttpDeps) -> None:
    described = json_bytes(openapi.document(deps.catalogue))
    spoken = json_bytes(asyncapi.document(deps.catalogue))
    pages = {
        "/api/v1/openapi.json": Document(described, "application/json"),
        "/api/v1/asyncapi.json": Document(spoken, "application/json"),
        "/docs": Document(docs.page(deps.catalogue).encode(), TYPES[".html"]),
        "/docs.css": Document(docs.STYLE.encode(), TYPES[".css"]),
        **_files(deps.web),
    }
    for path, document in pages.items():
        app.router.add_get(path, document.page())
    app.router.add_get("/healthz", _health)
    app.router.add_get("/readyz", _ready(deps))
    app.router.add_get("/metrics", _metrics(deps))
    if deps.sockets is not None:
        app.router.add_get("/ws", _socket(deps.sockets))


def _files(folder: Path | None) -> dict[str, Document]:
    """Read once: nobody can ask for a file that is not in here."""
    if folder is None or not folder.is_dir():
        return {}
    found: dict[str, Document] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in TYPES:
            name = path.relative_to(folder).as_posix()
            found["/" if name == "index.html" else f"/{name}"] = Document(path.read_bytes(), TYPES[path.suffix])
    return found


async def _health(_: web.Request) -> web.StreamResponse:
    return _plain({"status": "alive"})


def _ready(deps: HttpDeps) -> Page:
    async def ready(_: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(READY_SECONDS):
                parts = dict(await deps.ready())
        except (TimeoutError, ConnectionError):
            parts = {"database": False}
        good = all(parts.values())
        return _plain({"status": "ready" if good else "not ready", "parts": parts}, 200 if good else 503)

    return ready


def _metrics(deps: HttpDeps) -> Page:
    async def metrics(_: web.Request) -> web.StreamResponse:
        return web.Response(body=deps.metrics.text(), headers={"Content-Type": deps.metrics.content_type})

    return metrics


def _socket(take: Callable[[asyncio.Transport, bytes, bytes], None]) -> Page:
    """A pool of connections, as clients and proxies have them, asks for a socket on one that has spoken HTTP before."""

    async def socket(request: web.Request) -> web.StreamResponse:
        released = cast("HttpProtocol", request.protocol).release(request)
        if released is not None:
            take(*released)
        return web.Response(status=101)

    return socket


def _plain(value: object, status: int = 200) -> web.Response:
    return web.Response(body=json_bytes(value), status=status, content_type="application/json")
