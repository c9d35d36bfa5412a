"""What receipts say of the activities that a challenge heard of."""

from types import SimpleNamespace

import pytest

from gateway.records import scores
from rules.challenge.events import ActivityTallied, DayTallied
from rules.counting import Why
from tests.rules.challenges import DURING, ID, START, day, live


def tallies(game):
    """The newest first."""
    return [
        SimpleNamespace(metric=game.state.terms.metric, rule_version="2", event=event)
        for event in reversed(game.events)
        if isinstance(event, DayTallied | ActivityTallied)
    ]


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


@pytest.mark.parametrize("why", [why for why in Why if why not in (Why.COUNTED, Why.TAKEN_BACK)])
def test_there_are_words_for_every_reason(why):
    game = live("ann").at(DURING).steps("ann", day(5), 0, 1200)
    event = game.events[-1]
    tally = SimpleNamespace(metric="steps", rule_version="2", event=type(event)(**{**fields_of(event), "why": why}))

    (receipt,) = scores(ID, [tally])
    assert "did not count, because" in receipt["text"]


def fields_of(event):
    return {name: getattr(event, name) for name in type(event).__dataclass_fields__}
