"""A challenge with 100,000 participants: joins, tallies, ranks, a round, the end. Nothing of it may cost O(n) a message."""

import pytest

from actors.challenge.telling import TOLD_AT_ONCE
from rules import challenge as rules
from rules.challenge.commands import MOST_PARTICIPANTS
from rules.challenge.evolve import evolve
from rules.challenge.state import Challenge
from rules.tells import ChallengeEnded
from tests.actors.test_challenge import Stage, opened
from tests.persistence.snapshots import through_snapshot
from tests.rules.challenges import END, HOST, ID, START

pytestmark = pytest.mark.serial

USERS = [f"user{number:06}" for number in range(MOST_PARTICIPANTS)]


@pytest.fixture(scope="module")
def crowd() -> Stage:
    """All have joined and walked: the higher the number, the farther."""
    stage = opened(*USERS, mode="elimination", eliminate=rules.Elimination("day", 10_000))
    stage.at(START)
    for number, user in enumerate(USERS):
        stage.steps(user, 0, 10 + number, 4)
    return stage


def test_everyone_has_their_rank(crowd):
    last = crowd.ask(rules.Leaderboard(ID, around="me"), USERS[0]).reply
    assert (last["participants"], last["me"]["rank"], last["me"]["score"]) == (MOST_PARTICIPANTS, MOST_PARTICIPANTS, 10)
    assert last["rows"][-1]["userId"] == USERS[0]

    crowd.ask(rules.Disqualify(ID, USERS[-1], "bicycle"))
    assert crowd.ask(rules.Leaderboard(ID, after=10), USERS[0]).reply["me"]["rank"] == MOST_PARTICIPANTS - 1
    assert crowd.ask(rules.Reinstate(ID, USERS[-1], "was none")).reply["rank"] == 1
    assert crowd.ask(rules.Join(ID), HOST).reply.code.value == "CHALLENGE_FULL"


def test_a_round_drops_the_lowest_10_000(crowd):
    crowd.at(START.replace(day=5, hour=0, minute=15))
    crowd.steps(USERS[10_000], 0, 1, 5)
    page = crowd.ask(rules.Leaderboard(ID), USERS[0]).reply

    assert crowd.actor.state.out == 10_000
    assert (page["me"]["rank"], page["me"]["out"]) == (MOST_PARTICIPANTS, 1)
    assert page["rows"][0]["userId"] == USERS[10_000]


def test_it_ends_for_everyone_and_comes_back_from_its_snapshot(crowd):
    crowd.ask(rules.Finish(ID))
    crowd.ask(rules.Finish(ID))
    told = []
    while (outcome := crowd.due()) is not None:
        assert len(outcome.tells) <= TOLD_AT_ONCE
        told += [message for _, message in outcome.tells]
    assert len(told) == MOST_PARTICIPANTS
    assert all(isinstance(message, ChallengeEnded) for message in told)
    assert sum(message.rank == 1 for message in told) == 1

    replayed = Challenge()
    for event in crowd.events:
        evolve(replayed, event)
    assert replayed == crowd.actor.state
    assert through_snapshot(replayed) == replayed
    assert crowd.now < END
