"""What counts in a challenge: order and repetition don't matter, what is taken back leaves no trace."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import challenge as rules
from rules.challenge.state import Challenge
from rules.challenge_views import row_view
from rules.counting import Why
from rules.ranking import place
from tests.rules.challenges import DURING, END, ID, START, Game, day, live, opened

MINUTE = timedelta(minutes=1)
INTERIOR = [5, 6, 7, 8, 9]

# a sync: of which day, and its total
syncs = st.lists(st.tuples(st.sampled_from(INTERIOR), st.integers(0, 20_000)), max_size=20)


def play(game: Game, totals: dict[int, int], sync: tuple[int, int]) -> None:
    """What the user's actor does with a sync: tell of the change, if there is one."""
    number, total = sync
    if total != totals.get(number, 0):
        game.steps("ann", day(number), totals.get(number, 0), total)
        totals[number] = total


def scored(game: Game) -> tuple[float, dict]:
    ann = game.state.participants["ann"]
    return ann.score, ann.days


@given(syncs)
def test_the_score_is_the_sum_of_the_days(all_syncs):
    game, totals = live("ann"), {}
    for sync in all_syncs:
        play(game, totals, sync)

    assert game.score("ann") == sum(totals.values())


@given(st.dictionaries(st.sampled_from(INTERIOR), st.lists(st.integers(1, 9000), min_size=1, max_size=4)), st.randoms())
def test_the_order_of_syncs_of_different_days_makes_no_difference(by_day, random):
    in_order = [(number, total) for number, totals in by_day.items() for total in sorted(totals)]
    mixed = random.sample(in_order, len(in_order))
    mixed = [(number, total) for number, total in mixed]
    waiting = {number: sorted(totals) for number, totals in by_day.items()}
    mixed = [(number, waiting[number].pop(0)) for number, _ in mixed]  # each day's own syncs stay in order
    one, other = live("ann"), live("ann")
    totals_of_one, totals_of_other = {}, {}
    for sync in in_order:
        play(one, totals_of_one, sync)
    for sync in mixed:
        play(other, totals_of_other, sync)

    assert scored(one) == scored(other)


@given(syncs)
def test_repeating_every_sync_changes_nothing(all_syncs):
    once, twice = live("ann"), live("ann")
    totals_of_once, totals_of_twice = {}, {}
    for sync in all_syncs:
        play(once, totals_of_once, sync)
        play(twice, totals_of_twice, sync)
        play(twice, totals_of_twice, sync)

    assert once.state == twice.state


@given(syncs, st.sampled_from(INTERIOR), st.integers(1, 50_000))
def test_what_is_taken_back_leaves_no_trace(all_syncs, number, more):
    game, totals = live("ann"), {}
    for sync in all_syncs:
        play(game, totals, sync)
    before = scored(game)[0], dict(scored(game)[1])
    total = totals.get(number, 0)

    game.steps("ann", day(number), total, total + more).steps("ann", day(number), total + more, total)

    assert scored(game) == before


@given(syncs, st.randoms())
def test_the_journal_brings_back_the_same_state(all_syncs, random):
    """Interrupted by pauses, disqualifications and leaving."""
    game, totals = live("ann", "bob"), {}
    for sync in all_syncs:
        command = random.choice([rules.Pause, rules.Resume, None, None])
        if command is not None:
            game.do(command(ID))
        play(game, totals, sync)
    game.do(rules.Disqualify(ID, "ann", "test"))
    game.at(END)

    replayed = Challenge()
    for event in game.events:
        rules.evolve(replayed, event)

    assert replayed == game.state


def test_nothing_counts_before_the_start_or_after_the_result():
    game = opened("ann").steps("ann", day(3), 0, 500)
    assert game.score("ann") == 0

    game.at(START).steps("ann", day(4), 0, 100).at(END + 15 * MINUTE)
    events = len(game.events)
    game.steps("ann", day(9), 0, 4000)

    assert game.score("ann") == 100
    assert len(game.events) == events


def test_on_the_first_day_only_what_arrives_while_live_counts():
    """4,000 were walked in the morning, before it began."""
    game = opened("ann").at(START - timedelta(hours=1)).steps("ann", day(4), 0, 4000).at(START)

    game.steps("ann", day(4), 4000, 7000)

    assert game.score("ann") == 3000


def test_taking_back_goes_from_the_top():
    """Of 7,000 the last 3,000 count: a correction to 5,000 leaves 1,000 of them."""
    game = live("ann").steps("ann", day(4), 4000, 7000).steps("ann", day(4), 7000, 5000)
    assert game.score("ann") == 1000

    assert game.steps("ann", day(4), 5000, 3000).score("ann") == 0
    assert game.steps("ann", day(4), 3000, 3500).score("ann") == 500


def test_the_last_day_counts_until_it_is_settled():
    game = live("ann").at(END + 14 * MINUTE).steps("ann", day(10), 0, 900)
    assert game.score("ann") == 900

    assert game.at(END + 15 * MINUTE).steps("ann", day(10), 900, 1000).score("ann") == 900


def test_what_is_walked_in_a_pause_never_counts():
    game = live("ann").at(DURING).steps("ann", day(6), 0, 1000).must(rules.Pause(ID))
    game.at(DURING + MINUTE).steps("ann", day(6), 1000, 5000).steps("ann", day(5), 0, 300)
    game.at(DURING + 2 * MINUTE).must(rules.Resume(ID)).steps("ann", day(6), 5000, 5500)

    assert game.score("ann") == 1000 + 300 + 500


def test_who_comes_back_starts_at_zero():
    game = live("ann").at(DURING).steps("ann", day(6), 0, 1000)
    game.must(rules.Leave(ID), "ann").join("ann")
    assert game.score("ann") == 0

    assert game.steps("ann", day(6), 1000, 1200).score("ann") == 200


def test_counting_goes_on_under_a_disqualification():
    game = live("ann").must(rules.Disqualify(ID, "ann", "bicycle")).at(DURING).steps("ann", day(6), 0, 1000)
    game.must(rules.Reinstate(ID, "ann", "was no bicycle"))

    assert game.score("ann") == 1000
    assert not game.state.participants["ann"].disqualified


def test_what_did_not_count_is_remembered_with_its_reason():
    """People ask why."""
    game = live("ann").at(DURING).steps("ann", day(2), 0, 800)

    assert game.score("ann") == 0
    assert (game.events[-1].counted, game.events[-1].why) == (False, Why.OUTSIDE)


def test_another_metric_is_no_concern_of_it():
    game = live("ann", metric="distance")
    before = len(game.events)
    assert len(game.steps("bob", day(5), 0, 5).events) == before


def test_a_review_is_shown_while_its_steps_count():
    game = live("ann").at(DURING).steps("ann", day(6), 0, 60_000, review=True)
    assert [marked.date for marked in game.state.participants["ann"].reviewed] == [day(6)]

    assert game.steps("ann", day(6), 60_000, 0, review=True).state.participants["ann"].reviewed == ()


def test_the_target_is_reached_when_the_score_is_there_to_stay():
    game = live("ann", mode="race", target=1000.0).at(DURING).steps("ann", day(6), 0, 1000)
    assert game.state.participants["ann"].target_at == DURING

    game.at(DURING + MINUTE).steps("ann", day(6), 1000, 900)
    assert game.state.participants["ann"].target_at is None

    game.at(DURING + 2 * MINUTE).steps("ann", day(6), 900, 1900)
    assert game.state.participants["ann"].target_at == DURING + 2 * MINUTE


# --- who got there first ---


@pytest.mark.parametrize("mode", ["most", "least", "teams", "race", "streak"])
def test_a_score_that_falls_and_comes_back_is_reached_the_second_time(mode):
    """Bob has had it since before Ann came back to it."""
    target = {"race": 1000, "streak": 1000}.get(mode)
    game = live("ann", "bob", mode=mode, target=target, **({"teams": ["A", "B"]} if mode == "teams" else {}))
    game.at(DURING).steps("ann", day(6), 0, 1000)
    game.at(DURING + MINUTE).steps("bob", day(6), 0, 1000)
    game.at(DURING + 2 * MINUTE).steps("ann", day(6), 1000, 900)
    game.at(DURING + 3 * MINUTE).steps("ann", day(6), 900, 1000)

    places = sorted(place(game.state.terms.mode, one) for one in game.state.participants.values())
    assert [one[3] for one in places] == ["bob", "ann"]
    row = row_view(game.state.terms.mode, game.state.participants["ann"], 1)
    assert row["reachedAt"] == "2026-05-06T08:03:00Z"
