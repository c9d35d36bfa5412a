"""The groups that a user is in: a part of the user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from rules.changes import Change
    from rules.ruleset import RuleSet
    from rules.user.state import User

MOST_GROUPS = 50  # each of them hears of every change of the user's name and presence


@dataclass(frozen=True, slots=True)
class GroupEntered:
    at: datetime
    group_id: str


@dataclass(frozen=True, slots=True)
class GroupExited:
    at: datetime
    group_id: str


Event: TypeAlias = GroupEntered | GroupExited
EVENTS: tuple[type[Event], ...] = (GroupEntered, GroupExited)


def may_enter(user: User, group_id: str | None) -> bool:
    """Is there room for one more, or are they in it already?"""
    return len(user.groups) < MOST_GROUPS or group_id in user.groups


def _entered(user: User, event: GroupEntered, rules: RuleSet) -> list[Change]:  # noqa: ARG001 (as its siblings)
    if event.group_id not in user.groups:
        user.groups = (*user.groups, event.group_id)
    return []


def _exited(user: User, event: GroupExited, rules: RuleSet) -> list[Change]:  # noqa: ARG001 (as its siblings)
    user.groups = tuple(group_id for group_id in user.groups if group_id != event.group_id)
    return []


EVOLVE: Mapping[type, Any] = {GroupEntered: _entered, GroupExited: _exited}
