"""The group actor, one message at a time: what it answers, tells, pushes and asks to be reminded of."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast, get_args

import pytest

from actors.cell import Cell
from actors.group import GroupActor
from actors.group_rounds import TOLD_AT_ONCE
from actors.group_typing import FADES
from actors.messages import Address, Attend, Caller, Command, Due, Outcome, Permission, Push, Tell, Tick, Veil, Wake
from actors.runtime import Deps
from persistence.codec import SnapshotCodec, dump
from rules import group as rules
from rules.activity.commands import DeleteActivity
from rules.activity.fact import Fact, Kind
from rules.group.state import Group
from rules.known import Known
from rules.refusal import Code, Refusal
from rules.tells.group import (
    CheckedIn,
    CheckInDue,
    CheckInRemoved,
    GroupInvited,
    GroupJoined,
    GroupLeft,
    MemberIntroduced,
)
from tests.actors.world import HeardAudience
from tests.rules.groups import FOUNDER, ID, WEDNESDAY, an_id, submit
from tests.rules.own_exercises import OWN

TOPIC = f"group:{ID}"
SNAPSHOTS = SnapshotCodec(Group)
DAY = timedelta(days=1)


class CountingIds:
    def __init__(self) -> None:
        self._numbers = count(1)

    def new(self) -> str:
        return an_id(next(self._numbers))

    def code(self) -> str:
        return f"code{next(self._numbers)}"


@dataclass
class Stage:
    """An actor and its clock. Reminders come when the clock is moved, as the runtime would bring them."""

    now: datetime = WEDNESDAY
    audience: HeardAudience = field(default_factory=HeardAudience)
    ids: CountingIds = field(default_factory=CountingIds)
    reminders: dict[str, datetime] = field(default_factory=dict)
    events: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.actor = self.fresh()

    def fresh(self) -> GroupActor:
        cell = Cell(cast(Any, None), Address("group", ID), 0.0)
        return GroupActor(cell, Deps(self.ids, self.audience, cast(Any, None), OWN))

    def founded(self, *members: str, **changes: Any) -> "Stage":
        self.ask(rules.Create(**{"name": "Circle", "is_private": False, "max_members": 2000, **changes}))
        for member in members:
            self.ask(rules.Join(ID), member)
        return self

    def take(self, outcome: Outcome) -> Outcome:
        self.events += outcome.events
        for remind in outcome.reminders:
            self.reminders.pop(remind.name, None)
            if remind.due is not None:
                self.reminders[remind.name] = remind.due
        return outcome

    def known(self, user: str, **more: Any) -> Known:
        return Known(user, user.title(), "Europe/Berlin", username=user, **more)

    def command(self, command: Any, by: str, known: Known | None = None, may: Any = Permission.USER) -> Command:
        reads = isinstance(command, get_args(rules.Read))
        return Command(command, Caller(by), may, self.now, print, None, reads, known=known or self.known(by))

    def ask(self, command: Any, by: str = FOUNDER, known: Known | None = None) -> Outcome:
        return self.take(self.actor.on_command(self.command(command, by, known)))

    def guarded(self, command: Any, by: str, may: Permission) -> Any:
        return self.take(self.actor.guarded(self.command(command, by, may=may))).reply

    def tell(self, message: Any) -> Outcome:
        return self.take(self.actor.on_tell(Tell(message, self.now)))

    def at(self, now: datetime) -> list[Outcome]:
        self.now = now
        outcomes = []
        while due := [(at, name) for name, at in self.reminders.items() if at <= now]:
            at, name = min(due)
            del self.reminders[name]
            outcomes.append(self.take(self.actor.on_due(Due(name, at, now))))
        return outcomes

    def tick(self) -> Outcome:
        return self.take(self.actor.on_tick(Tick("typing", self.now)))


def pushes(outcome: Outcome) -> list[tuple[str, Any]]:
    return [(push.type, push.data) for push in outcome.effects if isinstance(push, Push)]


def changes(outcome: Outcome) -> list[str]:
    return [data["change"] for type, data in pushes(outcome) if type == "group:updated"]


def attendance(outcome: Outcome) -> list[Attend]:
    return [effect for effect in outcome.effects if isinstance(effect, Attend)]


def tells(*outcomes: Outcome) -> list[tuple[str, Any]]:
    return [(address.id, told) for outcome in outcomes for address, told in outcome.tells]


# --- members come and go ---


def test_founding_answers_the_group_with_its_code_and_tells_its_founder():
    outcome = Stage().take(Stage().ask(rules.Create(name="Circle")))

    assert outcome.reply == {
        "id": ID,
        "name": "Circle",
        "isPrivate": True,
        "maxMembers": 20,
        "whoInvites": "members",
        "checkInFrequency": "weekly",
        "timezone": "Europe/Berlin",
        "memberCount": 1,
        "accessCode": "code1",
        "role": "admin",
    }
    assert tells(outcome) == [(FOUNDER, GroupJoined(ID, "Circle"))]
    assert attendance(outcome) == [Attend(FOUNDER, TOPIC)]
    assert outcome.touched == {"group", ("member", FOUNDER)}
    assert {remind.name for remind in outcome.reminders} == {"period", "nudge"}


def test_a_group_is_founded_once():
    assert Stage().founded().ask(rules.Create(name="Other")).reply.code is Code.CONFLICT


def test_joining_subscribes_the_member_and_tells_the_others():
    outcome = Stage().founded().ask(rules.Join(ID), "bob")

    assert pushes(outcome) == [
        (
            "group:updated",
            {"groupId": ID, "change": "memberJoined", "userId": "bob", "memberCount": 2, "name": "Bob"},
        )
    ]
    assert attendance(outcome) == [Attend("bob", TOPIC)]
    assert tells(outcome) == [("bob", GroupJoined(ID, "Circle"))]


@pytest.mark.parametrize(("ban", "why"), [(False, "removed"), (True, "banned")])
def test_who_is_removed_hears_that_and_no_more_of_the_group(ban, why):
    outcome = Stage().founded("bob").ask(rules.Remove(ID, "bob", ban))

    assert tells(outcome) == [("bob", GroupLeft(ID, "Circle", why))]
    assert [type(effect) for effect in outcome.effects] == [Push, Attend]
    assert attendance(outcome) == [Attend("bob", TOPIC, on=False)]
    assert changes(outcome) == ["memberRemoved"]


def test_an_invitation_taken_back_is_nobodys_news():
    stage = Stage().founded()
    invited = stage.ask(rules.Invite(ID, ["dan"]))
    outcome = stage.ask(rules.Remove(ID, "dan"))

    assert tells(invited) == [("dan", GroupInvited(ID, "Circle", FOUNDER, "Ann"))]
    assert (outcome.reply, outcome.tells, outcome.effects) == ({}, [], [])


def test_a_role_is_answered_with_the_member_and_told_to_all():
    stage = Stage().founded("bob")
    stage.audience.present["bob"] = "away"

    outcome = stage.ask(rules.Role(ID, "bob", "moderator"))

    assert (outcome.reply["role"], outcome.reply["status"], outcome.reply["presence"]) == (
        "moderator",
        "active",
        "away",
    )
    assert pushes(outcome)[0][1] == {
        "groupId": ID,
        "change": "roleChanged",
        "userId": "bob",
        "role": "moderator",
        "by": FOUNDER,
    }


def test_a_member_with_another_name_is_known_by_it():
    stage = Stage().founded("bob")

    outcome = stage.tell(MemberIntroduced("bob", "Robert", "rob"))

    assert changes(outcome) == ["memberRenamed"]
    assert stage.actor.state.members["bob"].name == "Robert"
    assert stage.tell(MemberIntroduced("bob", "Robert", "rob")).events == []
    assert stage.tell(MemberIntroduced("nobody", "No", "body")).events == []


# --- who may ---


def test_a_private_group_is_not_there_for_outsiders_until_they_are_invited():
    stage = Stage().founded("bob", is_private=False)
    assert stage.guarded(rules.Get(ID), "dan", Permission.VIEWER)["name"] == "Circle"
    stage.ask(rules.Update(group_id=ID, is_private=True))

    assert stage.guarded(rules.Get(ID), "dan", Permission.VIEWER).code is Code.NOT_FOUND
    assert stage.guarded(rules.View(ID), "dan", Permission.MEMBER).code is Code.NOT_FOUND
    stage.ask(rules.Invite(ID, ["dan"]))
    assert "accessCode" not in stage.guarded(rules.Get(ID), "dan", Permission.VIEWER)
    assert stage.guarded(rules.View(ID), "dan", Permission.MEMBER).code is Code.FORBIDDEN


def test_members_may_not_do_what_moderators_do():
    stage = Stage().founded("bob")

    assert stage.guarded(rules.Update(group_id=ID, name="Mine"), "bob", Permission.MODERATOR).code is Code.FORBIDDEN
    stage.ask(rules.Role(ID, "bob", "moderator"))
    assert stage.guarded(rules.Update(group_id=ID, name="Ours"), "bob", Permission.MODERATOR)["name"] == "Ours"


def test_a_made_up_group_is_not_there():
    stage = Stage()

    assert stage.guarded(rules.Get(ID), FOUNDER, Permission.VIEWER).code is Code.NOT_FOUND
    assert stage.ask(rules.Join(ID)).reply.code is Code.NOT_FOUND
    assert stage.actor.on_due(Due("nudge", WEDNESDAY, WEDNESDAY)).events == []


# --- talking ---


def test_a_message_is_answered_with_its_id_and_pushed_to_all():
    outcome = Stage().founded("bob").ask(rules.Post(ID, "hello"), "bob")

    assert set(outcome.reply) == {"messageId", "at"}
    assert pushes(outcome) == [("group:message", {**outcome.reply, "number": 1, "from": "bob", "text": "hello"})]


def test_typing_is_shown_once_and_fades_by_itself():
    stage = Stage().founded("bob")

    first = stage.ask(rules.Typing(ID, True), "bob")
    again = stage.ask(rules.Typing(ID, True), "bob")

    assert pushes(first) == [("group:typing", {"userId": "bob", "isTyping": True})]
    assert all(push.ephemeral for push in first.effects)
    assert first.wakes == [Wake("typing", FADES)]
    assert (again.effects, again.wakes, again.events) == ([], [], [])
    assert stage.tick().wakes == [Wake("typing", FADES)]
    faded = stage.tick()
    assert pushes(faded) == [("group:typing", {"userId": "bob", "isTyping": False})]
    assert faded.wakes == []


def test_who_goes_on_typing_goes_on_being_shown():
    stage = Stage().founded("bob")
    for _ in range(5):
        stage.ask(rules.Typing(ID, True), "bob")
        assert stage.tick().effects == []


def test_a_finger_on_the_key_is_no_flood():
    """On and off many times in a few seconds: two pushes, then how it ended."""
    stage = Stage().founded("bob")

    heard = [push for turn in range(21) for push in pushes(stage.ask(rules.Typing(ID, turn % 2 == 0), "bob"))]

    assert [data["isTyping"] for _, data in heard] == [True, False]
    assert [data["isTyping"] for _, data in pushes(stage.tick())] == [True]


def test_typing_is_not_shown_to_whom_a_block_keeps_apart_also_when_it_ends():
    stage = Stage().founded("bob", "cleo")
    known = stage.known("bob", blocked=frozenset({"cleo"}))

    outcomes = [stage.ask(rules.Typing(ID, True), "bob", known), stage.tick(), stage.tick()]

    shown = [push for outcome in outcomes for push in outcome.effects]
    assert [push.data["isTyping"] for push in shown] == [True, False]
    assert {push.hidden_from for push in shown} == {frozenset({"cleo"})}


def test_who_goes_while_typing_types_no_longer():
    stage = Stage().founded("bob", "cleo")
    for writer in ("bob", "cleo"):
        stage.ask(rules.Typing(ID, True), writer)

    left, removed = stage.ask(rules.Leave(ID), "bob"), stage.ask(rules.Remove(ID, "cleo"))

    for outcome, writer in ((left, "bob"), (removed, "cleo")):
        assert pushes(outcome)[0] == ("group:typing", {"userId": writer, "isTyping": False})
    assert stage.tick().effects == []


def test_nobody_is_there_for_whom_a_block_keeps_apart():
    stage = Stage().founded("bob", "cleo")
    stage.audience.present = dict.fromkeys((FOUNDER, "bob", "cleo"), "online")
    stage.audience.veil(Veil("cleo", on=True))
    known = stage.known(FOUNDER, blocked=frozenset({"bob"}))

    page = stage.ask(rules.Members(ID), FOUNDER, known).reply["members"]
    state = stage.ask(rules.View(ID), FOUNDER, known).reply["members"]

    assert page == state
    assert [member["presence"] for member in page] == ["online", "offline", "offline"]


def test_not_typing_is_no_news():
    assert Stage().founded().ask(rules.Typing(ID, False)).effects == []


# --- check-ins ---


def test_a_check_in_is_an_activity_of_the_member_and_news_to_the_others():
    stage = Stage().founded("bob")

    outcome = stage.ask(submit(note="tired", energy=2), "bob")

    activity = outcome.reply["activity"]
    assert activity["metrics"] == {"checkIns": 1, "huCaresScore": 18}
    assert (activity["kind"], activity["date"], activity["status"]) == ("checkIn", "2026-05-06", "counted")
    assert activity["details"]["note"] == "tired"
    assert outcome.reply["period"] == {"from": "2026-05-04", "to": "2026-05-10"}
    [(whom, told)] = tells(outcome)
    assert (whom, type(told), told.activity_id, told.note) == ("bob", CheckedIn, activity["id"], "tired")
    assert pushes(outcome) == [
        (
            "friend:checked-in",
            {
                "userId": "bob",
                "username": "bob",
                "groupId": ID,
                "huCaresScore": 18,
                "timestamp": "2026-05-06T12:00:00Z",
            },
        )
    ]


def fact_of(activity: dict[str, Any]) -> Fact:
    metrics, details = dict(activity["metrics"]), dict(activity["details"])
    return Fact(
        activity["id"],
        Kind.CHECK_IN,
        WEDNESDAY.date(),
        "UTC",
        WEDNESDAY,
        WEDNESDAY,
        metrics,
        WEDNESDAY,
        details=details,
    )


def test_a_private_check_in_is_told_to_its_member_only():
    outcome = Stage().founded().ask(submit(is_private=True))

    assert pushes(outcome) == []
    assert len(outcome.tells) == 1


def test_others_hear_of_a_correction_as_far_as_they_may_see_it():
    stage = Stage().founded("bob")
    activity = stage.ask(submit(), "bob").reply["activity"]

    def correct(**said: Any) -> list[tuple[str, Any]]:
        known = stage.known("bob", fact=fact_of(activity))
        return pushes(stage.ask(rules.CorrectCheckIn(activity_id=activity["id"], **said), "bob", known))

    assert [data["huCaresScore"] for _, data in correct(care=1)] == [20]
    assert correct(note="only a note") == []
    assert [data["change"] for _, data in correct(is_private=True)] == ["checkInWithdrawn"]
    assert correct(care=5) == []
    assert [type for type, _ in correct(is_private=False)] == ["friend:checked-in"]


def test_a_check_in_taken_back_is_gone_for_all_and_its_member_is_told():
    stage = Stage().founded("bob")
    activity = stage.ask(submit(), "bob").reply["activity"]
    known = stage.known("bob", fact=fact_of(activity))

    outcome = stage.ask(DeleteActivity(activity["id"]), "bob", known)

    assert outcome.reply["activity"] == {**activity, "status": "removed"}
    assert tells(outcome) == [("bob", CheckInRemoved(activity["id"], ID))]
    assert changes(outcome) == ["checkInWithdrawn"]


def test_a_check_in_can_be_taken_back_when_the_group_is_no_more():
    stage = Stage().founded()
    activity = stage.ask(submit()).reply["activity"]
    stage.ask(rules.Delete(ID))
    known = stage.known(FOUNDER, fact=fact_of(activity))
    command = stage.command(DeleteActivity(activity["id"]), FOUNDER, known, Permission.SELF)

    outcome = stage.actor.guarded(command)

    assert outcome.reply["activity"]["status"] == "removed"
    assert tells(outcome) == [(FOUNDER, CheckInRemoved(activity["id"], ID))]
    assert outcome.events == []


# --- time ---


def test_who_has_not_checked_in_is_reminded_before_the_period_ends():
    stage = Stage().founded("bob", "cleo", timezone="UTC")
    stage.ask(submit(is_private=True), "bob")

    outcomes = stage.at(datetime(2026, 5, 10, 0, tzinfo=UTC))

    until = datetime(2026, 5, 11, tzinfo=UTC)
    assert tells(*outcomes) == [(who, CheckInDue(ID, "Circle", until)) for who in (FOUNDER, "cleo")]
    assert stage.reminders == {"period": until}


def test_a_reminder_that_comes_after_the_period_reminds_nobody_of_it():
    """The server was away: the next period's reminder is still to come."""
    stage = Stage().founded("bob", timezone="UTC")

    outcomes = stage.at(datetime(2026, 5, 12, tzinfo=UTC))

    assert tells(*outcomes) == []
    assert [change for outcome in outcomes for change in changes(outcome)] == ["periodBegan"]
    assert stage.reminders["nudge"] == datetime(2026, 5, 17, tzinfo=UTC)


def test_a_command_after_the_end_of_a_period_belongs_to_the_next_whether_or_not_the_reminder_has_come():
    stage = Stage().founded(timezone="UTC")
    stage.ask(submit())
    stage.now = datetime(2026, 5, 11, tzinfo=UTC)

    outcome = stage.ask(submit())

    assert outcome.reply["period"] == {"from": "2026-05-11", "to": "2026-05-17"}
    assert changes(outcome) == ["periodBegan"]


def test_reads_show_the_period_of_their_moment():
    stage = Stage().founded(timezone="UTC")
    stage.now = datetime(2026, 5, 11, tzinfo=UTC)

    [period] = stage.ask(rules.Participation(ID)).reply["periods"]

    assert period["period"]["from"] == "2026-05-11"


# --- a thousand members ---


@pytest.fixture(scope="module")
def crowd() -> Stage:
    return Stage().founded(*(f"user {n}" for n in range(999)), timezone="UTC")


def test_a_thousand_members_are_in_one_group(crowd):
    pages, after = [], 0
    while after is not None:
        page = crowd.ask(rules.Members(ID, after=after, limit=100)).reply
        pages.append(page["members"])
        after = page.get("next")

    assert [len(page) for page in pages] == [100] * 10
    assert len({member["userId"] for page in pages for member in page}) == 1000
    view = crowd.ask(rules.View(ID), "user 7").reply
    assert (view["group"]["memberCount"], len(view["members"])) == (1000, 20)
    assert SNAPSHOTS.decode(dump(crowd.actor.state)) == crowd.actor.state


def test_a_thousand_are_reminded_in_portions_each_once(crowd):
    for n in range(0, 999, 3):
        crowd.ask(submit(), f"user {n}")

    outcomes = crowd.at(datetime(2026, 5, 10, tzinfo=UTC))

    told = [whom for whom, _ in tells(*outcomes)]
    assert len(told) == len(set(told)) == 1000 - 333
    assert max(len(outcome.tells) for outcome in outcomes) == TOLD_AT_ONCE
    assert len(outcomes) == 7


def test_a_thousand_are_dismissed_in_portions_each_once():
    stage = Stage().founded(*(f"user {n}" for n in range(999)))

    deleted = stage.ask(rules.Delete(ID))
    outcomes = stage.at(stage.now)

    assert changes(deleted) == ["deleted"]
    assert attendance(deleted) == [Attend(None, TOPIC, on=False)]
    assert len(outcomes) == 10
    told = tells(*outcomes)
    assert len({whom for whom, _ in told}) == len(told) == 1000
    assert {message for _, message in told} == {GroupLeft(ID, "Circle", "deleted")}
    assert (stage.actor.state.members, stage.reminders) == ({}, {})
    assert isinstance(stage.ask(rules.Join(ID)).reply, Refusal)


# --- coming back ---


def test_it_comes_back_as_it_was_from_its_events_and_from_a_snapshot():
    stage = Stage().founded("bob", "cleo", check_in_frequency="daily")
    stage.ask(submit(), "bob")
    stage.ask(rules.Post(ID, "hello"))
    stage.at(WEDNESDAY + 2 * DAY)
    stage.ask(rules.Remove(ID, "cleo", ban=True))
    stage.ask(submit(is_private=True))

    again = stage.fresh()
    for event in stage.events:
        again.evolve(event)

    assert again.state == stage.actor.state
    assert SNAPSHOTS.decode(dump(again.state)) == stage.actor.state
