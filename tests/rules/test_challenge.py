"""The life of a challenge, and who may do what in it."""

from datetime import timedelta

import pytest

from rules import challenge as rules
from rules.challenge.events import EVENTS, Role
from rules.challenge.evolve import TIMELINE_LENGTH
from rules.challenge.life import PHASE_AFTER
from rules.challenge.state import Challenge
from rules.refusal import Code, Refusal
from tests.rules.challenges import BEFORE, DURING, END, HOST, ID, OLD, START, Game, an_id, draft, known, live, opened

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


DAILY = rules.Elimination("day", 1)
GROUP = an_id(78)


def types(game):
    return [type(event).__name__ for event in game.events]


def code(refusal):
    assert isinstance(refusal, Refusal)
    return refusal.code


# --- by itself ---


def test_an_open_challenge_starts_and_ends_by_itself():
    game = opened("ann")

    phases = {
        now: game.at(now).phase for now in (START - 11 * SECOND, START - 10 * SECOND, START, END, END + 15 * MINUTE)
    }

    assert list(phases.values()) == ["open", "countdown", "live", "settling", "finished"]


def test_late_reminders_bring_everything_at_its_planned_time():
    """The server was down from before the start until after the end."""
    game = opened("ann").at(END + 3 * MINUTE)

    assert game.phase == "settling"
    assert types(game)[-3:] == ["CountdownBegan", "ChallengeStarted", "SettlingBegan"]
    assert [event.at for event in game.events[-3:]] == [START - 10 * SECOND, START, END]
    assert game.at(END + 99 * MINUTE).state.since == END + 15 * MINUTE


def test_a_draft_never_starts_by_itself():
    assert Game().at(START + MINUTE).phase == "draft"


def test_a_draft_opened_after_its_start_begins_now():
    """What was walked before anyone could join must not count."""
    game = Game().at(DURING).must(rules.Open(ID))

    assert game.phase == "live"
    assert game.state.terms.starts_at == DURING


def test_a_draft_whose_end_has_passed_can_not_be_opened():
    refusal = Game().at(END).do(rules.Open(ID))

    assert code(refusal) is Code.VALIDATION_FAILED
    assert refusal.details == {"fields": [{"path": "endsAt", "problem": "lies in the past: update it first"}]}


def test_it_is_not_opened_when_nobody_could_join_it_any_more():
    late = Game(join_policy="beforeStart").at(START)

    assert late.do(rules.Open(ID)).details["fields"][0]["path"] == "startsAt"
    assert late.must(rules.Update(challenge_id=ID, join_policy="anytime")).must(rules.Open(ID)).phase == "live"


def test_every_field_that_does_not_go_is_named():
    wrong = {"mode": "race", "visibility": "group", "teams": ["A", "B"], "ends_at": START, "eliminate": DAILY}
    refusal = rules.create(draft(**wrong), id=ID, known=known(HOST), at=BEFORE, code="WATCH", rules=OLD)

    assert [each["path"] for each in refusal.details["fields"]] == ["target", "groupId", "teams", "eliminate", "endsAt"]


def test_without_settling_it_is_final_at_once():
    game = live("ann", settle_minutes=0).at(END)

    assert game.phase == "finished"


def test_alarms_say_what_comes_next():
    game = opened("ann")
    moments = (BEFORE, START - HOUR, START - 10 * SECOND, START, END - HOUR, END, END + 15 * MINUTE)

    seen = [rules.alarms(game.at(now).state) for now in moments]

    assert seen == [
        {"soon": START - HOUR},
        {"countdown": START - 10 * SECOND, "warn": BEFORE},
        {"start": START, "warn": START - 10 * SECOND},
        {"soon": END - HOUR},
        {"end": END, "warn": START},
        {"settle": END + 15 * MINUTE},
        {"dismiss": END + 15 * MINUTE},
    ]


def test_the_version_of_the_rules_is_that_of_the_start():
    game = opened("ann")
    assert game.state.rule_version == "1"

    assert game.at(START).state.rule_version == "2"


# --- by the host's hand ---


def test_the_host_may_start_before_the_time():
    game = opened("ann").must(rules.Start(ID))

    assert (game.phase, game.state.terms.starts_at) == ("live", BEFORE)


def test_finishing_moves_the_end_and_finishing_again_makes_it_final():
    game = live("ann").at(DURING).must(rules.Finish(ID))

    assert (game.phase, game.state.terms.ends_at) == ("settling", DURING)
    assert game.must(rules.Finish(ID)).phase == "finished"


def test_a_paused_challenge_still_ends_at_its_end():
    game = live("ann").must(rules.Pause(ID)).at(END)

    assert game.phase == "settling"
    assert game.state.pauses[-1].end == END


def test_extending_goes_later_only():
    game = live("ann")

    assert code(game.do(rules.Extend(ID, END - MINUTE))) is Code.VALIDATION_FAILED
    assert game.must(rules.Extend(ID, END + MINUTE)).state.terms.ends_at == END + MINUTE
    assert code(game.do(rules.Extend(ID, END + timedelta(days=400)))) is Code.VALIDATION_FAILED


@pytest.mark.parametrize(
    "action", [rules.Open, rules.Start, rules.Pause, rules.Resume, rules.Finish, rules.Cancel, rules.Leave]
)
def test_nothing_can_be_changed_once_it_is_final(action):
    game = live("ann").at(END + 15 * MINUTE)

    refusal = game.do(action(ID), "ann" if action is rules.Leave else HOST)

    assert code(refusal) is Code.WRONG_STATE
    assert refusal.details["state"] == "finished"
    assert refusal.details["possible"] == ([] if action is rules.Leave else ["announce"])


def test_a_refusal_says_what_state_it_is_in_and_what_is_possible():
    refusal = opened().do(rules.Pause(ID))

    assert refusal.message == (
        "the challenge is open; possible now: "
        "update, join, invite, start, extend, announce, disqualify, reinstate, role, cancel"
    )


def test_it_says_to_each_what_is_theirs():
    game = live("ann").must(rules.Role(ID, "jim", "judge"))
    asked = {by: game.do(rules.Open(ID), by).details["possible"] for by in ("ann", "jim", "zoe")}

    assert asked == {
        "ann": ["invite", "leave"],
        "jim": ["join", "disqualify", "reinstate"],
        "zoe": ["join"],
    }


@pytest.mark.parametrize("until", [None, BEFORE, START - SECOND, START, END])
def test_it_can_be_cancelled_until_it_is_final(until):
    game = Game() if until is None else opened("ann").at(until)

    assert game.must(rules.Cancel(ID)).phase == "cancelled"


def test_every_event_of_the_table_is_journalled():
    assert set(PHASE_AFTER) <= set(EVENTS)


def test_an_impossible_event_names_itself():
    with pytest.raises(KeyError, match="ChallengePaused can't happen to a draft challenge"):
        rules.evolve(Challenge(), live().must(rules.Pause(ID)).events[-1])


# --- terms ---


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"ends_at": START}, "endsAt"),
        ({"starts_at": BEFORE - 2 * MINUTE, "ends_at": BEFORE - MINUTE}, "endsAt"),
        ({"ends_at": START + timedelta(days=367)}, "endsAt"),
        ({"starts_at": START + timedelta(days=3000), "ends_at": END + timedelta(days=3000)}, "endsAt"),
        ({"mode": "race"}, "target"),
        ({"mode": "race", "target": 0.0}, "target"),
        ({"target": 0.0}, "target"),
        ({"mode": "collective"}, "target"),
        ({"mode": "streak"}, "target"),
        ({"mode": "streak", "metric": "streakDays", "target": 2.0}, "target"),
        ({"mode": "elimination"}, "eliminate"),
        ({"mode": "elimination", "eliminate": DAILY, "target": 5.0}, "target"),
        ({"mode": "elimination", "eliminate": DAILY, "metric": "puffs"}, "metric"),
        ({"eliminate": DAILY}, "eliminate"),
        ({"metric": "streakDays", "fairness": "baseline"}, "fairness"),
        ({"mode": "teams"}, "teams"),
        ({"mode": "teams", "teams": ["Red", "red"]}, "teams"),
        ({"teams": ["red", "blue"]}, "teams"),
        ({"team_score": "sum"}, "teamScore"),
        ({"visibility": "group"}, "groupId"),
        ({"visibility": "group", "group_id": ID}, "groupId"),
        ({"group_id": ID}, "groupId"),
    ],
)
def test_a_bad_field_is_named_by_its_wire_name(changes, path):
    refusal = rules.create(draft(**changes), id=ID, known=known(HOST), at=BEFORE, code="", rules=OLD)

    assert code(refusal) is Code.VALIDATION_FAILED
    assert [field["path"] for field in refusal.details["fields"]] == [path]


def test_an_update_keeps_what_it_leaves_out():
    game = Game(description="walk").must(rules.Update(challenge_id=ID, name="June"))

    assert (game.state.terms.name, game.state.terms.description) == ("June", "walk")


def test_what_a_challenge_was_given_beyond_need_can_be_taken_back():
    beyond = {"description": "walk", "target": 100.0, "max_participants": 5, "group_id": GROUP}
    member = known(HOST, groups={GROUP})
    game = Game().must(rules.Update(challenge_id=ID, **beyond), member)
    assert {name: getattr(game.state.terms, name) for name in beyond} == beyond
    cleared = game.must(rules.Update(challenge_id=ID, **dict.fromkeys(beyond))).state.terms
    assert [getattr(cleared, name) for name in beyond] == [None] * 4


def test_what_a_mode_needs_is_not_taken_away():
    refusal = Game(mode="race", target=100.0).do(rules.Update(challenge_id=ID, target=None))

    assert refusal.details["fields"][0]["path"] == "target"


def test_an_update_that_changes_nothing_is_no_event():
    game = Game()
    before = len(game.events)

    game.must(rules.Update(challenge_id=ID, name="May steps"))

    assert len(game.events) == before


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"starts_at": BEFORE}, "startsAt"),
        ({"metric": "distance"}, "metric"),
        ({"max_participants": 2}, "maxParticipants"),
        ({"mode": "teams", "teams": ["red", "blue"]}, "teams"),
    ],
)
def test_an_open_challenge_can_not_leave_its_people_behind(changes, path):
    refusal = opened("ann", "bob", "cid").do(rules.Update(challenge_id=ID, **changes))

    assert code(refusal) is Code.VALIDATION_FAILED
    assert refusal.details["fields"][0]["path"] == path


def test_a_live_challenge_keeps_its_terms():
    assert code(live().do(rules.Update(challenge_id=ID, name="x"))) is Code.WRONG_STATE


# --- people ---


def test_joining_twice_is_refused():
    assert code(opened("ann").do(rules.Join(ID), "ann")) is Code.ALREADY_JOINED


def test_a_full_challenge_takes_nobody():
    refusal = opened("ann", "bob", max_participants=2).do(rules.Join(ID), "cid")

    assert code(refusal) is Code.CHALLENGE_FULL
    assert refusal.message.endswith("ask the host for more")


def test_once_it_is_live_nobody_can_make_more_places():
    game = opened("ann", "bob", max_participants=2).must(rules.Start(ID))

    assert game.do(rules.Join(ID), "cid").message.endswith("one may get free")


def test_a_place_that_is_left_can_be_taken():
    game = opened("ann", "bob", max_participants=2).must(rules.Leave(ID), "ann")

    assert game.do(rules.Join(ID), "cid") is None


def test_joining_late_is_the_hosts_choice():
    assert live().do(rules.Join(ID), "ann") is None
    refusal = live(join_policy="beforeStart").do(rules.Join(ID), "ann")
    assert code(refusal) is Code.WRONG_STATE
    assert "before the start only" in refusal.message
    assert "join" not in refusal.details["possible"]


def test_nobody_joins_what_is_over():
    refusal = live("ann").at(END).do(rules.Join(ID), "bob")
    assert code(refusal) is Code.WRONG_STATE
    assert refusal.message == "the challenge is settling; joining is over"


@pytest.mark.parametrize("visibility", ["invite", "friends"])
def test_a_closed_challenge_takes_the_invited_only(visibility):
    game = opened(visibility=visibility)
    assert code(game.do(rules.Join(ID), "ann")) is Code.NOT_FOUND

    game.must(rules.Invite(ID, ["ann"]))

    assert game.do(rules.Join(ID), "ann") is None


def test_the_invited_are_invited_once():
    game = opened("ann")
    game.must(rules.Invite(ID, ["bob", "bob", "ann", HOST]))
    assert game.events[-1].user_ids == ("bob",)
    before = len(game.events)

    game.must(rules.Invite(ID, ["bob"]), "ann")

    assert len(game.events) == before


def test_who_takes_no_part_can_not_leave():
    assert code(opened().do(rules.Leave(ID), "ann")) is Code.CONFLICT


def test_a_challenge_without_teams_takes_nobody_for_one():
    assert code(opened().do(rules.Join(ID, ID), "ann")) is Code.VALIDATION_FAILED


def test_roles_are_given_and_taken_back_but_never_the_hosts():
    game = opened().must(rules.Role(ID, "ann", "cohost"))

    assert game.state.roles == {"ann": Role.COHOST}
    assert game.must(rules.Role(ID, "bob", "judge"), "ann").state.roles["bob"] is Role.JUDGE
    assert game.must(rules.Role(ID, "bob", None), "ann").state.roles == {"ann": Role.COHOST}
    assert code(game.do(rules.Role(ID, HOST, "judge"), "ann")) is Code.VALIDATION_FAILED
    assert code(game.do(rules.Role(ID, HOST, "judge"))) is Code.VALIDATION_FAILED
    assert game.must(rules.Role(ID, "ann", None)).state.roles == {}


def test_a_disqualified_participant_can_not_come_back_by_leaving():
    game = live("ann").must(rules.Disqualify(ID, "ann", "bicycle")).must(rules.Leave(ID), "ann")

    assert code(game.do(rules.Join(ID), "ann")) is Code.FORBIDDEN
    assert game.must(rules.Reinstate(ID, "ann", "was no bicycle")).do(rules.Join(ID), "ann") is None


def test_disqualifying_twice_is_harmless():
    game = live("ann").must(rules.Disqualify(ID, "ann", "bicycle"))
    before = len(game.events)

    assert len(game.must(rules.Disqualify(ID, "ann", "bicycle")).events) == before
    assert code(game.do(rules.Disqualify(ID, "bob", "bicycle"))) is Code.NOT_FOUND


def test_the_host_does_not_take_part_by_himself():
    game = opened()

    assert HOST not in game.state.participants
    assert HOST in game.join(HOST).state.participants


def test_a_draft_is_seen_by_its_staff_only():
    game = Game().must(rules.Role(ID, "ann", "judge"))

    assert game.state.is_open_to(HOST)
    assert game.state.is_open_to("ann")
    assert not game.state.is_open_to("bob")
    assert game.must(rules.Open(ID)).state.is_open_to("bob")


# --- timeline ---


def test_the_timeline_tells_what_the_host_did():
    game = live("ann").must(rules.Announce(ID, "go on")).must(rules.Disqualify(ID, "ann", "bicycle"))

    assert [entry.type for entry in game.state.timeline] == [
        "created",
        "opened",
        "countdown",
        "started",
        "announcement",
        "disqualified",
    ]
    assert (game.state.timeline[-1].user_id, game.state.timeline[-1].text) == ("ann", "bicycle")


def test_the_timeline_is_bounded():
    game = live("ann")
    for index in range(TIMELINE_LENGTH + 5):
        game.must(rules.Announce(ID, str(index)))

    assert len(game.state.timeline) == TIMELINE_LENGTH
    assert game.state.timeline[-1].text == str(TIMELINE_LENGTH + 4)
