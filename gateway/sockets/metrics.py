"""What the sockets count: plain integers, for the hottest paths. Prometheus reads them when it asks.

registry.register(SocketMetrics())
"""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


class SocketMetrics(Collector):
    def __init__(self) -> None:
        self.open = 0
        self.handshakes: dict[int, int] = {}
        """By HTTP status."""
        self.closes: dict[int, int] = {}
        """By close code; 1006 is a connection that just went. 4002 are the slow consumers."""
        self.frames = 0
        self.refusals: dict[str, int] = {}
        """By error code."""
        self.pushes = 0
        self.deliveries = 0
        self.unsendable = 0
        """Pushes and replies that could not be encoded: bugs."""
        self.pings = 0
        self.heads_refused: dict[str, int] = {}
        """Connections that the doorman sent away, by reason."""
        self.topics = 0
        self.users = 0

    def handshake(self, status: int) -> None:
        self.handshakes[status] = self.handshakes.get(status, 0) + 1

    def closed(self, code: int) -> None:
        self.closes[code] = self.closes.get(code, 0) + 1

    def refused(self, code: str) -> None:
        self.refusals[code] = self.refusals.get(code, 0) + 1

    def head_refused(self, reason: str) -> None:
        self.heads_refused[reason] = self.heads_refused.get(reason, 0) + 1

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("gauntlet_sockets", "Open sockets", self.open)
        yield GaugeMetricFamily("gauntlet_socket_users", "Users with an open socket", self.users)
        yield GaugeMetricFamily("gauntlet_topics", "Topics with watchers or a history", self.topics)
        yield CounterMetricFamily("gauntlet_socket_frames", "Messages received from clients", self.frames)
        yield CounterMetricFamily("gauntlet_pushes", "Pushes published to topics that someone watches", self.pushes)
        yield CounterMetricFamily("gauntlet_push_deliveries", "Pushes handed to connections", self.deliveries)
        yield CounterMetricFamily("gauntlet_unsendable", "Pushes and replies that are bugs", self.unsendable)
        yield CounterMetricFamily("gauntlet_socket_pings", "Heartbeats sent", self.pings)
        yield _by("gauntlet_socket_handshakes", "Handshakes answered", "status", self.handshakes)
        yield _by("gauntlet_socket_closes", "Sockets that went", "code", self.closes)
        yield _by("gauntlet_socket_refusals", "Commands refused on sockets", "code", self.refusals)
        yield _by("gauntlet_heads_refused", "Connections closed before a whole request", "reason", self.heads_refused)


def _by(name: str, words: str, label: str, counts: dict[int, int] | dict[str, int]) -> Metric:
    family = CounterMetricFamily(name, words, labels=[label])
    for value, count in counts.items():
        family.add_metric([str(value)], count)
    return family
