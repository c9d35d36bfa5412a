"""What participants' actors tell, as events: who they are, what they did, and whether it counts here."""

from datetime import date, datetime

from rules import counting
from rules.challenge.events import ActivityTallied, BaselineFixed, DayTallied, Event, Mode, ParticipantIntroduced
from rules.challenge.life import PHASE_AFTER
from rules.challenge.scores import fixed_baseline, round_of, units, worth
from rules.challenge.state import Challenge, Participant, Phase
from rules.challenge.tallied import A_DAY
from rules.counting import Why
from rules.tells import ActivityCounted, Baseline, DayCounted, Introduced

MOST_ACTIVITIES = 5_000  # of one participant that count


def introduce(challenge: Challenge, told: Introduced, at: datetime) -> Event | None:
    """None when nothing is new, or they have left."""
    participant = challenge.participants.get(told.user_id)
    if participant is None or (participant.name, participant.zone) == (told.name, told.zone):
        return None
    return ParticipantIntroduced(at, told.user_id, told.name, told.zone)


def fix_baseline(challenge: Challenge, told: Baseline, at: datetime) -> Event | None:
    """None when they have one already, or have left."""
    participant = challenge.participants.get(told.user_id)
    if participant is None or participant.baseline is not None or challenge.phase not in PHASE_AFTER[BaselineFixed]:
        return None
    return BaselineFixed(at, told.user_id, fixed_baseline(challenge.scoring, told.daily_mean))


def tally(challenge: Challenge, told: DayCounted, at: datetime) -> Event | None:
    """Does this change of a participant's day count? None when it makes no difference here."""
    participant = challenge.participants.get(told.user_id)
    if participant is None or told.metric != challenge.terms.metric or challenge.phase not in PHASE_AFTER[DayTallied]:
        return None
    before, after = float(told.before), float(told.after)
    counted = participant.days.get(told.date, counting.NOTHING)
    under_review = any(marked.kind == A_DAY and marked.date == told.date for marked in participant.reviewed)
    review_changes = told.review is not under_review
    too_late = _too_late(challenge, participant, told.date)
    if after <= before:
        reason = Why.TAKEN_BACK
        changes = counting.cut(counted, after) != counted or (review_changes and bool(counting.measure(counted)))
        if too_late is not None:
            return None  # that round is decided
    else:
        reason = too_late or counting.why(
            challenge.window,
            participant.joined_at,
            told.date,
            told.zone,
            live=challenge.phase is Phase.LIVE,
            settling=challenge.phase is Phase.SETTLING,
        )
        # what did not count is kept too: people ask why
        changes = reason is not Why.COUNTED or review_changes or counting.add(counted, before, after) != counted
    if not changes:
        return None
    return DayTallied(
        at=at,
        user_id=told.user_id,
        date=told.date,
        zone=told.zone,
        before=before,
        after=after,
        counted=reason is Why.COUNTED,
        why=reason,
        activity_id=told.activity_id,
        review=told.review,
    )


def tally_activity(challenge: Challenge, told: ActivityCounted, at: datetime) -> Event | None:
    """The same of an activity with a time of its own: it counts whole, or not at all."""
    participant = challenge.participants.get(told.user_id)
    if participant is None or challenge.phase not in PHASE_AFTER[ActivityTallied]:
        return None
    amount = worth(challenge, told.kind, told.metrics)
    known = participant.done.activities.get(told.activity_id) if participant.done is not None else None
    if amount is None:
        if known is None or _too_late(challenge, participant, known.date) is not None:
            return None
        return _activity(told, at, 0.0, Why.TAKEN_BACK)
    reason = _too_late(challenge, participant, told.date if known is None else known.date)
    if reason is not None and known is not None:
        return None
    if reason is None and told.private:
        reason = Why.PRIVATE
    reason = reason or counting.why_activity(
        challenge.window, participant.joined_at, told.date, told.zone, told.starts_at, told.ends_at
    )
    if reason is Why.COUNTED:
        if known is None and participant.done is not None and len(participant.done.activities) >= MOST_ACTIVITIES:
            reason = Why.TOO_MANY
        elif known is not None and (known.date, known.units) == (told.date, units(amount)):
            under_review = any(marked.activity_id == told.activity_id for marked in participant.reviewed)
            if under_review is told.review:
                return None
    return _activity(told, at, amount, reason)


def _activity(told: ActivityCounted, at: datetime, amount: float, why: Why) -> ActivityTallied:
    return ActivityTallied(
        at=at,
        user_id=told.user_id,
        activity_id=told.activity_id,
        kind=told.kind,
        date=told.date,
        zone=told.zone,
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        amount=amount,
        counted=why is Why.COUNTED,
        why=why,
        review=told.review,
    )


def _too_late(challenge: Challenge, participant: Participant, day: date) -> Why | None:
    """In an elimination, what is decided stays."""
    if challenge.terms.mode is not Mode.ELIMINATION:
        return None
    if participant.out is not None:
        return Why.DROPPED_OUT
    return Why.ROUND_OVER if round_of(challenge, day) < challenge.rounds else None
