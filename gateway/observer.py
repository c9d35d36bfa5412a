"""Counts and logs what happens inside the actors' runtime. Fits `actors.ports.Observer` by shape."""

import structlog

from actors.messages import Address
from gateway.metrics import Metrics

log = structlog.get_logger()


class RuntimeObserver:
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._away = False

    def committed(self, seconds: float, commands: int, events: int) -> None:
        self._metrics.commit_seconds.observe(seconds)
        self._metrics.batch_commands.observe(commands)
        self._metrics.batches.inc()
        self._metrics.events.inc(events)
        if self._away:
            self._away = False
            log.info("database is back")

    def commit_failed(self, error: BaseException) -> None:
        self._metrics.commit_failures.labels(type(error).__name__).inc()
        if not isinstance(error, ConnectionError):
            log.error("a batch was refused: it can't be committed", exc_info=error)
        elif not self._away:
            self._away = True
            log.error("database is away: staged work waits", error=str(error))

    def delivery_failed(self, error: BaseException) -> None:
        log.error("a reply could not be delivered", exc_info=error)

    def failed(self, address: Address, message: object, error: BaseException) -> None:
        log.error("actor failed", kind=address.kind, actor=address.id, message=type(message).__name__, exc_info=error)

    def activated(self, kind: str) -> None:
        self._metrics.activations.labels(kind).inc()

    def passivated(self, kind: str) -> None:
        self._metrics.passivations.labels(kind).inc()

    def restarted(self, kind: str) -> None:
        self._metrics.restarts.labels(kind).inc()

    def quarantined(self, address: Address) -> None:
        self._metrics.quarantines.labels(address.kind).inc()
        log.error("actor quarantined", kind=address.kind, actor=address.id)

    def dead_letter(self, kind: str) -> None:
        self._metrics.dead_letters.inc()
        log.error("dead letter", kind=kind)
