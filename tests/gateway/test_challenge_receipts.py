"""What receipts say of the activities that a challenge heard of."""

from types import SimpleNamespace

import pytest

from gateway.records import Records
from rules.counting import Why
from tests.rules.challenges import DURING, ID, START, day, live


def said(game):
    tally = SimpleNamespace(metric=game.state.terms.metric, rule_version="2", event=game.events[-1])
    receipt = Records._score(ID, tally)
    return receipt["counted"], receipt["text"]


def test_a_day_that_counts_says_so():
    game = live("ann").at(DURING).steps("ann", day(5), 0, 1200)

    assert said(game) == (True, "1,200 steps of 2026-05-05 count in the challenge.")


def test_what_is_marked_for_review_counts_and_says_that_too():
    game = live("ann", metric="distance").at(DURING).activity("ann", "a", START, distance=5000.0, review=True)

    counted, text = said(game)
    assert (counted, text.partition(", ")[2]) == (True, "and its judges see them marked for review.")


def test_what_does_not_count_says_why():
    game = live("ann", metric="distance").at(DURING).activity("ann", "a", START.replace(hour=7), distance=5000.0)

    assert said(game) == (
        False,
        "5,000 distance of 2026-05-04 did not count, because not all of its time was between the challenge's start and end.",
    )
    assert said(game.activity("ann", "b", START, distance=1.0).activity("ann", "b", START))[1].endswith("taken back.")


@pytest.mark.parametrize("why", [why for why in Why if why not in (Why.COUNTED, Why.TAKEN_BACK)])
def test_there_are_words_for_every_reason(why):
    game = live("ann").at(DURING).steps("ann", day(5), 0, 1200)
    event = game.events[-1]
    tally = SimpleNamespace(metric="steps", rule_version="2", event=type(event)(**{**fields_of(event), "why": why}))

    assert "did not count, because" in Records._score(ID, tally)["text"]


def fields_of(event):
    return {name: getattr(event, name) for name in type(event).__dataclass_fields__}
