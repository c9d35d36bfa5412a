"""What a user is told, in words, and how the inbox keeps within its bounds."""

from datetime import UTC, datetime, timedelta
from sys import getsizeof

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.changes import ChallengeCompleted
from rules.ids import derived
from rules.notices.decide import notify
from rules.notices.events import AllNoticesRead, NoticeDeleted, NoticeRead, Notified, QuietHoursEnded
from rules.notices.state import MOST_KEPT, MOST_KNOWN, Inbox
from rules.notices.texts import MOST_QUOTED, NoticeType, result, shortened, texts
from rules.user import alarms, blank, evolve
from rules.user.events import Preferences, PreferencesUpdated, UserRegistered
from tests.rules.rule_sets import DEFAULT

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def registered(**preferences):
    user = blank("00000000-0000-0000-0000-000000000001")
    happens(user, UserRegistered(NOON, "ann", "Ann", "UTC"))
    if preferences:
        happens(user, PreferencesUpdated(NOON, Preferences(**preferences)))
    return user


def happens(user, *events) -> None:
    for event in events:
        evolve(user, event, DEFAULT)


def id_of(n: int) -> str:
    return derived("notice", n)


def told(n: int, at: datetime = NOON) -> Notified:
    """`n`: its number."""
    return Notified(at, n, id_of(n), "postLiked", "New like", "Bob likes your post.", {})


@pytest.mark.parametrize(
    ("rank", "said"),
    [
        (1, "You have won it!"),
        (2, "You came 2nd."),
        (3, "You came 3rd."),
        (4, "You came 4th."),
        (11, "You came 11th."),
        (21, "You came 21st."),
        (112, "You came 112th."),
        (None, "You are not ranked in it."),
    ],
)
def test_how_a_challenge_went(rank, said):
    completed = ChallengeCompleted("c", "Race", ranked=rank is not None, rank=rank, reached_target=False)
    assert result(completed) == said


def test_who_has_scored_nothing_is_not_told_of_a_place():
    completed = ChallengeCompleted("c", "Race", ranked=False, rank=1, reached_target=False)
    assert result(completed) == "Nothing of yours counted in it."


@pytest.mark.parametrize(
    ("reached", "said"),
    [(True, "Together you have reached the target!"), (False, "You have finished it, without a win.")],
)
def test_how_a_challenge_without_places_went(reached, said):
    completed = ChallengeCompleted("c", "Together", ranked=True, rank=None, reached_target=reached)
    assert result(completed) == said


def test_long_texts_are_quoted_in_one_short_line():
    assert shortened("well\n\ndone") == "well done"
    assert len(shortened("x" * 2000)) == MOST_QUOTED


def test_names_are_never_taken_for_a_part_of_the_text():
    assert texts(NoticeType.FRIEND_REQUESTED, {"name": "{userId}"})[1] == "{userId} wants to be your friend."


def test_the_same_subject_is_told_again_in_another_period():
    user = registered()
    data = {"groupId": "g", "name": "Crew", "until": "x"}
    first = notify(user, NOON, NoticeType.CHECK_IN_DUE, "g", data, period="1")
    happens(user, first)
    assert notify(user, NOON, NoticeType.CHECK_IN_DUE, "g", data, period="1") is None
    second = notify(user, NOON, NoticeType.CHECK_IN_DUE, "g", data, period="2")
    assert second is not None
    assert second.id != first.id


def test_the_inbox_has_its_bounds():
    user = registered()
    happens(user, *(told(n) for n in range(1, MOST_KNOWN + 6)))
    inbox = user.inbox
    kept = range(MOST_KNOWN + 5, MOST_KNOWN + 5 - MOST_KEPT, -1)
    assert list(inbox.kept()) == [(n, False) for n in kept]
    assert (inbox.total, inbox.unread) == (MOST_KNOWN + 5, MOST_KEPT)
    assert [inbox.number_of(id_of(n)) for n in kept] == list(kept)
    assert inbox.number_of(id_of(kept[-1] - 1)) is None
    assert inbox.has_said(id_of(6))
    assert not inbox.has_said(id_of(5))


def test_a_full_inbox_is_small():
    """It is there for every live user."""
    user = registered()
    happens(user, *(told(n) for n in range(1, 2 * MOST_KNOWN)))
    inbox = user.inbox
    assert sum(map(getsizeof, (inbox, inbox.known, inbox.marks, inbox.held))) < 8 * 1024


@given(st.lists(st.tuples(st.sampled_from(["told", "read", "deleted", "all"]), st.integers(0, 9)), max_size=60))
def test_marks_are_those_of_the_notices(doings):
    user, model = registered(), {}  # number → is it read?, of those that were not deleted
    total = 0
    for what, back in doings:
        number = total - back
        if what == "told":
            total += 1
            model[total] = False
            happens(user, told(total))
        elif what == "all":
            happens(user, AllNoticesRead(NOON))
            model = dict.fromkeys(model, True)
        elif what == "read":
            happens(user, NoticeRead(NOON, id_of(number)))
            model.update({number: True} if number in model else {})
        else:
            happens(user, NoticeDeleted(NOON, id_of(number), number))
            model.pop(number, None)
    inbox = user.inbox or Inbox()
    assert list(inbox.kept()) == sorted(model.items(), reverse=True)
    assert inbox.unread == sum(not read for read in model.values())
    for number in range(-9, total + 1):
        assert inbox.number_of(id_of(number)) == (number if number in model else None)
        assert inbox.has_said(id_of(number)) == (number > 0)


def test_what_falls_out_is_not_held_any_more():
    user = registered(quiet_hours=("11:00", "13:00"))
    happens(user, *(told(n) for n in range(1, MOST_KEPT + 2)))
    assert len(user.inbox.held) == MOST_KEPT
    assert alarms(user)["quiet"] == NOON + timedelta(hours=1)
    happens(user, *(NoticeDeleted(NOON, id_of(n), n) for n in range(2, MOST_KEPT + 2)))
    assert (user.inbox.held, user.inbox.unread) == ([], 0)
    assert "quiet" not in alarms(user)


def test_what_happens_to_a_notice_that_is_gone_changes_nothing():
    user = registered()
    read, deleted = NoticeRead(NOON, id_of(1)), NoticeDeleted(NOON, id_of(1), 1)
    happens(user, read, deleted, QuietHoursEnded(NOON))
    assert user.inbox is None
    happens(user, told(1), read, read, deleted)
    happens(user, deleted, read)
    assert (user.inbox.unread, user.inbox.total) == (0, 1)
