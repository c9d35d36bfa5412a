"""One figure a file. `ALL` is the table of contents, in the order in which they run."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from loadtests.bench.figures import (
    activation,
    durable_commands,
    event_to_watchers,
    fan_out,
    held_sockets,
    http_reads,
    idle_connections,
    leaderboard,
    live_actors,
    peers,
    start,
)
from loadtests.bench.result import Said
from loadtests.bench.run import Run

ALL: Mapping[str, Callable[[Run], Iterator[Said]]] = MappingProxyType(
    {
        "fan-out": fan_out.measure,
        "durable-commands": durable_commands.measure,
        "event-to-watchers": event_to_watchers.measure,
        "idle-connections": idle_connections.measure,
        "live-actors": live_actors.measure,
        "held-sockets": held_sockets.measure,
        "leaderboard": leaderboard.measure,
        "activation": activation.measure,
        "start": start.measure,
        "http-reads": http_reads.measure,
        "peers": peers.measure,
    }
)
