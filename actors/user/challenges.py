"""The challenges that a user takes part in: they hear of every day whose metric changes, and of every activity."""

from __future__ import annotations

from datetime import timedelta
from math import fsum
from typing import TYPE_CHECKING

from actors.messages import Address, Outcome, Push
from actors.user import notices
from actors.user.part import Part, Turn
from rules.activity.fact import Kind
from rules.challenge import Join
from rules.changes import ActivityChanged, DayChanged, ProfileChanged, RelationChanged
from rules.day import device_totals, in_review, leading_device, totals
from rules.days import day_of, stamp
from rules.metrics import STEPS
from rules.notices.texts import NoticeType
from rules.refusal import Code, Refusal
from rules.tells import (
    ActivityCounted,
    Baseline,
    BaselineWanted,
    ChallengeEnded,
    ChallengeInvited,
    ChallengeJoined,
    ChallengeLeft,
    ChallengeSoon,
    DayCounted,
    Introduced,
    WatcherChanged,
)
from rules.user import views
from rules.user.events import ChallengeConcluded, ChallengeEntered, ChallengeExited

if TYPE_CHECKING:
    from actors.messages import Command, Tell
    from actors.user.actor import UserActor

MOST_CHALLENGES = 100  # going on at a time
BASELINE_DAYS = 14  # before the one that a challenge starts on
_MADE_OF = {"streakDays": STEPS}  # metric → what devices say of it, where that is another

_IN_TOO_MANY = Refusal(
    Code.CONFLICT, f"you take part in {MOST_CHALLENGES} challenges, which is all one may: leave one first"
)


def _join(actor: UserActor, wanted: Join, command: Command) -> Outcome:  # noqa: ARG001
    """The challenge decides, unless this user is in too many: each of them hears of every sync."""
    known = actor.state.challenges
    full = len(known) >= MOST_CHALLENGES and wanted.challenge_id not in known
    return Outcome(_IN_TOO_MANY if full else None)


def _joined(actor: UserActor, told: ChallengeJoined, tell: Tell) -> Outcome:
    outcome = actor.record([ChallengeEntered(tell.at, told.challenge_id, told.metric)], tell.at)
    outcome.tells.append((_challenge(told.challenge_id), _introduction(actor)))
    return outcome


def _left(actor: UserActor, told: ChallengeLeft, tell: Tell) -> Outcome:
    return actor.record([ChallengeExited(tell.at, told.challenge_id)], tell.at)


def _ended(actor: UserActor, told: ChallengeEnded, tell: Tell) -> Outcome:
    concluded = ChallengeConcluded(
        tell.at,
        told.challenge_id,
        told.name,
        told.outcome,
        told.ranked,
        told.rank,
        told.reached_target,
        told.rule_version,
    )
    turn = actor.begin(tell.at)
    actor.apply(turn, [concluded])
    if told.outcome == "cancelled":
        called_off = {"challengeId": told.challenge_id, "name": told.name}
        notices.tell(actor, turn, NoticeType.CHALLENGE_CANCELLED, told.challenge_id, called_off)
    return actor.end(turn)


def _invited(actor: UserActor, told: ChallengeInvited, tell: Tell) -> Outcome:
    turn = actor.begin(tell.at)
    invited = {"challengeId": told.challenge_id, "name": told.name, "by": told.by}
    turn.outcome.effects.append(Push(actor.topic, "challenge:invited", invited))
    notices.tell(actor, turn, NoticeType.CHALLENGE_INVITED, told.challenge_id, invited)
    return actor.end(turn)


def _day_changed(actor: UserActor, change: DayChanged, turn: Turn) -> None:
    user, before, after = actor.state, change.before, change.after
    if not user.challenges:
        return
    leading = leading_device(after) or (leading_device(before) if before is not None else None)
    if leading is None:
        return
    old = device_totals(before) if before is not None else {}
    new = device_totals(after)
    activity_id = views.activity_id(user, after.date, leading)
    review = in_review(after)
    for challenge_id, metric in user.challenges.items():
        made_of = _MADE_OF.get(metric, metric)
        was, now = old.get(made_of, 0), new.get(made_of, 0)
        if was != now:
            counted = DayCounted(user.id, metric, after.date, user.timezone, was, now, activity_id, review)
            turn.outcome.tells.append((_challenge(challenge_id), counted))


def _activity_changed(actor: UserActor, change: ActivityChanged, turn: Turn) -> None:
    fact = change.after or change.before
    if fact is None or not actor.state.challenges:
        return
    counted = ActivityCounted(
        user_id=actor.id,
        activity_id=fact.id,
        kind=fact.kind.value,
        date=fact.date,
        zone=fact.zone,
        starts_at=fact.starts_at,
        ends_at=fact.ends_at,
        metrics=dict(fact.metrics) if change.after is not None else {},
        review=fact.review,
        private=fact.kind is Kind.CHECK_IN and fact.details.get("isPrivate") is True,
    )
    turn.outcome.tells += [(_challenge(challenge_id), counted) for challenge_id in actor.state.challenges]


def _baseline(actor: UserActor, wanted: BaselineWanted, tell: Tell) -> Outcome:  # noqa: ARG001
    user = actor.state
    first = day_of(wanted.starts_at, user.timezone)
    days = (user.days.get(first - timedelta(days=back)) for back in range(1, BASELINE_DAYS + 1))
    had = fsum(totals(day).get(wanted.metric, 0) for day in days if day is not None)
    return Outcome(tells=[(_challenge(wanted.challenge_id), Baseline(user.id, had / BASELINE_DAYS))])


def _soon(actor: UserActor, told: ChallengeSoon, tell: Tell) -> Outcome:
    turn = actor.begin(tell.at)
    if told.at > tell.at:
        type = NoticeType.CHALLENGE_STARTS_SOON if told.what == "start" else NoticeType.CHALLENGE_ENDS_SOON
        at = stamp(told.at)
        data = {"challengeId": told.challenge_id, "name": told.name, "at": at}
        notices.tell(actor, turn, type, told.challenge_id, data, period=at)
    return actor.end(turn)


def _profile_changed(actor: UserActor, change: ProfileChanged, turn: Turn) -> None:
    if change.introduction:
        introduction = _introduction(actor)
        turn.outcome.tells += [(_challenge(challenge_id), introduction) for challenge_id in actor.state.challenges]


def look_again(actor: UserActor, outcome: Outcome) -> None:
    """Challenges that they watch, and may have no business with any more, are to look whether they may."""
    changed = WatcherChanged(actor.known())
    for topic in sorted(actor.deps.audience.watched_by(actor.id)):
        kind, _, id = topic.partition(":")
        if kind == "challenge" and id not in actor.state.challenges:
            outcome.tells.append((_challenge(id), changed))


def _relation_changed(actor: UserActor, change: RelationChanged, turn: Turn) -> None:
    if change.what in ("parted", "hidden"):
        look_again(actor, turn.outcome)


def _introduction(actor: UserActor) -> Introduced:
    return Introduced(actor.id, actor.state.display_name, actor.state.timezone)


def _challenge(challenge_id: str) -> Address:
    return Address("challenge", challenge_id)


PART = Part(
    commands={Join: _join},
    tells={
        ChallengeJoined: _joined,
        ChallengeLeft: _left,
        ChallengeEnded: _ended,
        ChallengeInvited: _invited,
        ChallengeSoon: _soon,
        BaselineWanted: _baseline,
    },
    reactions={
        ActivityChanged: _activity_changed,
        DayChanged: _day_changed,
        ProfileChanged: _profile_changed,
        RelationChanged: _relation_changed,
    },
)
