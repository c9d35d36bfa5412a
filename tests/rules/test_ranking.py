from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.challenge.events import Mode
from rules.challenge.state import Challenge, Participant
from rules.ranking import earns, gap, place, reached_target, share_reached, standings

T0 = datetime(2026, 5, 4, 8, tzinfo=UTC)


def someone(name, score=0.0, reached=0, target=None, **more):
    """`reached` and `target` in minutes from the start."""
    at = None if target is None else T0 + timedelta(minutes=target)
    days = {T0.date(): score} if score else {}
    reached_at = T0 + timedelta(minutes=reached)
    return Participant(name, T0, reached_at, target_at=at, score=score, days=days, **more)


def test_equal_scores_share_a_rank_and_are_listed_by_who_got_there_first():
    people = [someone("a", 10, 5), someone("b", 20, 9), someone("c", 20, 3), someone("d", 30, 7)]

    assert standings(Mode.MOST, people) == [(1, "d"), (2, "c"), (2, "b"), (4, "a")]


def test_a_race_is_won_by_who_reached_the_target_first():
    people = [someone("late", 900, 9, target=9), someone("early", 500, 8, target=4), someone("close", 499, 1)]

    assert standings(Mode.RACE, people) == [(1, "early"), (2, "late"), (3, "close")]


def test_who_reaches_the_target_in_the_same_instant_shares_the_rank():
    people = [someone("b", 900, 9, target=4), someone("a", 500, 8, target=4), someone("c", 500, 9, target=5)]

    assert standings(Mode.RACE, people) == [(1, "a"), (1, "b"), (3, "c")]


def test_the_lowest_wins_least_and_who_logged_nothing_is_unranked():
    people = [someone("none"), someone("much", 50), someone("few", 5)]

    assert standings(Mode.LEAST, people) == [(1, "few"), (2, "much"), (None, "none")]


def test_the_disqualified_are_listed_last_and_unranked():
    people = [someone("cheat", 99, disqualified=True), someone("a", 5), someone("b")]

    assert standings(Mode.MOST, people) == [(1, "a"), (2, "b"), (None, "cheat")]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.booleans()), max_size=30), st.sampled_from(Mode))
def test_a_rank_is_one_more_than_the_number_of_better_ones(rows, mode):
    """In every mode, for every mixture of scores, times and disqualifications."""
    people = [
        someone(f"{index:02}", float(score), reached, reached if score >= 4 else None, disqualified=out)
        for index, (score, reached, out) in enumerate(rows)
    ]
    places = {person.user_id: place(mode, person) for person in people}

    listed = standings(mode, people)

    assert [user for _, user in listed] == sorted(places, key=lambda user: places[user])
    for rank, user in listed:
        if rank is not None:
            assert rank == 1 + sum(other[:2] < places[user][:2] for other in places.values())
        else:
            assert places[user][0] > 1


def test_nobody_earns_anything_with_nothing():
    assert earns(Mode.MOST, someone("a", 1))
    assert not earns(Mode.MOST, someone("b"))
    assert not earns(Mode.RACE, someone("b"))
    assert not earns(Mode.LEAST, someone("c"))
    assert not earns(Mode.MOST, someone("d", 9, disqualified=True))


def reached(mode, target, person):
    challenge = Challenge()
    challenge.terms = replace(challenge.terms, mode=mode, target=target)
    return reached_target(challenge, person)


def test_the_target_is_a_limit_where_less_is_better():
    assert reached(Mode.MOST, 10, someone("a", 10))
    assert not reached(Mode.MOST, 10, someone("a", 9))
    assert reached(Mode.LEAST, 10, someone("a", 9))
    assert not reached(Mode.LEAST, 10, someone("a", 11))
    assert not reached(Mode.LEAST, 10, someone("a"))
    assert not reached(Mode.MOST, None, someone("a", 9))


def test_who_has_dropped_out_stands_behind_by_how_long_they_lasted():
    people = [someone("a", 5), someone("b", 90, out=1), someone("c", 10, out=2), someone("d", 20, out=2), someone("e")]

    assert standings(Mode.ELIMINATION, people) == [(1, "a"), (2, "e"), (3, "d"), (4, "c"), (5, "b")]


def test_the_gap_is_what_is_missing_to_the_better_one():
    assert gap(Mode.MOST, None, someone("a", 5), someone("b", 12)) == 7
    assert gap(Mode.LEAST, None, someone("a", 12), someone("b", 5)) == 7
    assert gap(Mode.RACE, 10, someone("a", 5), someone("b", 12, target=1)) == 5
    assert gap(Mode.RACE, 10, someone("a", 15, target=2), someone("b", 12, target=1)) is None


def test_a_share_is_told_once_and_the_highest_only():
    assert share_reached(100, 0, 24) is None
    assert share_reached(100, 24, 25) == 25
    assert share_reached(100, 25, 49) is None
    assert share_reached(100, 10, 80) == 75
    assert share_reached(100, 80, 100) is None
    assert share_reached(None, 0, 50) is None
