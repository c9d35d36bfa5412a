"""A client of the HTTP API, as small as the tools need: sign in, and call anything."""

from collections.abc import Callable, Coroutine, Mapping
from time import monotonic
from typing import Any, Self, TypeAlias

import aiohttp
import orjson

from gateway.client.errors import Refused, Unreachable, refused
from gateway.client.socket import Token

_SPARE = 60.0  # seconds before its end in which an access token counts as used up
_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=5)

Grant: TypeAlias = Mapping[str, Any]  # {user?, accessToken, refreshToken, expiresIn}


class Api:
    """`/api/v1` of one server. Use as `async with Api(url) as api`."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._http = aiohttp.ClientSession(timeout=_TIMEOUT)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.close()

    @property
    def socket_url(self) -> str:
        return "ws" + self.url.removeprefix("http") + "/ws"

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        token: str | None = None,
        key: str | None = None,
    ) -> Any:
        """The `data` of the answer; None for 204. Raises Refused, and Unreachable when there is no answer."""
        headers = {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        body = None
        if json is not None:
            headers["Content-Type"] = "application/json"
            body = orjson.dumps(json)
        try:
            async with self._http.request(
                method, f"{self.url}/api/v1{path}", data=body, params=params, headers=headers
            ) as response:
                text = await response.read()
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise Unreachable(f"{method} {self.url}/api/v1{path}: {problem or type(problem).__name__}") from problem
        if response.status == 204:
            return None
        try:
            answer = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise Refused("BAD_REQUEST", f"status {response.status} with something that is not JSON") from None
        if not isinstance(answer, dict) or not answer.get("success"):
            raise refused(answer.get("error") if isinstance(answer, dict) else answer)
        return answer.get("data")

    async def ready(self) -> bool:
        """Does `/readyz` say yes?"""
        try:
            async with self._http.get(f"{self.url}/readyz", timeout=aiohttp.ClientTimeout(total=2)) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def register(self, *, email: str, password: str, username: str, **more: Any) -> "Session":
        """A new account, signed in. `more`: displayName, timezone, …"""
        body = {"email": email, "password": password, "username": username, **more}
        grant = await self.call("POST", "/auth/register", json=body)
        return Session(self, grant, lambda: self._login(email, password))

    async def login(self, email: str, password: str) -> "Session":
        return Session(self, await self._login(email, password), lambda: self._login(email, password))

    async def guest(self, device_id: str, **more: Any) -> "Session":
        """The playable account of a device; its secret `device_id` opens it again. `more`: displayName, timezone, …"""

        async def enter() -> Grant:
            grant: Grant = await self.call("POST", "/auth/guest", json={"deviceId": device_id, **more})
            return grant

        return Session(self, await enter(), enter)

    async def _login(self, email: str, password: str) -> Grant:
        grant: Grant = await self.call("POST", "/auth/login", json={"email": email, "password": password})
        return grant


class Session:
    """A signed-in account: hands out access tokens that are still good."""

    def __init__(self, api: Api, grant: Grant, again: Callable[[], Coroutine[Any, Any, Grant]]) -> None:
        self.api = api
        self.user: Mapping[str, Any] = grant.get("user", {})
        self._again = again
        self._take(grant)

    def _take(self, grant: Grant) -> None:
        self._access: str = grant["accessToken"]
        self._refresh: str = grant["refreshToken"]
        self._until = monotonic() + float(grant["expiresIn"])

    async def token(self) -> Token:
        """An access token good for a minute at least. Raises Refused when the account has to sign in by hand."""
        if self._until - monotonic() < _SPARE:
            await self._renew()
        return Token(self._access, max(0.0, self._until - monotonic()))

    async def _renew(self) -> None:
        try:
            self._take(await self.api.call("POST", "/auth/refresh", json={"refreshToken": self._refresh}))
        except Refused as refusal:
            # a refresh whose answer was lost has used up our refresh token: the credentials are the way back
            if refusal.code != "UNAUTHENTICATED":
                raise
            self._take(await self._again())

    async def call(self, method: str, path: str, **more: Any) -> Any:
        """`Api.call` as this account."""
        return await self.api.call(method, path, token=(await self.token()).text, **more)
