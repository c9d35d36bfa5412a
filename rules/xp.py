"""XP: what a day, an activity, a challenge and a run of days are worth, by rule.

Rule names are stored in receipts: never rename one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from rules.activity.fact import Fact, Kind
from rules.metrics import DISTANCE, SETS, STEPS
from rules.streaks import CHECK_IN, WORKOUT_WEEK, Run, StreakRules

STEPS_RULE = "xp.steps"
GOAL_RULE = "xp.dailyGoal"
RUN_RULE = "xp.run"
WALK_RULE = "xp.walk"
WORKOUT_RULE = "xp.workout"
CHECK_IN_RULE = "xp.checkIn"
PUFF_FREE_RULE = "xp.puffFree"
RECORD_RULE = "xp.record"
FINISHED_RULE = "xp.challenge.finished"
TARGET_RULE = "xp.challenge.target"
PODIUM_RULE = "xp.challenge.podium"


@dataclass(frozen=True, slots=True)
class XpRules:
    steps_per_xp: int = field(metadata={"min": 1})
    steps_cap: int  # XP a day
    daily_goal: int
    run_per_km: int
    walk_per_km: int
    distance_cap: int  # XP a day, of walks and runs together
    workout: int
    workout_set: int  # for each completed set
    workout_cap: int  # XP a workout
    check_in: int
    puff_free_day: int
    personal_record: int
    challenge_finished: int
    challenge_target: int
    challenge_podium: tuple[int, ...]  # for rank 1, 2, 3, …


@dataclass(frozen=True, slots=True)
class XpPart:
    """XP by one rule. `uncapped` is what it would be without the cap, which is that of `capped`."""

    rule: str
    amount: int
    cap: int | None
    uncapped: int
    text: str
    capped: str = "the day"


def day_amounts(values: Mapping[str, float], goal: int, rules: XpRules) -> dict[str, int]:
    """rule → XP of a day with these values; the same numbers as `day_xp`, without its words."""
    steps = int(values[STEPS])
    return {
        STEPS_RULE: min(steps // rules.steps_per_xp, rules.steps_cap),
        GOAL_RULE: rules.daily_goal if 0 < goal <= steps else 0,
    }


def day_xp(values: Mapping[str, float], goal: int, rules: XpRules) -> list[XpPart]:
    """The XP of a day with these values, rule by rule; rules that give nothing are left out."""
    steps = int(values[STEPS])
    amounts = day_amounts(values, goal, rules)
    parts = []
    uncapped = steps // rules.steps_per_xp
    if uncapped:
        amount = amounts[STEPS_RULE]
        text = (
            f"{steps:,} steps earned {amount} XP: 1 for every {rules.steps_per_xp:,}, at most {rules.steps_cap} a day."
        )
        parts.append(XpPart(STEPS_RULE, amount, rules.steps_cap, uncapped, text))
    if amount := amounts[GOAL_RULE]:
        text = f"{steps:,} steps reached the daily goal of {goal:,} and earned {amount} XP."
        parts.append(XpPart(GOAL_RULE, amount, None, amount, text))
    return parts


def activity_xp(facts: Iterable[Fact], rules: XpRules) -> list[tuple[Fact, XpPart]]:
    """The XP of what was done in a day, one by one, in this order: what walks and runs may earn together runs out.

    What earns nothing is left out, but for what only the cap held back.
    """
    found = []
    left = rules.distance_cap
    for fact in facts:
        part = _one_xp(fact, left, rules)
        if part is not None and part.uncapped:
            found.append((fact, part))
            if fact.kind in _PER_KM:
                left -= part.amount
    return found


def _one_xp(fact: Fact, left: int, rules: XpRules) -> XpPart | None:
    if fact.going_on:
        return None
    if fact.kind in _PER_KM:
        rule, per_km = (RUN_RULE, rules.run_per_km) if fact.kind is Kind.RUN else (WALK_RULE, rules.walk_per_km)
        distance = int(fact.metrics.get(DISTANCE, 0))
        uncapped = per_km * distance // 1000
        amount = min(uncapped, left)
        text = (
            f"A {fact.kind.value} of {distance:,} m earned {amount} XP: {per_km} for every km, "
            f"at most {rules.distance_cap} a day from walks and runs together."
        )
        return XpPart(rule, amount, rules.distance_cap, uncapped, text, "the day's walks and runs")
    if fact.kind is Kind.WORKOUT:
        sets = int(fact.metrics.get(SETS, 0))
        uncapped = rules.workout + rules.workout_set * sets
        amount = min(uncapped, rules.workout_cap)
        text = (
            f"A workout with {numbered(sets, 'completed sets')} earned {amount} XP: {rules.workout} and {rules.workout_set} a set, "
            f"at most {rules.workout_cap}."
        )
        return XpPart(WORKOUT_RULE, amount, rules.workout_cap, uncapped, text, "a workout")
    if fact.kind is Kind.CHECK_IN:
        amount = rules.check_in
        return XpPart(CHECK_IN_RULE, amount, None, amount, f"A check-in earned {amount} XP.")
    return None


_PER_KM = (Kind.WALK, Kind.RUN)


def challenge_xp(rank: int | None, ranked: bool, reached_target: bool, rules: XpRules) -> list[XpPart]:
    """The XP for a finished challenge; nothing for who is not ranked."""
    if not ranked:
        return []
    parts = []
    if amount := rules.challenge_finished:
        text = f"Finishing the challenge earned {amount} XP."
        parts.append(XpPart(FINISHED_RULE, amount, None, amount, text))
    if reached_target and (amount := rules.challenge_target):
        text = f"Reaching the challenge's target earned {amount} XP."
        parts.append(XpPart(TARGET_RULE, amount, None, amount, text))
    if rank is not None and rank <= len(rules.challenge_podium) and (amount := rules.challenge_podium[rank - 1]):
        text = f"Place {rank} in the challenge earned {amount} XP."
        parts.append(XpPart(PODIUM_RULE, amount, None, amount, text))
    return parts


def milestone_rule(kind: str, days: int) -> str:
    return f"xp.streak.{kind}.{days}"


def numbered(n: int, unit: str) -> str:
    """`1 day`, `2 days`; the unit is in the plural."""
    return f"{n:,} {unit.removesuffix('s') if n == 1 else unit}"


def unit_of(kind: str) -> str:
    """What a streak of that kind counts."""
    return {WORKOUT_WEEK: "weeks", CHECK_IN: "check-ins"}.get(kind, "days")


def milestone_xp(kind: str, runs: Iterable[Run], rules: Callable[[date], StreakRules]) -> list[tuple[Run, int, XpPart]]:
    """The XP of a streak, as (run, days, part): every run earns each milestone of its first day's rules, once."""
    unit = unit_of(kind)
    return [
        (run, days, XpPart(milestone_rule(kind, days), xp, None, xp, f"{days} {unit} in a row earned {xp:,} XP."))
        for run in runs
        for days, xp in rules(run.first).milestones
        if run.length >= days
    ]
