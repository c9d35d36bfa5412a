"""What the user wants to reach: goals follow the days, and say so when one is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actors.messages import Outcome, Push
from actors.user import notices
from actors.user.part import Part, Turn
from rules.changes import DayChanged, GoalAchieved, GoalsChanged
from rules.goals import decide, views
from rules.goals.commands import CreateGoal, DeleteGoal, ListGoals, MarkMilestone, UpdateGoal
from rules.goals.events import GoalCreated, MilestoneReached
from rules.goals.state import deltas, today_for
from rules.notices.texts import NoticeType
from rules.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actors.messages import Command, Due
    from actors.user.actor import UserActor
    from rules.goals.events import Event


def _create(actor: UserActor, wanted: CreateGoal, command: Command) -> Outcome:  # noqa: ARG001
    decision = actor.decide(command)
    if isinstance(decision, Refusal):
        return Outcome(decision)
    (created,) = decision
    assert isinstance(created, GoalCreated)
    return _changed(actor, decision, created.goal_id, command)


def _change(actor: UserActor, wanted: UpdateGoal | MarkMilestone, command: Command) -> Outcome:
    decision = actor.decide(command)
    return Outcome(decision) if isinstance(decision, Refusal) else _changed(actor, decision, wanted.goal_id, command)


def _changed(actor: UserActor, events: Any, goal_id: str, command: Command) -> Outcome:
    turn = actor.begin(command.at)
    actor.apply(turn, events)
    _reach(actor, turn, decide.news(actor.state, command.at))
    return actor.end(turn, views.goal(actor.state, goal_id, today_for(actor.state, command.at)))


def _delete(actor: UserActor, wanted: DeleteGoal, command: Command) -> Outcome:  # noqa: ARG001
    decision = actor.decide(command)
    if isinstance(decision, Refusal):
        return Outcome(decision)
    outcome = actor.record(decision, command.at)
    outcome.reply = {}
    return outcome


def _list(actor: UserActor, wanted: ListGoals, command: Command) -> Outcome:  # noqa: ARG001
    return Outcome(dict(views.goals(actor.state, today_for(actor.state, command.at))))


def _over(actor: UserActor, due: Due) -> Outcome:
    """A period is over, and with it the time in which there could have been more puffs."""
    turn = actor.begin(due.at, due.name)
    _reach(actor, turn, decide.settle(actor.state, due.at))
    return actor.end(turn)


def _day_changed(actor: UserActor, change: DayChanged, turn: Turn) -> None:
    user = actor.state
    if user.goals is None:
        return
    moved = deltas(change)
    _reach(actor, turn, decide.news(user, turn.at, change.after.date))
    ids = [
        goal_id
        for goal_id, goal in user.goals.by_id.items()
        if goal.terms.metric in moved and change.after.date in goal.period
    ]
    if ids:
        _show(actor, turn, ids)


def _achieved(actor: UserActor, change: GoalAchieved, turn: Turn) -> None:
    shown = views.goal(actor.state, change.goal_id, today_for(actor.state, turn.at))
    turn.outcome.effects.append(Push(actor.topic, "goal:achieved", {"goal": shown}))


def _goals_changed(actor: UserActor, change: GoalsChanged, turn: Turn) -> None:
    turn.outcome.touched.update(("goal", goal_id) for goal_id in change.goal_ids)
    _show(actor, turn, change.goal_ids)


def _reach(actor: UserActor, turn: Turn, events: Iterable[Event]) -> None:
    for event in events:
        actor.apply(turn, [event])
        if isinstance(event, MilestoneReached):
            _tell_of_milestone(actor, turn, event)


def _tell_of_milestone(actor: UserActor, turn: Turn, event: MilestoneReached) -> None:
    assert actor.state.goals is not None
    goal = actor.state.goals.by_id[event.goal_id]
    milestone = goal.milestones[event.milestone_id]
    data = {"goalId": event.goal_id, "title": goal.terms.title, "milestone": milestone.title}
    period = event.period.isoformat()
    notices.tell(actor, turn, NoticeType.GOAL_MILESTONE, event.milestone_id, data, period=period)


def _show(actor: UserActor, turn: Turn, goal_ids: Iterable[str]) -> None:
    """To all of the user's devices, in one push a turn, with the goals as they are in the end."""
    if not actor.deps.audience.is_watched(actor.topic):
        return
    effects = turn.outcome.effects
    said = next((each for each in effects if isinstance(each, Push) and each.type == "sync:progress"), None)
    ids = dict.fromkeys(goal_ids)
    if said is not None:
        effects.remove(said)
        ids = dict.fromkeys([*(goal["id"] for goal in said.data["goals"]), *said.data["removed"], *ids])
    known = actor.state.goals.by_id if actor.state.goals is not None else {}
    today = today_for(actor.state, turn.at)
    data = {
        "goals": [views.goal(actor.state, goal_id, today) for goal_id in ids if goal_id in known],
        "removed": [goal_id for goal_id in ids if goal_id not in known],
    }
    effects.append(Push(actor.topic, "sync:progress", data))


PART = Part(
    commands={
        CreateGoal: _create,
        UpdateGoal: _change,
        MarkMilestone: _change,
        DeleteGoal: _delete,
        ListGoals: _list,
    },
    dues={"goals": _over},
    reactions={DayChanged: _day_changed, GoalAchieved: _achieved, GoalsChanged: _goals_changed},
)
