"""What each mode and each kind of fairness makes of the same facts."""

from datetime import timedelta

import pytest

from rules import challenge as rules
from rules.challenge.events import Mode
from rules.challenge.scores import round_ends_at
from rules.challenge.tally import MOST_ACTIVITIES
from rules.counting import Why
from rules.ranking import earns, earns_place, reached_target, standings
from rules.refusal import Code, Refusal
from tests.rules.challenges import BEFORE, DURING, END, HOST, ID, START, day, known, live, opened

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MIDNIGHT = START.replace(hour=0) + DAY  # the end of the first round
NOON = START.replace(hour=12)
DAILY = rules.Elimination("day", 1)
GROUP = "00000000-0000-0000-0000-0000000000aa"


def code(refusal):
    assert isinstance(refusal, Refusal)
    return refusal.code


def order(game):
    return [user for _, user in standings(game.state.terms.mode, game.state.participants.values())]


# --- activities ---


def test_an_activity_counts_with_its_whole_time_or_not_at_all():
    game = live("ann", metric="distance").at(DURING)
    game.activity("ann", "a", START, distance=5000.0).activity("ann", "b", START - MINUTE, distance=7000.0)

    assert game.score("ann") == 5000
    assert game.events[-1].why is Why.OUTSIDE


def test_an_activity_that_touches_a_pause_does_not_count():
    game = live("ann", metric="distance").at(DURING).must(rules.Pause(ID)).at(DURING + HOUR).must(rules.Resume(ID))
    game.at(DURING + 3 * HOUR)
    for name, start, why in (
        ("ends before", DURING - 30 * MINUTE, Why.COUNTED),
        ("reaches in", DURING - 29 * MINUTE, Why.IN_PAUSE),
        ("inside", DURING + 10 * MINUTE, Why.IN_PAUSE),
        ("leaves late", DURING + 59 * MINUTE, Why.IN_PAUSE),
        ("begins after", DURING + HOUR, Why.COUNTED),
    ):
        game.activity("ann", name, start, distance=1000.0)
        assert (name, game.events[-1].why) == (name, why)

    assert game.score("ann") == 2000


def test_a_moment_counts_from_the_start_to_just_before_the_end():
    game = live("ann", metric="puffs", mode="least").at(END + MINUTE)
    for id, at in (("a", START), ("b", END - MINUTE), ("c", END), ("d", START - MINUTE)):
        game.activity("ann", id, at, minutes=0, kind="puff", puffs=1.0)

    assert game.score("ann") == 2


def test_what_was_done_before_joining_counts_from_that_day_on():
    game = live(metric="distance").at(DURING).join("ann")
    game.activity("ann", "yesterday", DURING - DAY, distance=900.0)
    assert game.events[-1].why is Why.BEFORE_JOINING

    assert game.activity("ann", "today", DURING - HOUR, distance=100.0).score("ann") == 100


def test_a_correction_replaces_and_a_deletion_takes_back():
    game = live("ann", metric="distance").at(DURING).activity("ann", "a", START, distance=5000.0)
    game.activity("ann", "a", START, distance=3000.0, review=True)
    assert game.score("ann") == 3000
    assert [marked.activity_id for marked in game.state.participants["ann"].reviewed] == ["a"]

    game.activity("ann", "a", START)

    ann = game.state.participants["ann"]
    assert (ann.score, ann.done, ann.reviewed) == (0, None, ())
    assert game.events[-1].why is Why.TAKEN_BACK


def test_what_is_private_counts_while_it_is_shared_only():
    game = live("ann", metric="huCaresScore").at(DURING)
    game.activity("ann", "a", START, kind="checkIn", private=True, huCaresScore=12.0)
    assert (game.score("ann"), game.events[-1].why) == (0, Why.PRIVATE)

    game.activity("ann", "a", START, kind="checkIn", huCaresScore=12.0)
    assert game.score("ann") == 12

    game.activity("ann", "a", START, kind="checkIn", private=True, huCaresScore=12.0)
    assert (game.score("ann"), game.events[-1].counted) == (0, False)


def test_a_correction_into_a_pause_takes_it_out():
    game = live("ann", metric="distance").at(DURING).must(rules.Pause(ID))
    game.activity("ann", "a", DURING - HOUR, distance=5000.0).activity("ann", "a", DURING - MINUTE, distance=5000.0)

    assert game.score("ann") == 0


def test_repeating_an_activity_changes_nothing():
    game = live("ann", metric="distance").at(DURING).activity("ann", "a", START, distance=5000.0)
    before = len(game.events)

    assert len(game.activity("ann", "a", START, distance=5000.0).events) == before
    assert len(game.activity("ann", "b", START, volume=5000.0).events) == before


def test_after_the_result_nothing_counts_any_more():
    game = live("ann", metric="distance").at(END + 15 * MINUTE).activity("ann", "a", START, distance=5000.0)

    assert game.score("ann") == 0


def test_activities_add_to_what_devices_say():
    game = live("ann", metric="distance").at(DURING).steps("ann", day(6), 0, 800)

    assert game.activity("ann", "a", START, distance=5000.0).score("ann") == 5800


def test_who_logs_no_puff_at_all_is_unranked():
    game = live("ann", "bob", metric="puffs", mode="least").at(DURING)
    game.activity("bob", "p", DURING - HOUR, minutes=0, kind="puff", puffs=1.0)

    assert standings(Mode.LEAST, game.state.participants.values()) == [(1, "bob"), (None, "ann")]


def test_there_is_an_end_to_what_counts_of_one():
    game = live("ann", metric="puffs", mode="least").at(DURING)
    for number in range(MOST_ACTIVITIES + 1):
        game.activity("ann", str(number), START, minutes=0, kind="puff", puffs=1.0)

    assert (game.score("ann"), game.events[-1].why) == (MOST_ACTIVITIES, Why.TOO_MANY)
    assert game.activity("ann", "7", START, minutes=0, kind="puff").score("ann") == MOST_ACTIVITIES - 1


# --- days ---


def test_streak_days_are_the_active_ones():
    """1,000 steps make one, and so does any activity but a puff."""
    game = live("ann", metric="streakDays").at(END - HOUR)
    game.steps("ann", day(5), 0, 1000).steps("ann", day(6), 0, 999)
    game.activity("ann", "c", NOON, kind="checkIn", minutes=0, huCaresScore=-3.0)
    game.activity("ann", "p", NOON + 2 * DAY, kind="puff", minutes=0, puffs=1.0)
    assert game.score("ann") == 2

    assert game.activity("ann", "c", NOON, kind="checkIn", minutes=0).score("ann") == 1


def test_a_streak_is_the_longest_run_of_days_with_the_target():
    game = live("ann", mode="streak", target=5000.0).at(END - HOUR)
    for number, steps in ((5, 5000), (6, 9000), (8, 6000), (9, 4999), (10, 7000)):
        game.steps("ann", day(number), 0, steps)
    assert game.score("ann") == 2

    assert game.steps("ann", day(7), 0, 5000).score("ann") == 4
    assert game.steps("ann", day(6), 9000, 100).score("ann") == 2


def test_a_streak_reaches_its_target_when_no_day_is_missing():
    game = live("ann", "bob", mode="streak", metric="streakDays").at(END - HOUR)
    for number in range(4, 11):
        game.steps("ann", day(number), 0, 1000)
        if number != 7:
            game.steps("bob", day(number), 0, 1000)

    ann, bob = (game.state.participants[user] for user in ("ann", "bob"))
    assert (ann.score, reached_target(game.state, ann)) == (7, True)
    assert (bob.score, reached_target(game.state, bob)) == (3, False)


# --- together, and in teams ---


def test_all_together_reach_the_target():
    game = live("ann", "bob", "cid", mode="collective", target=1000.0).at(DURING)
    game.steps("ann", day(5), 0, 600).steps("bob", day(5), 0, 400)
    reached = {user: reached_target(game.state, one) for user, one in game.state.participants.items()}
    assert reached == {"ann": True, "bob": True, "cid": False}  # shared by those who contributed

    game.must(rules.Disqualify(ID, "bob", "bicycle"))
    assert not reached_target(game.state, game.state.participants["ann"])
    game.must(rules.Reinstate(ID, "bob", "was none"))
    assert reached_target(game.state, game.state.participants["ann"])
    assert not reached_target(game.must(rules.Leave(ID), "ann").state, game.state.participants["bob"])


def test_who_names_no_team_joins_the_smallest():
    game = opened(mode="teams", teams=["Red", "Blue", "Green"])
    red, blue, green = (team.id for team in game.state.terms.teams)
    game.join("ann", team=blue).join("bob").join("cid").join("dan")

    assert [one.team_id for one in game.state.participants.values()] == [blue, red, green, red]
    assert game.must(rules.Leave(ID), "ann").join("eve").state.participants["eve"].team_id == blue


def test_a_team_that_is_none_is_refused_with_those_there_are():
    refusal = opened(mode="teams", teams=["Red", "Blue"]).do(rules.Join(ID, HOST), "ann")

    assert code(refusal) is Code.VALIDATION_FAILED
    assert "(Red)" in refusal.message


def test_renaming_a_challenge_keeps_its_teams():
    game = opened(mode="teams", teams=["Red", "Blue"], team_score=rules.BestOf(3))
    before = game.state.terms.teams
    game.must(rules.Update(challenge_id=ID, name="June", teams=["red", "Green"]))

    assert game.state.terms.teams[0].id == before[0].id
    assert (game.state.terms.team_score, game.state.terms.team_best) == ("best", 3)
    assert game.must(rules.Update(challenge_id=ID, mode="most")).state.terms.teams == ()


def test_teams_score_as_usual_again_but_a_mode_keeps_what_it_needs():
    game = opened(mode="teams", teams=["Red", "Blue"], team_score=rules.BestOf(3))
    refusal = game.do(rules.Update(challenge_id=ID, teams=None))
    assert refusal.details["fields"][0]["path"] == "teams"
    terms = game.must(rules.Update(challenge_id=ID, team_score=None)).state.terms
    assert (terms.team_score, terms.team_best, len(terms.teams)) == ("sum", 0, 2)
    refusal = knockout().do(rules.Update(challenge_id=ID, eliminate=None))
    assert refusal.code is Code.WRONG_STATE
    refusal = opened(mode="elimination", eliminate=DAILY).do(rules.Update(challenge_id=ID, eliminate=None))
    assert refusal.details["fields"][0]["path"] == "eliminate"


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "race"},
        {"mode": "elimination", "eliminate": DAILY},
        {"mode": "streak", "fairness": "baseline"},
        {"mode": "collective", "metric": "volume", "fairness": "weighted"},
    ],
    ids=lambda changes: changes["mode"],
)
def test_another_mode_leaves_behind_what_it_has_no_use_for(changes):
    game = opened(mode="teams", teams=["Red", "Blue"], team_score="average", target=9000.0)
    terms = game.must(rules.Update(challenge_id=ID, **changes)).state.terms

    assert (terms.mode.value, terms.teams, terms.team_score) == (changes["mode"], (), "sum")
    assert terms.target == (None if terms.eliminate else 9000)


# --- elimination ---


def knockout(*users, **more):
    return live(*users, **{"mode": "elimination", "eliminate": DAILY, **more})


def out(game):
    return {user: one.out for user, one in game.state.participants.items()}


def test_the_lowest_of_a_day_drop_out_when_devices_have_settled():
    game = knockout("ann", "bob", "cid")
    game.at(NOON).steps("ann", day(4), 0, 300).steps("bob", day(4), 0, 200)
    assert out(game.at(MIDNIGHT + 14 * MINUTE)) == {"ann": None, "bob": None, "cid": None}
    game.steps("cid", day(4), 0, 250)  # a phone that was offline

    game.at(MIDNIGHT + 15 * MINUTE)

    assert out(game) == {"ann": None, "bob": 1, "cid": None}
    assert (game.events[-1].at, game.events[-1].dropped) == (MIDNIGHT + 15 * MINUTE, ("bob",))
    assert (game.score("ann"), game.score("bob")) == (0, 200)  # a new round begins at 0


def test_rounds_come_at_their_planned_time_also_when_the_server_was_down():
    game = knockout("ann", "bob", "cid", "dan")
    for number, users in ((4, ("ann", "bob", "cid")), (5, ("ann", "bob"))):
        game.at(START.replace(day=number, hour=20))
        for place, user in enumerate(users):
            game.steps(user, day(number), 0, 100 + place)
    game.at(END + HOUR)

    ended = [event for event in game.events if type(event).__name__ == "RoundEnded"]
    assert [event.at for event in ended][:2] == [MIDNIGHT + 15 * MINUTE, MIDNIGHT + DAY + 15 * MINUTE]
    assert [event.dropped for event in ended][:2] == [("dan",), ("cid",)]


def test_who_was_walking_past_midnight_begins_the_next_round_with_it():
    game = knockout("ann", "bob", "cid").at(NOON)
    for user, steps in (("ann", 300), ("bob", 200), ("cid", 100)):
        game.steps(user, day(4), 0, steps)
    game.at(MIDNIGHT + MINUTE).steps("bob", day(5), 0, 77)
    assert game.score("bob") == 200

    assert game.at(MIDNIGHT + 15 * MINUTE).score("bob") == 77


def test_what_comes_after_the_decision_changes_nothing_of_it():
    game = knockout("ann", "bob", "cid").at(NOON).steps("ann", day(4), 0, 300).steps("bob", day(4), 0, 200)
    game.at(MIDNIGHT + HOUR).steps("cid", day(4), 0, 9000)
    assert (game.events[-1].why, out(game)["cid"]) == (Why.DROPPED_OUT, 1)

    game.steps("bob", day(4), 200, 900)
    assert (game.events[-1].why, game.score("bob")) == (Why.ROUND_OVER, 0)


def test_the_last_one_standing_ends_it():
    game = knockout("ann", "bob").at(NOON).steps("ann", day(4), 0, 1).at(MIDNIGHT + 15 * MINUTE)

    assert (game.phase, game.state.terms.ends_at) == ("settling", MIDNIGHT + 15 * MINUTE)
    assert order(game) == ["ann", "bob"]
    assert game.at(MIDNIGHT + 30 * MINUTE).phase == "finished"
    ann, bob = (game.state.participants[user] for user in ("ann", "bob"))
    assert (ann.score, earns(Mode.ELIMINATION, ann), earns(Mode.ELIMINATION, bob)) == (1, True, False)


def test_who_did_nothing_in_the_last_round_takes_no_place_in_it():
    """Until then they have played, which is worth what finishing is worth."""
    game = knockout("ann", "bob", "cid", "dan", "eve", ends_at=MIDNIGHT + DAY).at(NOON)
    for user, steps in (("ann", 300), ("bob", 200), ("cid", 100), ("dan", 50)):
        game.steps(user, day(4), 0, steps)
    game.at(MIDNIGHT + HOUR).steps("ann", day(5), 0, 10).at(MIDNIGHT + DAY + HOUR)
    people = game.state.participants

    assert (game.phase, order(game)) == ("finished", ["ann", "bob", "cid", "dan", "eve"])
    assert {user: earns(Mode.ELIMINATION, one) for user, one in people.items()} == {
        **dict.fromkeys(("ann", "bob", "cid", "dan"), True),
        "eve": False,
    }
    assert [user for user, one in people.items() if earns_place(Mode.ELIMINATION, one)] == ["ann"]


def test_ties_at_the_cut_go_to_who_got_there_first():
    game = knockout("ann", "bob", "cid").at(NOON)
    for minute, user in enumerate(("cid", "ann", "bob")):
        game.at(NOON + minute * MINUTE).steps(user, day(4), 0, 100)

    assert out(game.at(MIDNIGHT + 15 * MINUTE)) == {"ann": None, "bob": 1, "cid": None}


def test_a_round_in_which_nobody_scored_drops_nobody():
    game = knockout("ann", "bob").must(rules.Pause(ID)).at(MIDNIGHT + HOUR)

    assert (out(game), game.state.rounds) == ({"ann": None, "bob": None}, 1)


def test_the_disqualified_neither_drop_out_nor_stand_in_the_way():
    game = knockout("ann", "bob", "cid").must(rules.Disqualify(ID, "cid", "bicycle")).at(NOON)
    game.steps("ann", day(4), 0, 100).at(MIDNIGHT + 15 * MINUTE)
    assert (out(game), game.phase) == ({"ann": None, "bob": 1, "cid": None}, "settling")


def test_nobody_joins_once_a_round_is_decided():
    game = knockout("ann", "bob", "cid").at(NOON).steps("ann", day(4), 0, 100).at(MIDNIGHT + HOUR)

    assert code(game.do(rules.Join(ID), "dan")) is Code.WRONG_STATE


def test_weekly_rounds_end_in_the_hosts_zone():
    game = opened("ann", mode="elimination", eliminate=rules.Elimination("week", 1), ends_at=END + 14 * DAY)
    game.state.zone = "Pacific/Auckland"

    assert round_ends_at(game.at(START).state) == (START + 6 * DAY).replace(hour=12)


def test_the_last_round_is_decided_by_the_results():
    game = knockout("ann", "bob", "cid", ends_at=START + DAY).at(NOON)
    game.steps("ann", day(4), 0, 100).at(MIDNIGHT + HOUR).steps("bob", day(5), 0, 100)
    assert order(game) == ["bob", "ann", "cid"]

    assert (game.at(START + 2 * DAY).phase, out(game)) == ("finished", {"ann": None, "bob": None, "cid": 1})


# --- fairness ---


def test_a_kilometre_run_weighs_1250_steps():
    game = live("ann", fairness="weighted").at(DURING).steps("ann", day(5), 0, 1000)

    assert game.activity("ann", "a", START, distance=2000.0).score("ann") == 1000 + 2500


def test_weights_are_those_of_the_start():
    game = live("ann", fairness="weighted")

    assert game.state.scoring.weights["run"] == ("distance", 1.25)
    assert live("ann").activity("ann", "a", START, distance=2000.0).score("ann") == 0


def test_a_score_is_a_share_of_ones_own_usual_day():
    game = live("ann", "bob", fairness="baseline").at(DURING)
    game.steps("ann", day(5), 0, 8000)
    assert game.score("ann") == 0  # until the baseline is known

    game.baseline("ann", 4000.0).steps("bob", day(5), 0, 9000).baseline("bob", 9000.0)

    assert (game.score("ann"), game.score("bob")) == (2, 1)
    assert game.baseline("ann", 1.0).score("ann") == 2  # it is fixed once


@pytest.mark.parametrize(("daily_mean", "baseline"), [(0, 5000), (1, 1000), (999, 1000), (7000, 7000)])
def test_who_has_no_usual_day_gets_one(daily_mean, baseline):
    game = live("ann", fairness="baseline").at(DURING).steps("ann", day(5), 0, 10).baseline("ann", daily_mean)

    assert game.state.participants["ann"].baseline == baseline


# --- who may see it ---


def friends_of(host, **more):
    return known("ann", friends=frozenset({host}), **more)


def test_friends_of_the_host_join_a_challenge_for_friends():
    game = opened(visibility="friends")

    assert code(game.do(rules.Join(ID), friends_of("somebody"))) is Code.NOT_FOUND
    assert game.do(rules.Join(ID), friends_of(HOST)) is None


def test_members_join_the_challenge_of_a_group():
    member = known(HOST, groups=frozenset({GROUP}))
    game = opened()
    game.must(rules.Update(challenge_id=ID, visibility="group", group_id=GROUP), member)

    assert code(game.do(rules.Join(ID), "ann")) is Code.NOT_FOUND
    assert game.do(rules.Join(ID), known("ann", groups=frozenset({GROUP}))) is None


def test_a_block_cuts_both_ways_but_leaves_who_takes_part():
    game = opened("bob").must(rules.Invite(ID, ["ann"]))
    blocked = known("ann", blocked=frozenset({HOST}))

    assert code(game.do(rules.Join(ID), blocked)) is Code.NOT_FOUND
    assert game.state.is_open_to("bob", known("bob", blocked=frozenset({HOST})))
    before = len(game.events)
    game.must(rules.Invite(ID, ["cid"]), known(HOST, blocked=frozenset({"cid"})))
    assert len(game.events) == before


# --- soon ---


def test_a_short_challenge_warns_a_tenth_before():
    game = opened("ann", starts_at=START, ends_at=START + 2 * HOUR).at(START - 12 * MINUTE)

    assert (game.events[-1].what, game.events[-1].when) == ("start", START)
    assert game.at(START + 2 * HOUR - 12 * MINUTE).events[-1].what == "end"


def test_who_opens_within_the_hour_warns_nobody_of_the_start():
    game = opened("ann", starts_at=BEFORE + 20 * MINUTE).at(BEFORE + 15 * MINUTE)

    assert game.state.soon is None


def test_what_was_missed_is_not_announced():
    game = opened("ann").at(END + MINUTE)

    assert (game.phase, game.state.soon) == ("settling", None)


def test_an_extended_challenge_warns_of_its_new_end():
    game = live("ann").at(END - HOUR).must(rules.Extend(ID, END + DAY)).at(END + DAY - HOUR)

    assert game.state.soon == ("end", END + DAY)
