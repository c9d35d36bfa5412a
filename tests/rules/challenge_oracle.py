"""A challenge as the game's rules tell it: every fact is kept, and everything is worked out anew whenever it is asked for."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

DAY = timedelta(days=1)
SETTLE = timedelta(minutes=15)


@dataclass
class Player:
    joined_at: datetime
    steps: dict[date, set[int]] = field(default_factory=dict)  # every single one that counts
    done: dict[str, tuple[date, int]] = field(default_factory=dict)
    out: int | None = None
    last_score: float = 0
    scored_at: datetime | None = None
    baseline: float | None = None


@dataclass
class Oracle:
    """All days are in UTC. `phase` is what the challenge says of itself: its life has tests of its own."""

    mode: str
    starts_at: datetime
    ends_at: datetime
    target: float
    fairness: str
    players: dict[str, Player] = field(default_factory=dict)
    pauses: list[list[datetime | None]] = field(default_factory=list)
    barred: set[str] = field(default_factory=set)
    rounds: int = 0
    decided_at: datetime | None = None

    # --- what happens ---

    def pass_time(self, now: datetime) -> None:
        """Rounds are decided when devices have settled."""
        while self.mode == "elimination" and self.decided_at is None:
            midnight = datetime.combine(
                self.first + DAY * (self.rounds + 1), datetime.min.time(), self.starts_at.tzinfo
            )
            if midnight >= self.ends_at or midnight + SETTLE > now:
                break
            self.decide(midnight + SETTLE)
        end = self.decided_at or self.ends_at
        if now >= end:
            self.ends_at = end
            if self.pauses and self.pauses[-1][1] is None:
                self.pauses[-1][1] = end

    def decide(self, at: datetime) -> None:
        left = [user for user in self.standing() if self.score(user) is not None]
        if any(self.score(user) > 0 for user in left):
            left.sort(key=lambda user: (-self.score(user), self.got_there(user), user))
            for user in left[1:][-1:]:
                self.players[user].out = self.rounds + 1
        if len(self.standing()) <= 1 and any(player.out for player in self.players.values()):
            self.decided_at = at
            return
        self.rounds += 1
        for user, player in self.players.items():
            if player.out is None:
                player.last_score = self.score(user)
                player.scored_at = at if player.last_score else player.joined_at

    def sync(self, user: str, day: date, before: int, after: int, now: datetime, phase: str) -> None:
        player = self.players.get(user)
        if player is None or phase not in ("live", "paused", "settling") or self.too_late(player, day):
            return
        counted = player.steps.setdefault(day, set())
        if after < before:
            counted -= set(range(after, before))
        elif self.arrives_well(player, day, phase):
            counted |= set(range(before, after))
        self.look(user, now)

    def did(
        self, user: str, id: str, day: date, begin: datetime, end: datetime, amount: int, now: datetime, phase: str
    ):
        """An amount of 0 takes it back."""
        player = self.players.get(user)
        if player is None or phase not in ("live", "paused", "settling"):
            return
        known = player.done.get(id)
        if self.too_late(player, known[0] if known else day):
            return
        player.done.pop(id, None)
        inside = begin >= self.starts_at and end <= self.ends_at
        if amount and inside and day >= player.joined_at.date() and not self.meets_a_pause(begin, end):
            player.done[id] = (day, amount)
        self.look(user, now)

    def look(self, user: str, now: datetime) -> None:
        """Notice when a score has changed."""
        player = self.players[user]
        if self.score(user) != player.last_score:
            player.last_score, player.scored_at = self.score(user), now

    # --- what follows ---

    @property
    def first(self) -> date:
        return self.starts_at.date()

    def standing(self) -> list[str]:
        return [user for user, player in self.players.items() if player.out is None and user not in self.barred]

    def too_late(self, player: Player, day: date) -> bool:
        if self.mode != "elimination":
            return False
        return player.out is not None or max(0, (day - self.first).days) < self.rounds

    def arrives_well(self, player: Player, day: date, phase: str) -> bool:
        last = (self.ends_at - timedelta(microseconds=1)).date()
        if not self.first <= day <= last or day < player.joined_at.date():
            return False
        if phase == "live":
            return True
        if phase == "settling" and day == last and not (self.pauses and self.pauses[-1][1] == self.ends_at):
            return True
        return self.first < day < last and not self.has_a_pause(day)

    def has_a_pause(self, day: date) -> bool:
        begin = datetime.combine(day, datetime.min.time(), self.starts_at.tzinfo)
        return any(
            start < begin + DAY and (end is None or (end > begin and end > start))
            for start, end in self.pauses
            if start
        )

    def meets_a_pause(self, begin: datetime, end: datetime) -> bool:
        return any(start < end and (over is None or begin < over) for start, over in self.pauses if start)

    def amounts(self, user: str) -> dict[date, float]:
        player = self.players[user]
        found = {day: float(len(steps)) for day, steps in player.steps.items()}
        for day, amount in player.done.values():
            found[day] = found.get(day, 0) + amount
        if self.fairness == "baseline":
            return {day: amount / player.baseline if player.baseline else 0 for day, amount in found.items()}
        return found

    def score(self, user: str) -> float:
        amounts, player = self.amounts(user), self.players[user]
        if self.mode == "streak":
            good = {day for day, amount in amounts.items() if amount >= self.target}
            lengths = [0]
            for day in good:
                length = 1
                while day + DAY * length in good:
                    length += 1
                lengths.append(length)
            return max(lengths)
        if self.mode == "elimination":
            number = self.rounds if player.out is None else player.out - 1
            return sum(amount for day, amount in amounts.items() if max(0, (day - self.first).days) == number)
        return sum(amounts.values())

    def got_there(self, user: str) -> datetime:
        player = self.players[user]
        return player.scored_at or player.joined_at

    def together(self) -> float:
        return sum(self.score(user) for user in self.players if user not in self.barred)

    def groups(self) -> dict[str, tuple]:
        """user → what they are ranked by; the less the better. None: unranked."""
        return {user: self._key(user, player) for user, player in self.players.items()}

    def _key(self, user: str, player: Player) -> tuple | None:
        if user in self.barred:
            return None
        score = round(self.score(user), 6)  # shares of a usual day are summed in another order here
        if self.mode == "least":
            return (score,) if player.done or any(player.steps.values()) else None
        if self.mode == "elimination" and player.out is not None:
            return (1, -player.out, -score)
        return (0, 0, -score)
