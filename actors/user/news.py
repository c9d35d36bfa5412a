"""What the user's friends hear, straight on their own topics: which setting lets them is said in `rules/social/news.py`.

Stands before the parts that make goals and notices of a change: it says first whether what comes is news at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actors.messages import Outcome, Push, Veil
from actors.user.part import Part, Turn
from rules.activity.fact import Kind
from rules.changes import (
    ActivityChanged,
    BadgeEarned,
    ChallengeCompleted,
    DayChanged,
    GoalAchieved,
    ProfileChanged,
    RecordAchieved,
)
from rules.days import stamp
from rules.social import news
from rules.social.state import friends_of, hidden_from

if TYPE_CHECKING:
    from actors.messages import Tick
    from actors.user.actor import UserActor
    from rules.ids import UserId
    from rules.social.news import News

ONLINE, OFFLINE = "online", "offline"  # ticks: presence is nobody's fact, and lost with the node


def push_to(
    actor: UserActor, outcome: Outcome, other: UserId, type: str, data: dict[str, Any], *, ephemeral: bool = False
) -> None:
    """On another user's own topic."""
    topic = f"user:{other}"
    if actor.deps.audience.is_watched(topic):  # most friends are not there: a push that nobody gets is work as well
        outcome.effects.append(Push(topic, type, data, ephemeral))


def _tell_friends(actor: UserActor, outcome: Outcome, type: str, data: dict[str, Any], *, ephemeral: bool) -> None:
    for friend in friends_of(actor.state):
        push_to(actor, outcome, friend, type, data, ephemeral=ephemeral)


def _news(actor: UserActor, turn: Turn, found: News) -> None:
    activity, details = found
    if not turn.late and news.friends_hear(actor.state.preferences, activity):
        data = {"userId": actor.id, "activity": activity, "details": details}
        _tell_friends(actor, turn.outcome, "friend:activity", data, ephemeral=False)


def _activity_changed(actor: UserActor, change: ActivityChanged, turn: Turn) -> None:
    fact = change.after
    if fact is None or not news.is_news(change.before, fact, turn.at) or news.is_kept_private(fact):
        turn.late = True
    elif change.before is not None:
        pass  # of which friends have heard when it began
    elif fact.kind is Kind.PUFF:
        if news.friends_hear(actor.state.preferences, "puff"):
            data = {"userId": actor.id, "at": stamp(fact.starts_at)}
            _tell_friends(actor, turn.outcome, "friend:puff", data, ephemeral=False)
    elif (found := news.of_fact(fact)) is not None:
        _news(actor, turn, found)


def _day_changed(actor: UserActor, change: DayChanged, turn: Turn) -> None:
    day, today = change.after.date, actor.state.today
    if today is not None and day != today and news.is_past(day, today):
        turn.late = True


def _record_achieved(actor: UserActor, change: RecordAchieved, turn: Turn) -> None:
    _news(actor, turn, news.of_record(change))


def _goal_achieved(actor: UserActor, change: GoalAchieved, turn: Turn) -> None:
    _news(actor, turn, news.of_goal(change))


def _challenge_completed(actor: UserActor, change: ChallengeCompleted, turn: Turn) -> None:
    if change.ranked:  # who did nothing, or was disqualified, has completed none
        _news(actor, turn, news.of_challenge(change))


def _badge_earned(actor: UserActor, change: BadgeEarned, turn: Turn) -> None:
    if news.badge_shown(actor.state.preferences, change.badge, friend=True):
        _news(actor, turn, news.of_badge(change))


def _presence(actor: UserActor, tick: Tick) -> Outcome:
    outcome = Outcome()
    if not actor.exists:
        return outcome
    if news.friends_hear(actor.state.preferences, "presence"):
        _show_presence(actor, outcome, tick.name)
    elif tick.name == ONLINE:
        outcome.effects.append(Veil(actor.id, on=True))
    return outcome


def _show_presence(actor: UserActor, outcome: Outcome, what: str) -> None:
    who = {"userId": actor.id}
    _tell_friends(actor, outcome, f"friend:{what}", who, ephemeral=True)
    hidden = hidden_from(actor.state)
    for group_id in actor.state.groups:
        push = Push(f"group:{group_id}", f"presence:{what}", who, ephemeral=True, hidden_from=hidden)
        outcome.effects.append(push)


def _profile_changed(actor: UserActor, change: ProfileChanged, turn: Turn) -> None:  # noqa: ARG001
    """Who hides their profile while they are there goes, for the others; who shows it again comes."""
    audience, shows = actor.deps.audience, news.friends_hear(actor.state.preferences, "presence")
    if audience.presence(actor.id) == "offline" or shows is (audience.seen(actor.id) != "offline"):
        return
    turn.outcome.effects.append(Veil(actor.id, on=not shows))
    _show_presence(actor, turn.outcome, ONLINE if shows else OFFLINE)


PART = Part(
    ticks={ONLINE: _presence, OFFLINE: _presence},
    reactions={
        DayChanged: _day_changed,
        ProfileChanged: _profile_changed,
        ActivityChanged: _activity_changed,
        RecordAchieved: _record_achieved,
        GoalAchieved: _goal_achieved,
        ChallengeCompleted: _challenge_completed,
        BadgeEarned: _badge_earned,
    },
)
