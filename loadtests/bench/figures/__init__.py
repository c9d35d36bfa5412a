"""One figure a file. `ALL` is the table of contents, in the order in which they run."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from loadtests.bench.figures import durable_commands, fan_out, idle_connections
from loadtests.bench.result import Said
from loadtests.bench.run import Run

ALL: Mapping[str, Callable[[Run], Iterator[Said]]] = MappingProxyType(
    {
        "fan-out": fan_out.measure,
        "durable-commands": durable_commands.measure,
        "idle-connections": idle_connections.measure,
    }
)
