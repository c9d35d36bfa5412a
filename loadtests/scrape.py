"""What the server says of itself: a few numbers of its /metrics."""

import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Vitals:
    cpu: float  # s so far
    memory: float  # MiB
    restarts: float  # of actors, so far
    dead_letters: float


def parse(text: str) -> Vitals | None:
    """The numbers of an exposition; None where it is another program's."""
    sums: dict[str, float] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            family = name.partition("{")[0]
            sums[family] = sums.get(family, 0.0) + float(value)
    if "process_cpu_seconds_total" not in sums:
        return None
    return Vitals(
        sums["process_cpu_seconds_total"],
        sums.get("process_resident_memory_bytes", 0.0) / _MIB,
        sums.get("gauntlet_restarts_total", 0.0),
        sums.get("gauntlet_dead_letters_total", 0.0),
    )


def vitals(host: str) -> Vitals | None:
    """None where the server does not say."""
    at = urlsplit(host)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    connection = kind(at.netloc, timeout=5)
    try:
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        return parse(text) if answer.status == 200 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
