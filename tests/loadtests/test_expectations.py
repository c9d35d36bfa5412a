"""Pushes that commands must cause: matched to the right one, missed when they do not come."""

from datetime import date

from loadtests.causes import caused_by
from loadtests.expectations import WITHIN, Expectations
from rules import challenge
from rules.user.commands import SyncSteps

ME = "user-7"
DAY = date(2026, 5, 1)


def sync(expectations: Expectations, steps: int, now: float = 0.0):
    return expectations.add("steps:sync", caused_by(SyncSteps(DAY, steps), ME), now)


def stats(steps: int) -> tuple:
    return f"user:{ME}", "stats:update", {"today": {"date": "2026-05-01", "steps": steps}}


def test_a_push_is_matched_to_the_command_that_caused_it():
    expectations = Expectations()
    first, second = sync(expectations, 100), sync(expectations, 200)

    assert expectations.heard(*stats(200)) == [second]
    assert expectations.heard(*stats(100)) == [first]
    assert expectations.heard(*stats(100)) == []


def test_what_happens_to_others_fulfils_nothing():
    expectations = Expectations()
    expectations.add("challenge:join", caused_by(challenge.Join("c"), ME), 0)

    assert expectations.heard("challenge:c", "challenge:joined", {"userId": "another"}) == []
    assert expectations.heard("challenge:d", "challenge:joined", {"userId": ME}) == []
    assert len(expectations.heard("challenge:c", "challenge:joined", {"userId": ME})) == 1


def test_a_push_that_does_not_come_is_missed_once():
    expectations = Expectations()
    expected = sync(expectations, 100, now=10)
    expected.answered = True

    assert expectations.overdue(10 + WITHIN) == []
    assert expectations.overdue(10.1 + WITHIN) == [expected]
    assert expectations.overdue(100) == []


def test_a_command_without_a_reply_causes_nothing_yet():
    expectations = Expectations()
    sync(expectations, 100)

    assert expectations.overdue(1000) == []


def test_after_a_drop_the_wait_begins_anew():
    expectations = Expectations()
    sync(expectations, 100).answered = True
    expectations.wait_anew(20)

    assert expectations.overdue(20 + WITHIN) == []
    assert len(expectations.overdue(20.1 + WITHIN)) == 1


def test_what_was_refused_or_is_gone_for_good_is_not_waited_for():
    expectations = Expectations()
    refused, lost = sync(expectations, 100), sync(expectations, 200)
    refused.answered = lost.answered = True
    expectations.drop(refused)
    expectations.forget(f"user:{ME}")

    assert expectations.overdue(1000) == []


def test_commands_that_nobody_hears_of_cause_nothing():
    assert caused_by(challenge.Leaderboard("c"), ME) is None


def test_each_cause_shows_in_what_it_asked_for():
    said = caused_by(challenge.Announce("c", "hello"), ME)
    started = caused_by(challenge.Start("c"), ME)
    finished = caused_by(challenge.Finish("c"), ME)

    assert said.shows({"from": ME, "text": "hello"})
    assert not said.shows({"from": ME, "text": "another"})
    assert started.shows({"challenge": {"state": "live"}})
    assert finished.shows({"challenge": {"state": "settling"}})
    assert not finished.shows({"challenge": {"state": "live"}})
