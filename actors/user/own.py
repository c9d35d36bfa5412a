"""The user themselves: account, profile, preferences, and what can be read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actors.messages import Outcome, Push
from actors.user.part import Part, Turn
from actors.user.workouts import session_of
from rules.changes import ProfileChanged
from rules.refusal import Refusal
from rules.social.news import badge_shown
from rules.social.state import friends_of
from rules.user import receipts, today_of, views
from rules.user.commands import (
    Badges,
    EarnedBadges,
    Explain,
    Me,
    Profile,
    Register,
    Rewards,
    UpdatePreferences,
    UpdateProfile,
)
from rules.user.events import UserRegistered

if TYPE_CHECKING:
    from actors.messages import Command
    from actors.user.actor import UserActor


def _change(actor: UserActor, wanted: Register | UpdateProfile, command: Command) -> Outcome:  # noqa: ARG001
    decision = actor.decide(command)
    if isinstance(decision, Refusal):
        return Outcome(decision)
    outcome = actor.record(decision, command.at)
    outcome.reply = _me_now(actor, command)
    return outcome


def _change_preferences(actor: UserActor, wanted: UpdatePreferences, command: Command) -> Outcome:  # noqa: ARG001
    decision = actor.decide(command)
    if isinstance(decision, Refusal):
        return Outcome(decision)
    outcome = actor.record(decision, command.at)
    outcome.reply = views.preferences(actor.state)
    return outcome


def _me(actor: UserActor, wanted: Me, command: Command) -> Outcome:  # noqa: ARG001
    return Outcome(_me_now(actor, command))


def _me_now(actor: UserActor, command: Command) -> dict[str, Any]:
    me = views.me(actor.state, command.at, actor.rules_at(command))
    if "sessionId" in me and session_of(actor) is None:
        del me["sessionId"]
    return me


def _rewards_of(actor: UserActor, command: Command) -> dict[str, Any]:
    today = today_of(actor.state, command.at)
    rewards: dict[str, Any] = dict(views.rewards(actor.state, today, actor.rules_at(command)))
    rewards["streaks"] = views.streaks(actor.state, today)
    return rewards


def _rewards(actor: UserActor, wanted: Rewards, command: Command) -> Outcome:  # noqa: ARG001
    return Outcome(_rewards_of(actor, command))


def _badges(actor: UserActor, wanted: Badges, command: Command) -> Outcome:  # noqa: ARG001
    return Outcome({"badges": views.badge_catalogue(actor.state, actor.rules_at(command))})


def _profile(actor: UserActor, wanted: Profile, command: Command) -> Outcome:  # noqa: ARG001
    shown = views.public(actor.state)
    if command.by.user_id == actor.id or command.by.user_id in friends_of(actor.state):
        shown["presence"] = actor.deps.audience.presence(actor.id)
    return Outcome(dict(shown))


def _earned(actor: UserActor, wanted: EarnedBadges, command: Command) -> Outcome:  # noqa: ARG001
    """Others see those that reveal nothing which is not for them."""
    user, by, rules = actor.state, command.by, actor.rules_at(command)
    badges = _rewards_of(actor, command)["badges"]
    if by.user_id != actor.id and by.role != "admin":
        friend = by.user_id in friends_of(user)
        badges = [
            each
            for each in badges
            if (known := rules.badge(each["id"])) and badge_shown(user.preferences, known, friend=friend)
        ]
    return Outcome({"badges": badges})


def _explain(actor: UserActor, wanted: Explain, command: Command) -> Outcome:
    today = today_of(actor.state, command.at)
    return Outcome({"receipts": receipts.explain(actor.state, wanted, today, actor.rules_at(command))})


def _profile_changed(actor: UserActor, change: ProfileChanged, turn: Turn) -> None:  # noqa: ARG001
    turn.outcome.touched.add("user")
    if not isinstance(turn.outcome.events[-1], UserRegistered):  # before that there are no devices
        shown = {"preferences": views.preferences(actor.state), "user": views.account(actor.state)}
        turn.outcome.effects.append(Push(actor.topic, "sync:preferences", shown))


PART = Part(
    commands={
        Register: _change,
        UpdateProfile: _change,
        UpdatePreferences: _change_preferences,
        Me: _me,
        Rewards: _rewards,
        Badges: _badges,
        Profile: _profile,
        EarnedBadges: _earned,
        Explain: _explain,
    },
    reactions={ProfileChanged: _profile_changed},
)
