"""A walker: takes part in the challenge that is on, and syncs what they have walked, at a human pace."""

import time
from datetime import date

from gevent import sleep

from loadtests.user import GauntletUser
from rules.challenge import Join, Leaderboard
from rules.user.commands import Explain, SyncSteps

STEPS_A_SECOND = (1.0, 3.0)  # 60 to 180 a minute; fair play asks questions at 300


class Walker(GauntletUser):
    abstract = True

    def on_start(self) -> None:
        super().on_start()
        self.pace = self.random.uniform(*STEPS_A_SECOND)
        today = self.client.me["today"]
        self.day = date.fromisoformat(today["date"])
        self.client.player.steps = today["steps"]
        self._synced_at = time.monotonic()
        self.take_part(self.run_together.stage.challenge())
        self.run_together.crowd.add(self.client)

    def on_stop(self) -> None:
        if hasattr(self, "client"):
            self.run_together.crowd.discard(self.client)
        super().on_stop()

    def take_part(self, challenge_id: str) -> None:
        self.challenge_id = challenge_id
        if challenge_id not in self.client.me.get("challenges", ()):
            self.do(Join(challenge_id))

    def sync(self) -> None:
        """The day's total so far; at least one step more than before, so that there is something to tell."""
        now = time.monotonic()
        today = self.now().date()
        if today != self.day:
            self.day, self.client.player.steps = today, 0
        self.client.player.steps += max(1, int(self.pace * (now - self._synced_at)))
        self._synced_at = now
        self.do(SyncSteps(self.day, self.client.player.steps))

    def look_at_my_place(self) -> None:
        self.do(Leaderboard(self.challenge_id, around="me", limit=11))

    def look_at_the_top(self) -> None:
        self.do(Leaderboard(self.challenge_id, limit=20))

    def ask_why(self) -> None:
        """Why did my steps count, or not?"""
        self.do(Explain(challenge_id=self.challenge_id, date=self.day))

    def rest(self, seconds: float) -> None:
        """Give or take a third."""
        sleep(seconds * self.random.uniform(2 / 3, 4 / 3))
