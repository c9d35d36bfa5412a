"""Sets, and the personal records that they are."""

import sys

import pytest

from rules import session as rules
from rules.records import Bests, Kind, Record
from rules.refusal import Code, Refusal
from rules.session.commands import MOST_SETS
from rules.session.state import session_records
from rules.session.views import set_view
from tests.rules.sessions import ANN, BENCH, BOB, ID, PUSH_UPS, SQUAT, begun

EARLIER = Bests(weight=100, one_rep_max=115, volume=1000, reps=((0.0, 20), (80.0, 8), (100.0, 4)))


def kinds(event):
    return [record.kind for record in event.records]


@pytest.fixture
def gym():
    """Ann has squatted before."""
    gym = begun(SQUAT, BENCH)
    gym.earlier[ANN] = {SQUAT: EARLIER}
    return gym


# --- what is taken ---


@pytest.mark.parametrize(("weight", "reps"), [(500.5, 1), (20, 201), (501, None)])
def test_a_set_that_nobody_can_do_is_refused(gym, weight, reps):
    refused = gym.ask(rules.CompleteSet(ID, weight=weight, reps=reps))

    assert isinstance(refused, Refusal)
    assert refused.code is Code.IMPLAUSIBLE_ACTIVITY


def test_the_limits_themselves_are_taken(gym):
    assert gym.lift(500, 200).weight == 500


def test_a_set_says_something(gym):
    refused = gym.ask(rules.CompleteSet(ID, rpe=9, notes="easy"))

    assert refused.details["fields"][0]["path"] == "reps"
    assert gym.lift(None, None, seconds=60).seconds == 60


def test_sets_are_bounded(gym):
    for _ in range(MOST_SETS):
        gym.lift(10, 1)

    assert gym.ask(rules.CompleteSet(ID, reps=1)).code is Code.CONFLICT


def test_the_sets_of_all_athletes_are_bounded(gym, monkeypatch):
    monkeypatch.setattr(sys.modules["rules.session.decide"], "MOST_SETS_OF_ALL", 2)
    gym.do(rules.Join(ID), BOB)
    gym.lift(60, 5)
    gym.lift(60, 5, BOB)

    assert gym.ask(rules.CompleteSet(ID, reps=5)).code is Code.CONFLICT
    assert gym.do(rules.UndoSet(ID), BOB).lift(60, 5).reps == 5


def test_a_set_as_clients_see_it(gym):
    gym.lift(102.5, 3, rpe=9.5, notes="belt")

    assert set_view(0, gym.athlete().exercises[0].sets[0]) == {
        "index": 0,
        "weight": 102.5,
        "reps": 3,
        "rpe": 9.5,
        "notes": "belt",
        "completedAt": "2026-05-04T08:00:00Z",
        "record": True,
    }


# --- records ---


def test_a_heavier_set_is_a_record_with_what_it_beat(gym):
    event = gym.lift(105, 1)

    assert event.records == (Record(Kind.MAX_WEIGHT, 105, 100),)


def test_records_of_this_session_are_beaten_in_turn(gym):
    gym.lift(105, 3)
    event = gym.lift(110, 3)

    assert event.records == (
        Record(Kind.MAX_WEIGHT, 110, 105),
        Record(Kind.ONE_REP_MAX, 121, 115.5),
    )
    assert gym.lift(110, 3).records == ()


def test_the_first_set_ever_has_no_previous(gym):
    gym.do(rules.Select(ID, BENCH))

    assert gym.lift(60, 10).records == (
        Record(Kind.MAX_WEIGHT, 60, None),
        Record(Kind.ONE_REP_MAX, 80, None),
    )


def test_more_repetitions_are_a_record_only_at_a_weight_of_earlier_sessions(gym):
    assert kinds(gym.lift(80, 9)) == [Kind.MAX_REPS]
    assert gym.lift(80, 10).records[0] == Record(Kind.MAX_REPS, 10, 9, 80)
    assert kinds(gym.lift(82.5, 6)) == []
    assert kinds(gym.lift(82.5, 7)) == []


def test_the_bodys_own_weight_has_records_too():
    gym = begun(PUSH_UPS)
    gym.earlier[ANN] = {PUSH_UPS: Bests(reps=((0.0, 20),))}

    assert gym.lift(None, 20).records == ()
    assert gym.lift(None, 21).records == (Record(Kind.MAX_REPS, 21, 20, 0),)


def test_a_volume_is_a_record_once_and_grows(gym):
    heard = [kinds(gym.lift(70, 5)) for _ in range(4)]

    assert heard == [[], [], [Kind.MAX_VOLUME], []]
    assert session_records(gym.athlete().exercises[0]) == (Record(Kind.MAX_VOLUME, 1400, 1000),)


def test_a_try_is_no_record(gym):
    assert gym.lift(200, 0).records == ()
    assert gym.lift(105, 1).records[0].previous == 100


def test_athletes_have_records_of_their_own(gym):
    gym.do(rules.Join(ID), BOB)

    assert kinds(gym.lift(50, 5)) == []
    assert kinds(gym.lift(50, 5, BOB)) == [Kind.MAX_WEIGHT, Kind.ONE_REP_MAX]


# --- undo ---


def test_a_set_undone_takes_its_records_with_it(gym):
    gym.lift(105, 1)
    gym.do(rules.UndoSet(ID))

    assert session_records(gym.athlete().exercises[0]) == ()
    assert gym.lift(103, 1).records == (Record(Kind.MAX_WEIGHT, 103, 100),)


def test_undo_goes_back_set_by_set_across_exercises(gym):
    gym.lift(80, 5)
    gym.do(rules.Select(ID, BENCH))
    gym.lift(60, 5)
    gym.do(rules.Select(ID, SQUAT))

    gym.do(rules.UndoSet(ID))
    assert [len(training.sets) for training in gym.athlete().exercises] == [1, 0]
    gym.do(rules.UndoSet(ID))
    assert gym.ask(rules.UndoSet(ID)).code is Code.CONFLICT


def test_a_volume_record_shrinks_and_goes_with_the_sets_behind_it(gym):
    for _ in range(4):
        gym.lift(70, 5)

    gym.do(rules.UndoSet(ID))
    assert session_records(gym.athlete().exercises[0]) == (Record(Kind.MAX_VOLUME, 1050, 1000),)
    gym.do(rules.UndoSet(ID))
    assert session_records(gym.athlete().exercises[0]) == ()
