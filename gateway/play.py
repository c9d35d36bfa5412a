"""`script/play`: a server with something going on in it: a host, thirty bots and a live challenge to join.

Everything it makes is found again by the next start: accounts by name, the challenge by its id in the notes. A
challenge that is over is followed by a fresh one.
"""

import asyncio
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol

from rich.console import Console

from gateway.bots import run_bots
from gateway.client.accounts import account, insist, open_socket
from gateway.client.errors import Refused
from gateway.client.http import Api, Session
from gateway.client.notes import Notes
from gateway.client.socket import GauntletSocket

BOTS = 30
HOST, PLAYER = "play_host", "player_one"
NOTES = "play.json"
_LASTS = timedelta(hours=1)
_SETTLES = 1  # minutes
_RUNNING = frozenset({"open", "countdown", "live", "paused"})

DEFAULTS: Mapping[str, str] = {
    # everyone comes from one address
    "GAUNTLET_REGISTRATIONS_PER_MINUTE": "600",
    "GAUNTLET_SIGN_INS_PER_MINUTE": "120",
    "GAUNTLET_LOG_LEVEL": "warning",  # the terminal is for people here
}
"""Instead of the settings' own; the environment goes before both."""


class Server(Protocol):
    """The server in this process."""

    url: str

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


async def play(server: Server, home: Path, console: Console, random: Random, bots: int = BOTS) -> None:
    """Until cancelled (Ctrl-C, SIGTERM); then everything stops in order."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    if task is not None:
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    await server.start()
    try:
        async with Api(server.url) as api:
            notes = Notes.read(home / NOTES)
            notes.url = server.url
            notes.write()
            await _play(api, notes, console, random, bots)
    finally:
        await server.stop()


async def _play(api: Api, notes: Notes, console: Console, random: Random, bots: int) -> None:
    host = await account(api, HOST, "Your host", notes.password, random)
    await account(api, PLAYER, "Player One", notes.password, random)
    async with open_socket(host, "play", "json", random) as socket:
        over = asyncio.Event()
        socket.on("challenge:updated", lambda push: _hear(push.data, notes, over))
        socket.on("challenge:finished", lambda push: over.set() if push.topic == _topic(notes) else None)
        challenge_id = await _running(host, socket, notes)
        _greet(console, api.url, notes)
        while True:
            await socket.subscribe(f"challenge:{challenge_id}")
            walking = asyncio.create_task(run_bots(api, notes, challenge_id, bots, random))
            ending = asyncio.create_task(over.wait())
            try:
                await asyncio.wait((walking, ending), return_when=asyncio.FIRST_COMPLETED)
                if walking.done():
                    walking.result()  # raises what is wrong with the bots
                await ending
            finally:
                walking.cancel()
                ending.cancel()
                await asyncio.gather(walking, ending, return_exceptions=True)
            over.clear()
            challenge_id = await _running(host, socket, notes)


async def _running(host: Session, socket: GauntletSocket, notes: Notes) -> str:
    """The id of the challenge that is going on; a fresh one where there is none."""
    known = notes.challenges.get("live")
    if known is not None and await _state(host, known) in _RUNNING:
        return known
    now = datetime.now(UTC)
    made = await socket.request(
        "challenge:create",
        {
            "name": f"Walk with us, {now:%d %B %H:%M}",
            "description": "Thirty bots are walking already. Join at any time; most steps in an hour wins.",
            "metric": "steps",
            "mode": "most",
            "startsAt": _stamp(now + timedelta(minutes=1)),
            "endsAt": _stamp(now + _LASTS),
            "visibility": "public",
            "joinPolicy": "anytime",
            "settleMinutes": _SETTLES,
        },
    )
    about = {"challengeId": made["id"]}
    await socket.request("challenge:open", about, f"play-open-{made['id']}")
    await socket.request("challenge:start", about, f"play-start-{made['id']}")
    notes.challenges["live"] = made["id"]
    notes.write()
    return str(made["id"])


async def _state(host: Session, challenge_id: str) -> str:
    try:
        found = await insist(lambda: host.call("GET", f"/challenges/{challenge_id}"), Random())
    except Refused as refusal:
        if refusal.code != "NOT_FOUND":
            raise
        return "gone"
    return str(found["state"])


def _hear(data: Mapping[str, Any], notes: Notes, over: asyncio.Event) -> None:
    challenge = data.get("challenge", {})
    if challenge.get("id") == notes.challenges.get("live") and challenge.get("state") not in _RUNNING:
        over.set()


def _topic(notes: Notes) -> str:
    return f"challenge:{notes.challenges.get('live')}"


def _greet(console: Console, url: str, notes: Notes) -> None:
    challenge_id = notes.challenges["live"]
    console.print()
    console.print(f"Gauntlet is running at [bold]{url}[/bold]")
    console.print("  sign in           as a guest, with one click")
    console.print(f"  or with e-mail    {PLAYER}@example.org", highlight=False)
    console.print(f"     and password   {notes.password}", highlight=False)
    console.print("Try the socket from another terminal, in this folder:")
    line = f'{_program()} send challenge:join \'{{"challengeId": "{challenge_id}"}}\' --watch'
    console.print(f"  {line}", highlight=False, soft_wrap=True)
    console.print("Ctrl-C stops it; the next start goes on from there.")


def _program() -> str:
    """How we were started, as one would type it here."""
    program = Path(sys.argv[0])
    if program.name != "gauntlet":
        return f"{sys.executable} -m gateway"
    return str(program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
