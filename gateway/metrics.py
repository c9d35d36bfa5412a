"""Everything an operator sees from outside: one registry, one attribute a metric, no label that grows with players."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

COMMIT_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
REQUEST_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
BATCH_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


class Metrics:
    """Gauges are set, or given a function that is asked at scrape time: `metrics.backlog.set_function(…)`."""

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)

        # sockets count for themselves: `gateway/sockets/metrics.py`

        # --- actors ---
        self.refusals = Counter("gauntlet_refusals", "Commands refused, however they came", ["code"], registry=registry)
        self.actors_live = Gauge("gauntlet_actors_live", "Actors in memory", ["kind"], registry=registry)
        self.activations = Counter("gauntlet_activations", "Actors brought into memory", ["kind"], registry=registry)
        self.passivations = Counter("gauntlet_passivations", "Idle actors let go", ["kind"], registry=registry)
        self.restarts = Counter("gauntlet_restarts", "Actors rebuilt after an exception", ["kind"], registry=registry)
        self.quarantines = Counter("gauntlet_quarantines", "Actors past their restarts", ["kind"], registry=registry)
        self.quarantined = Gauge("gauntlet_quarantined", "Actors in quarantine now", registry=registry)
        self.dead_letters = Counter("gauntlet_dead_letters", "Messages no actor could handle", registry=registry)
        self.queue_length = Gauge("gauntlet_queue_length", "Messages waiting for actors", ["queue"], registry=registry)

        # --- the journal ---
        self.commit_seconds = Histogram(
            "gauntlet_commit_seconds", "Time of a commit", buckets=COMMIT_SECONDS, registry=registry
        )
        self.batch_commands = Histogram(
            "gauntlet_batch_commands", "Commands in a batch", buckets=BATCH_SIZES, registry=registry
        )
        self.batches = Counter("gauntlet_batches", "Batches committed", registry=registry)
        self.events = Counter("gauntlet_events", "Events committed", registry=registry)
        self.commit_failures = Counter("gauntlet_commit_failures", "Commits tried again", ["reason"], registry=registry)
        self.backlog = Gauge("gauntlet_backlog", "Commands staged and not yet committed", registry=registry)

        # --- HTTP and sign-in ---
        self.http_requests = Counter(
            "gauntlet_http_requests", "HTTP requests", ["method", "route", "status"], registry=registry
        )
        self.http_refusals = Counter("gauntlet_http_refusals", "Requests refused", ["code"], registry=registry)
        self.http_seconds = Histogram(
            "gauntlet_http_request_seconds",
            "Time of an HTTP request",
            ["method", "route"],
            buckets=REQUEST_SECONDS,
            registry=registry,
        )
        self.sign_ins = Counter(
            "gauntlet_sign_ins", "Sign-ins by way and outcome", ["way", "outcome"], registry=registry
        )

    def text(self) -> bytes:
        """For `GET /metrics`."""
        return generate_latest(self.registry)
