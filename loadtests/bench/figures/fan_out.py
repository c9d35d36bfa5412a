"""One push to everyone who watches: `challenge:announce` by a host, heard by N watchers on sockets of their own.

Ours is the whole server's CPU time over the messages delivered; the command, its commit and its reply are in it. The floor
is a bare loop of non-blocking send() of as many bytes over as many sockets to the same generator, in turn with ours.
"""

import sys
import time
from collections.abc import Callable, Iterator

from gateway.free_port import free_port
from loadtests.bench import seed
from loadtests.bench.crowd import Crowd
from loadtests.bench.gauntlet import gauntlet
from loadtests.bench.listeners import Listeners
from loadtests.bench.players import live_challenge, sign_in
from loadtests.bench.program import Program
from loadtests.bench.result import Line, Said, at_most
from loadtests.bench.run import Run, per
from loadtests.bench.sample import sample
from loadtests.bench.wire import command

FRAME = 200  # bytes of one delivered message, with its frame
ROUND_MESSAGES = 100_000  # delivered in one repetition


def measure(run: Run) -> Iterator[Said]:
    for watchers in (1_000, 10_000) if not run.quick else (200,):
        yield from _fan_out(run, watchers)


def _fan_out(run: Run, watchers: int) -> Iterator[Said]:
    pushes = max(5, run.size(ROUND_MESSAGES, 4_000) // watchers)
    players = seed.players(watchers + 1)
    url = run.postgres.fresh()
    run.postgres.run(seed.store(url, players))
    run.say(f"fan-out: {watchers:,} watchers come in")
    with gauntlet(url, run.cores) as server, Crowd(server.port) as crowd:
        crowd.enter([sign_in(players[0])])
        challenge = live_challenge(crowd, 0)
        crowd.enter([sign_in(player, f"challenge:{challenge}") for player in players[1:]])
        crowd.drain()
        announce = _announcement(crowd, challenge)
        with _floor(run, watchers) as floor, Listeners(floor.port, watchers) as listeners:
            ours, bare, ours_wall, bare_wall = [], [], [], []

            def say() -> None:
                crowd.send(0, announce)
                crowd.listen(watchers, _is_announcement)

            def send() -> None:
                floor.tell(b"\n")
                listeners.hear(FRAME)

            _timed(server, pushes, say)
            _timed(floor, pushes, send)
            for _ in run.repetitions:
                cpu, wall = _timed(server, pushes, say)
                ours.append(per(cpu, pushes * watchers))
                ours_wall.append(per(wall, pushes, 1e3))
                cpu, wall = _timed(floor, pushes, send)
                bare.append(per(cpu, pushes * watchers))
                bare_wall.append(per(wall, pushes, 1e3))
    run.postgres.drop(url)
    yield Line(
        "fan-out",
        f"server CPU per message, {watchers:,} watchers",
        sample(ours, "µs"),
        sample(bare, "µs"),
        "bare send()",
        at_most(1.3, "ratio"),
    )
    yield Line(
        "fan-out",
        f"until the last of {watchers:,} has it",
        sample(ours_wall, "ms"),
        sample(bare_wall, "ms"),
        "bare send()",
    )


def _announcement(crowd: Crowd, challenge: str) -> bytes:
    """The command whose push is a frame of FRAME bytes."""

    def saying(length: int) -> bytes:
        return command("challenge:announce", {"challengeId": challenge, "text": "x" * length})

    heard: list[int] = []

    def size(message: bytes) -> bool:
        if _is_announcement(message):
            heard.append(len(message) + (2 if len(message) < 126 else 4))
        return bool(heard)

    crowd.send(0, saying(1))
    crowd.listen(len(crowd) - 1, size)
    crowd.drain()
    return saying(max(1, 1 + FRAME - heard[0]))


def _is_announcement(message: bytes) -> bool:
    return b'"challenge:announcement"' in message


def _floor(run: Run, connections: int) -> Program:
    port = free_port()
    program = [sys.executable, "-m", "loadtests.bench.floors.send_loop", str(port), str(connections), str(FRAME)]
    return Program(program, port=port, cores=run.cores)


def _timed(program: Program, rounds: int, once: Callable[[], None]) -> tuple[float, float]:
    """→ the program's CPU seconds and wall seconds over so many rounds."""
    cpu, begun = program.cpu, time.monotonic()
    for _ in range(rounds):
        once()
    wall = time.monotonic() - begun
    time.sleep(0.02)  # what is left of the last round is in the program's account then
    return program.cpu - cpu, wall
