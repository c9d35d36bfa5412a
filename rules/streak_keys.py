"""A user's streaks by their keys: the kind, and for check-ins the group and how often it checks in.

`checkIn:<group>:7` is a group's weekly check-in. When a group checks in more or less often, a new streak begins.
"""

from datetime import date, timedelta

from rules.reward_state import Rewards, StreakTrack
from rules.streaks import (
    ACTIVE,
    CHECK_IN,
    DAY,
    PUFF_FREE,
    STEPS_GOAL,
    WORKOUT_WEEK,
    StreakFold,
    StreakView,
    view,
)

ONE_EACH = (ACTIVE, STEPS_GOAL, WORKOUT_WEEK, PUFF_FREE)
"""The kinds of which everybody has one."""

_WEEK = timedelta(days=7)


def check_in_key(group_id: str, days: int) -> str:
    """`days`: how long a period of the group lasts."""
    return f"{CHECK_IN}:{group_id}:{days}"


def kind_of(key: str) -> str:
    return key.partition(":")[0]


def group_of(key: str) -> str | None:
    return key.split(":")[1] if ":" in key else None


def step_of(key: str) -> timedelta:
    if key == WORKOUT_WEEK:
        return _WEEK
    return timedelta(days=int(key.rpartition(":")[2])) if ":" in key else DAY


def run_name(key: str, first: date) -> str:
    """What the award for a run of days is `of`: the same run of another group is another one."""
    return first.isoformat() if ":" not in key else f"{key.partition(':')[2]}:{first.isoformat()}"


def view_of(track: StreakTrack, key: str, today: date) -> StreakView:
    """A group's calendar may be a day behind its member's: its periods end for them when they are over everywhere.

    One that was frozen by hand is over at once, where that keeps the streak.
    """
    step = step_of(key)
    if ":" not in key:
        return view(track.fold, today, track.manual, step)
    behind = view(track.fold, today - DAY, track.manual, step)
    if not track.manual or track.fold.last is None:
        return behind
    present = track.fold.last + (today - track.fold.last) // step * step
    if present not in track.manual:
        return behind
    ahead = view(track.fold, today, track.manual, step)
    return ahead if ahead.current == behind.current else behind


def streak(rewards: Rewards, key: str, today: date) -> StreakView:
    """The streak as of `today`; an empty one where there never was any.

    While puffs are tracked, a puff-free day counts only when the day's end was handled, so until then it is not missed.
    """
    track = rewards.streaks.get(key)
    if track is None:
        return view(StreakFold(), today)
    if key == PUFF_FREE and rewards.puffs is not None and rewards.puffs.on and rewards.today is not None:
        today = min(today, rewards.today)
    return view_of(track, key, today)


def shown_keys(rewards: Rewards) -> list[str]:
    """The streaks of a user: of each group the newest."""
    newest: dict[str, str] = {}
    for key in sorted(rewards.streaks):
        group_id = group_of(key)
        if group_id is not None:
            known = newest.get(group_id)
            if known is None or _last(rewards, key) >= _last(rewards, known):
                newest[group_id] = key
    return [*ONE_EACH, *newest.values()]


def _last(rewards: Rewards, key: str) -> date:
    return rewards.streaks[key].fold.last or date.min
