"""Rewards: the user hears of every one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actors.messages import Push
from actors.user.part import Part, Turn
from rules.rewards import BadgeEarned, BadgeLost, LevelReached, StreakChanged, XpChanged
from rules.user import views

if TYPE_CHECKING:
    from actors.user.actor import UserActor


def _push(actor: UserActor, turn: Turn, type: str, data: dict[str, Any]) -> None:
    turn.outcome.effects.append(Push(actor.topic, type, data))


def _xp(actor: UserActor, change: XpChanged, turn: Turn) -> None:
    data = {"amount": change.amount, "xp": change.xp, "reason": change.reason, "receiptId": change.receipt_id}
    _push(actor, turn, "xp:awarded", data)


def _level(actor: UserActor, change: LevelReached, turn: Turn) -> None:
    _push(actor, turn, "level:up", {"level": change.level, "xp": change.xp, "nextLevelAt": change.next_level_at})


def _badge(actor: UserActor, change: BadgeEarned, turn: Turn) -> None:
    badge = change.badge
    data = {
        "badgeId": badge.id,
        "name": badge.name,
        "description": badge.description,
        "tier": badge.tier,
        "receiptId": change.receipt_id,
    }
    _push(actor, turn, "badge:earned", data)


def _badge_lost(actor: UserActor, change: BadgeLost, turn: Turn) -> None:
    """It goes quietly."""


def _streak(actor: UserActor, change: StreakChanged, turn: Turn) -> None:
    """Late data may lengthen a run that is long over: of what stands at 0 there is nothing to tell."""
    if change.what in ("extended", "mended") and not change.view.current:
        return
    shown = {"mended": "extended", "shortened": "broken"}.get(change.what, change.what)
    _push(actor, turn, f"streak:{shown}", {"streak": views.streak(change.kind, change.view, change.group_id)})


PART = Part(
    reactions={
        XpChanged: _xp,
        LevelReached: _level,
        BadgeEarned: _badge,
        BadgeLost: _badge_lost,
        StreakChanged: _streak,
    }
)
