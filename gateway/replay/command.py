"""`gauntlet replay FILE.csv`: plays a Fitbit export through the front door, hour by hour of driven game time.

    read file → server → admin, host, everyone → `most` and `race` opened and joined
      → for each hour: clock to its last second → every sync of the hour, all answered
      → clock past the end and settling → standings and rewards

Safe to interrupt and to repeat: accounts, challenges and every sync are recognised by name or key. A server that
dies on the way is waited for (our own is started again); the sockets resume and send what was not answered.
"""

import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from rich.console import Console

from gateway.client.errors import Closed, Refused, Unreachable
from gateway.client.http import Api
from gateway.client.notes import Notes
from gateway.fitbit import FitbitError, read_hourly
from gateway.replay.game import Replay, ReplayFailed
from gateway.replay.options import Options
from gateway.replay.own_server import OwnServer, ServerFailed
from gateway.replay.plan import Plan, plan

_MANY = "1000000"
_RAISED = (
    *("COMMANDS_PER_SECOND", "COMMAND_BURST", "USER_COMMANDS_PER_SECOND", "HELLOS_PER_MINUTE", "SOCKETS_WITHOUT_HELLO"),
    *("SIGN_INS_PER_MINUTE", "REGISTRATIONS_PER_MINUTE", "HTTP_REQUESTS_USER", "HTTP_REQUESTS_ADMIN"),
)  # all of us come from one address, and a month passes in a minute


def run(options: Options) -> int:
    """The exit code: 0 when everything was played and answered."""
    try:
        with options.file.open(encoding="utf-8-sig", newline="") as lines:
            planned = plan(read_hourly(lines))
    except FitbitError as problem:
        return _complain(f"{options.file}, {problem}", 2)
    except (OSError, ValueError) as problem:
        return _complain(str(problem), 2)
    try:
        return asyncio.run(_replay(options, planned))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return _complain("interrupted; run the same command again to go on from here", 130)
    except (ReplayFailed, ServerFailed, Refused, Unreachable, Closed) as problem:
        return _complain(str(problem), 1)


def _complain(what: str, code: int) -> int:
    Console(stderr=True).print(f"gauntlet replay: {what}", style="red", highlight=False, markup=False, soft_wrap=True)
    return code


async def _replay(options: Options, planned: Plan) -> int:
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _cancel, asyncio.current_task())
    home = options.home or Path(".gauntlet") / "replay" / planned.name
    notes = Notes.read(home / "replay.json")
    if options.server is not None:
        async with Api(options.server) as api:
            return await Replay(options, planned, api, None, notes).play()
    own = OwnServer(home.absolute(), own_settings(planned), _is_ready)
    try:
        await own.start()
        async with Api(own.url) as api:
            return await _first(Replay(options, planned, api, own, notes).play(), own.failed())
    finally:
        await own.stop()


async def _first(playing: Coroutine[Any, Any, int], failing: Coroutine[Any, Any, None]) -> int:
    """What `playing` returns, unless `failing` raises before."""
    tasks: tuple[asyncio.Task[int], asyncio.Task[None]] = asyncio.create_task(playing), asyncio.create_task(failing)
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[1] in done:
            tasks[1].result()
        return await tasks[0]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def own_settings(planned: Plan) -> dict[str, str]:
    """The environment of a server for this plan."""
    return {
        "GAUNTLET_MODE": "development",
        "GAUNTLET_CLOCK": "driven",
        "GAUNTLET_CLOCK_START": planned.opens_at.isoformat(),
        "GAUNTLET_LOG_FORMAT": "json",
        **{f"GAUNTLET_{name}": _MANY for name in _RAISED},
    }


async def _is_ready(url: str) -> bool:
    async with Api(url) as api:
        return await api.ready()


def _cancel(task: asyncio.Task[Any] | None) -> None:
    if task is not None:
        task.cancel()
