"""XP: what a day, a challenge and a run of days are worth, by rule.

Rule names are stored in receipts: never rename one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rules.metrics import STEPS
from rules.streaks import Run

STEPS_RULE = "xp.steps"
GOAL_RULE = "xp.dailyGoal"
FINISHED_RULE = "xp.challenge.finished"
TARGET_RULE = "xp.challenge.target"
PODIUM_RULE = "xp.challenge.podium"


@dataclass(frozen=True, slots=True)
class XpRules:
    steps_per_xp: int = field(metadata={"min": 1})
    steps_cap: int  # XP a day
    daily_goal: int
    challenge_finished: int
    challenge_target: int
    challenge_podium: tuple[int, ...]  # for rank 1, 2, 3, …


@dataclass(frozen=True, slots=True)
class XpPart:
    """XP by one rule. `uncapped` is what it would be without the cap."""

    rule: str
    amount: int
    cap: int | None
    uncapped: int
    text: str


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


def milestone_xp(
    kind: str, runs: Iterable[Run], milestones: Sequence[tuple[int, int]]
) -> list[tuple[Run, int, XpPart]]:
    """The XP of a streak, as (run, days, part): every run earns each milestone that it reaches, once."""
    return [
        (run, days, XpPart(milestone_rule(kind, days), xp, None, xp, f"{days} days in a row earned {xp:,} XP."))
        for run in runs
        for days, xp in milestones
        if run.length >= days
    ]
