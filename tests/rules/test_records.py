"""Personal records of a user: what each session says, and what that comes to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import user as users
from rules.changes import RecordAchieved, XpChanged
from rules.records import NOTHING, Bests, Kind, Record, estimated_max, merged, with_set
from rules.records import state as records
from rules.records.events import ExerciseLifted, SessionEntered, SessionForgotten, SessionLeft
from rules.records.views import records_view
from rules.user.events import UserRegistered
from tests.rules.rule_sets import DEFAULT

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
WEIGHTS = st.sampled_from([None, 0.0, 20.0, 22.5, 60.0, 100.0])
SETS = st.lists(st.tuples(WEIGHTS, st.none() | st.integers(0, 12)), max_size=8)


def bests_of(*sets):
    bests = NOTHING
    for weight, reps in sets:
        bests = with_set(bests, weight, reps)
    return bests


class Life:
    """A user who trains."""

    def __init__(self):
        self.user = users.blank("ann")
        self.changes = []
        self.minutes = 0
        self.do(UserRegistered, "ann", "Ann", "UTC")

    def do(self, event, *args):
        self.minutes += 1
        at = NOON + timedelta(minutes=self.minutes)
        self.changes = users.evolve(self.user, event(at, *args), DEFAULT)
        return self

    def lifted(self, session, sets, *made, exercise="squat"):
        return self.do(ExerciseLifted, session, exercise, exercise.title(), bests_of(*sets), made)

    def trained(self, session, sets, *made):
        return self.do(SessionEntered, session).lifted(session, sets, *made).do(SessionLeft, session, True)

    @property
    def xp(self):
        return self.user.rewards.xp

    @property
    def bests(self):
        return self.user.lifting.bests.get("squat", NOTHING)

    @property
    def count(self):
        return self.user.rewards.stats.counts.get("records", 0)

    def achieved(self):
        return [change for change in self.changes if isinstance(change, RecordAchieved)]


HEAVY = Record(Kind.MAX_WEIGHT, 100, 90)
HEAVIER = Record(Kind.MAX_WEIGHT, 105, 100)


# --- bests ---


def test_the_estimate_is_epleys():
    assert estimated_max(100, 6) == 120
    assert estimated_max(60, 10) == 80


@given(SETS, SETS)
def test_bests_are_the_highest_of_all_sets(one, other):
    """What two sessions come to is the better of them; the weights by themselves say the same."""
    both = merged(bests_of(*one), bests_of(*other))

    lifted = [(weight or 0.0, reps) for weight, reps in one + other if reps != 0]
    assert both.weight == max((weight for weight, _ in lifted if weight), default=None)
    estimates = [estimated_max(weight, reps) for weight, reps in lifted if weight and reps]
    assert both.one_rep_max == max(estimates, default=None)
    assert dict(both.reps) == {
        weight: max(reps for other_weight, reps in lifted if reps and other_weight == weight)
        for weight, reps in lifted
        if reps
    }
    volumes = [sum((w or 0) * (r or 0) for w, r in sets) for sets in (one, other)]
    assert (both.volume or 0) == max(volumes)
    assert merged(bests_of(*other), bests_of(*one)) == both


@given(SETS)
def test_repetitions_are_found_by_their_weight(sets):
    bests = bests_of(*sets)

    for weight in (0.0, 20.0, 22.5, 60.0, 100.0, 101.0):
        assert bests.reps_at(weight) == dict(bests.reps).get(weight)


# --- a user's ---


def test_a_record_earns_xp_and_is_news():
    life = Life().do(SessionEntered, "s1").lifted("s1", [(100, 1)], HEAVY)

    assert (life.xp, life.count) == (25, 1)
    assert life.achieved() == [RecordAchieved("s1", "squat", "Squat", "maxWeight", 100, 90)]


def test_the_most_repetitions_say_at_which_weight():
    life = Life().do(SessionEntered, "s1").lifted("s1", [(60, 12)], Record(Kind.MAX_REPS, 12, 10, 60))

    assert life.achieved() == [RecordAchieved("s1", "squat", "Squat", "maxReps", 12, 10, 60)]


def test_a_record_beaten_in_the_same_session_is_news_again_and_earns_once():
    life = Life().do(SessionEntered, "s1").lifted("s1", [(100, 1)], HEAVY).lifted("s1", [(105, 1)], HEAVIER)

    assert (life.xp, life.count) == (25, 1)
    assert [change.value for change in life.achieved()] == [105]


def test_a_set_undone_takes_the_record_back():
    life = Life().do(SessionEntered, "s1").lifted("s1", [(100, 1)], HEAVY).lifted("s1", [])

    assert (life.xp, life.count) == (0, 0)
    assert [change.amount for change in life.changes if isinstance(change, XpChanged)] == [-25]
    assert life.achieved() == []
    assert life.user.lifting.sessions == {}


def test_undoing_the_better_of_two_says_nothing_new():
    life = Life().do(SessionEntered, "s1").lifted("s1", [(100, 1), (105, 1)], HEAVIER).lifted("s1", [(100, 1)], HEAVY)

    assert (life.xp, life.achieved()) == (25, [])


def test_the_session_that_goes_on_is_not_yet_something_to_beat():
    life = Life().trained("s1", [(90, 5)]).do(SessionEntered, "s2").lifted("s2", [(100, 1)], HEAVY)

    assert life.bests.weight == 90
    assert life.do(SessionLeft, "s2", True).bests == merged(bests_of((90, 5)), bests_of((100, 1)))


def test_a_session_left_behind_is_something_to_beat():
    """It could not be reached when the next one began."""
    life = Life().do(SessionEntered, "s1").lifted("s1", [(100, 5)], HEAVY).do(SessionEntered, "s2")

    assert life.bests == bests_of((100, 5))


def test_what_is_known_of_bests_is_replaced_and_never_changed():
    life = Life().trained("s1", [(90, 5)])
    before = life.user.lifting.bests
    life.trained("s2", [(100, 1)])

    assert before["squat"].weight == 90
    assert life.bests.weight == 100


@pytest.mark.parametrize("end", [(SessionLeft, "s2", False), (SessionForgotten, "s2")])
def test_what_does_not_count_takes_its_share_back(end):
    """Called off, or deleted later."""
    life = Life().trained("s1", [(90, 5)]).do(SessionEntered, "s2").lifted("s2", [(100, 1)], HEAVY)
    if end[0] is SessionForgotten:
        life.do(SessionLeft, "s2", True)

    life.do(*end)

    assert (life.xp, life.count, life.bests) == (0, 0, bests_of((90, 5)))


def test_old_sessions_stay_in_the_bests(monkeypatch):
    monkeypatch.setattr(records, "MOST_SESSIONS", 2)
    life = Life().trained("s0", [(100, 3)], HEAVY)
    for number in range(1, 5):
        life.trained(f"s{number}", [(50, 5)])

    assert list(life.user.lifting.sessions) == ["s3", "s4"]
    assert (life.bests.weight, life.count, life.xp) == (100, 1, 25)
    assert life.do(SessionForgotten, "s0").bests.weight == 100  # too long ago to be taken apart


def test_records_as_the_user_sees_them():
    life = Life().trained("s1", [(90, 5)]).do(SessionEntered, "s2")
    life.lifted("s2", [(100, 1)], HEAVY).lifted("s2", [(None, 20)], exercise="plank")

    shown = records_view(life.user.lifting, None)["exercises"]

    assert [each["exerciseId"] for each in shown] == ["plank", "squat"]
    assert shown[1] == {
        "exerciseId": "squat",
        "name": "Squat",
        "maxWeight": 100,
        "oneRepMax": 105,
        "maxVolume": 450,
        "maxReps": [{"weight": 90, "reps": 5}, {"weight": 100, "reps": 1}],
        "records": [
            {
                "exerciseId": "squat",
                "kind": "maxWeight",
                "value": 100,
                "previous": 90,
                "improvement": 10,
                "sessionId": "s2",
                "at": "2026-05-04T12:06:00Z",
            }
        ],
    }
    assert records_view(life.user.lifting, "plank")["exercises"] == shown[:1]
    assert records_view(None, None) == {"exercises": []}


@given(st.lists(st.tuples(st.sampled_from("abcd"), SETS, st.booleans(), st.booleans()), min_size=1, max_size=8))
def test_bests_and_rewards_follow_from_the_sessions_that_stand(story):
    """Whatever was lifted, corrected, called off and deleted in which order."""
    life, standing = Life(), {}
    for session, sets, beats, kept in story:
        record = beats and bests_of(*sets) != NOTHING
        made = (HEAVY,) if record else ()
        life.do(SessionEntered, session).lifted(session, sets, *made).do(SessionLeft, session, kept)
        standing.pop(session, None)
        if kept and bests_of(*sets) != NOTHING:
            standing[session] = (sets, record)

    expected = NOTHING
    for sets, _ in standing.values():
        expected = merged(expected, bests_of(*sets))
    assert life.bests == expected
    earned = sum(record for _, record in standing.values())
    assert (life.count, life.xp) == (earned, 25 * earned)


def test_bests_without_anything_are_nothing():
    assert bests_of((60, 0), (None, None)) == NOTHING
    assert Bests() == NOTHING
