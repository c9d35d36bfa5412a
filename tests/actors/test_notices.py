"""The inbox in the real runtime: stored, pushed, read everywhere, held back in quiet hours, reminded of in the evening."""

from datetime import UTC, date, datetime, timedelta

import pytest

from actors.challenge import ChallengeActor
from actors.messages import Address, Permission, Tell
from actors.post import PostActor
from rules import challenge, post
from rules.notices.commands import DeleteNotice, ListNotices, ReadAllNotices, ReadNotice
from rules.notices.state import MOST_KEPT
from rules.notices.texts import SAID, NoticeType
from rules.refusal import Code
from rules.social.commands import AcceptFriend, BlockUser, DeclineFriend, RequestFriend
from rules.tells.challenge import ChallengeInvited, ChallengeSoon
from rules.tells.group import CheckInDue, GroupInvited
from rules.tells.session import SessionInvited
from rules.user.commands import (
    Me,
    NotificationChanges,
    QuietHours,
    Register,
    SyncSteps,
    UpdatePreferences,
    UpdateProfile,
)
from tests.actors.inbox import ANN, BOB, Inbox
from tests.actors.world import NOON

RACE = "00000000-0000-0000-0000-0000000000cc"
POST = "00000000-0000-0000-0000-0000000000ee"
CREW = "00000000-0000-0000-0000-0000000000dd"
NIGHT = UpdatePreferences(quiet_hours=QuietHours("22:00", "07:00"))
TODAY = NOON.date()


@pytest.fixture
async def inbox() -> Inbox:
    return await Inbox.of_ann()


async def listed(inbox: Inbox, **asked) -> list[dict]:
    return (await inbox.does(ListNotices(**asked)))["notifications"]


async def titles(inbox: Inbox) -> list[str]:
    return [each["title"] for each in await listed(inbox)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- stored, pushed, read ---


async def test_a_notice_is_stored_pushed_and_counted(inbox):
    await inbox.is_liked("p")
    (pushed,) = inbox.pushed("notification:new")
    assert pushed == (await listed(inbox))[0]
    assert (pushed["title"], pushed["message"]) == ("New like", "Bob likes your post.")
    assert (pushed["isRead"], pushed["createdAt"]) == (False, "2026-05-01T12:00:00Z")
    assert (await inbox.does(Me()))["unread"] == 1


async def test_the_same_thing_is_never_told_twice_not_even_when_it_was_deleted(inbox):
    await inbox.is_liked("p")
    (notice,) = await listed(inbox)
    await inbox.is_liked("p")
    await inbox.does(DeleteNotice(notice["id"]))
    await inbox.down_for(hours=1)
    await inbox.is_liked("p")
    assert await listed(inbox) == []
    assert len(inbox.pushed("notification:new")) == 1


async def test_all_devices_hear_what_was_read(inbox):
    for name in "abc":
        await inbox.is_liked(name)
    newest, *_ = await listed(inbox)
    await inbox.does(ReadNotice(newest["id"]))
    await inbox.does(ReadNotice(newest["id"]))
    assert inbox.pushed("notification:read") == [{"notificationId": newest["id"], "unread": 2}]
    assert [each["isRead"] for each in await listed(inbox)] == [True, False, False]
    await inbox.does(ReadAllNotices())
    await inbox.does(ReadAllNotices())
    assert inbox.pushed("notification:read") == [{"all": True, "unread": 0}]
    await inbox.does(DeleteNotice(newest["id"]))
    assert inbox.pushed("notification:deleted") == [{"notificationId": newest["id"], "unread": 0}]
    inbox.comes_back_equal()


async def test_what_is_not_there_can_neither_be_read_nor_deleted(inbox):
    for command in (ReadNotice(RACE), DeleteNotice(RACE)):
        assert (await inbox.says(command)).code is Code.NOT_FOUND


async def test_pages_stay_in_place_while_notices_come_in(inbox):
    for n in range(5):
        await inbox.is_liked(f"{n}", f"Friend {n}")
    first = await inbox.does(ListNotices(limit=2))
    await inbox.is_liked("more", "Zoe")
    second = await inbox.does(ListNotices(limit=2, before=first["next"]))
    third = await inbox.does(ListNotices(limit=2, before=second["next"]))
    shown = [each["message"][7] for page in (first, second, third) for each in page["notifications"]]
    assert shown == ["4", "3", "2", "1", "0"]
    assert "next" not in third
    await inbox.does(ReadNotice(first["notifications"][0]["id"]))
    assert len(await listed(inbox, unread=True)) == 5


async def test_the_newest_are_kept(inbox):
    for n in range(MOST_KEPT + 1):
        await inbox.is_liked(f"{n}")
    (page,) = [await inbox.does(ListNotices(limit=100, before=3))]
    assert [each["data"]["postId"] for each in page["notifications"]] == ["1"]
    assert (await inbox.does(Me()))["unread"] == MOST_KEPT


async def test_what_is_turned_off_is_neither_stored_nor_pushed(inbox):
    await inbox.does(UpdatePreferences(notifications=NotificationChanges(social=False)))
    await inbox.is_liked("p")
    assert await listed(inbox) == []
    assert inbox.pushed("notification:new") == []
    await inbox.does(UpdatePreferences(notifications=NotificationChanges(social=True)))
    await inbox.is_liked("p")
    assert len(await listed(inbox)) == 1


# --- quiet hours ---


async def test_in_quiet_hours_a_notice_is_there_but_pushed_only_at_their_end(inbox):
    await inbox.does(NIGHT)
    await inbox.until(at("2026-05-01T23:00"))
    await inbox.is_liked("a", "Bob")
    await inbox.is_liked("b", "Cid")
    assert len(await listed(inbox)) == 2
    await inbox.until(at("2026-05-02T06:59"))
    assert inbox.pushed("notification:new") == []
    await inbox.until(at("2026-05-02T07:00"))
    assert [each["data"]["name"] for each in inbox.pushed("notification:new")] == ["Bob", "Cid"]
    await inbox.goes_on(days=3)
    assert inbox.pushed("notification:new") == []
    assert inbox.world.journal.reminders == {}


async def test_what_was_read_meanwhile_is_not_pushed_any_more(inbox):
    await inbox.does(NIGHT)
    await inbox.until(at("2026-05-01T23:00"))
    for name in "abc":
        await inbox.is_liked(name)
    newest, middle, _ = await listed(inbox)
    await inbox.does(ReadNotice(newest["id"]))
    await inbox.does(DeleteNotice(middle["id"]))
    await inbox.until(at("2026-05-02T08:00"))
    assert [each["data"]["postId"] for each in inbox.pushed("notification:new")] == ["a"]


async def test_what_was_held_is_pushed_once_also_when_the_server_was_down_at_their_end(inbox):
    await inbox.does(NIGHT)
    await inbox.until(at("2026-05-01T23:00"))
    await inbox.is_liked("a")
    await inbox.down_for(hours=2)
    assert inbox.pushed("notification:new") == []
    await inbox.down_for(hours=10)
    assert len(inbox.pushed("notification:new")) == 1
    await inbox.down_for(hours=1)
    assert inbox.pushed("notification:new") == []


async def test_a_server_that_comes_back_in_the_next_night_keeps_quiet_until_the_morning(inbox):
    await inbox.does(NIGHT)
    await inbox.until(at("2026-05-01T23:00"))
    await inbox.is_liked("a")
    await inbox.down_for(hours=25)
    assert inbox.pushed("notification:new") == []
    await inbox.until(at("2026-05-03T07:00"))
    assert len(inbox.pushed("notification:new")) == 1


async def test_quiet_hours_follow_the_traveller_and_their_changes(inbox):
    await inbox.does(NIGHT)
    await inbox.until(at("2026-05-01T23:00"))
    await inbox.is_liked("a")
    await inbox.does(UpdateProfile(timezone="America/New_York"))  # 19:00 there
    await inbox.goes_on()
    assert len(inbox.pushed("notification:new")) == 1
    await inbox.until(at("2026-05-02T03:00"))
    await inbox.is_liked("b")
    await inbox.does(UpdatePreferences(quiet_hours=QuietHours("22:00", "00:30")))
    await inbox.until(at("2026-05-02T04:30"))
    assert len(inbox.pushed("notification:new")) == 1
    await inbox.does(UpdatePreferences(quiet_hours=QuietHours("00:00", "00:00")))
    await inbox.is_liked("c")
    assert len(inbox.pushed("notification:new")) == 1


async def test_a_night_in_which_the_clock_is_set_forward_ends_an_hour_earlier(inbox):
    await inbox.does(UpdateProfile(timezone="Europe/Berlin"))
    await inbox.does(NIGHT)
    inbox.world.clock.set(at("2027-03-27T22:00"))
    await inbox.is_liked("a")
    await inbox.until(at("2027-03-28T04:59"))
    assert inbox.pushed("notification:new") == []
    await inbox.until(at("2027-03-28T05:00"))
    assert len(inbox.pushed("notification:new")) == 1


# --- streaks at risk ---


async def walks(inbox: Inbox, days: int, *, steps: int = 2000) -> None:
    """Every day at noon, the last time today."""
    for n in range(days):
        if n:
            await inbox.goes_on(days=1)
        await inbox.does(SyncSteps(inbox.world.clock.now().date(), steps))


def warnings(inbox: Inbox) -> list[str]:
    return [each["message"] for each in inbox.pushed("notification:new") if each["type"] == "streakAtRisk"]


async def test_a_streak_of_three_days_is_named_in_the_evening_of_a_day_without_it(inbox):
    await walks(inbox, 3)
    await inbox.until(at("2026-05-04T19:59"))
    assert warnings(inbox) == []
    await inbox.until(at("2026-05-04T20:00"))
    assert warnings(inbox) == ["Your active streak of 3 days is still without today, which ends in a few hours."]
    await inbox.goes_on(hours=3)
    assert warnings(inbox) == []


async def test_two_days_are_not_worth_a_word(inbox):
    await walks(inbox, 2)
    await inbox.goes_on(days=2)
    assert warnings(inbox) == []


async def test_nobody_is_warned_whose_day_has_qualified_meanwhile(inbox):
    await walks(inbox, 4)
    await inbox.until(at("2026-05-04T23:00"))
    assert warnings(inbox) == []


async def test_a_day_taken_back_in_the_evening_is_at_risk_again_but_named_once(inbox):
    await walks(inbox, 4)
    await inbox.until(at("2026-05-04T21:00"))
    for steps in (5, 1500, 5):
        await inbox.does(SyncSteps(date(2026, 5, 4), steps))
        await inbox.goes_on(minutes=5)
    assert len(warnings(inbox)) == 1


async def test_each_kind_of_streak_is_named_for_itself(inbox):
    await walks(inbox, 3, steps=12_000)
    await inbox.until(at("2026-05-04T21:00"))
    assert len(warnings(inbox)) == 2


async def test_the_evening_is_that_of_the_users_own_day(inbox):
    await inbox.does(UpdateProfile(timezone="Asia/Tokyo"))
    for n in range(3):
        await inbox.does(SyncSteps(TODAY - timedelta(days=3 - n), 2000))
    await inbox.goes_on(minutes=1)
    assert len(warnings(inbox)) == 1  # it is past 21:00 there
    await inbox.does(SyncSteps(TODAY, 2000))
    await inbox.until(at("2026-05-02T10:59"))
    assert warnings(inbox) == []
    await inbox.until(at("2026-05-02T11:00"))
    assert len(warnings(inbox)) == 1


async def test_a_server_that_was_down_warns_late_while_the_day_lasts(inbox):
    await walks(inbox, 3)
    await inbox.down_for(hours=34)  # 22:00 of the next day
    assert len(warnings(inbox)) == 1
    await inbox.down_for(hours=1)
    assert warnings(inbox) == []


async def test_when_the_day_is_over_there_is_nothing_to_warn_of(inbox):
    await walks(inbox, 3)
    await inbox.until(at("2026-05-04T12:00"))
    inbox.pushed("notification:new")
    await inbox.down_for(hours=15)
    assert [each["type"] for each in inbox.pushed("notification:new")] == ["streakBroken"]
    inbox.comes_back_equal()


@pytest.mark.parametrize(("ends", "pushed"), [("22:00", 1), ("06:00", 0)])
async def test_a_warning_of_the_evening_waits_for_the_end_of_quiet_hours_unless_the_day_is_over_then(
    inbox, ends, pushed
):
    await inbox.does(UpdatePreferences(quiet_hours=QuietHours("19:00", ends)))
    await walks(inbox, 3)
    await inbox.until(at("2026-05-04T21:00"))
    assert warnings(inbox) == []
    await inbox.until(at("2026-05-05T06:00"))
    assert len(warnings(inbox)) == pushed
    assert "Streak at risk" in await titles(inbox)


async def test_a_warning_that_was_held_back_is_not_given_once_it_is_not_true_any_more(inbox):
    await inbox.does(UpdatePreferences(quiet_hours=QuietHours("19:00", "22:00")))
    await walks(inbox, 3)
    await inbox.until(at("2026-05-04T21:00"))
    await inbox.does(SyncSteps(at("2026-05-04T21:00").date(), 1200))
    await inbox.until(at("2026-05-04T23:00"))
    assert warnings(inbox) == []


@pytest.mark.parametrize("by_ann", [DeclineFriend, BlockUser])
async def test_a_request_that_was_held_back_is_not_told_once_nothing_is_left_of_it(inbox, by_ann):
    onward = {"kind": "user", "may": Permission.USER, "onward": True}
    await inbox.says(Register("bob", "Bob"), by=BOB)
    await inbox.does(UpdatePreferences(quiet_hours=QuietHours("11:00", "13:00")))
    await inbox.is_liked("p")
    await inbox.world.ask(ANN, RequestFriend(ANN), by=BOB, **onward)
    if by_ann is DeclineFriend:
        await inbox.does(DeclineFriend(BOB))
    else:
        await inbox.world.ask(BOB, BlockUser(BOB), by=ANN, **onward)
    await inbox.until(at("2026-05-01T13:00"))
    told = [each["type"] for each in inbox.pushed("notification:new")]
    assert told == ([] if by_ann is BlockUser else ["postLiked"])
    assert len(await listed(inbox)) == 2


# --- who hears of what ---


async def test_badges_levels_and_a_lost_streak_are_worth_a_word(inbox):
    await walks(inbox, 3, steps=12_000)
    types = {each["type"] for each in await listed(inbox, limit=100)}
    assert {"badgeEarned", "levelUp"} <= types
    await inbox.goes_on(days=2)
    assert "streakBroken" in {each["type"] for each in await listed(inbox, limit=100)}


async def test_a_streak_that_a_late_correction_cuts_in_two_is_not_over(inbox):
    await walks(inbox, 7)
    await inbox.does(SyncSteps(inbox.world.clock.now().date() - timedelta(days=4), 0))
    assert "streakBroken" not in {each["type"] for each in await listed(inbox, limit=100)}


async def test_a_friend_request_and_its_answer(inbox):
    await inbox.says(Register("bob", "Bob"), by=BOB)
    ask = {"kind": "user", "may": Permission.USER, "onward": True}
    await inbox.world.ask(BOB, RequestFriend(BOB), by=ANN, **ask)
    assert (await inbox.says(AcceptFriend(ANN), by=BOB))["status"] == "friends"
    assert "Bob said yes: you are friends now." in [each["message"] for each in await listed(inbox)]
    theirs = (await inbox.says(ListNotices(), by=BOB))["notifications"]
    assert "Ann wants to be your friend." in [each["message"] for each in theirs]


async def test_likes_and_comments_are_told_to_the_author():
    inbox = await Inbox.of_ann(post=PostActor)
    await inbox.says(Register("bob", "Bob"), by=BOB)

    async def say(command, by: str, may: Permission):
        return await inbox.world.ask(POST, command, by=by, kind="post", may=may, onward=True)

    await say(post.Create("I walked", visibility="public"), ANN, Permission.USER)
    for command in (
        post.Like(POST),
        post.Unlike(POST),
        post.Like(POST),
        post.Comment(POST, "Well done"),
        post.Get(POST),
    ):
        assert (await say(command, BOB, Permission.VIEWER)).keys()
    await say(post.Comment(POST, "Thanks"), ANN, Permission.VIEWER)
    assert [each["message"] for each in reversed(await listed(inbox))] == [
        "Bob likes your post.",
        "Bob commented on your post: Well done",
    ]


async def test_a_streak_that_a_freeze_has_saved(inbox):
    await walks(inbox, 10)
    await inbox.goes_on(days=2)
    assert "A freeze has saved your active streak of 10 days." in [
        each["message"] for each in await listed(inbox, limit=100)
    ]


async def test_invitations_and_reminders_of_challenges_and_groups(inbox):
    soon = NOON + timedelta(hours=1)
    await inbox.hears(ChallengeInvited(RACE, "Race", BOB))
    await inbox.hears(GroupInvited(CREW, "Crew", BOB, "Bob"))
    await inbox.hears(SessionInvited(POST, "Legs", BOB))
    for _ in range(2):
        await inbox.hears(ChallengeSoon(RACE, "Race", "start", soon))
        await inbox.hears(ChallengeSoon(RACE, "Race", "end", soon))
        await inbox.hears(CheckInDue(CREW, "Crew", soon))
    assert [each["message"] for each in reversed(await listed(inbox))] == [
        "You are invited to the challenge Race.",
        "Bob invites you to the group Crew.",
        "You are invited to train along: Legs.",
        "Race starts soon. Get ready!",
        "Race ends soon: what you do now still counts.",
        "Crew is waiting for your check-in.",
    ]


async def test_who_never_registered_has_no_inbox(inbox):
    nobody = Address("user", POST)
    for told in (ChallengeInvited(RACE, "Race", BOB), CheckInDue(CREW, "Crew", NOON + timedelta(hours=1))):
        inbox.world.directory.tell(nobody, Tell(told, NOON))
    await inbox.world.directory.settled()
    assert inbox.world.journal.events.get(nobody, []) == []


async def test_a_reminder_that_comes_too_late_is_no_reminder(inbox):
    await inbox.hears(ChallengeSoon(RACE, "Race", "start", NOON))
    await inbox.hears(CheckInDue(CREW, "Crew", NOON - timedelta(hours=1)))
    assert await listed(inbox) == []


async def racing() -> Inbox:
    """Ann takes part in a race of Bob's that starts in an hour."""
    inbox = await Inbox.of_ann(challenge=ChallengeActor)
    create = challenge.Create(
        name="Race",
        metric="steps",
        mode="most",
        starts_at=NOON + timedelta(hours=1),
        ends_at=NOON + timedelta(days=2),
    )
    host = {"by": BOB, "kind": "challenge"}
    await inbox.says(Register("bob", "Bob"), by=BOB)
    await inbox.world.ask(RACE, create, may=Permission.USER, **host)
    await inbox.world.ask(RACE, challenge.Open(RACE), may=Permission.HOST, **host)
    await inbox.world.ask(RACE, challenge.Join(RACE), by=ANN, kind="challenge", onward=True)
    return inbox


async def test_a_challenge_that_is_called_off_is_told():
    inbox = await racing()
    await inbox.world.ask(RACE, challenge.Cancel(RACE), may=Permission.HOST, by=BOB, kind="challenge")
    await inbox.goes_on(minutes=1)
    assert "Race was called off: nobody wins anything." in [each["message"] for each in await listed(inbox, limit=100)]


async def test_the_end_of_a_challenge_is_told_with_the_rank():
    inbox = await racing()
    await inbox.goes_on(hours=2)
    await inbox.does(SyncSteps(TODAY, 2000))
    await inbox.goes_on(days=3)
    assert "Race is over. You have won it!" in [each["message"] for each in await listed(inbox, limit=100)]


def test_every_type_has_its_words_and_its_setting(inbox):
    assert SAID.keys() == set(NoticeType)


# --- devices in step ---


async def test_other_devices_hear_of_changed_preferences_and_profile(inbox):
    await inbox.does(UpdatePreferences(daily_step_goal=5000))
    (told,) = inbox.pushed("sync:preferences")
    assert told["preferences"]["dailyStepGoal"] == 5000
    await inbox.does(UpdateProfile(display_name="Anna"))
    (told,) = inbox.pushed("sync:preferences")
    assert told["user"]["displayName"] == "Anna"
    await inbox.does(UpdateProfile(display_name="Anna"))
    assert inbox.pushed("sync:preferences") == []
