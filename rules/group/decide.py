"""What a command does to a group: events, or a refusal. Whoever gets here has the permission of the catalogue."""

from dataclasses import replace
from typing import assert_never

from rules.fields import patched
from rules.group import commands, membership
from rules.group.asking import Asking, Decision
from rules.group.commands import Change, Create
from rules.group.events import (
    AccessCodeChanged,
    Event,
    GroupCreated,
    GroupDeleted,
    GroupUpdated,
    MessagePosted,
    Settings,
)
from rules.group.periods import period_at
from rules.group.state import Group
from rules.refusal import Refusal, invalid

__all__ = ["Asking", "Decision", "create", "decide"]


def create(command: Create, asking: Asking, *, id: str) -> Decision:
    known = asking.sender
    settings = Settings(
        name=command.name,
        description=command.description or None,
        is_private=command.is_private,
        max_members=command.max_members,
        who_invites=command.who_invites,
        frequency=command.check_in_frequency,
        timezone=command.timezone or known.zone,
    )
    period = period_at(settings.frequency, settings.timezone, asking.at)
    code = asking.new_code()
    return [GroupCreated(asking.at, id, asking.by, known.name, known.username, settings, code, period)]


def decide(group: Group, command: Change, asking: Asking) -> Decision:
    """Everything `overdue` at that time has been applied."""
    match command:
        case commands.Update():
            return _update(group, command, asking)
        case commands.Delete():
            return [GroupDeleted(asking.at, asking.by)]
        case commands.Join():
            return membership.join(group, command, asking)
        case commands.Leave():
            return membership.leave(group, asking)
        case commands.Invite():
            return membership.invite(group, command, asking)
        case commands.Remove():
            return membership.remove(group, command, asking)
        case commands.Role():
            return membership.give_role(group, command, asking)
        case commands.Post():
            return [MessagePosted(asking.at, asking.new_id(), group.said + 1, asking.by, command.text)]
        case _:
            assert_never(command)


def _update(group: Group, command: commands.Update, asking: Asking) -> list[Event] | Refusal:
    known = group.settings
    settings = replace(
        known,
        name=patched(known.name, command.name),
        description=patched(known.description, command.description) or None,
        is_private=patched(known.is_private, command.is_private),
        max_members=patched(known.max_members, command.max_members),
        who_invites=patched(known.who_invites, command.who_invites),
        frequency=patched(known.frequency, command.check_in_frequency),
        timezone=patched(known.timezone, command.timezone),
    )
    if settings.max_members < len(group.members):
        return invalid("maxMembers", f"there are {len(group.members)} members already")
    events: list[Event] = []
    if settings != known:
        events.append(GroupUpdated(asking.at, asking.by, settings))
    if command.new_access_code:
        events.append(AccessCodeChanged(asking.at, asking.by, asking.new_code()))
    return events
