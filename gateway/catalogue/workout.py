"""Workout sessions, and the records that come of them."""

from typing import Any

from actors.messages import Permission
from gateway.catalogue.entry import Entry, own
from rules import resources, session
from rules.exercise_commands import FindExercises, GetExercise
from rules.records.commands import OwnRecords, UpdateLocation


def _of_session(
    name: str,
    command: type,
    may: Permission,
    summary: str,
    reply: Any = resources.Session,
    *,
    reads: bool = False,
    socket: bool = True,
    creates: bool = False,
    names_users: bool = False,
) -> Entry:
    return Entry(
        name,
        command,
        "session",
        may,
        summary,
        reply,
        reads,
        socket,
        by_way_of_user=True,
        creates=creates,
        names_users=names_users,
    )


ENTRIES = (
    _of_session("workout:plan", session.Plan, Permission.USER, "Plan a workout, as its owner.", creates=True),
    _of_session(
        "workout:start",
        session.Start,
        Permission.USER,
        "Begin your workout.",
        creates=True,
    ),
    _of_session("workout:pause", session.Pause, Permission.HOST, "Stop the clock for everyone."),
    _of_session("workout:resume", session.Resume, Permission.HOST, "Let the clock run again."),
    _of_session(
        "workout:complete",
        session.Complete,
        Permission.PARTICIPANT,
        "As its owner: end it for everyone. As another athlete: end your own part.",
    ),
    _of_session(
        "workout:cancel",
        session.Cancel,
        Permission.PARTICIPANT,
        "As its owner: call it off. As another athlete: leave. Nothing of it counts.",
    ),
    _of_session(
        "workout:invite", session.Invite, Permission.PARTICIPANT, "Ask others to train along.", None, names_users=True
    ),
    _of_session("workout:join", session.Join, Permission.VIEWER, "Train along."),
    _of_session("exercise:select", session.Select, Permission.PARTICIPANT, "The exercise that your next sets are of."),
    _of_session(
        "set:complete",
        session.CompleteSet,
        Permission.PARTICIPANT,
        "A set of your current exercise is done.",
        resources.SetDone,
    ),
    _of_session("set:undo", session.UndoSet, Permission.PARTICIPANT, "Take your last set back, with its records."),
    _of_session("rest:start", session.StartRest, Permission.PARTICIPANT, "Rest; one that goes on begins anew."),
    _of_session("rest:skip", session.SkipRest, Permission.PARTICIPANT, "Rest no longer."),
    _of_session("session:get", session.Get, Permission.VIEWER, "A session.", reads=True),
    _of_session(
        "session:view",
        session.View,
        Permission.USER,
        "The state behind a session's topic.",
        resources.SessionView,
        reads=True,
        socket=False,
    ),
    own("location:update", UpdateLocation, "Where you are, for those who watch your session.", None),
    own(
        "exercise:list",
        FindExercises,
        "A page of the exercises that workouts are made of.",
        resources.Exercises,
        reads=True,
    ),
    own("exercise:get", GetExercise, "An exercise.", resources.Exercise, reads=True),
    own("user:records", OwnRecords, "Your personal records.", resources.Records, reads=True),
)
