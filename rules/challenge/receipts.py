"""Why what a participant did counted in a challenge, or did not: one receipt for each time that the challenge looked at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.activity.fact import Kind
from rules.challenge.events import (
    ActivityTallied,
    BaselineFixed,
    DayTallied,
    ParticipantDisqualified,
    ParticipantReinstated,
)
from rules.challenge.tally import MOST_ACTIVITIES
from rules.counting import Why
from rules.days import day_of
from rules.ids import ChallengeId, derived
from rules.receipts import receipt, said, score_receipt
from rules.resources import Receipt

_WHY_NOT = {
    Why.OUTSIDE: "the day is not one of the challenge's",
    Why.BEFORE_JOINING: "the day was over before you joined",
    Why.NOT_LIVE: "it did not arrive while the challenge was live",
    Why.IN_PAUSE: "some of its time was in a pause of the challenge",
    Why.ROUND_OVER: "that round was decided",
    Why.DROPPED_OUT: "you had dropped out",
    Why.PRIVATE: "it is private, and the standings would show it to everybody",
    Why.TOO_MANY: "a challenge counts so many activities of one participant and no more",
    Why.FINAL: "it arrived after the results were final",
}
_EARLIER = "it arrived before the challenge was live, or before you joined"
_OF_ACTIVITIES = {
    **_WHY_NOT,
    Why.OUTSIDE: "not all of its time was between the challenge's start and end",
    Why.NOT_LIVE: _EARLIER,
}
_OF_UNHEARD_STEPS = {**_WHY_NOT, Why.NOT_LIVE: _EARLIER}
_OF_THE_DAY = (Why.OUTSIDE, Why.BEFORE_JOINING)
_CORRECTED, _TAKEN_BACK = "it was corrected later", "it was taken back"
_LEFT = "you left the challenge after it"
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Tally:
    """One look of a challenge at something that its participant did, or at the participant."""

    metric: str
    rule_version: str
    event: DayTallied | ActivityTallied | BaselineFixed | ParticipantDisqualified | ParticipantReinstated
    starts_at: datetime  # of the challenge, as it is now
    ends_at: datetime
    weights: Mapping[str, tuple[str, float]]  # as `Scoring` has them
    left: bool = False  # they left after it, so nothing of it counts any more


def window(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """The challenge's first and last day for somebody there: `2026-05-04/2026-05-10`."""
    return f"{day_of(starts_at, zone)}/{day_of(ends_at - _MOMENT, zone)}"


def scores(challenge_id: ChallengeId, tallies: Sequence[Tally], *, whole: bool = True) -> list[Receipt]:
    """What was said of an activity before it was corrected or taken back counts no more.

    `tallies`: the newest first. `whole`: all that there are of each day, so that what came between two of them did so unheard.
    """
    later: dict[str, str] = {}  # activity → what has become of what was said of it before
    heard = _heard_before(tallies)
    found = []
    for number, tally in enumerate(tallies):
        event = tally.event
        if isinstance(event, ParticipantDisqualified | ParticipantReinstated):
            if event is _standing(tallies) and isinstance(event, ParticipantDisqualified):
                found.append(_disqualified(challenge_id, tally, event))
        elif isinstance(event, BaselineFixed):
            if not tally.left:
                found.append(_baseline(challenge_id, tally, event))
        elif isinstance(event, DayTallied):
            found.append(_score(challenge_id, tally, event, _WHY_NOT.get(event.why)))
            if whole and event.before > heard[number]:
                found.append(_unheard(challenge_id, tally, event, event.before - heard[number]))
        else:
            undone = later.get(event.activity_id)
            taken_back = event.why is Why.TAKEN_BACK
            later[event.activity_id] = _TAKEN_BACK if taken_back else _CORRECTED
            if not taken_back:  # which is said of what it took back
                words = _OF_UNHEARD_STEPS if event.kind == Kind.STEPS else _OF_ACTIVITIES
                found.append(_score(challenge_id, tally, event, words.get(event.why) or undone))
    return found


def _heard_before(tallies: Sequence[Tally]) -> dict[int, float]:
    """Of the day tallied at each place: its value when the challenge last heard of it before."""
    found: dict[int, float] = {}
    last: dict[object, float] = {}
    for number in reversed(range(len(tallies))):
        event = tallies[number].event
        if isinstance(event, DayTallied):
            found[number] = last.get(event.date, 0.0)
            last[event.date] = event.after
    return found


def _standing(tallies: Sequence[Tally]) -> object:
    """The newest decision about the participant themselves."""
    about = (ParticipantDisqualified, ParticipantReinstated)
    return next((tally.event for tally in tallies if isinstance(tally.event, about)), None)


def _unheard(challenge_id: ChallengeId, tally: Tally, event: DayTallied, amount: float) -> Receipt:
    """Of what a day had gained before the challenge heard of it for the first time, or again after its participant had left."""
    made = score_receipt(
        event.user_id,
        challenge_id,
        event.activity_id,
        event.date,
        event.zone,
        event.at,
        tally.rule_version,
        metric=tally.metric,
        amount=amount,
        why_not=_WHY_NOT[event.why] if event.why in _OF_THE_DAY else _EARLIER,
        window=window(tally.starts_at, tally.ends_at, event.zone),
    )
    made["id"] = derived(made["id"], "earlier")
    return made


def _score(
    challenge_id: ChallengeId, tally: Tally, event: DayTallied | ActivityTallied, why_not: str | None
) -> Receipt:
    kind = weight = None
    if isinstance(event, DayTallied):
        amount = event.after - event.before
    else:
        amount, weight = event.amount, tally.weights.get(event.kind)
        kind = None if event.kind == Kind.STEPS else event.kind
    return score_receipt(
        event.user_id,
        challenge_id,
        event.activity_id,
        event.date,
        event.zone,
        event.at,
        tally.rule_version,
        metric=tally.metric,
        amount=amount,
        why_not=why_not or (_LEFT if tally.left else None),
        window=window(tally.starts_at, tally.ends_at, event.zone),
        cap=MOST_ACTIVITIES if event.why is Why.TOO_MANY else None,
        review=event.review and event.counted,
        kind=kind,
        weight=weight,
    )


def _disqualified(challenge_id: ChallengeId, tally: Tally, event: ParticipantDisqualified) -> Receipt:
    return receipt(
        derived(event.user_id, "challenge.disqualified", challenge_id, event.at.isoformat()),
        event.at,
        "challenge",
        "challenge.disqualified",
        tally.rule_version,
        f"You have no rank in the challenge, because you were disqualified: {event.reason}",
        {"challengeId": challenge_id},
        counted=False,
    )


def _baseline(challenge_id: ChallengeId, tally: Tally, event: BaselineFixed) -> Receipt:
    return receipt(
        derived(event.user_id, "challenge.baseline", challenge_id, event.at.isoformat()),
        event.at,
        "challenge",
        "challenge.baseline",
        tally.rule_version,
        f"Your score is a share of your usual day, which is {said(event.baseline, tally.metric)} here: the mean of the 14 days "
        "before the start, or what is usual where there was next to nothing.",
        {"challengeId": challenge_id},
        amount=event.baseline,
    )
