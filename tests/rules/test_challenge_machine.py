"""A challenge of any mode, played at random, is at every moment what the facts say from scratch."""

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import TypeAdapter

from persistence.codec import dump
from rules import challenge as rules
from rules.challenge.state import UNIT, Challenge
from rules.ranking import standings
from tests.rules.challenge_oracle import Oracle, Player
from tests.rules.challenges import BEFORE, ID, START, Game, day

END = START + timedelta(days=3, hours=12)
USERS = ["ann", "bob", "cid", "dan"]
TERMS = {
    "most": {},
    "least": {},
    "collective": {"target": 60.0},
    "teams": {"teams": ["Red", "Blue"]},
    "streak": {"target": 5.0},
    "elimination": {"eliminate": rules.Elimination("day", 1)},
}
SNAPSHOT = TypeAdapter(Challenge)

someone = st.sampled_from(USERS)
days = st.integers(3, 8)
hours = st.integers(0, 26)


class Play(RuleBasedStateMachine):
    mode = "most"
    fairness = "raw"

    @initialize(seats=st.lists(someone, unique=True, min_size=2))
    def begin(self, seats):
        terms = TERMS[self.mode]
        self.game = Game(BEFORE, mode=self.mode, metric="distance", ends_at=END, fairness=self.fairness, **terms)
        self.game.must(rules.Open(ID))
        self.oracle = Oracle(self.mode, START, END, terms.get("target", 0), self.fairness)
        self.totals = {}
        for user in seats:
            self.join(user)
        self.wait(24)

    @rule(hours=hours)
    def wait(self, hours):
        self.game.at(self.game.now + timedelta(hours=hours))
        self.oracle.pass_time(self.game.now)

    @rule(user=someone)
    def join(self, user):
        refused = self.game.do(rules.Join(ID), user)
        if refused is None:
            self.oracle.players[user] = Player(self.game.now)

    @rule(user=someone)
    def leave(self, user):
        if self.game.do(rules.Leave(ID), user) is None:
            del self.oracle.players[user]

    @rule(user=someone)
    def disqualify(self, user):
        if self.game.do(rules.Disqualify(ID, user, "x")) is None:
            self.oracle.barred.add(user)

    @rule(user=someone)
    def reinstate(self, user):
        if self.game.do(rules.Reinstate(ID, user, "x")) is None:
            self.oracle.barred.discard(user)

    @precondition(lambda self: self.game.phase == "live")
    @rule()
    def pause(self):
        self.game.must(rules.Pause(ID))
        self.oracle.pauses.append([self.game.now, None])

    @precondition(lambda self: self.game.phase == "paused")
    @rule()
    def resume(self):
        self.game.must(rules.Resume(ID))
        self.oracle.pauses[-1][1] = self.game.now

    @rule(user=someone, number=days, total=st.integers(0, 12))
    def sync(self, user, number, total):
        on = day(number)
        before = self.totals.get((user, on), 0)
        if total == before:
            return
        self.totals[user, on] = total
        self.game.steps(user, on, before, total)
        self.oracle.sync(user, on, before, total, self.game.now, self.game.phase)
        self._fix_baseline(user)

    @rule(user=someone, id=st.sampled_from("abc"), ago=hours, lasts=st.integers(1, 4), amount=st.integers(0, 9))
    def do_something(self, user, id, ago, lasts, amount):
        begin = self.game.now - timedelta(hours=ago + lasts)
        end = begin + timedelta(hours=lasts)
        metrics = {"distance": float(amount)} if amount else {}
        self.game.activity(user, user + id, begin, minutes=60 * lasts, **metrics)
        self.oracle.did(user, user + id, begin.date(), begin, end, amount, self.game.now, self.game.phase)
        self._fix_baseline(user)

    @rule()
    def restart(self):
        """Killed, and back from the journal."""
        replayed = Challenge()
        for event in self.game.events:
            replayed = rules.evolve(replayed, event)
        assert replayed == self.game.state
        self.game.state = SNAPSHOT.validate_json(dump(replayed))
        assert self.game.state == replayed

    def _fix_baseline(self, user):
        """What the actor asks for when a participant is first heard of."""
        player = self.oracle.players.get(user)
        if player is None or player.baseline is not None or self.game.phase not in ("live", "paused", "settling"):
            return
        if self.fairness == "baseline":
            self.game.baseline(user, 4000.0)
            player.baseline = 4000.0
            self.oracle.look(user, self.game.now)

    @invariant()
    def the_scores_are_what_the_facts_say(self):
        if not hasattr(self, "game"):
            return
        people = self.game.state.participants
        assert people.keys() == self.oracle.players.keys()
        for user, participant in people.items():
            assert participant.score == pytest.approx(self.oracle.score(user), abs=1e-4), user
            assert participant.out == self.oracle.players[user].out, user
        if self.mode == "collective":
            assert self.game.state.total == round(self.oracle.together() * UNIT)

    @invariant()
    def ranks_are_one_more_than_the_number_of_better_ones(self):
        if not hasattr(self, "game"):
            return
        keys = self.oracle.groups()
        for rank, user in standings(self.game.state.terms.mode, self.game.state.participants.values()):
            mine = keys[user]
            better = sum(other is not None and mine is not None and other < mine for other in keys.values())
            assert rank == (None if mine is None else 1 + better)

    @invariant()
    def teams_know_how_many_they_are(self):
        if hasattr(self, "game"):
            sizes = {team.id: 0 for team in self.game.state.terms.teams}
            for participant in self.game.state.participants.values():
                if participant.team_id is not None:
                    sizes[participant.team_id] += 1
            assert {team: size for team, size in sizes.items() if size} == {
                team: size for team, size in self.game.state.team_sizes.items() if size
            }


def playing(mode, fairness="raw"):
    machine = type(f"Play{mode.title()}{fairness.title()}", (Play,), {"mode": mode, "fairness": fairness})
    case = machine.TestCase
    case.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
    return case


TestMost = playing("most")
TestLeast = playing("least")
TestCollective = playing("collective")
TestTeams = playing("teams")
TestStreak = playing("streak")
TestElimination = playing("elimination")
TestBaseline = playing("most", "baseline")
