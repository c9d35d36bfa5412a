"""HTTP as it is: the status, headers and body of every answer."""

from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.fakes_http import Answered


class Web:
    """A bare client of one server. Use as `async with Web(url) as web`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def ask(self, method: str, path: str, json: Any = None, token: str | None = None, **more: Any) -> Answered:
        """Below /api/v1, unless the path starts with two slashes. `more`: headers, params, data."""
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        url = f"{self._url}{path[1:] if path.startswith('//') else '/api/v1' + path}"
        async with self._http.request(method, url, json=json, headers=headers, **more) as response:
            is_json = response.content_type == "application/json" and response.status not in (204, 304)
            body = await response.json() if is_json and method != "HEAD" else await response.read()
            return Answered(response.status, response.headers, body)
