"""The challenge actor, one message at a time: what it answers, tells, pushes and asks to be reminded of."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from pydantic import TypeAdapter

from actors.cell import Cell
from actors.challenge import TOLD_AT_ONCE, ChallengeActor, news
from actors.messages import Address, Attend, Caller, Command, Due, Outcome, Permission, Push, Remind, Tell, Tick, Wake
from actors.runtime import Deps, JournalledActor
from gateway.catalogue import CATALOGUE
from rules import challenge as rules
from rules.challenge.events import CountdownBegan
from rules.challenge.possible import possible
from rules.challenge.state import Challenge
from rules.refusal import Code, Refusal
from rules.tells import ChallengeEnded, ChallengeInvited, ChallengeJoined, ChallengeLeft, DayCounted, Introduced
from tests.actors.world import World
from tests.rules.challenges import BEFORE, DURING, END, HOST, ID, START, day, draft
from tests.rules.own_exercises import OWN
from tests.rules.rule_sets import DEFAULT

RULES = replace(DEFAULT, version="7")
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
TOPIC = f"challenge:{ID}"


class Audience:
    """Everyone in `watched` looks at their own topic."""

    def __init__(self) -> None:
        self.watched: set[str] = set()

    def publish(self, push: Push) -> None:
        raise AssertionError("the runtime publishes, never the actor")

    def attend(self, attend: Attend) -> None:
        raise AssertionError("the runtime does that, never the actor")

    def is_watched(self, topic: str) -> bool:
        return topic in self.watched

    def presence(self, user_id: str) -> Any:
        return "online" if f"user:{user_id}" in self.watched else "offline"


class Codes:
    def new(self) -> str:
        raise AssertionError("a challenge's id is its address")

    def code(self) -> str:
        return "WATCH"


@dataclass
class Stage:
    """An actor and its clock. Reminders come when the clock is moved, as the runtime would bring them."""

    now: Any = BEFORE
    actor: ChallengeActor = field(init=False)
    reminders: dict[str, Any] = field(default_factory=dict)
    events: list[Any] = field(default_factory=list)
    audience: Audience = field(default_factory=Audience)

    def __post_init__(self) -> None:
        self.actor = self.fresh()

    def fresh(self) -> ChallengeActor:
        cell = Cell(cast(Any, None), Address("challenge", ID), 0.0)
        return ChallengeActor(cell, Deps(ids=Codes(), audience=self.audience, rules=RULES, exercises=OWN))

    def take(self, outcome: Outcome) -> Outcome:
        self.events += outcome.events
        for remind in outcome.reminders:
            self.reminders.pop(remind.name, None)
            if remind.due is not None:
                self.reminders[remind.name] = remind.due
        return outcome

    def ask(self, command: Any, by: str = HOST, role: Any = "user") -> Outcome:
        return self.take(self.actor.on_command(Command(command, Caller(by, role), Permission.USER, self.now, print)))

    def tell(self, message: Any) -> Outcome:
        return self.take(self.actor.on_tell(Tell(message, self.now)))

    def due(self) -> Outcome | None:
        """The next reminder, if one is due by now."""
        due = [(at, name) for name, at in self.reminders.items() if at <= self.now]
        if not due:
            return None
        at, name = min(due)
        del self.reminders[name]
        return self.take(self.actor.on_due(Due(name, at, self.now)))

    def at(self, now: Any) -> list[Outcome]:
        self.now = now
        outcomes = []
        while (outcome := self.due()) is not None:
            outcomes.append(outcome)
        return outcomes

    def tick(self, name: str) -> Outcome:
        return self.actor.on_tick(Tick(name, self.now))

    def join(self, *users: str) -> "Stage":
        for user in users:
            self.ask(rules.Join(ID), user)
            self.tell(Introduced(user, user.title(), "UTC"))
        return self

    def steps(self, user: str, before: float, after: float, number: int = 6) -> Outcome:
        return self.tell(DayCounted(user, "steps", day(number), "UTC", before, after, "activity", review=False))


def opened(*users: str, **terms: Any) -> Stage:
    stage = Stage()
    stage.ask(draft(**terms))
    stage.ask(rules.Open(ID))
    return stage.join(*users)


def live(*users: str, **terms: Any) -> Stage:
    stage = opened(*users, **terms)
    stage.at(DURING)
    return stage


def pushes(outcome: Outcome, topic: str = TOPIC) -> dict[str, Any]:
    return {push.type: push.data for push in outcome.effects if isinstance(push, Push) and push.topic == topic}


# --- what may be done ---

ACTIONS = {
    name.partition(":")[2]: entry
    for name, entry in CATALOGUE.items()
    if name.startswith("challenge:") and not entry.reads and not entry.creates
}
ABOUT = {
    "update": {"name": "Another"},
    "extend": {"ends_at": END + MINUTE},
    "announce": {"text": "Go!"},
    "disqualify": {"user_id": "bob", "reason": "a car"},
    "reinstate": {"user_id": "bob", "reason": "a bus"},
    "invite": {"user_ids": ["dan"]},
    "role": {"user_id": "dan", "role": "judge"},
}


@pytest.mark.parametrize("until", [None, BEFORE, START - 5 * SECOND, DURING, "paused", END, END + 15 * MINUTE])
@pytest.mark.parametrize("by", [HOST, "cohost", "judge", "announcer", "ann", "stranger"])
@pytest.mark.parametrize("policy", ["beforeStart", "anytime"])
def test_what_is_said_to_be_possible_is_what_they_may_do(by, until, policy):
    def scene() -> Stage:
        stage = Stage()
        stage.ask(draft(join_policy=policy))
        for role in ("cohost", "judge", "announcer"):
            stage.ask(rules.Role(ID, role, role))
        if until is not None:
            stage.ask(rules.Open(ID))
            stage.join("ann", "bob")
            stage.at(DURING if until == "paused" else until)
        if until == "paused":
            stage.ask(rules.Pause(ID))
        return stage

    may = scene().actor.standing(Caller(by))
    if Permission.VIEWER not in may:
        return  # for them it is not there
    done = set()
    for action, entry in ACTIONS.items():
        stage = scene()
        reply = stage.ask(entry.command(challenge_id=ID, **ABOUT.get(action, {})), by).reply
        if entry.may in may and not isinstance(reply, Refusal):
            done.add(action)

    assert set(possible(scene().actor.state, by)) == done


# --- life ---


def test_creating_answers_a_draft_with_its_code():
    outcome = Stage().ask(draft())

    assert (outcome.reply["state"], outcome.reply["id"], outcome.reply["hostId"]) == ("draft", ID, HOST)
    assert outcome.reply["spectatorCode"] == "WATCH"
    assert outcome.reply["ruleVersion"] == "7"
    assert outcome.touched == {"challenge"}


def test_creating_it_again_is_a_conflict():
    stage = opened()

    assert stage.ask(draft()).reply.code is Code.CONFLICT


def test_a_refused_creation_leaves_nothing():
    stage = Stage()
    outcome = stage.ask(draft(mode="race"))

    assert isinstance(outcome.reply, Refusal)
    assert not outcome.lasts
    assert not stage.actor.exists


def test_it_lives_by_its_reminders_alone():
    stage = opened("ann")
    states = []
    for now in (START - 10 * SECOND, START, END, END + 15 * MINUTE):
        stage.at(now)
        states.append(stage.actor.state.phase.value)

    assert states == ["countdown", "live", "settling", "finished"]
    assert stage.reminders == {}


def test_reminders_that_come_late_all_take_effect():
    stage = opened("ann")
    stage.at(END + 20 * MINUTE)

    assert stage.actor.state.phase.value == "finished"
    assert stage.actor.state.since == END + 15 * MINUTE


def test_a_sync_that_comes_before_a_late_reminder_finds_the_challenge_started():
    stage = opened("ann")
    stage.now = DURING
    stage.steps("ann", 0, 500)

    assert stage.actor.state.participants["ann"].score == 500
    assert stage.reminders == {"soon": END - 60 * MINUTE}


def test_a_reminder_that_is_not_due_yet_is_set_again():
    """It was moved while it was already on its way."""
    stage = opened("ann")
    stage.ask(rules.Update(challenge_id=ID, starts_at=START + MINUTE))
    late = stage.actor.on_due(Due("countdown", START - 10 * SECOND, START - 10 * SECOND))

    assert Remind("countdown", START + MINUTE - 10 * SECOND) in late.reminders
    assert CountdownBegan not in map(type, late.events)


def test_the_last_seconds_are_counted_down():
    stage = opened("ann")
    stage.at(START - MINUTE)
    (begun,) = stage.at(START - 10 * SECOND)
    assert begun.effects[-1] == Push(TOPIC, "challenge:countdown", {"seconds": 10}, ephemeral=True)
    assert Wake("countdown", 1.0) in begun.wakes

    shown = []
    for left in (9, 8.5, 8, 1):
        stage.now = START - left * SECOND
        shown += [push.data["seconds"] for push in stage.tick("countdown").effects]
    assert shown == [9, 8, 1]

    stage.at(START)
    assert stage.tick("countdown") == Outcome()


def test_a_countdown_goes_on_after_a_restart():
    stage = opened("ann")
    stage.at(START - 7 * SECOND)

    assert stage.actor.on_awake(stage.now).wakes == [Wake("countdown", 0)]


def test_state_changes_go_to_watchers_and_to_the_public_list():
    stage = opened("ann")
    outcome = stage.ask(rules.Start(ID))

    assert pushes(outcome)["challenge:updated"]["challenge"]["state"] == "live"
    assert pushes(outcome, "live") == {"challenge:updated": pushes(outcome)["challenge:updated"]}
    assert "spectatorCode" not in pushes(outcome)["challenge:updated"]["challenge"]


def test_a_closed_challenge_is_not_on_the_public_list():
    assert pushes(opened(visibility="invite").ask(rules.Start(ID)), "live") == {}


# --- people ---


def test_joining_subscribes_and_tells_the_user():
    stage = opened()
    outcome = stage.ask(rules.Join(ID), "ann")

    assert outcome.reply["participants"] == 1
    assert outcome.tells == [(Address("user", "ann"), ChallengeJoined(ID, "steps"))]
    assert Attend("ann", TOPIC) in outcome.effects
    assert outcome.touched == {"challenge", ("participant", "ann")}
    assert "challenge:joined" not in pushes(outcome)


def test_watchers_hear_of_a_join_by_name():
    stage = opened()
    stage.ask(rules.Join(ID), "ann")
    outcome = stage.tell(Introduced("ann", "Ann", "UTC"))
    assert pushes(outcome)["challenge:joined"] == {"userId": "ann", "name": "Ann", "participants": 1}

    renamed = stage.tell(Introduced("ann", "Anna", "UTC"))
    assert "challenge:joined" not in pushes(renamed)
    assert renamed.touched == {("participant", "ann")}


def test_in_a_crowd_joins_are_only_counted(monkeypatch):
    monkeypatch.setattr(news, "TOLD_ONE_BY_ONE", 2)
    stage = opened().join("ann", "bob")
    stage.tick("leaderboard")
    stage.ask(rules.Join(ID), "cat")
    assert "challenge:joined" not in pushes(stage.tell(Introduced("cat", "Cat", "UTC")))
    assert pushes(stage.tick("leaderboard"))["challenge:leaderboard"]["participants"] == 3


def test_leaving_takes_the_row_away():
    stage = live("ann", "bob")
    outcome = stage.ask(rules.Leave(ID), "ann")

    assert outcome.tells == [(Address("user", "ann"), ChallengeLeft(ID))]
    assert Attend("ann", TOPIC, on=False) in outcome.effects
    assert pushes(outcome)["challenge:left"] == {"userId": "ann", "participants": 1}
    assert [row["userId"] for row in stage.ask(rules.Leaderboard(ID)).reply["rows"]] == ["bob"]


def test_those_invited_are_told():
    outcome = opened(visibility="invite").ask(rules.Invite(ID, ["ann", "bob"]))

    invited = ChallengeInvited(ID, "May steps", HOST)
    assert outcome.reply == {}
    assert outcome.tells == [(Address("user", "ann"), invited), (Address("user", "bob"), invited)]


def test_an_announcement_reaches_everyone():
    outcome = live("ann").ask(rules.Announce(ID, "Half time!"))

    assert pushes(outcome)["challenge:announcement"] == {
        "from": HOST,
        "text": "Half time!",
        "at": "2026-05-06T08:00:00Z",
    }


def test_disqualifying_answers_the_row_and_reinstating_gives_the_rank_back():
    stage = live("ann", "bob")
    stage.steps("ann", 0, 500)
    outcome = stage.ask(rules.Disqualify(ID, "ann", "bicycle"))

    assert pushes(outcome)["challenge:disqualified"] == {"userId": "ann", "reason": "bicycle"}
    assert (outcome.reply["rank"], outcome.reply["disqualified"]) == (None, True)
    row = stage.ask(rules.Reinstate(ID, "ann", "was none")).reply
    assert (row["rank"], row["score"], "disqualified" in row) == (1, 500, False)


@pytest.mark.parametrize(
    ("who", "role", "permissions"),
    [
        ("stranger", "user", {"viewer"}),
        ("ann", "user", {"viewer", "participant"}),
        ("judy", "user", {"viewer", "judge"}),
        ("andy", "user", {"viewer", "announcer"}),
        ("cora", "user", {"viewer", "participant", "announcer", "judge", "host"}),
        (HOST, "user", {"viewer", "participant", "announcer", "judge", "host"}),
        ("root", "admin", {"viewer", "admin"}),
    ],
)
def test_standing_in_a_public_challenge(who, role, permissions):
    stage = opened("ann")
    for user, given in (("judy", "judge"), ("andy", "announcer"), ("cora", "cohost")):
        stage.ask(rules.Role(ID, user, given))

    assert stage.actor.standing(Caller(who, role)) == permissions | {"anyone", "user"}


def test_a_closed_challenge_shows_itself_to_its_own():
    stage = opened(visibility="invite")
    stage.ask(rules.Invite(ID, ["bob"]))

    assert Permission.VIEWER not in stage.actor.standing(Caller("stranger"))
    assert Permission.VIEWER in stage.actor.standing(Caller("bob"))
    assert Permission.VIEWER in stage.actor.standing(Caller("root", "admin"))


def test_a_spectator_code_opens_the_view_and_nothing_else():
    stage = opened(visibility="invite")

    assert stage.ask(rules.View(ID), "stranger").reply.code is Code.NOT_FOUND
    assert stage.ask(rules.View(ID, "WRONG"), "stranger").reply.code is Code.NOT_FOUND
    assert stage.ask(rules.View(ID, "WATCH"), "stranger").reply["challenge"]["id"] == ID
    assert stage.ask(rules.Join(ID), "stranger").reply.code is Code.NOT_FOUND


def test_a_code_does_not_open_a_draft():
    stage = Stage()
    stage.ask(draft())

    assert stage.ask(rules.View(ID, "WATCH"), "stranger").reply.code is Code.NOT_FOUND


# --- standings ---


def test_a_view_has_the_challenge_the_top_and_oneself():
    stage = live("ann", "bob")
    stage.steps("bob", 0, 500)
    state = stage.ask(rules.View(ID), "ann").reply

    assert state["challenge"]["state"] == "live"
    assert [row["userId"] for row in state["leaderboard"]["rows"]] == ["bob", "ann"]
    assert state["me"] == {"rank": 2, "userId": "ann", "name": "Ann", "score": 0}


def test_any_page_of_the_leaderboard():
    users = [f"user{index:02}" for index in range(30)]
    stage = live(*users)
    for index, user in enumerate(users):
        stage.steps(user, 0, 3000 - index)

    page = stage.ask(rules.Leaderboard(ID, after=10, limit=5), "user20").reply
    around = stage.ask(rules.Leaderboard(ID, around="me", limit=5), "user20").reply
    last = stage.ask(rules.Leaderboard(ID, around="me", limit=5), "user29").reply

    assert [row["rank"] for row in page["rows"]] == [11, 12, 13, 14, 15]
    assert page["me"]["rank"] == 21
    assert [row["rank"] for row in around["rows"]] == [19, 20, 21, 22, 23]
    assert [row["rank"] for row in last["rows"]] == [26, 27, 28, 29, 30]
    assert (page["participants"], page["provisional"]) == (30, True)
    assert stage.ask(rules.Leaderboard(ID, after=3, around="me")).reply.code is Code.VALIDATION_FAILED


def test_the_first_change_after_a_quiet_time_is_told_at_once():
    stage = live("ann", "bob")
    while stage.tick("leaderboard").effects:
        pass
    outcome = stage.steps("ann", 0, 300)

    assert [row["userId"] for row in pushes(outcome)["challenge:leaderboard"]["changed"]] == ["ann", "bob"]
    assert Wake("leaderboard", 0.1) in outcome.wakes


def test_a_joiner_is_in_the_delta_with_their_name():
    stage = opened()
    joined = stage.ask(rules.Join(ID), "ann")
    introduced = stage.tell(Introduced("ann", "Ann", "UTC"))

    assert "challenge:leaderboard" not in pushes(joined)
    assert [row["name"] for row in pushes(introduced)["challenge:leaderboard"]["changed"]] == ["Ann"]


def test_more_changes_are_gathered_into_one_delta():
    stage = live("ann", "bob")
    while stage.tick("leaderboard").effects:
        pass
    stage.steps("ann", 0, 100)
    first, second = stage.steps("ann", 100, 300), stage.steps("bob", 0, 200)

    assert not {"challenge:leaderboard"} & (pushes(first).keys() | pushes(second).keys())
    data = pushes(stage.tick("leaderboard"))["challenge:leaderboard"]
    assert [(row["userId"], row["rank"], row["score"], row["delta"]) for row in data["changed"]] == [
        ("ann", 1, 300, 200),
        ("bob", 2, 200, 200),
    ]
    assert (data["participants"], data["top"]) == (2, 2)
    assert stage.tick("leaderboard") == Outcome()


def test_rank_windows_go_to_those_who_watch_at_most_once_a_second():
    stage = live("ann", "bob")
    stage.audience.watched.add("user:ann")
    stage.tick("ranks")
    stage.steps("bob", 0, 200)

    told = stage.tick("ranks")

    assert pushes(told, "user:ann")["challenge:rank"]["challengeId"] == ID
    assert pushes(told, "user:ann")["challenge:rank"]["overtakenBy"] == ["bob"]
    assert pushes(told, "user:ann")["challenge:rank"]["gap"] == 200
    assert pushes(told, "user:bob") == {}
    assert told.wakes == [Wake("ranks", 1.0)]
    assert not [wake for wake in stage.steps("bob", 200, 300).wakes if wake.name == "ranks"]
    assert stage.tick("ranks").wakes == [Wake("ranks", 1.0)]
    assert stage.tick("ranks") == Outcome()


def test_milestones_of_a_race():
    stage = live("ann", "bob", mode="race", target=1000.0)

    def news(user, before, after):
        outcome = stage.steps(user, before, after)
        return [push.data for push in outcome.effects if push.type == "challenge:milestone"]

    assert news("ann", 0, 100) == [{"kind": "lead", "userId": "ann"}]
    assert news("bob", 0, 100) == []
    assert news("bob", 100, 600) == [
        {"kind": "share", "userId": "bob", "share": 50},
        {"kind": "lead", "userId": "bob"},
    ]
    assert news("bob", 600, 1200) == [{"kind": "target", "userId": "bob"}]


def test_the_results_hold_every_row():
    stage = live("ann", "bob")
    results = stage.ask(rules.Results(ID, 1, 1), HOST).reply

    assert [row["userId"] for row in results["rows"]] == ["bob"]
    assert results["challenge"]["id"] == ID


def test_the_timeline_is_told_in_wire_names():
    stage = live("ann")
    stage.ask(rules.Disqualify(ID, "ann", "bicycle"))

    assert stage.ask(rules.Timeline(ID)).reply["entries"][-1] == {
        "at": "2026-05-06T08:00:00Z",
        "type": "disqualified",
        "by": HOST,
        "userId": "ann",
        "text": "bicycle",
    }


# --- the end ---


def test_the_final_standings_are_pushed():
    stage = live("ann", "bob")
    stage.steps("bob", 0, 200)
    final = next(outcome for outcome in stage.at(END + 15 * MINUTE) if "challenge:finished" in pushes(outcome))

    data = pushes(final)["challenge:finished"]
    assert data["provisional"] is False
    assert [(row["rank"], row["userId"]) for row in data["rows"]] == [(1, "bob"), (2, "ann")]


def test_everyone_hears_of_the_end_exactly_once_also_across_a_crash():
    users = [f"user{index:03}" for index in range(2 * TOLD_AT_ONCE + 30)]
    stage = live(*users, target=400.0)
    stage.steps("user007", 0, 500)
    stage.now = END + 15 * MINUTE
    stage.due()  # the end, and with it the final result
    told = []
    for outcome in (stage.due(), stage.due()):
        told += outcome.tells
    assert len(told) == 2 * TOLD_AT_ONCE
    assert stage.reminders == {"dismiss": END + 15 * MINUTE}

    stage.actor = stage.fresh()
    for event in stage.events:
        stage.actor.evolve(event)
    last = stage.due()

    assert len(last.tells) == 30
    assert stage.due() is None
    by_user = {address.id: message for address, message in (*told, *last.tells)}
    assert sorted(by_user) == users
    assert by_user["user007"] == ChallengeEnded(ID, "May steps", "finished", True, 1, True, "7")
    assert by_user["user008"] == ChallengeEnded(ID, "May steps", "finished", False, 2, False, "7")


def test_a_cancelled_challenge_ranks_nobody():
    stage = live("ann")
    stage.steps("ann", 0, 200)
    stage.ask(rules.Cancel(ID))
    outcome = stage.due()

    assert outcome.tells == [
        (Address("user", "ann"), ChallengeEnded(ID, "May steps", "cancelled", False, None, False, "7"))
    ]
    assert outcome.touched == {("participant", "ann")}


# --- storage ---


def test_state_and_events_survive_the_journal():
    """Text and back, then a replay: the same challenge."""
    stage = live("ann", "bob")
    stage.steps("ann", 0, 200)
    stage.ask(rules.Pause(ID))
    stage.steps("bob", 50, 90)
    stage.ask(rules.Resume(ID))
    stage.steps("bob", 90, 130)
    stage.ask(rules.Role(ID, "bob", "judge"))
    stage.ask(rules.Invite(ID, ["cid"]))
    stage.at(END + 15 * MINUTE)

    replayed = stage.fresh()
    for event in stage.events:
        adapter = TypeAdapter(type(event))
        replayed.evolve(adapter.validate_json(adapter.dump_json(event)))
    snapshot = TypeAdapter(Challenge)

    assert replayed.state == stage.actor.state
    assert snapshot.validate_json(snapshot.dump_json(replayed.state)) == replayed.state
    assert replayed.state.participants["bob"].days == {day(6): ((90.0, 130.0),)}


# --- in the runtime ---


class QuietUser(JournalledActor):
    """Hears that it takes part, and says nothing."""

    kind = "user"
    exists = True

    def blank(self) -> None:
        return None

    def on_tell(self, tell: Tell) -> Outcome:
        return Outcome()


def a_world(**parts: Any) -> World:
    kinds = {"challenge": ChallengeActor, "user": QuietUser}
    return World(kinds=kinds, rules=RULES, **parts)


async def test_a_challenge_that_the_node_has_forgotten_goes_on_at_its_time():
    """The real directory and reminders: woken by its start after a restart, it counts again."""
    world = a_world()
    world.clock.set(BEFORE)
    await world.ask(ID, draft(), by=HOST, kind="challenge", may=Permission.USER)
    await world.ask(ID, rules.Open(ID), by=HOST, kind="challenge", may=Permission.HOST)
    await world.ask(ID, rules.Join(ID), by="ann", kind="challenge", may=Permission.VIEWER)

    after = a_world(journal=world.journal)
    after.clock.set(START)
    await after.hours_later(1)
    told = DayCounted("ann", "steps", START.date(), "UTC", 0, 500, "activity", review=False)
    after.directory.tell(Address("challenge", ID), Tell(told, after.clock.now()))
    await after.directory.settled()

    view = await after.ask(ID, rules.View(ID), by="ann", kind="challenge", may=Permission.USER)
    assert (view["challenge"]["state"], view["me"]["score"]) == ("live", 500)
    refused = await after.ask(ID, rules.Finish(ID), by="ann", kind="challenge", may=Permission.HOST)
    assert refused.code is Code.FORBIDDEN
