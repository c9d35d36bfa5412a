"""What a challenge keeps beside its state: the order of the standings, and what watchers have not heard of yet."""

from actors.leaderboard import TOP, Leaderboard, TopRows
from actors.messages import Outcome, Push, Wake
from actors.ports import Audience
from actors.rank_windows import RankWindows
from rules.challenge.state import Challenge
from rules.ids import UserId

TOP_SECONDS = 0.1  # at most 10 leaderboard pushes a second
RANKS_SECONDS = 1.0  # at most one rank window a second for each
RANKS_SOON = 0.1  # … the first one after a quiet time


class LiveStandings:
    __slots__ = ("_challenge", "_ranks_armed", "_top", "_top_armed", "_windows", "board")

    def __init__(self, challenge: Challenge) -> None:
        self._challenge = challenge
        self.board = Leaderboard(challenge.terms.mode, challenge.participants)
        self._top = TopRows(self.board)
        self._windows = RankWindows(challenge.id, self.board, challenge.terms.target)
        self._top_armed = self._ranks_armed = False

    def note(self, user_id: UserId, score_before: float) -> None:
        """A participant is new, has changed, or has left."""
        if user_id in self._challenge.participants:
            move = self.board.put(user_id)
        else:
            move = self.board.remove(user_id)
            self._windows.forget(user_id)
        self._top.note(user_id, score_before)
        self._windows.note(move)

    def arm(self, outcome: Outcome) -> None:
        """Set the timers that what has changed needs; one that runs already is left alone."""
        if self._top.dirty and not self._top_armed:
            self._top_armed = True
            outcome.wakes.append(Wake("leaderboard", TOP_SECONDS))
        if self._windows.dirty and not self._ranks_armed:
            self._ranks_armed = True
            outcome.wakes.append(Wake("ranks", RANKS_SOON))

    def push_top(self, outcome: Outcome) -> None:
        """On tick `leaderboard`: the rows among the top that have changed."""
        self._top_armed = False
        changed = self._top.take()
        if changed:
            data = {
                "revision": self._challenge.revision,
                "participants": len(self.board),
                "changed": changed,
                "top": min(TOP, len(self.board)),
            }
            outcome.effects.append(Push(f"challenge:{self._challenge.id}", "challenge:leaderboard", data))

    def push_ranks(self, audience: Audience, outcome: Outcome) -> None:
        """On tick `ranks`: a slice of a round; the next round begins a second after this one has ended."""
        self._ranks_armed = False
        if not self._windows.walking:
            if not self._windows.dirty:
                return
            self._windows.begin()
        for user_id, window in self._windows.walk(lambda user_id: audience.is_watched(f"user:{user_id}")):
            outcome.effects.append(Push(f"user:{user_id}", "challenge:rank", window))
        self._ranks_armed = True
        outcome.wakes.append(Wake("ranks", 0 if self._windows.walking else RANKS_SECONDS))
