"""The life of a workout session, and who may do what in it."""

import sys
from datetime import timedelta

import pytest

from rules import session as rules
from rules.refusal import Code, Refusal
from rules.session import commands
from rules.session.decide import MOST_ATHLETES, MOST_INVITED
from rules.session.events import EVENTS
from rules.session.life import ABANDONED_AFTER, PHASE_AFTER
from rules.session.state import ENDED, Phase, active_seconds
from rules.session.stats import calories, stats
from rules.session.views import athlete_view, session_view
from tests.rules.own_exercises import OWN
from tests.rules.sessions import ANN, BENCH, BOB, CEM, ID, MORNING, PUSH_UPS, SQUAT, Gym, begun, plan


def code(refusal):
    assert isinstance(refusal, Refusal), refusal
    return refusal.code


def in_phase(phase: Phase) -> Gym:
    gym = Gym(plan()).do(rules.Join(ID), BOB)
    path = {
        Phase.PLANNED: [],
        Phase.IN_PROGRESS: [rules.Start(ID)],
        Phase.PAUSED: [rules.Start(ID), rules.Pause(ID)],
        Phase.COMPLETED: [rules.Start(ID), rules.Complete(ID)],
        Phase.CANCELLED: [rules.Cancel(ID)],
    }
    for command in path[phase]:
        gym.do(command)
    assert gym.state.phase is phase
    return gym


COMMANDS = {
    "start": rules.Start(ID),
    "pause": rules.Pause(ID),
    "resume": rules.Resume(ID),
    "complete": rules.Complete(ID),
    "cancel": rules.Cancel(ID),
    "invite": rules.Invite(ID, [CEM]),
    "select": rules.Select(ID, PUSH_UPS),
    "set": rules.CompleteSet(ID, reps=5),
    "undo": rules.UndoSet(ID),
    "rest": rules.StartRest(ID, 60),
}


# --- the table ---


def test_every_event_but_the_first_stands_in_the_table():
    assert set(PHASE_AFTER) == set(EVENTS) - {rules.events.SessionPlanned}


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("action", COMMANDS)
def test_a_command_works_where_the_refusals_say_that_it_is_possible(phase, action):
    """WRONG_STATE names the state and exactly what is possible in it."""
    gym = in_phase(phase)
    before = len(gym.events)

    said = gym.ask(COMMANDS[action])

    refused = rules.life.wrong_state(phase)
    possible = action in refused.details["possible"]
    assert refused.details["state"] == phase.value
    if possible and action == "undo":
        assert code(said) is Code.CONFLICT  # nothing done yet
    elif possible:
        assert not isinstance(said, Refusal)
        assert len(gym.events) > before
    else:
        assert said == refused
        assert len(gym.events) == before


@pytest.mark.parametrize("phase", sorted(ENDED))
def test_an_impossible_event_is_a_bug(phase):
    gym = in_phase(phase)

    with pytest.raises(KeyError, match=f"{phase.value} session"):
        rules.evolve(gym.state, rules.events.SessionResumed(MORNING))


def test_starting_without_a_plan_is_in_progress_at_once():
    gym = Gym(rules.Start())

    assert gym.state.phase is Phase.IN_PROGRESS
    assert gym.state.started_at == MORNING
    assert gym.state.visibility == "friends"  # as in the privacy settings
    assert athlete_view(gym.state, gym.athlete(), MORNING)["currentExercise"] is None
    assert code(gym.ask(rules.CompleteSet(ID, reps=5))) is Code.CONFLICT


# --- planning ---


def test_a_plan_names_known_exercises_only():
    heavy = [commands.SetGoal(weight=501)]
    wanted = [commands.ExercisePlan(SQUAT), commands.ExercisePlan("sofa-surfing"), commands.ExercisePlan("nap", heavy)]

    refused = rules.plan(rules.Plan(name="x", exercises=wanted), id=ID, asking=begun().asking(ANN))

    assert code(refused) is Code.VALIDATION_FAILED
    wrong = ["exercises.1.exerciseId", "exercises.2.exerciseId", "exercises.2.sets.0"]
    assert [field["path"] for field in refused.details["fields"]] == wrong


def test_a_plan_is_refused_what_nobody_lifts_and_what_stands_there_twice():
    asking = begun().asking(ANN)
    heavy = commands.ExercisePlan(SQUAT, [commands.SetGoal(weight=501)])

    assert code(rules.plan(rules.Plan(name="x", exercises=[heavy]), id=ID, asking=asking)) is Code.VALIDATION_FAILED
    twice = rules.plan(plan(SQUAT, SQUAT), id=ID, asking=asking)
    assert [field["path"] for field in twice.details["fields"]] == ["exercises.1.exerciseId"]
    template = rules.plan(rules.Plan(name="x", template_id=ID), id=ID, asking=asking)
    assert [field["path"] for field in template.details["fields"]] == ["templateId"]


def test_a_plan_has_no_more_sets_than_can_be_done():
    asking, ids = begun().asking(ANN), [exercise.id for exercise in OWN][:11]
    goals = [commands.SetGoal(reps=5)] * 20
    wanted = [commands.ExercisePlan(exercise_id, goals) for exercise_id in ids]

    assert not isinstance(rules.plan(rules.Plan(name="x", exercises=wanted[:10]), id=ID, asking=asking), Refusal)
    refused = rules.plan(rules.Plan(name="x", exercises=wanted), id=ID, asking=asking)
    assert [field["path"] for field in refused.details["fields"]] == ["exercises"]


def test_a_plan_may_say_where():
    gym = Gym(plan(location="Gym on the corner"))

    assert session_view(gym.state, gym.now)["location"] == "Gym on the corner"
    assert "location" not in session_view(Gym().state, gym.now)


def test_planned_sets_are_shown():
    goals = [commands.SetGoal(weight=60, reps=8), commands.SetGoal(reps=5)]
    gym = Gym(rules.Plan(name="x", exercises=[commands.ExercisePlan(SQUAT, goals)]))

    [squat] = session_view(gym.state, MORNING)["athletes"][0]["exercises"]

    assert squat == {
        "exerciseId": SQUAT,
        "name": "Back Squat",
        "planned": [{"weight": 60, "reps": 8}, {"reps": 5}],
        "sets": [],
    }


def test_who_trains_elsewhere_can_neither_start_nor_join():
    elsewhere = {"session_id": "another"}
    gym = begun()

    refused = gym.ask(rules.Join(ID), BOB, **elsewhere)
    assert code(refused) is Code.CONFLICT
    assert refused.details == {"sessionId": "another"}
    assert code(Gym(plan()).ask(rules.Start(ID), **elsewhere)) is Code.CONFLICT
    assert code(rules.plan(rules.Start(), id=ID, asking=gym.asking(ANN, **elsewhere))) is Code.CONFLICT
    assert not isinstance(Gym(plan()).ask(rules.Join(ID), BOB, **elsewhere), Refusal)  # it does not run yet


# --- exercises ---


def test_selecting_an_exercise_that_was_not_planned_adds_it():
    gym = begun().do(rules.Select(ID, PUSH_UPS))

    assert [training.exercise_id for training in gym.athlete().exercises] == [SQUAT, BENCH, PUSH_UPS]
    assert gym.lift(None, 20).exercise_id == PUSH_UPS
    assert gym.ask(rules.Select(ID, PUSH_UPS)) == []
    assert gym.do(rules.Select(ID, SQUAT)).athlete().current == 0


def test_an_unknown_exercise_is_refused_by_its_field():
    refused = begun().ask(rules.Select(ID, "sofa-surfing"))

    assert refused.details["fields"][0]["path"] == "exerciseId"


def test_exercises_are_bounded(monkeypatch):
    monkeypatch.setattr(sys.modules["rules.session.decide"], "MOST_EXERCISES", 2)

    assert code(begun(SQUAT, BENCH).ask(rules.Select(ID, PUSH_UPS))) is Code.CONFLICT


# --- several athletes ---


def test_everyone_has_sets_of_their_own():
    gym = begun().do(rules.Join(ID), BOB).do(rules.Select(ID, BENCH), BOB)
    gym.lift(100, 5)
    gym.lift(60, 8, BOB)

    assert [len(training.sets) for training in gym.athlete().exercises] == [1, 0]
    assert [len(training.sets) for training in gym.athlete(BOB).exercises] == [0, 1]
    assert stats(gym.state, gym.athlete(BOB), gym.now).volume == 480


def test_another_athletes_end_is_theirs_alone():
    gym = begun().do(rules.Join(ID), BOB).do(rules.Join(ID), CEM)
    gym.lift(60, 8, BOB)
    gym.do(rules.Complete(ID), BOB).do(rules.Cancel(ID), CEM)

    assert gym.state.phase is Phase.IN_PROGRESS
    assert not gym.athlete(BOB).here
    assert CEM not in gym.state.athletes
    assert code(gym.ask(rules.Join(ID), BOB)) is Code.ALREADY_JOINED
    assert not isinstance(gym.ask(rules.Join(ID), CEM), Refusal)
    assert code(gym.ask(rules.Join(ID), ANN)) is Code.ALREADY_JOINED


def test_completing_without_a_set_is_leaving():
    gym = begun().do(rules.Join(ID), BOB).do(rules.Complete(ID), BOB)

    assert BOB not in gym.state.athletes


def test_the_owners_end_is_everyones():
    gym = begun().do(rules.Join(ID), BOB).do(rules.StartRest(ID, 60), BOB).do(rules.Complete(ID))

    assert gym.state.phase is Phase.COMPLETED
    assert gym.athlete(BOB).rest is None


def test_who_trains_in_two_sessions_is_taken_out_of_the_second():
    gym = begun().do(rules.Join(ID), BOB)

    gym.apply(rules.busy_elsewhere(gym.state, BOB, gym.now))
    assert BOB not in gym.state.athletes
    assert rules.busy_elsewhere(gym.state, BOB, gym.now) == []
    gym.apply(rules.busy_elsewhere(gym.state, ANN, gym.now))
    assert gym.state.phase is Phase.CANCELLED


def test_athletes_and_invitations_are_bounded():
    gym = begun()
    for number in range(MOST_ATHLETES - 1):
        gym.do(rules.Join(ID), f"user {number}")
    assert code(gym.ask(rules.Join(ID), BOB)) is Code.CONFLICT
    for start in range(0, MOST_INVITED, 50):
        gym.do(rules.Invite(ID, [f"guest {start + number}" for number in range(50)]))
    assert code(gym.ask(rules.Invite(ID, ["one more"]))) is Code.VALIDATION_FAILED
    assert gym.ask(rules.Invite(ID, ["guest 1", "user 1"])) == []  # all of them know


def test_a_blocked_person_is_not_invited_and_nothing_says_so():
    gym = begun()

    assert gym.ask(rules.Invite(ID, [BOB]), blocked=frozenset({BOB})) == []
    assert gym.state.invited == set()


# --- time ---


def test_active_time_leaves_pauses_out():
    gym = begun().later(minutes=10).do(rules.Pause(ID)).later(minutes=30).do(rules.Resume(ID)).later(minutes=5)

    assert active_seconds(gym.state, gym.now) == 15 * 60


def test_who_joins_late_and_leaves_early_was_active_in_between():
    gym = begun().later(minutes=10).do(rules.Join(ID), BOB).later(minutes=10)
    gym.lift(60, 8, BOB)
    gym.do(rules.Complete(ID), BOB).later(minutes=10)

    assert stats(gym.state, gym.athlete(BOB), gym.now).active_seconds == 600
    assert stats(gym.state, gym.athlete(), gym.now).active_seconds == 1800


def test_a_rest_ends_at_its_time_however_late_anybody_looks():
    gym = begun().do(rules.StartRest(ID, 90))
    assert rules.alarms(gym.state) == {
        f"rest:{ANN}": MORNING + timedelta(seconds=90),
        "abandoned": MORNING + ABANDONED_AFTER,
    }

    gym.later(hours=1)

    assert gym.events[-1] == rules.events.RestEnded(MORNING + timedelta(seconds=90), ANN, skipped=False)
    assert gym.later(hours=1).events[-1].at == MORNING + timedelta(seconds=90)  # once


def test_a_rest_begins_anew_and_can_be_skipped():
    gym = begun().do(rules.StartRest(ID, 90)).later(seconds=30).do(rules.StartRest(ID, 60)).later(seconds=59)

    assert gym.athlete().rest is not None
    gym.do(rules.SkipRest(ID))
    assert gym.athlete().rest is None
    assert gym.ask(rules.SkipRest(ID)) == []


def test_a_rest_without_seconds_is_the_usual_one():
    gym = begun().do(rules.StartRest(ID), rest_seconds=45)

    assert gym.athlete().rest.seconds == 45
    assert code(gym.ask(rules.StartRest(ID), rest_seconds=0)) is Code.VALIDATION_FAILED


def test_a_rest_goes_on_through_a_set_and_a_pause():
    gym = begun().do(rules.StartRest(ID, 90))
    gym.lift(60, 5)
    gym.do(rules.Pause(ID)).later(seconds=90)

    assert isinstance(gym.events[-1], rules.events.RestEnded)


def test_an_abandoned_session_is_completed_as_of_the_last_thing_done():
    gym = begun().later(minutes=20)
    gym.lift(60, 5)
    gym.do(rules.StartRest(ID, 90)).later(hours=11, minutes=59)
    assert gym.state.phase is Phase.IN_PROGRESS

    gym.later(days=3)

    assert gym.state.phase is Phase.COMPLETED
    assert gym.events[-1].at == MORNING + timedelta(minutes=20) + ABANDONED_AFTER
    assert gym.state.ended_at == MORNING + timedelta(minutes=20)
    assert stats(gym.state, gym.athlete(), gym.now).active_seconds == 20 * 60


def test_an_abandoned_pause_counts_up_to_the_pause():
    gym = begun().later(minutes=20).do(rules.Pause(ID)).later(days=1)

    assert gym.state.phase is Phase.COMPLETED
    assert active_seconds(gym.state, gym.now) == 20 * 60


def test_a_plan_waits_for_ever():
    assert Gym(plan()).later(days=400).state.phase is Phase.PLANNED


# --- numbers ---


def test_live_stats():
    gym = begun().later(minutes=30)
    gym.lift(100, 5, rpe=8)
    gym.lift(100, 3, rpe=9)
    gym.lift(None, 12)

    view = athlete_view(gym.state, gym.athlete(), gym.now)

    assert view["stats"] == {
        "volume": 800,
        "sets": 3,
        "reps": 20,
        "averageRpe": 8.5,
        "calories": 210,
        "activeSeconds": 1800,
        "records": 2,
    }
    assert (view["currentExercise"], view["currentSet"]) == (SQUAT, 3)


def test_calories_follow_effort_and_time():
    assert calories(3600, None) == calories(3600, 4.9) == 245
    assert calories(3600, 5) == 350
    assert calories(1800, 8) == 210
    assert calories(0, 10) == 0
