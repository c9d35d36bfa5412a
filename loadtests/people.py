"""The people of a run: their accounts, and where they stood when they left, for when they come back."""

import http.client
import json
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from gateway.client.errors import Refused, refused
from gateway.client.offsets import Offsets

_SPARE = 60.0  # seconds before its end in which an access token counts as used up
_TRIES = 20


@dataclass(slots=True)
class Player:
    """One person with one device. `steps` is the total that the device showed last."""

    name: str
    device_id: str  # the guest's credential
    user_id: str = ""
    token: str = ""
    refresh_token: str = ""
    until: float = 0.0  # time.monotonic() at which the token ends
    offsets: Offsets = field(default_factory=Offsets)
    steps: int = 0
    commands: int = 0  # sent so far, for keys that never repeat

    def key(self) -> str:
        self.commands += 1
        return f"{self.device_id[:16]}-{self.commands}"


class People:
    """Who is not online at the moment; new people where nobody is left."""

    def __init__(self) -> None:
        self._away: deque[Player] = deque()
        self._made = 0

    def come(self) -> Player:
        if self._away:
            return self._away.popleft()
        self._made += 1
        return Player(f"Walker {self._made}", f"load-{uuid4()}")

    def leave(self, player: Player) -> None:
        self._away.append(player)


def sign_in(host: str, player: Player) -> None:
    """See to it that the token is good for a minute at least. Raises Refused, OSError."""
    if player.until - time.monotonic() >= _SPARE:
        return
    if player.refresh_token:
        try:
            _take(player, _post(host, "/auth/refresh", {"refreshToken": player.refresh_token}))
            return
        except Refused as refusal:  # the answer to an earlier one was lost: the device id is the way back
            if refusal.code != "UNAUTHENTICATED":
                raise
    who = {"deviceId": player.device_id, "displayName": player.name, "timezone": "UTC", "device": "loadtest"}
    _take(player, _post(host, "/auth/guest", who))


def _take(player: Player, grant: dict[str, Any]) -> None:
    player.token, player.refresh_token = grant["accessToken"], grant["refreshToken"]
    player.until = time.monotonic() + float(grant["expiresIn"])
    if "user" in grant:
        player.user_id = grant["user"]["id"]


def _post(host: str, path: str, body: dict[str, str]) -> dict[str, Any]:
    """The `data` of the answer. Waits where the server says that waiting helps."""
    for tries in count(1):
        answer = _ask(host, path, body)
        if answer.get("success"):
            break
        refusal = refused(answer.get("error"))
        if refusal.retry_after is None or tries == _TRIES:
            raise refusal
        time.sleep(refusal.retry_after)
    data: dict[str, Any] = answer["data"]
    return data


def _ask(host: str, path: str, body: dict[str, str]) -> dict[str, Any]:
    at = urlsplit(host)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    connection = kind(at.netloc, timeout=30)
    try:
        connection.request("POST", f"/api/v1{path}", json.dumps(body), {"Content-Type": "application/json"})
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        return answer
    finally:
        connection.close()
