"""What a participant's score is: a function of what counts for them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from math import fsum

from rules import counting
from rules.activity.fact import Kind
from rules.challenge.events import Mode, Scoring, Terms
from rules.challenge.state import UNIT, Challenge, Participant
from rules.days import day_of, midnight_after
from rules.ruleset import RuleSet

STREAK_DAYS = "streakDays"  # the metric that counts days
_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)


def scoring_of(terms: Terms, rules: RuleSet) -> Scoring:
    """What to pin at the start, of the rules in force."""
    weights = rules.fairness.weights.get(terms.metric, {}) if terms.fairness == "weighted" else {}
    return Scoring(
        active_steps=rules.streaks.active_steps,
        weights=dict(weights),
        usual=rules.fairness.usual.get(terms.metric, 1.0),
        least_share=rules.fairness.least_share,
    )


def worth(challenge: Challenge, kind: str, metrics: dict[str, float]) -> float | None:
    """What an activity adds to the challenge's metric, weighted; None for one that is no concern of it."""
    return worth_of(challenge.terms.metric, challenge.scoring.weights, kind, metrics)


def worth_of(
    metric: str, weights: Mapping[str, tuple[str, float]], kind: str, metrics: Mapping[str, float]
) -> float | None:
    """The same of a challenge that counts `metric`, with the weights of its `Scoring`."""
    if metric == STREAK_DAYS:
        return 1.0 if metrics and kind != Kind.PUFF else None
    source, factor = weights.get(kind, (metric, 1.0))
    return metrics[source] * factor if source in metrics else None


def fixed_baseline(scoring: Scoring, daily_mean: float) -> float:
    """Who has logged nothing has the usual day; next to nothing counts as a share of it."""
    return max(daily_mean, scoring.usual * scoring.least_share) if daily_mean > 0 else scoring.usual


def score_of(challenge: Challenge, participant: Participant) -> float:
    """In the metric's unit; days for streaks, and shares of one's own usual day with baselines.

    In an elimination it is that of the present round, or of the one in which they dropped out.
    """
    terms = challenge.terms
    if terms.mode is Mode.STREAK:
        return float(_longest_run(challenge, participant))
    if terms.mode is Mode.ELIMINATION:
        number = challenge.rounds if participant.out is None else participant.out - 1
        first, length = challenge.first_day, _length(challenge)
        days = [day for day in _days(participant) if max(0, (day - first).days) // length == number]
        return _scaled(challenge, participant, fsum(_amount(challenge, participant, day) for day in days))
    return total_of(challenge, participant)


def total_of(challenge: Challenge, participant: Participant) -> float:
    """All that counts for them."""
    if challenge.terms.metric == STREAK_DAYS:
        return fsum(_amount(challenge, participant, day) for day in _days(participant))
    amount = counting.total(participant.days.values())
    if participant.done is not None:
        amount += sum(participant.done.by_day.values()) / UNIT
    return _scaled(challenge, participant, amount)


def units(score: float) -> int:
    return round(score * UNIT)


def _amount(challenge: Challenge, participant: Participant, day: date) -> float:
    """What counts of one day."""
    of_devices = counting.measure(participant.days.get(day, counting.NOTHING))
    of_activities = participant.done.by_day.get(day, 0) if participant.done is not None else 0
    if challenge.terms.metric == STREAK_DAYS:
        return 1.0 if of_activities or of_devices >= challenge.scoring.active_steps else 0.0
    return of_devices + of_activities / UNIT


def _scaled(challenge: Challenge, participant: Participant, amount: float) -> float:
    if challenge.terms.fairness != "baseline":
        return amount
    return 0.0 if participant.baseline is None else round(amount / participant.baseline, 4)


def _days(participant: Participant) -> Iterable[date]:
    return participant.days.keys() | participant.done.by_day.keys() if participant.done else participant.days.keys()


def _longest_run(challenge: Challenge, participant: Participant) -> int:
    target = challenge.terms.target or 1.0
    longest = length = 0
    before: date | None = None
    for day in sorted(_days(participant)):
        if _scaled(challenge, participant, _amount(challenge, participant, day)) < target:
            continue
        length = length + 1 if before is not None and day - before == _DAY else 1
        longest, before = max(longest, length), day
    return longest


# --- rounds ---


def round_of(challenge: Challenge, day: date) -> int:
    """The round of an elimination, from 0, that a day belongs to. Someone's day may begin before the host's."""
    return max(0, (day - challenge.first_day).days) // _length(challenge)


def round_ends_at(challenge: Challenge) -> datetime:
    """When the present round is over: midnight in the host's zone, at most the challenge's end."""
    last = challenge.first_day + _DAY * ((challenge.rounds + 1) * _length(challenge) - 1)
    return min(midnight_after(last, challenge.zone), challenge.terms.ends_at)


def _length(challenge: Challenge) -> int:
    rounds = challenge.terms.eliminate
    return 7 if rounds is not None and rounds.every == "week" else 1


def days_of(challenge: Challenge, zone: str) -> int:
    """How many calendar days the challenge touches in a zone."""
    first, last = day_of(challenge.terms.starts_at, zone), day_of(challenge.terms.ends_at - _MOMENT, zone)
    return (last - first).days + 1
