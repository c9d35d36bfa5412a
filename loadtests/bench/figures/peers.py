"""What others build such a server from, in the same run, each written as in its manual: echo, fan-out, memory, and a
durable command that goes to everyone.

All figures are CPU time of the server process, or its memory. Ours does more in each: an echo is a `ping` command, every
connection is a signed-in user with a live actor, a message to everyone is a journalled announcement that a client which
was away gets later. A peer that cannot be installed here is left out, and says why.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from loadtests.bench import seed
from loadtests.bench.crowd import Crowd, Script, Stalled
from loadtests.bench.gauntlet import gauntlet
from loadtests.bench.peers.install import NotInstalled
from loadtests.bench.peers.rooms import ROOMS, SCHEMA, Room
from loadtests.bench.players import ask, live_challenge, sign_in
from loadtests.bench.program import Program
from loadtests.bench.result import Line, Said, Skipped
from loadtests.bench.run import Run, per
from loadtests.bench.sample import Sample, sample
from loadtests.bench.wire import command, is_reply

SENDERS = 20  # of durable commands, each waiting for its own
LISTENERS = 100  # who hear each
TEXT = 100  # characters of a message to everyone
LONGEST = 3.0  # s of a repetition, for the slow ones
KIB = 1024

WORDS = {
    "memory": ("memory of one idle connection", "KiB"),
    "echo": ("echo, CPU", "µs"),
    "fan-out": ("fan-out to {watchers:,}, CPU per message", "µs"),
    "durable": ("durable command → 100, CPU per command", "µs"),
    "durable rate": ("durable command → 100, commands", "/s"),
}


@dataclass(slots=True)
class Findings:
    by_key: dict[str, list[float]] = field(default_factory=dict)

    def add(self, key: str, value: float) -> None:
        self.by_key.setdefault(key, []).append(value)

    def sample(self, key: str) -> Sample:
        return sample(self.by_key[key], WORDS[key][1])


@dataclass(frozen=True, slots=True)
class Hall:
    """A server with a crowd in it: what its clients say, and how they know the answers."""

    program: Program
    crowd: Crowd
    echo: bytes
    is_echo: Callable[[bytes], bool]
    push: bytes  # to everyone
    durable: bytes
    is_push: Callable[[bytes], bool]
    is_durable: Callable[[bytes], bool]


def measure(run: Run) -> Iterator[Said]:
    ours = _ours(run)
    for room in ROOMS:
        run.say(f"peers: {room.name}")
        try:
            theirs = _theirs(run, room)
        except NotInstalled as why:
            yield Skipped("peers", room.name, str(why))
            continue
        except (Stalled, OSError, RuntimeError) as problem:  # theirs, not ours: on with the others
            yield Skipped("peers", room.name, f"{type(problem).__name__}: {problem}".splitlines()[0])
            continue
        for key, (words, _) in WORDS.items():
            what = words.format(watchers=_watchers(run))
            yield Line("peers", what, ours.sample(key), theirs.sample(key), room.name)


def _watchers(run: Run) -> int:
    return run.size(1_000, 2 * LISTENERS)


def _ours(run: Run) -> Findings:
    found, players = Findings(), seed.players(_watchers(run))
    url = run.postgres.fresh()
    run.postgres.run(seed.store(url, players))
    for _ in run.repetitions:
        with gauntlet(url, run.cores) as server, Crowd(server.port) as crowd:
            found.add("memory", _memory(server, crowd, [sign_in(player) for player in players]))
    with gauntlet(url, run.cores) as server, Crowd(server.port) as crowd:
        crowd.enter([sign_in(player) for player in players[:LISTENERS]])
        challenge = live_challenge(crowd, 0)
        for player in players[1:SENDERS]:
            role = {"challengeId": challenge, "userId": player.user_id, "role": "announcer"}
            ask(crowd, 0, "challenge:role", role)
        announce = command("challenge:announce", {"challengeId": challenge, "text": "x" * TEXT})
        for number in range(LISTENERS):
            ask(crowd, number, "subscribe", {"topic": f"challenge:{challenge}"})
        hall = Hall(server, crowd, command("ping", {}), is_reply, announce, announce, _is_announced, _is_announced)
        _few(run, hall, found)
        crowd.enter([sign_in(player, f"challenge:{challenge}") for player in players[LISTENERS:]])
        _many(run, hall, found)
    run.postgres.drop(url)
    return found


def _is_announced(message: bytes) -> bool:
    return b'"challenge:announcement"' in message[:150]


def _theirs(run: Run, room: Room) -> Findings:
    found, tongue, text = Findings(), room.tongue, "x" * TEXT
    url = run.postgres.fresh()
    run.postgres.execute(url, SCHEMA)
    for _ in run.repetitions:
        with room.program(url, run.cores) as program, Crowd(program.port, tongue.answers) as crowd:
            found.add("memory", _memory(program, crowd, [tongue.enter(program.port) for _ in range(_watchers(run))]))
    with room.program(url, run.cores) as program, Crowd(program.port, tongue.answers) as crowd:
        crowd.enter([tongue.enter(program.port) for _ in range(LISTENERS)])
        hall = Hall(
            program,
            crowd,
            tongue.frame("e", "x" * 40),
            tongue.is_of("e"),
            tongue.frame("b", text),
            tongue.frame("d", text),
            tongue.is_of("b"),
            tongue.is_of("d"),
        )
        _few(run, hall, found)
        crowd.enter([tongue.enter(program.port) for _ in range(_watchers(run) - LISTENERS)])
        _many(run, hall, found)
    run.postgres.drop(url)
    return found


def _memory(program: Program, crowd: Crowd, scripts: Sequence[Script]) -> float:
    """KiB a connection, of a server that has done nothing but take them."""
    time.sleep(0.5)  # it has just begun to listen
    before = program.memory
    crowd.enter(scripts)
    crowd.drain(0.5)
    return (program.memory - before) / len(scripts) / KIB


def _few(run: Run, hall: Hall, found: Findings) -> None:
    """With LISTENERS in it: echoes, then durable commands."""
    hall.crowd.drain()
    for repetition in range(-1, len(run.repetitions)):
        cpu = hall.program.cpu
        flow = hall.crowd.closed_loop(run.seconds(2.0), lambda _: hall.echo, hall.is_echo)
        time.sleep(0.02)
        if repetition >= 0:
            found.add("echo", per(hall.program.cpu - cpu, len(flow.latencies)))
    most = run.size(50, 3)
    for repetition in range(-1, len(run.repetitions)):
        cpu, begun, rounds = hall.program.cpu, time.monotonic(), 0
        while rounds < most and time.monotonic() < begun + LONGEST:
            rounds += 1
            for sender in range(SENDERS):
                hall.crowd.send(sender, hall.durable)
            hall.crowd.listen(SENDERS * LISTENERS, hall.is_durable)
        wall = time.monotonic() - begun
        time.sleep(0.02)
        if repetition >= 0:
            found.add("durable", per(hall.program.cpu - cpu, rounds * SENDERS))
            found.add("durable rate", rounds * SENDERS / wall)


def _many(run: Run, hall: Hall, found: Findings) -> None:
    """With everybody in it: fan-out."""
    hall.crowd.drain()
    most = run.size(50, 3)
    for repetition in range(-1, len(run.repetitions)):
        cpu, begun, pushes = hall.program.cpu, time.monotonic(), 0
        while pushes < most and time.monotonic() < begun + LONGEST:
            pushes += 1
            hall.crowd.send(0, hall.push)
            hall.crowd.listen(len(hall.crowd), hall.is_push)
        time.sleep(0.02)
        if repetition >= 0:
            found.add("fan-out", per(hall.program.cpu - cpu, pushes * len(hall.crowd)))
