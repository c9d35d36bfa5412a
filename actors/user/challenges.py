"""The challenges that a user takes part in: they hear of every day whose metric changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.messages import Address, Outcome, Push
from actors.user.part import Part, Turn
from rules.challenge import Join
from rules.changes import DayChanged, ProfileChanged
from rules.day import in_review, leading_device, totals
from rules.refusal import Code, Refusal
from rules.tells import ChallengeEnded, ChallengeInvited, ChallengeJoined, ChallengeLeft, DayCounted, Introduced
from rules.user import views
from rules.user.events import ChallengeConcluded, ChallengeEntered, ChallengeExited

if TYPE_CHECKING:
    from actors.messages import Command, Tell
    from actors.user.actor import UserActor

MOST_CHALLENGES = 100  # going on at a time

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
    return actor.record([concluded], tell.at)


def _invited(actor: UserActor, told: ChallengeInvited, tell: Tell) -> Outcome:  # noqa: ARG001
    invited = {"challengeId": told.challenge_id, "name": told.name, "by": told.by}
    return Outcome(effects=[Push(actor.topic, "challenge:invited", invited)])


def _day_changed(actor: UserActor, change: DayChanged, turn: Turn) -> None:
    user, before, after = actor.state, change.before, change.after
    if not user.challenges:
        return
    old = totals(before) if before is not None else {}
    new = totals(after)
    leading = leading_device(after)
    assert leading is not None
    activity_id = views.activity_id(user, after.date, leading)
    review = in_review(after)
    for challenge_id, metric in user.challenges.items():
        was, now = old.get(metric, 0), new.get(metric, 0)
        if was != now:
            counted = DayCounted(user.id, metric, after.date, user.timezone, was, now, activity_id, review)
            turn.outcome.tells.append((_challenge(challenge_id), counted))


def _profile_changed(actor: UserActor, change: ProfileChanged, turn: Turn) -> None:
    if change.introduction:
        introduction = _introduction(actor)
        turn.outcome.tells += [(_challenge(challenge_id), introduction) for challenge_id in actor.state.challenges]


def _introduction(actor: UserActor) -> Introduced:
    return Introduced(actor.id, actor.state.display_name, actor.state.timezone)


def _challenge(challenge_id: str) -> Address:
    return Address("challenge", challenge_id)


PART = Part(
    commands={Join: _join},
    tells={ChallengeJoined: _joined, ChallengeLeft: _left, ChallengeEnded: _ended, ChallengeInvited: _invited},
    reactions={DayChanged: _day_changed, ProfileChanged: _profile_changed},
)
