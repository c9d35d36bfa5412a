"""How the teams of a challenge stand: kept up to date a member at a time."""

from sortedcontainers import SortedList

from rules import resources
from rules.challenge.scores import units
from rules.challenge.state import UNIT, Challenge
from rules.challenge_views import number
from rules.ids import TeamId, UserId


class TeamStandings:
    """Whoever is disqualified counts for no team."""

    __slots__ = ("_best", "_challenge", "_counted", "_members", "_scores", "_sums")

    def __init__(self, challenge: Challenge) -> None:
        teams = challenge.terms.teams
        self._challenge = challenge
        self._counted: dict[UserId, tuple[TeamId, int]] = {}  # where, and with what, each member counts
        self._members = {team.id: 0 for team in teams}
        self._sums = {team.id: 0 for team in teams}
        self._best: dict[TeamId, SortedList[int]] = {team.id: SortedList() for team in teams}
        for user_id in challenge.participants:
            self._count(user_id)
        self._scores = {team.id: self._score(team.id) for team in teams}

    def note(self, user_id: UserId) -> None:
        """A participant is new, has changed, or has left."""
        touched = set()
        if (known := self._counted.pop(user_id, None)) is not None:
            team_id, amount = known
            self._members[team_id] -= 1
            self._sums[team_id] -= amount
            if self._by_best:
                self._best[team_id].remove(amount)
            touched.add(team_id)
        if (team := self._count(user_id)) is not None:
            touched.add(team)
        for team_id in touched:
            self._scores[team_id] = self._score(team_id)

    def score(self, team_id: TeamId | None) -> float:
        return self._scores.get(team_id or "", 0.0)

    def rank_of(self, team_id: TeamId | None) -> int:
        mine = self.score(team_id)
        return 1 + sum(score > mine for score in self._scores.values())

    def leader(self) -> TeamId | None:
        """The first team, once there is something to lead with."""
        first = max(self._scores, key=self._scores.__getitem__)
        return first if self._scores[first] > 0 else None

    def rows(self) -> list[resources.TeamRow]:
        """All of them, the best first."""
        teams = sorted(self._challenge.terms.teams, key=lambda team: -self._scores[team.id])
        return [
            {
                "rank": self.rank_of(team.id),
                "teamId": team.id,
                "name": team.name,
                "score": number(self._scores[team.id]),
                "members": self._members[team.id],
            }
            for team in teams
        ]

    @property
    def _by_best(self) -> bool:
        return self._challenge.terms.team_score == "best"

    def _count(self, user_id: UserId) -> TeamId | None:
        participant = self._challenge.participants.get(user_id)
        if participant is None or participant.disqualified or participant.team_id is None:
            return None
        team_id, amount = participant.team_id, units(participant.score)
        self._counted[user_id] = (team_id, amount)
        self._members[team_id] += 1
        self._sums[team_id] += amount
        if self._by_best:
            self._best[team_id].add(amount)
        return team_id

    def _score(self, team_id: TeamId) -> float:
        if self._by_best:
            return sum(self._best[team_id][-self._challenge.terms.team_best :]) / UNIT
        if self._challenge.terms.team_score == "average":
            return round(self._sums[team_id] / UNIT / max(1, self._members[team_id]), 4)
        return self._sums[team_id] / UNIT
