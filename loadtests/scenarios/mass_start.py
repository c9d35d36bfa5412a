"""mass-start: everybody waits for the host to start, hears it at once, and syncs at once. Round after round."""

from gevent import sleep
from locust import constant, task

from loadtests import host
from loadtests.walker import Walker
from rules.challenge import Finish, Start

_GATHERING = 30.0  # s that a round waits for people to come
_ROUND = 6.0  # s from the start to the end


class Host(host.Host):
    wait_time = constant(0)

    @task
    def hold_a_round(self) -> None:
        challenge_id = self.hold("a mass start", live=False)
        waiting = self.environment.runner.target_user_count - 1
        self.client.until(lambda what, data: what == "challenge:joined" and data["participants"] >= waiting, _GATHERING)
        sleep(1)  # silence before the start
        self.do(Start(challenge_id))
        sleep(_ROUND)
        self.run_together.stage.take_down()
        self.do(Finish(challenge_id))
        self.challenge_id = None


class Starter(Walker):
    """Joins, waits, and is off; then comes to the next round."""

    wait_time = constant(0)

    @task
    def run_a_round(self) -> None:
        if self.challenge_id not in self._been:
            self._been.add(self.challenge_id)
            if self.client.until(_is_live, _GATHERING + 5):
                for _ in range(3):
                    self.sync()
                    self.rest(1.5)
        sleep(0.2)
        challenge_id = self.run_together.stage.challenge()
        if challenge_id not in self._been:
            self.take_part(challenge_id)

    def on_start(self) -> None:
        self._been: set[str] = set()
        super().on_start()


def _is_live(type: str, data: object) -> bool:
    return type == "challenge:updated" and isinstance(data, dict) and data["challenge"]["state"] == "live"
