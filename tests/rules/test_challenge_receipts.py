"""What receipts say of the activities that a challenge heard of."""

from dataclasses import replace

import pytest

from rules.challenge import commands
from rules.challenge.events import (
    ActivityTallied,
    BaselineFixed,
    DayTallied,
    ParticipantDisqualified,
    ParticipantLeft,
    ParticipantReinstated,
)
from rules.challenge.receipts import Tally, scores
from rules.counting import Why
from tests.rules.challenges import DURING, ID, START, day, live

ABOUT = (DayTallied, ActivityTallied, BaselineFixed, ParticipantDisqualified, ParticipantReinstated)


def tallies(game, who="ann"):
    """The newest first."""
    terms, found, left = game.state.terms, [], False
    for event in reversed(game.events):
        if getattr(event, "user_id", None) != who:
            continue
        left = left or isinstance(event, ParticipantLeft)
        if isinstance(event, ABOUT):
            weights = game.state.scoring.weights
            found.append(Tally(terms.metric, "2", event, terms.starts_at, terms.ends_at, weights, left))
    return found


def all_said(game):
    return [(receipt["counted"], receipt["text"]) for receipt in scores(ID, tallies(game))]


def said(game):
    return all_said(game)[0]


def test_a_day_that_counts_says_so():
    game = live("ann").at(DURING).steps("ann", day(5), 0, 1200)

    assert said(game) == (True, "1,200 steps of 2026-05-05 count in the challenge.")


def test_days_that_are_counted_are_told_in_the_steps_that_make_them():
    game = live("ann", metric="streakDays").at(DURING).steps("ann", day(5), 0, 600)

    assert said(game) == (True, "600 steps towards an active day of 2026-05-05 count in the challenge.")


def test_what_is_marked_for_review_counts_and_says_that_too():
    game = live("ann", metric="distance").at(DURING).activity("ann", "a", START, distance=5000.0, review=True)

    counted, text = said(game)
    assert (counted, text.partition(", ")[2]) == (True, "and its judges see them marked for review.")


def test_what_does_not_count_says_why():
    game = live("ann", metric="distance").at(DURING).activity("ann", "a", START.replace(hour=7), distance=5000.0)

    assert said(game) == (
        False,
        "5,000 metres of 2026-05-04 did not count, because not all of its time was between the challenge's start and end.",
    )


def test_what_was_corrected_or_taken_back_counts_no_more():
    game = live("ann", metric="distance").at(DURING).activity("ann", "a", START, distance=5000.0)
    game.activity("ann", "a", START, distance=4000.0)
    of = "metres of 2026-05-04"

    corrected = (False, f"5,000 {of} did not count, because it was corrected later.")
    assert all_said(game) == [(True, f"4,000 {of} count in the challenge."), corrected]
    taken_back = (False, f"4,000 {of} did not count, because it was taken back.")
    assert all_said(game.activity("ann", "a", START)) == [taken_back, corrected]
    game.activity("ann", "b", START, distance=3000.0).activity("ann", "a", START, distance=2000.0)
    again = [(True, f"2,000 {of} count in the challenge."), (True, f"3,000 {of} count in the challenge.")]
    assert all_said(game) == [*again, taken_back, corrected]


def test_what_a_day_had_before_it_counted_is_said_once():
    game = live("ann").at(DURING).steps("ann", day(5), 300, 700).steps("ann", day(5), 700, 800)
    game.steps("ann", day(1), 200, 500)

    early = "it arrived before the challenge was live, or before you joined"
    outside = "the day is not one of the challenge's"
    assert all_said(game) == [
        (False, f"300 steps of 2026-05-01 did not count, because {outside}."),
        (False, f"200 steps of 2026-05-01 did not count, because {outside}."),
        (True, "100 steps of 2026-05-05 count in the challenge."),
        (True, "400 steps of 2026-05-05 count in the challenge."),
        (False, f"300 steps of 2026-05-05 did not count, because {early}."),
    ]
    *_, counted, before = scores(ID, tallies(game))
    assert counted["id"] != before["id"]
    assert len(scores(ID, tallies(game), whole=False)) == 3


def test_who_leaves_and_comes_back_begins_again():
    """What counted before counts no more, and what came meanwhile never did."""
    game = live("ann").at(DURING).steps("ann", day(6), 0, 1200)
    game.must(commands.Leave(ID), "ann")
    assert all_said(game) == [
        (False, "1,200 steps of 2026-05-06 did not count, because you left the challenge after it.")
    ]
    game.join("ann").steps("ann", day(6), 1500, 1600)

    early = "it arrived before the challenge was live, or before you joined"
    assert all_said(game) == [
        (True, "100 steps of 2026-05-06 count in the challenge."),
        (False, f"300 steps of 2026-05-06 did not count, because {early}."),
        (False, "1,200 steps of 2026-05-06 did not count, because you left the challenge after it."),
    ]
    assert game.score("ann") == 100


def test_of_a_weighted_activity_its_own_measure_is_said():
    outside = "not all of its time was between the challenge's start and end"
    game = live("ann", fairness="weighted").at(DURING)
    game.activity("ann", "a", START, distance=10_000.0).activity("ann", "b", START.replace(hour=7), distance=1000.0)

    assert all_said(game) == [
        (
            False,
            f"A run of 1,000 metres of 2026-05-04 did not count as 1,250 steps (1.25 for each), because {outside}.",
        ),
        (True, "A run of 10,000 metres of 2026-05-04 counts as 12,500 steps (1.25 for each) in the challenge."),
    ]
    assert game.score("ann") == 12_500


def test_whose_score_is_a_share_of_their_usual_day_is_told_which_that_is():
    game = live("ann", fairness="baseline").baseline("ann", 4000).at(DURING).steps("ann", day(6), 0, 2000)

    counted, baseline = scores(ID, tallies(game))
    assert (game.score("ann"), counted["amount"], baseline["amount"]) == (0.5, 2000, 4000)
    assert baseline["text"].startswith("Your score is a share of your usual day, which is 4,000 steps here:")
    game.must(commands.Leave(ID), "ann")
    assert [receipt["rule"] for receipt in scores(ID, tallies(game))] == ["challenge.steps"]


def test_one_of_something_is_said_as_one():
    game = live("ann", metric="workouts").at(DURING).activity("ann", "a", START, kind="workout", workouts=1.0)
    days = live("ann", metric="streakDays").at(DURING).activity("ann", "a", START, kind="walk", walks=1.0)

    assert said(game) == (True, "1 workout of 2026-05-04 counts in the challenge.")
    assert said(days) == (True, "A walk of 2026-05-04 counts in the challenge.")


@pytest.mark.parametrize(
    ("zone", "window"), [("UTC", "2026-05-04/2026-05-10"), ("Pacific/Auckland", "2026-05-04/2026-05-11")]
)
def test_the_window_is_that_of_the_challenge_where_the_user_is(zone, window):
    (told,) = scores(ID, tallies(live("ann").at(DURING).steps("ann", day(5), 0, 1200, zone)))

    assert told["because"] == {
        "activityId": "activity",
        "challengeId": ID,
        "date": "2026-05-05",
        "timezone": zone,
        "window": window,
    }


def test_who_is_disqualified_is_told_so_until_they_are_reinstated():
    game = live("ann").at(DURING).steps("ann", day(5), 0, 1200)
    counts = (True, "1,200 steps of 2026-05-05 count in the challenge.")
    game.must(commands.Disqualify(ID, "ann", "a car"))
    assert all_said(game) == [
        (False, "You have no rank in the challenge, because you were disqualified: a car"),
        counts,
    ]
    game.must(commands.Reinstate(ID, "ann", "no car"))
    assert all_said(game) == [counts]


@pytest.mark.parametrize("why", [why for why in Why if why not in (Why.COUNTED, Why.TAKEN_BACK)])
def test_there_are_words_for_every_reason(why):
    game = live("ann").at(DURING).steps("ann", day(5), 0, 1200)
    (tally,) = tallies(game)

    (receipt,) = scores(ID, [replace(tally, event=replace(tally.event, why=why))])
    assert "did not count, because" in receipt["text"]
    assert ("cap" in receipt["because"]) is (why is Why.TOO_MANY)
