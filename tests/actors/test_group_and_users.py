"""Groups and their members' own actors in the real runtime: what one says to the other, in one commit."""

from datetime import date

import pytest

from actors.group import GroupActor
from actors.messages import Address, Attend, Permission, Push
from actors.user import UserActor
from gateway.rule_file import read_rules
from persistence.codec import dump
from persistence.kinds import stored_kinds
from rules import group
from rules.activity.commands import DeleteActivity
from rules.group.mine import MOST_GROUPS
from rules.notices.commands import ListNotices
from rules.refusal import Code
from rules.user.commands import Me, QuietHours, Register, UpdatePreferences, UpdateProfile
from tests.actors.inbox import told as filled
from tests.actors.world import World, breathe
from tests.rules.groups import an_id

RULES = read_rules(None)
KINDS = stored_kinds(RULES)
ANN, BOB, CIRCLE, DAILY = an_id(1), an_id(2), an_id(3), an_id(4)
TOPIC = f"group:{CIRCLE}"


def new_world(journal=None) -> World:
    return World(journal=journal, kinds={"user": UserActor, "group": GroupActor}, rules=RULES)


@pytest.fixture
async def world() -> World:
    """Ann has founded a public circle in UTC; Bob is registered."""
    world = new_world()
    for user_id, name in ((ANN, "ann"), (BOB, "bob")):
        await world.ask(user_id, Register(name, name.title()), by=user_id, kind="user", may=Permission.SELF)
    await by_way(world, ANN, group.Create(name="Circle", is_private=False), Permission.USER)
    return world


async def by_way(world: World, by: str, command, may=Permission.MEMBER, id: str = CIRCLE, **options):
    return await world.ask(id, command, by=by, kind="group", may=may, onward=True, **options)


async def own(world: World, by: str, command, **options):
    return await world.ask(by, command, by=by, kind="user", may=Permission.SELF, **options)


async def join(world: World, by: str = BOB, id: str = CIRCLE, **options):
    return await by_way(world, by, group.Join(id), Permission.USER, id, **options)


def check_in(**changes) -> group.SubmitCheckIn:
    return group.SubmitCheckIn(**{"group_id": CIRCLE, "productive": 7, "satisfied": 8, "body": 6, "care": 3, **changes})


def heard(world: World, topic: str, type: str) -> list[Push]:
    return [push for push in world.audience.pushes if push != "reply" and (push.topic, push.type) == (topic, type)]


async def me(world: World, by: str) -> dict:
    return await own(world, by, Me())


async def test_a_member_has_the_group_among_theirs_until_they_leave(world):
    assert (await me(world, ANN))["groups"] == [CIRCLE]
    await join(world)
    assert (await me(world, BOB))["groups"] == [CIRCLE]

    await world.ask(CIRCLE, group.Leave(CIRCLE), by=BOB, kind="group", may=Permission.MEMBER)

    assert (await me(world, BOB))["groups"] == []
    assert world.audience.attendance[-1] == Attend(BOB, TOPIC, on=False)


async def test_the_reply_comes_before_the_pushes(world):
    world.audience.pushes.clear()

    await join(world)

    assert world.audience.pushes[0] == "reply"
    assert [push.type for push in world.audience.pushes[1:]] == ["group:updated"]


async def test_a_new_name_reaches_the_groups(world):
    await own(world, ANN, UpdateProfile(display_name="Anna"))

    page = await world.ask(CIRCLE, group.Members(CIRCLE), by=ANN, kind="group", may=Permission.MEMBER, reads=True)
    assert page["members"][0]["name"] == "Anna"


async def test_a_deleted_group_is_nobodys(world):
    await join(world)

    await world.ask(CIRCLE, group.Delete(CIRCLE), by=ANN, kind="group", may=Permission.MODERATOR)
    await world.hours_later(0)

    assert (await me(world, ANN))["groups"] == (await me(world, BOB))["groups"] == []


async def test_nobody_is_in_too_many_groups(world):
    ids = [an_id(1000 + n) for n in range(MOST_GROUPS)]
    for id in ids[:-1]:
        await by_way(world, ANN, group.Create(name="Another"), Permission.USER, id, key=id)

    refused = await by_way(world, ANN, group.Create(name="Too many"), Permission.USER, ids[-1])

    assert refused.code is Code.CONFLICT
    again = await by_way(world, ANN, group.Create(name="Another"), Permission.USER, ids[0], key=ids[0])
    assert again["id"] == ids[0], "a repeated key finds what it made"
    assert (await join(world, BOB, CIRCLE))["memberCount"] == 2


async def test_joining_with_a_key_twice_is_one_membership_and_one_answer(world):
    first = await join(world, key="k")
    assert await join(world, key="k") == first

    assert (await join(world)).code is Code.ALREADY_JOINED


async def test_a_check_in_is_the_members_activity_and_counts_for_them(world):
    answer = await by_way(world, ANN, check_in(note="tired"))

    assert answer["period"] == {"from": "2026-04-27", "to": "2026-05-03"}
    assert (await me(world, ANN))["today"]["checkIns"] == 1
    corrected = await own(world, ANN, group.CorrectCheckIn(activity_id=answer["activity"]["id"], care=1))
    assert corrected["activity"]["metrics"]["huCaresScore"] == 20
    assert corrected["activity"]["details"]["note"] == "tired"
    removed = await own(world, ANN, DeleteActivity(answer["activity"]["id"]))
    assert removed["activity"]["status"] == "removed"
    assert (await me(world, ANN))["today"]["checkIns"] == 0
    assert (await by_way(world, ANN, check_in()))["activity"]["id"] == answer["activity"]["id"]


async def test_a_check_in_taken_back_with_a_key_is_taken_back_once(world):
    """Although its member knows of no such check-in by the time the key comes again."""
    answer = await by_way(world, ANN, check_in())
    delete = DeleteActivity(answer["activity"]["id"])
    correct = group.CorrectCheckIn(activity_id=answer["activity"]["id"], care=1)
    corrected = await own(world, ANN, correct, key="correct")
    removed = await own(world, ANN, delete, key="delete")

    for node in (world, new_world(world.journal)):
        assert await own(node, ANN, delete, key="delete") == removed
        assert await own(node, ANN, correct, key="correct") == corrected
    assert (await own(world, ANN, delete)).code is Code.NOT_FOUND


async def test_a_key_sent_twice_by_way_of_its_user_counts_once(world):
    """Also while the first has not come to the group yet, and before the commit; both are answered after it."""
    world.journal.gate.clear()
    for _ in range(2):
        world.send(CIRCLE, group.Post(CIRCLE, "hi"), by=ANN, kind="group", may=Permission.MEMBER, key="k", onward=True)
    await breathe(20)
    world.send(CIRCLE, group.Post(CIRCLE, "hi"), by=ANN, kind="group", may=Permission.MEMBER, key="k", onward=True)
    await breathe(20)
    before = len(world.replies)
    world.journal.gate.set()
    await world.directory.settled()

    first, second, third = (reply for _, reply in world.replies[before:])
    assert first == second == third
    assert len((await by_way(world, ANN, group.Messages(CIRCLE), reads=True))["messages"]) == 1
    again = await by_way(new_world(world.journal), ANN, group.Post(CIRCLE, "hi"), key="k")
    assert again == first


async def test_a_key_belongs_to_its_user_whatever_it_was_sent_to(world):
    await by_way(world, ANN, group.Post(CIRCLE, "hi"), key="k")

    assert (await own(world, ANN, UpdateProfile(display_name="Anna"), key="k")).code is Code.CONFLICT


async def test_a_check_in_is_corrected_by_its_own_member_only(world):
    await join(world)
    answer = await by_way(world, ANN, check_in())

    refused = await own(world, BOB, group.CorrectCheckIn(activity_id=answer["activity"]["id"], care=1))

    assert refused.code is Code.NOT_FOUND


async def test_who_is_invited_and_who_should_check_in_is_told_in_words(world):
    for _ in range(2):
        await by_way(world, ANN, group.Invite(CIRCLE, [BOB]))
    await join(world)
    await by_way(world, ANN, check_in())

    await world.hours_later(46)  # to Sunday morning: the last quarter of what was left of the week

    told = {who: filled(world, who, await own(world, who, ListNotices()))["notifications"] for who in (ANN, BOB)}
    assert [notice["type"] for notice in told[ANN]] == []
    assert [notice["type"] for notice in told[BOB]] == ["checkInDue", "groupInvited"]
    assert told[BOB][0]["data"]["until"] == "2026-05-04T00:00:00Z"
    assert [name for address, name in world.journal.reminders if address.kind == "group"] == ["period"]


@pytest.mark.parametrize(
    ("meanwhile", "pushed"),
    [
        (None, ["checkInDue"]),
        (group.Leave(CIRCLE), []),
        (check_in(), []),
        (group.Typing(CIRCLE, False), ["checkInDue"]),
    ],
)
async def test_a_reminder_that_quiet_hours_held_is_not_for_who_has_checked_in_or_left_meanwhile(
    world, meanwhile, pushed
):
    await join(world)
    await own(world, BOB, UpdatePreferences(quiet_hours=QuietHours("08:00", "12:00")))
    await world.hours_later(46)  # to ten o'clock on Sunday: the reminder is an hour old
    if meanwhile is not None:
        await by_way(world, BOB, meanwhile)
    world.audience.pushes.clear()

    await world.hours_later(2)

    assert [push.data["type"] for push in heard(world, f"user:{BOB}", "notification:new")] == pushed


@pytest.mark.parametrize(("joins", "pushed"), [(True, []), (False, ["groupInvited"])])
async def test_an_invitation_that_quiet_hours_held_is_not_for_who_has_joined_meanwhile(world, joins, pushed):
    await own(world, BOB, UpdatePreferences(quiet_hours=QuietHours("11:00", "14:00")))
    await by_way(world, ANN, group.Invite(CIRCLE, [BOB]))
    if joins:
        await join(world)
    world.audience.pushes.clear()

    await world.hours_later(2)

    assert [push.data["type"] for push in heard(world, f"user:{BOB}", "notification:new")] == pushed


@pytest.mark.parametrize(("leaves", "told"), [(True, []), (False, ["streakBroken"])])
async def test_who_has_left_hears_no_more_of_the_streak_that_they_had_there(world, leaves, told):
    await by_way(world, ANN, group.Create(name="Daily", check_in_frequency="daily"), Permission.USER, DAILY)
    await by_way(world, ANN, group.Invite(DAILY, [BOB]), id=DAILY)
    await join(world, BOB, DAILY)
    for _ in range(3):
        await by_way(world, BOB, check_in(group_id=DAILY), id=DAILY)
        await world.hours_later(24)
    if leaves:
        await by_way(world, BOB, group.Leave(DAILY), id=DAILY)

    for _ in range(4):
        await world.hours_later(24)

    broken = [push.data["streak"]["kind"] for push in heard(world, f"user:{BOB}", "streak:broken")]
    assert broken == ["active", "checkIn"], "what is shown of it is kept right all the same"
    notices = filled(world, BOB, await own(world, BOB, ListNotices()))["notifications"]
    said = [each["type"] for each in notices if each["data"].get("kind") == "checkIn"]
    assert said == told


async def test_a_key_finds_its_first_reply_after_the_access_code_has_changed(world):
    """The code leads nowhere any more, so the key comes to its user's own actor with no group to go on to."""
    code = (await by_way(world, ANN, group.Get(CIRCLE), reads=True))["accessCode"]
    join_by_code = group.Join(None, code)
    first = await by_way(world, BOB, join_by_code, Permission.USER, key="k")
    await by_way(world, ANN, group.Update(group_id=CIRCLE, new_access_code=True), Permission.MODERATOR)

    for node in (world, new_world(world.journal)):
        again = await node.ask(BOB, join_by_code, by=BOB, kind="user", may=Permission.USER, key="k")
        assert again == first
    refused = await world.ask(BOB, join_by_code, by=BOB, kind="user", may=Permission.USER, key="another")
    assert refused.code is Code.NOT_FOUND


async def test_an_invitation_of_nobody_leaves_nothing_behind(world):
    await by_way(world, ANN, group.Invite(CIRCLE, [an_id(404)]))

    assert Address("user", an_id(404)) not in world.journal.events


async def test_the_next_period_begins_by_itself(world):
    for _ in range(3):
        await world.hours_later(24)

    shown = await world.ask(CIRCLE, group.Participation(CIRCLE, 2), by=ANN, kind="group", reads=True)
    assert [period["period"]["from"] for period in shown["periods"]] == ["2026-05-04"]
    assert shown["stored"] == (date(2026, 5, 4), 1), "the one before is in the table"
    assert {name for address, name in world.journal.reminders if address.kind == "group"} == {"period", "nudge"}


def states(world: World) -> dict[Address, object]:
    """Of all actors, as they live in memory."""
    return {cell.address: cell.actor.state for cell in world.directory.cells()}


def folded(world: World) -> dict[Address, object]:
    """Of all actors, as the journal says."""
    found = {}
    for address, events in world.journal.events.items():
        kind = KINDS[address.kind]
        found[address] = kind.blank(address.id)
        for event in events:
            kind.evolve(found[address], event)
    return found


async def test_killed_between_any_two_commands_everyone_comes_back_as_they_were(world):
    commands = [
        (BOB, group.Join(CIRCLE), Permission.USER),
        (BOB, check_in(is_private=True), Permission.MEMBER),
        (ANN, check_in(), Permission.MEMBER),
        (ANN, group.Post(CIRCLE, "hello"), Permission.MEMBER),
        (ANN, group.Remove(CIRCLE, BOB, ban=True), Permission.MODERATOR),
    ]
    for by, command, may in commands:
        world = new_world(world.journal)  # nothing is left in memory
        assert isinstance(await by_way(world, by, command, may), dict)

    live = states(world)
    assert live == {address: state for address, state in folded(world).items() if address in live}
    for address, state in live.items():
        snapshot = KINDS[address.kind].snapshots.decode(dump(state))
        assert snapshot == state


async def test_killed_before_the_commit_neither_side_knows_of_it(world):
    world.journal.gate.clear()
    by_then = len(world.replies)
    world.send(CIRCLE, group.Join(CIRCLE), by=BOB, kind="group", may=Permission.USER, onward=True)
    await breathe(20)
    assert states(world)[Address("group", CIRCLE)].members.keys() == {ANN, BOB}
    assert len(world.replies) == by_then, "nothing is said before it is kept"

    after = folded(world)

    assert after[Address("group", CIRCLE)].members.keys() == {ANN}
    assert after[Address("user", BOB)].groups == ()
    world.journal.gate.set()
    await world.directory.settled()
    assert folded(world)[Address("user", BOB)].groups == (CIRCLE,)
