"""What an operator sees of a running server, and what tests of faults need again and again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from gateway.client.http import Session
from rules.days import stamp
from tests.play.running import RunningServer


async def status(server: RunningServer, path: str) -> int:
    """The HTTP status of a path outside the API: `/healthz`, `/readyz`."""
    async with aiohttp.ClientSession() as http, http.get(server.url + path) as response:
        return response.status


async def metrics(server: RunningServer) -> dict[str, float]:
    """`/metrics`: name, with the values of its labels behind it in order of their names → value."""
    async with aiohttp.ClientSession() as http, http.get(f"{server.url}/metrics") as response:
        text = await response.text()
    return {
        " ".join((sample.name, *(value for _, value in sorted(sample.labels.items())))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def live_challenge(host: Session, *players: Session, name: str = "Cup") -> str:
    """A challenge that has just begun, with the players in it → its id."""
    now = datetime.now(UTC)
    challenge = await host.call(
        "POST",
        "/challenges",
        json={
            "name": name,
            "metric": "steps",
            "mode": "most",
            "startsAt": stamp(now + timedelta(hours=1)),
            "endsAt": stamp(now + timedelta(days=7)),
        },
    )
    id: str = challenge["id"]
    await host.call("POST", f"/challenges/{id}/open")
    for player in players:
        await player.call("POST", f"/challenges/{id}/join")
    await host.call("POST", f"/challenges/{id}/start")
    return id


async def scores(viewer: Session, challenge: str) -> dict[str, float]:
    """user → score, as the leaderboard shows them."""
    page: dict[str, Any] = await viewer.call("GET", f"/challenges/{challenge}/leaderboard")
    return {row["userId"]: row["score"] for row in page["rows"]}


def today() -> str:
    """In UTC, where all players of these tests live."""
    return datetime.now(UTC).date().isoformat()
