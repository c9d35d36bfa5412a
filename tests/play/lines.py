"""A push as a line that people can read: its type, and what matters of its data, with names for ids."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Names: TypeAlias = Mapping[str, str]
Say: TypeAlias = Callable[[dict[str, Any], Names], str]

_TOTALS = ("steps", "distance", "puffs", "checkIns", "workouts", "volume")


def line(frame: Mapping[str, Any], names: Names) -> str:
    """`xp:awarded +12 steps`, `friend:puff Ann`, `notification:new You have won it!` …"""
    say = _SAYS.get(frame["type"])
    return str(frame["type"]) if say is None else f"{frame['type']} {say(frame['data'], names)}".rstrip()


def _totals(data: dict[str, Any], names: Names) -> str:
    today = data["today"]
    return ", ".join(f"{metric} {today[metric]:.0f}" for metric in _TOTALS if today[metric])


def _streak(data: dict[str, Any], names: Names) -> str:
    return f"{data['streak']['kind']} {data['streak']['current']}"


def _activity(data: dict[str, Any], names: Names) -> str:
    about = data["details"]
    what = about.get("badgeId") or about.get("name") or about.get("title") or about.get("kind") or about
    return f"{names[data['userId']]} {data['activity']} {what}"


def _milestone(data: dict[str, Any], names: Names) -> str:
    who = data.get("userId") or data.get("teamId")
    share = f" {data['share']}" if "share" in data else ""
    return f"{data['kind']}{share} {names[who] if who else 'all'}"


def _finished(data: dict[str, Any], names: Names) -> str:
    rows = ", ".join(f"{row['rank'] or '-'} {row['name']} {row['score']:g}" for row in data["rows"])
    return f"{'provisional' if data['provisional'] else 'final'}: {rows}"


def _set(data: dict[str, Any], names: Names) -> str:
    done = data["set"]
    return f"{names[data['userId']]} {data['exerciseId']} {done.get('reps')} x {done.get('weight', 0):g} kg"


def _record(data: dict[str, Any], names: Names) -> str:
    """Whose it is stands on the topic of a session only."""
    who = f"{names[data['userId']]} " if "userId" in data else ""
    return f"{who}{data['exerciseId']} {data['kind']} {data['value']:g}"


_SAYS: Mapping[str, Say] = {
    "stats:update": _totals,
    "xp:awarded": lambda data, _: f"{data['amount']:+} {data['reason']}",
    "level:up": lambda data, _: f"{data['level']}",
    "badge:earned": lambda data, _: f"{data['badgeId']}",
    "streak:extended": _streak,
    "streak:frozen": _streak,
    "streak:broken": _streak,
    "goal:achieved": lambda data, _: f"{data['goal']['title']}",
    "notification:new": lambda data, _: f"{data['message']}",
    "friend:requested": lambda data, _: f"{data['user']['displayName']}",
    "friend:accepted": lambda data, _: f"{data['user']['displayName']}",
    "friend:activity": _activity,
    "friend:puff": lambda data, names: f"{names[data['userId']]} {data['at']}",
    "challenge:invited": lambda data, names: f"{data['name']} by {names[data['by']]}",
    "challenge:updated": lambda data, _: f"{data['challenge']['state']}",
    "challenge:joined": lambda data, _: f"{data['name']}, {data['participants']} in all",
    "challenge:left": lambda data, names: f"{names[data['userId']]}, {data['participants']} in all",
    "challenge:milestone": _milestone,
    "challenge:announcement": lambda data, names: f"{names[data['from']]}: {data['text']}",
    "challenge:disqualified": lambda data, names: f"{names[data['userId']]}: {data['reason']}",
    "challenge:round": lambda data, names: (
        f"{data['round']}: out {', '.join(names[id] for id in data['userIds']) or 'nobody'}, {data['left']} left"
    ),
    "challenge:finished": _finished,
    "group:invited": lambda data, names: f"{data['name']} by {names[data['by']]}",
    "group:updated": lambda data, names: f"{data['change']} {names.get(data.get('userId', ''), '')}",
    "group:message": lambda data, names: f"{names[data['from']]}: {data['text']}",
    "friend:checked-in": lambda data, names: f"{names[data['userId']]} {data['huCaresScore']}",
    "workout:invited": lambda data, names: f"{data['name']} by {names[data['by']]}",
    "workout:left": lambda data, names: f"{names[data['userId']]}",
    "exercise:selected": lambda data, names: f"{names[data['userId']]} {data['exerciseId']}",
    "set:completed": _set,
    "set:undone": _set,
    "rest:timer": lambda data, names: f"{names[data['userId']]} {data['remaining']}",
    "pr:achieved": _record,
}
"""Of types that are not here, the type says enough."""
