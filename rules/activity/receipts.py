"""Why an activity counted, or did not."""

from collections.abc import Iterable
from datetime import date, datetime

from rules.activity.fact import Fact, Kind
from rules.day import DayFacts, Sealed, steps_activity_id
from rules.days import midnight_after
from rules.ids import UserId, derived
from rules.metrics import CALORIES, DISTANCE, DURATION, ELEVATION_GAIN, REPS, SETS, VOLUME
from rules.receipts import capped, receipt, xp_receipt
from rules.resources import Because, Receipt
from rules.reward_state import Award
from rules.ruleset import RuleSet
from rules.xp import PUFF_FREE_RULE, XpPart, activity_xp

_NAMES = {Kind.CHECK_IN: "check-in"}
_UNITS = {
    DISTANCE: "metres",
    DURATION: "seconds",
    ELEVATION_GAIN: "metres of climbing",
    VOLUME: "kilograms",
    SETS: "sets",
    REPS: "repetitions",
    CALORIES: "kilocalories",
}
"""In words, what is said to count no longer."""
_PUFFS_EARN_NOTHING = "puffs earn nothing: days without one do, while puffs are tracked"


def fact_receipts(user_id: UserId, day: DayFacts, ruleset: RuleSet) -> list[Receipt]:
    """All that is to be said of a day's activities, steps aside: XP, what a cap held back, marks for review."""
    found: list[Receipt] = []
    paid: set[str] = set()
    for fact, part in activity_xp(day.facts, ruleset.xp):
        paid.add(fact.id)
        because = _because(fact)
        if part.amount:
            found.append(xp_receipt(user_id, part, fact.id, fact.recorded_at, ruleset.version, because))
        if part.cap is not None and part.uncapped > part.amount:
            found.append(capped(user_id, part, part.cap, fact.id, fact.recorded_at, ruleset.version, because))
    for fact in day.facts:
        if fact.id not in paid:
            found.append(_unpaid(user_id, fact, ruleset))
        if fact.review:
            found.append(_reviewed(user_id, fact, ruleset))
    if day.sealed is not None:
        found.append(_sealed(user_id, day, day.sealed, ruleset))
    return found


def puff_free_receipts(user_id: UserId, days: Iterable[date], zone: str, ruleset: RuleSet) -> list[Receipt]:
    """The XP of whole days without a puff; each counts from its end."""
    return [
        xp_receipt(
            user_id,
            XpPart(PUFF_FREE_RULE, amount, None, amount, f"{day} without a puff earned {amount} XP."),
            day.isoformat(),
            midnight_after(day, zone),
            ruleset.on(day).version,
            {"date": day.isoformat(), "timezone": zone},
        )
        for day in days
        for amount in (ruleset.on(day).xp.puff_free_day,)
    ]


def award_receipt(user_id: UserId, award: Award, because: Because, ruleset: RuleSet) -> Receipt:
    """`because` is the day that it was given on, and its zone."""
    if award.activity_id is not None:
        because = {**because, "activityId": award.activity_id}
    part = XpPart(award.rule, award.amount, None, award.amount, f"{award.amount} XP for {award.reason}.")
    return xp_receipt(user_id, part, award.of, award.at, ruleset.at(award.at).version, because)


def removed_receipt(user_id: UserId, fact: Fact, at: datetime, ruleset: RuleSet) -> Receipt:
    """What became of an activity that was deleted `at` that time. `ruleset` is that of its day."""
    had = [f"{fact.metrics[metric]:,.0f} {unit}" for metric, unit in _UNITS.items() if metric in fact.metrics]
    worth = sum(part.uncapped for _, part in activity_xp([fact], ruleset.xp))
    name = _NAMES.get(fact.kind, fact.kind.value)
    counts = f"its {_listed(had)} no longer count" if had else "it no longer counts"
    xp = f", and its XP (up to {worth:,}) were taken back" if worth else ""
    text = f"The {name} of {fact.date} was deleted: {counts} anywhere{xp}."
    return _removal(user_id, fact.id, at, ruleset, text, _because(fact))


def removed_steps_receipt(
    user_id: UserId, day: date, device: str, steps: int, zone: str, at: datetime, ruleset: RuleSet
) -> Receipt:
    """The same of a device's steps of a day."""
    activity_id = steps_activity_id(user_id, day, device)
    text = (
        f"{steps:,} steps from {device} of {day} were deleted: they no longer count anywhere, nor what they had earned."
    )
    because: Because = {"activityId": activity_id, "date": day.isoformat(), "timezone": zone}
    return _removal(user_id, activity_id, at, ruleset, text, because)


def _removal(user_id: UserId, of: str, at: datetime, ruleset: RuleSet, text: str, because: Because) -> Receipt:
    receipt_id = derived(user_id, "activity.removed", of, at.isoformat())
    return receipt(receipt_id, at, "xp", "activity.removed", ruleset.version, text, because, counted=False)


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _because(fact: Fact) -> Because:
    return {"activityId": fact.id, "date": fact.date.isoformat(), "timezone": fact.zone}


def _unpaid(user_id: UserId, fact: Fact, ruleset: RuleSet) -> Receipt:
    name = _NAMES.get(fact.kind, fact.kind.value)
    if fact.going_on:
        why = f"the {name} is not over: log it again with its end"
    elif fact.kind is Kind.PUFF:
        why = _PUFFS_EARN_NOTHING
    else:
        why = f"the {name} has no distance that XP are counted by"
    rule = f"xp.{fact.kind.value}"
    return receipt(
        derived(user_id, "xp.none", fact.id),
        fact.recorded_at,
        "xp",
        rule,
        ruleset.version,
        f"No XP, because {why}.",
        _because(fact),
        amount=0,
        counted=False,
    )


def _sealed(user_id: UserId, day: DayFacts, sealed: Sealed, ruleset: RuleSet) -> Receipt:
    """One for all of them."""
    return receipt(
        derived(user_id, "xp.none", day.date.isoformat(), "puffs"),
        sealed.recorded_at,
        "xp",
        f"xp.{Kind.PUFF.value}",
        ruleset.version,
        f"No XP for {sealed.puffs} puffs, because {_PUFFS_EARN_NOTHING}.",
        {"date": day.date.isoformat(), "timezone": day.zone},
        amount=0,
        counted=False,
    )


def _reviewed(user_id: UserId, fact: Fact, ruleset: RuleSet) -> Receipt:
    why = fact.details.get("review", "it is unusual")
    text = f"Marked for review, because {why}: it counts, and the hosts of the challenges it counts in see the mark."
    return receipt(
        derived(user_id, "review", fact.id),
        fact.recorded_at,
        "challenge",
        f"{fact.kind.value}.review",
        ruleset.version,
        text,
        _because(fact),
    )
