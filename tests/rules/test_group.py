"""Who is in a group, who may do what in it, and what is said."""

import pytest

from rules import group as rules
from rules.group import views
from rules.group.events import EVENTS, GroupDeleted, Role
from rules.group.state import MESSAGES_IN_MEMORY, MOST_BANNED, MOST_INVITED
from rules.refusal import Code, Refusal
from tests.rules.groups import FOUNDER, ID, Circle


def code(refusal):
    assert isinstance(refusal, Refusal), refusal
    return refusal.code


def staffed(**changes) -> Circle:
    """Ann is an admin, Mo and Mia are moderators, Bob and Cleo members."""
    circle = Circle("mo", "mia", "bob", "cleo", **changes)
    return circle.must(rules.Role(ID, "mo", "moderator")).must(rules.Role(ID, "mia", "moderator"))


# --- founding and joining ---


def test_the_founder_is_its_first_admin_and_their_time_zone_is_the_groups():
    circle = Circle(timezone=None)

    assert (circle.role(FOUNDER), circle.state.settings.timezone) == ("admin", "UTC")
    assert circle.state.settings.max_members == 20


def test_anyone_joins_a_public_group_by_its_id():
    assert Circle("bob").role("bob") == "member"


def test_a_private_group_is_not_there_for_who_has_only_its_id():
    assert code(Circle(is_private=True).do(rules.Join(ID), "bob")) is Code.NOT_FOUND


def test_the_access_code_opens_a_private_group_and_the_old_one_does_not():
    circle = Circle(is_private=True)
    first = circle.state.access_code
    circle.must(rules.Join(ID, first), "bob").must(rules.Update(group_id=ID, new_access_code=True))

    assert circle.state.access_code != first
    assert code(circle.do(rules.Join(ID, first), "cleo")) is Code.NOT_FOUND
    assert circle.must(rules.Join(ID, circle.state.access_code), "cleo").role("cleo") == "member"


def test_an_invitation_opens_a_private_group_once():
    circle = Circle(is_private=True).must(rules.Invite(ID, ["bob"])).must(rules.Join(ID), "bob")

    circle.must(rules.Leave(ID), "bob")

    assert code(circle.do(rules.Join(ID), "bob")) is Code.NOT_FOUND


def test_joining_twice_says_so():
    assert code(Circle("bob").do(rules.Join(ID), "bob")) is Code.ALREADY_JOINED


def test_a_full_group_takes_nobody_until_there_is_more_room():
    circle = Circle("bob", max_members=2)

    assert circle.do(rules.Join(ID), "cleo").details == {"maxMembers": 2}
    assert circle.must(rules.Update(group_id=ID, max_members=3)).must(rules.Join(ID), "cleo").role("cleo") == "member"
    refusal = circle.do(rules.Update(group_id=ID, max_members=2))
    assert refusal.details["fields"][0]["path"] == "maxMembers"


# --- inviting ---


def test_members_invite_where_the_group_lets_them():
    circle = staffed()
    assert circle.do(rules.Invite(ID, ["dan"]), "bob") is None
    circle.must(rules.Update(group_id=ID, who_invites="admins"))

    assert code(circle.do(rules.Invite(ID, ["eve"]), "bob")) is Code.FORBIDDEN
    assert circle.do(rules.Invite(ID, ["eve"]), "mo") is None
    assert circle.state.invited == {"dan": "bob", "eve": "mo"}


def test_members_and_the_blocked_are_left_out_without_a_word():
    circle = Circle("bob")
    circle.blocked[FOUNDER] = frozenset({"cleo"})

    assert circle.do(rules.Invite(ID, ["bob", "cleo", "dan", "dan"])) is None
    assert list(circle.state.invited) == ["dan"]


def test_open_invitations_are_bounded_and_can_be_taken_back():
    circle = Circle()
    for hundred in range(MOST_INVITED // 100):
        circle.must(rules.Invite(ID, [f"user {hundred} {n}" for n in range(100)]))

    assert code(circle.do(rules.Invite(ID, ["one more"]))) is Code.CONFLICT
    assert circle.must(rules.Remove(ID, "user 0 0")).must(rules.Invite(ID, ["one more"])).state.invited["one more"]


# --- going ---


def test_who_is_removed_may_come_back_and_who_is_banned_may_not():
    circle = staffed().must(rules.Remove(ID, "bob")).must(rules.Remove(ID, "cleo", ban=True))

    assert circle.must(rules.Join(ID), "bob").role("bob") == "member"
    assert code(circle.do(rules.Join(ID), "cleo")) is Code.FORBIDDEN
    assert not circle.state.is_open_to("cleo")
    assert code(circle.do(rules.Join(ID, circle.state.access_code), "cleo")) is Code.FORBIDDEN


def test_an_invitation_by_a_moderator_lifts_a_ban_and_one_by_a_member_does_not():
    circle = staffed().must(rules.Remove(ID, "cleo", ban=True))
    circle.must(rules.Invite(ID, ["cleo"]), "bob")
    assert code(circle.do(rules.Join(ID), "cleo")) is Code.FORBIDDEN

    circle.must(rules.Invite(ID, ["cleo"]), "mo").must(rules.Join(ID), "cleo")

    assert circle.role("cleo") == "member"
    assert circle.state.banned == {}


def test_who_was_only_invited_can_be_banned_too():
    circle = Circle().must(rules.Invite(ID, ["dan"])).must(rules.Remove(ID, "dan", ban=True))

    assert circle.state.invited == {}
    assert code(circle.do(rules.Join(ID), "dan")) is Code.FORBIDDEN


def test_bans_are_bounded():
    circle = Circle("bob")
    for number in range(MOST_BANNED):
        name = f"user {number}"
        circle.must(rules.Join(ID), name).must(rules.Remove(ID, name, ban=True))

    assert code(circle.do(rules.Remove(ID, "bob", ban=True))) is Code.CONFLICT
    assert circle.do(rules.Remove(ID, "bob")) is None


def test_nobody_removes_themselves_or_strangers():
    assert circle_refusal(rules.Remove(ID, FOUNDER)).details == {"instead": "group:leave"}
    assert code(circle_refusal(rules.Remove(ID, "nobody"))) is Code.NOT_FOUND


def circle_refusal(command) -> Refusal:
    refusal = Circle("bob").do(command)
    assert refusal is not None
    return refusal


def test_the_last_admin_names_another_before_they_leave():
    circle = Circle("bob")
    assert circle.do(rules.Leave(ID)).details == {"instead": "group:role"}
    assert code(circle.do(rules.Role(ID, FOUNDER, "member"))) is Code.CONFLICT

    circle.must(rules.Role(ID, "bob", "admin")).must(rules.Leave(ID))

    assert list(circle.state.members) == ["bob"]


def test_the_last_members_leaving_closes_the_group():
    circle = Circle("bob").must(rules.Leave(ID), "bob").must(rules.Leave(ID))

    assert isinstance(circle.events[-1], GroupDeleted)
    assert not circle.state.open


def test_a_closed_group_keeps_nothing_but_who_is_still_to_be_told():
    circle = Circle("bob").must(rules.Post(ID, "hello")).must(rules.Invite(ID, ["dan"])).must(rules.Delete(ID))

    state = circle.state
    assert not any([state.messages, state.invited, state.banned, state.check_ins])
    assert rules.alarms(state) == {"dismiss": circle.now}


# --- powers ---


@pytest.mark.parametrize("target", ["ann", "mia"])
def test_moderators_act_on_plain_members_only(target):
    for command in (rules.Remove(ID, target), rules.Remove(ID, target, ban=True), rules.Role(ID, target, "member")):
        assert code(staffed().do(command, "mo")) is Code.FORBIDDEN


def test_moderators_name_moderators_and_no_admins():
    circle = staffed()

    assert circle.must(rules.Role(ID, "bob", "moderator"), "mo").role("bob") == "moderator"
    assert code(circle.do(rules.Role(ID, "cleo", "admin"), "mo")) is Code.FORBIDDEN
    assert circle.must(rules.Remove(ID, "cleo"), "mo").state.members.keys() == {"ann", "mo", "mia", "bob"}


def test_admins_act_on_everybody():
    circle = staffed().must(rules.Role(ID, "mo", "admin")).must(rules.Remove(ID, FOUNDER), "mo")

    assert circle.must(rules.Role(ID, "mia", "member"), "mo").role("mia") == "member"


def test_a_role_that_one_has_changes_nothing():
    circle = Circle("bob")
    before = len(circle.events)

    assert circle.do(rules.Role(ID, "bob", "member")) is None
    assert len(circle.events) == before


def test_a_stranger_gets_no_role():
    assert code(Circle().do(rules.Role(ID, "bob", "member"))) is Code.NOT_FOUND


# --- settings, messages, pages ---


def test_what_an_update_leaves_out_stays():
    circle = Circle(description="Weekly").must(rules.Update(group_id=ID, name="Ring"))
    assert (circle.state.settings.name, circle.state.settings.description) == ("Ring", "Weekly")

    for nothing in ("", None):
        circle.must(rules.Update(group_id=ID, description="Weekly")).must(
            rules.Update(group_id=ID, description=nothing)
        )
        assert circle.state.settings.description is None
    before = len(circle.events)
    assert circle.do(rules.Update(group_id=ID, name="Ring")) is None
    assert len(circle.events) == before


def test_the_last_messages_are_in_memory_and_pages_say_what_is_not():
    circle = Circle()
    for number in range(MESSAGES_IN_MEMORY + 30):
        circle.must(rules.Post(ID, f"message {number + 1}"))
    assert len(circle.state.messages) == MESSAGES_IN_MEMORY

    seen: list[int] = []
    stored: list[int] = []
    before = None
    while True:
        page, missing = views.messages_view(circle.state, rules.Messages(ID, before, 70))
        seen += [message["number"] for message in page["messages"]]
        if missing is not None:
            stored += range(missing[1], missing[0] - 1, -1)
        before = page.get("next")
        if before is None:
            break

    assert seen + stored == list(range(MESSAGES_IN_MEMORY + 30, 0, -1))
    assert stored == list(range(30, 0, -1))


def test_a_group_without_messages_has_an_empty_page():
    assert views.messages_view(Circle().state, rules.Messages(ID)) == ({"messages": []}, None)


def test_members_come_in_pages_that_stay_where_they_are():
    circle = Circle("bob", "cleo", "dan", "eve")
    first = views.members_view(circle.state, rules.Members(ID, limit=2), FOUNDER, lambda _: "offline")
    circle.must(rules.Remove(ID, "bob")).must(rules.Join(ID), "bob")

    second = views.members_view(circle.state, rules.Members(ID, after=first["next"]), FOUNDER, lambda _: "online")

    assert [member["userId"] for member in first["members"]] == [FOUNDER, "bob"]
    assert [member["userId"] for member in second["members"]] == ["cleo", "dan", "eve", "bob"]
    assert {member["presence"] for member in second["members"]} == {"online"}
    assert "next" not in second


def test_who_is_banned_is_shown_to_moderators_only():
    circle = staffed().must(rules.Remove(ID, "cleo", ban=True))
    query = rules.Members(ID, "banned")

    shown = views.members_view(circle.state, query, "mo", lambda _: "online")

    assert [(member["userId"], member["status"], member["presence"]) for member in shown["members"]] == [
        ("cleo", "banned", "offline")
    ]
    assert code(views.members_view(circle.state, query, "bob", lambda _: "online")) is Code.FORBIDDEN


def test_the_access_code_is_shown_to_members_only():
    circle = Circle("bob")

    assert views.group_view(circle.state, "bob")["accessCode"] == circle.state.access_code
    assert views.group_view(circle.state, "bob")["role"] == Role.MEMBER
    assert not {"accessCode", "role"} & views.group_view(circle.state, "cleo").keys()


def test_every_event_is_listed_once():
    assert len({event.__name__ for event in EVENTS}) == len(EVENTS)
