"""What a user is told, in words, and how the inbox keeps within its bounds."""

from datetime import UTC, datetime, timedelta

import pytest

from rules.changes import ChallengeCompleted
from rules.notices.decide import notify
from rules.notices.events import NoticeDeleted, NoticeRead, Notified, QuietHoursEnded
from rules.notices.state import MOST_GONE, MOST_KEPT
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


def told(n: int, at: datetime = NOON) -> Notified:
    return Notified(at, f"{n}", "postLiked", "New like", "Bob likes your post.", {})


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
    happens(user, *(told(n) for n in range(MOST_KEPT + MOST_GONE + 5)))
    inbox = user.inbox
    assert (len(inbox.notices), len(inbox.gone), inbox.unread) == (MOST_KEPT, MOST_GONE, MOST_KEPT)
    assert inbox.has_said(f"{MOST_KEPT + 4}")
    assert not inbox.has_said("4")


def test_what_falls_out_is_not_held_any_more():
    user = registered(quiet_hours=("11:00", "13:00"))
    happens(user, *(told(n) for n in range(MOST_KEPT + 1)))
    assert len(user.inbox.held) == MOST_KEPT
    assert alarms(user)["quiet"] == NOON + timedelta(hours=1)
    happens(user, *(NoticeDeleted(NOON, f"{n}") for n in range(1, MOST_KEPT + 1)))
    assert (user.inbox.held, user.inbox.unread) == ([], 0)
    assert "quiet" not in alarms(user)


def test_what_happens_to_a_notice_that_is_gone_changes_nothing():
    user = registered()
    happens(user, NoticeRead(NOON, "1"), NoticeDeleted(NOON, "1"), QuietHoursEnded(NOON))
    assert user.inbox is None
    happens(user, told(1), NoticeRead(NOON, "1"), NoticeRead(NOON, "1"), NoticeDeleted(NOON, "1"))
    happens(user, NoticeDeleted(NOON, "1"), NoticeRead(NOON, "1"))
    assert (user.inbox.unread, user.inbox.total) == (0, 1)
