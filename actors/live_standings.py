"""What a challenge keeps beside its state: the order of the standings, and what watchers have not heard of yet."""

from typing import Any

from actors.leaderboard import TOP, Leaderboard, TopRows
from actors.messages import Outcome, Push, Wake
from actors.ports import Audience
from actors.rank_windows import RankWindows
from actors.team_standings import TeamStandings
from rules.challenge.events import Mode
from rules.challenge.state import Challenge
from rules.challenge_views import progress_view
from rules.ids import UserId

TOP_SECONDS = 0.1  # between leaderboard pushes, at least; the first one after a quiet time goes at once
RANKS_SECONDS = 1.0  # at most one rank window a second for each
RANKS_SOON = 0.1  # … the first one after a quiet time


class LiveStandings:
    __slots__ = (
        "_challenge",
        "_counted",
        "_others",
        "_ranks_armed",
        "_top",
        "_top_armed",
        "_windows",
        "board",
        "teams",
    )

    def __init__(self, challenge: Challenge) -> None:
        self._challenge = challenge
        self.board = Leaderboard(challenge.terms.mode, challenge.participants)
        self.teams = TeamStandings(challenge) if challenge.terms.mode is Mode.TEAMS else None
        self._top = TopRows(self.board)
        self._windows = RankWindows(challenge.id, self.board, challenge.terms.target)
        self._others = self.beside_rows()  # as watchers have heard of it
        self._counted = len(self.board)  # likewise
        self._top_armed = self._ranks_armed = False

    def leader(self) -> str | None:
        """Who leads, or which team, once there is something to lead with. Where all play together, nobody does."""
        if self._challenge.terms.mode is Mode.COLLECTIVE:
            return None
        return self.board.leader() if self.teams is None else self.teams.leader()

    def note(self, user_id: UserId, score_before: float) -> None:
        """A participant is new, has changed, or has left. Watchers hear of a new one when the name is known."""
        participant = self._challenge.participants.get(user_id)
        if participant is not None:
            move = self.board.put(user_id)
        else:
            move = self.board.remove(user_id)
            self._windows.forget(user_id)
        if self.teams is not None:
            self.teams.note(user_id)
        if participant is None or participant.zone:
            self._top.note(user_id, score_before)
        self._windows.note(move)

    def order_again(self) -> None:
        """All scores have changed at once, as when a round begins; watchers hear of it as of any change."""
        self.board = Leaderboard(self._challenge.terms.mode, self._challenge.participants)
        self._top.look_at(self.board)
        self._windows.look_at(self.board)

    def tell(self, outcome: Outcome) -> None:
        """Tell watchers what has changed, now or when a timer says so; one that runs already is left alone."""
        if not self._top_armed:
            self._push_top(outcome)
        if self._windows.dirty and not self._ranks_armed:
            self._ranks_armed = True
            outcome.wakes.append(Wake("ranks", RANKS_SOON))

    def push_top(self, outcome: Outcome) -> None:
        """On tick `leaderboard`: so long after the last push there may be another."""
        self._top_armed = False
        self._push_top(outcome)

    def _push_top(self, outcome: Outcome) -> None:
        """The rows among the top that have changed, and how many take part."""
        if not self._top.dirty:
            return
        changed, others, counted = self._top.take(), self.beside_rows(), len(self.board)
        if changed or others != self._others or counted != self._counted:
            self._others, self._counted = others, counted
            data = {
                "revision": self._challenge.revision,
                "participants": counted,
                "changed": changed,
                "top": min(TOP, len(self.board)),
                **others,
            }
            outcome.effects.append(Push(f"challenge:{self._challenge.id}", "challenge:leaderboard", data))
            self._top_armed = True
            outcome.wakes.append(Wake("leaderboard", TOP_SECONDS))

    def push_ranks(self, audience: Audience, outcome: Outcome) -> None:
        """On tick `ranks`: a slice of a round; the next round begins a second after this one has ended."""
        self._ranks_armed = False
        if not self._windows.walking:
            if not self._windows.dirty:
                return
            self._windows.begin()
        for user_id, window in self._windows.walk(lambda user_id: audience.presence(user_id) == "online"):
            # not to be replayed: only the newest means anything, and 256 of them are half a megabyte
            outcome.effects.append(Push(f"user:{user_id}", "challenge:rank", window, ephemeral=True))
        self._ranks_armed = True
        outcome.wakes.append(Wake("ranks", 0 if self._windows.walking else RANKS_SECONDS))

    def beside_rows(self) -> dict[str, Any]:
        """What teams have, or all together."""
        if self.teams is not None:
            return {"teams": self.teams.rows()}
        if self._challenge.terms.mode is Mode.COLLECTIVE:
            return {"progress": progress_view(self._challenge)}
        return {}
