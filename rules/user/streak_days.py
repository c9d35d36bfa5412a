"""Why a day counted for each of a user's streaks, or did not."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from rules.activity.fact import Kind
from rules.day import DayFacts, leading_device, steps_activity_id, whole_totals
from rules.ids import ActivityId, derived
from rules.metrics import PUFFS, STEPS
from rules.puff_free import is_watched
from rules.receipts import receipt
from rules.resources import Because, Receipt
from rules.reward_state import StreakTrack, Weeks
from rules.ruleset import RuleSet
from rules.streak_keys import ONE_EACH, group_of, kind_of, step_of, view_of
from rules.streaks import ACTIVE, CHECK_IN, DAY, PUFF_FREE, STEPS_GOAL, WORKOUT_WEEK, qualifying
from rules.user.state import User
from rules.workout_weeks import monday_of, target_of
from rules.xp import numbered


@dataclass(frozen=True, slots=True)
class _Step:
    """`evidence` goes on after "counted: …" or "did not count: …"."""

    counted: bool
    evidence: str
    activity_id: ActivityId | None = None
    window: str | None = None  # the week or period that the day belongs to


def streak_day_receipts(user: User, day: date, today: date, at: datetime, rules: RuleSet) -> list[Receipt]:
    """One for each streak that the day may have counted for; none of a day to come. `at`: when its facts came in."""
    if day > today:
        return []
    return [
        _receipt(user, key, day, today, at, rules, step)
        for key in dict.fromkeys((*ONE_EACH, *user.rewards.streaks))
        for step in _steps(user, key, day, rules)
    ]


def _receipt(user: User, key: str, day: date, today: date, at: datetime, rules: RuleSet, step: _Step) -> Receipt:
    kind, facts = kind_of(key), user.days.get(day)
    because: Because = {"date": day.isoformat(), "timezone": user.timezone if facts is None else facts.zone}
    if step.activity_id is not None:
        because["activityId"] = step.activity_id
    if step.window is not None:
        because["window"] = step.window
    if step.counted:
        text = f"{day} counted for the {kind} streak: {step.evidence}."
    elif _is_frozen(user.rewards.streaks.get(key), key, day, today):
        text = f"{day} was missed and frozen: the {kind} streak went on over it, and did not grow."
    elif day == today and kind != CHECK_IN:
        text = f"{day} does not count for the {kind} streak so far: {step.evidence}."
    else:
        text = f"{day} did not count for the {kind} streak: {step.evidence}."
    receipt_id = derived(user.id, "streak.day", key, day.isoformat())
    version = rules.on(day).version
    return receipt(receipt_id, at, "streak", f"streak.{kind}", version, text, because, counted=step.counted)


def _is_frozen(track: StreakTrack | None, key: str, day: date, today: date) -> bool:
    """Between two days of a run there are none but frozen ones."""
    if track is None:
        return False
    view = view_of(track, key, today)
    first = monday_of(day) if key == WORKOUT_WEEK else day
    return first in view.frozen_days or any(run.first < first < run.last for run in view.runs)


def _steps(user: User, key: str, day: date, rules: RuleSet) -> Iterator[_Step]:
    facts = user.days.get(day) or DayFacts(day, user.preferences.daily_step_goal, user.timezone)
    match kind_of(key):
        case kind if kind in (ACTIVE, STEPS_GOAL):
            yield _daily(user, kind, facts, rules)
        case kind if kind == WORKOUT_WEEK:
            weeks, monday = user.rewards.weeks or Weeks(), monday_of(day)
            done, target = weeks.workouts.get(monday, 0), target_of(weeks, monday)
            evidence = f"its week, from {monday} on, has {done} of {numbered(target, 'workouts')}"
            yield _Step(done >= target, evidence, window=f"{monday}/{monday + 6 * DAY}")
        case kind if kind == PUFF_FREE and user.rewards.puffs is not None:
            track = user.rewards.streaks.get(key)
            if track is not None and day in track.days:
                yield _Step(True, "it had no puff")
            elif not is_watched(user.rewards.puffs, day):
                yield _Step(False, "puffs were not tracked all day")
            else:
                puffs = int(whole_totals(facts).get(PUFFS, 0))
                yield _Step(False, f"it had {numbered(puffs, 'puffs')}" if puffs else "it counts when it is over")
        case kind if kind == CHECK_IN:
            yield _check_in(user, key, facts)


def _daily(user: User, kind: str, facts: DayFacts, rules: RuleSet) -> _Step:
    values, streaks = {STEPS: 0, **whole_totals(facts)}, rules.on(facts.date).streaks
    active, reached = qualifying(values, facts.goal, streaks)
    steps, leading = values[STEPS], leading_device(facts)
    walked = None if leading is None else steps_activity_id(user.id, facts.date, leading)
    if kind == STEPS_GOAL:
        evidence = f"{steps:,} steps, of a goal of {facts.goal:,}"
        return _Step(reached, evidence, walked if reached else None)
    if steps >= streaks.active_steps:
        return _Step(True, f"{steps:,} steps", walked)
    if active:
        done = next(fact for fact in facts.facts if fact.kind is not Kind.PUFF and not fact.going_on)
        return _Step(True, f"a {'check-in' if done.kind is Kind.CHECK_IN else done.kind.value}", done.id)
    return _Step(
        False, f"it needs {streaks.active_steps:,} steps or another activity but a puff, and has {steps:,} steps"
    )


def _check_in(user: User, key: str, facts: DayFacts) -> _Step:
    days, step = user.rewards.streaks[key].days, step_of(key)
    at = bisect_right(days, facts.date)
    counted = at > 0 and facts.date < days[at - 1] + step
    group_id = group_of(key)
    made = next((f.id for f in facts.facts if f.kind is Kind.CHECK_IN and f.details.get("groupId") == group_id), None)
    said = "you checked in with the group" if counted else "you did not check in with the group"
    window = f"{days[at - 1]}/{days[at - 1] + step - DAY}" if counted else None
    return _Step(counted, f"{said} in its period of {numbered(step.days, 'days')}", made, window)
