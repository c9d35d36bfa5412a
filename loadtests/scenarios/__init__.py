"""The scenarios, by name. Each is a locustfile of its own: `locust -f loadtests/scenarios/steady.py` works too."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Scenario:
    """`users`, `minutes` and `per_second` (how fast they come) hold where nothing else is asked for."""

    name: str
    story: str
    users: int
    minutes: float
    per_second: float = 50

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.name.replace('-', '_')}.py"


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("mass-start", "A host starts a challenge with everybody waiting for it; again and again.", 200, 2),
        Scenario(
            "steady", "A day in a few minutes: people come and go with the hours, walk, look, and ask why.", 300, 3
        ),
        Scenario(
            "finish-line", "A challenge nears its end: everybody syncs in its last minute. It ends by itself.", 300, 2
        ),
        Scenario(
            "reconnect-storm", "All sockets are cut at once, every ten seconds, while the host goes on talking.", 300, 2
        ),
        Scenario("hot-challenge", "One challenge, and everybody in it syncs every second.", 200, 2),
        Scenario("watchers", "Few act, many watch.", 600, 2),
        Scenario("soak", "A long walk with bad networks: does anything pile up?", 200, 60),
    )
}
