"""A rule set: every number and badge of the game, read from a TOML file that an operator can replace."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from rules import tables
from rules.badge_file import read_badges
from rules.badge_index import BadgeIndex
from rules.badges import Badge
from rules.fairness import FairnessRules, read_fairness
from rules.streaks import StreakRules
from rules.tables import RuleSetError
from rules.xp import XpRules

if TYPE_CHECKING:
    from rules.rulebook import RuleBook

__all__ = ["ActivityRules", "FairPlayRules", "LevelRules", "RuleSet", "RuleSetError", "parse"]


@dataclass(frozen=True, slots=True)
class LevelRules:
    """Level n needs step · n · (n - 1) XP."""

    step: int = field(metadata={"min": 1})


@dataclass(frozen=True, slots=True)
class ActivityRules:
    late_days: int = field(metadata={"max": 3650})  # activities this far back are taken
    clock_skew: int = field(metadata={"max": 86_400})  # seconds that a device's clock may be ahead


@dataclass(frozen=True, slots=True)
class FairPlayRules:
    """Above a limit an activity is refused, above a `review` one it is only marked."""

    steps_per_day: int = field(metadata={"min": 1})
    steps_per_minute: int = field(metadata={"min": 1})
    kilocalories_per_day: int = field(metadata={"min": 1})  # that a device may say
    review_steps_per_day: int = field(metadata={"min": 1})
    review_metres_per_step: int = field(metadata={"min": 1})
    review_metres_slack: int
    walk_kmh: int = field(metadata={"min": 1})  # over any kilometre of the route
    run_kmh: int = field(metadata={"min": 1})
    jump_metres: int = field(metadata={"min": 1})  # between two points of a route
    review_walk_kmh: int = field(metadata={"min": 1})
    review_run_kmh: int = field(metadata={"min": 1})
    review_route_percent: int  # that a distance may differ from its route's, and metres beside that
    review_route_slack: int
    review_hours: int = field(metadata={"min": 1, "max": 8760})  # of a walk or run
    set_kilograms: int = field(metadata={"min": 1})  # in one set of an exercise
    set_repetitions: int = field(metadata={"min": 1})


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Has a version; takes effect for new challenges and for rewards from `starts_at` on.

    One of a `RuleBook` knows which set is in force when: `at`, `on` and `of` answer for the whole book.
    """

    version: str
    starts_at: datetime
    xp: XpRules
    levels: LevelRules
    streaks: StreakRules
    activity: ActivityRules
    fair_play: FairPlayRules
    fairness: FairnessRules
    badges: tuple[Badge, ...]
    badge_index: BadgeIndex = field(init=False, repr=False, compare=False)
    badges_by_id: dict[str, Badge] = field(init=False, repr=False, compare=False)
    book: "RuleBook | None" = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "badge_index", BadgeIndex(self.badges))
        object.__setattr__(self, "badges_by_id", {badge.id: badge for badge in self.badges})

    def at(self, moment: datetime) -> "RuleSet":
        """The rule set in force then."""
        return self if self.book is None else self.book.at(moment)

    def on(self, day: date) -> "RuleSet":
        """The rule set that a calendar day is reckoned by: the one in force when it began in UTC, wherever the user is."""
        return self if self.book is None else self.book.on(day)

    def streaks_on(self, day: date) -> StreakRules:
        return self.on(day).streaks

    def of(self, version: str) -> "RuleSet":
        """The rule set of that version; this one where it is not known any more."""
        return self if self.book is None else self.book.of(version) or self

    def badge(self, badge_id: str) -> Badge | None:
        """By id, also one that only an earlier set had."""
        found = self.badges_by_id.get(badge_id)
        return found if found is not None or self.book is None else self.book.badge(badge_id)


def parse(text: str) -> RuleSet:
    """The rule set of a TOML document. Raises RuleSetError."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleSetError(f"not TOML: {error}") from None
    tables.only(
        given, ("version", "starts_at", "xp", "levels", "streaks", "activity", "fair_play", "fairness", "badges"), ""
    )

    def section(name: str) -> Any:
        return tables.required(given, name, "")

    xp, streaks = tables.table(section("xp"), "xp"), tables.table(section("streaks"), "streaks")
    podium = _numbers(tables.required(xp, "challenge_podium", "xp"), "xp.challenge_podium")
    milestones = _milestones(tables.required(streaks, "milestones", "streaks"), "streaks.milestones")
    return RuleSet(
        version=tables.text(section("version"), "version"),
        starts_at=tables.moment(section("starts_at"), "starts_at"),
        xp=tables.numbers(XpRules, xp, "xp", challenge_podium=podium),
        levels=tables.numbers(LevelRules, section("levels"), "levels"),
        streaks=tables.numbers(StreakRules, streaks, "streaks", milestones=milestones),
        activity=tables.numbers(ActivityRules, section("activity"), "activity"),
        fair_play=tables.numbers(FairPlayRules, section("fair_play"), "fair_play"),
        fairness=read_fairness(section("fairness")),
        badges=read_badges(section("badges")),
    )


def _numbers(value: Any, path: str) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise RuleSetError(f"{path}: must be an array of whole numbers")
    return tuple(tables.whole(item, f"{path}.{position}") for position, item in enumerate(value))


def _milestones(value: Any, path: str) -> tuple[tuple[int, int], ...]:
    """[[days, xp], …], ascending by days."""
    if not isinstance(value, list):
        raise RuleSetError(f"{path}: must be an array of [days, xp]")
    pairs: list[tuple[int, int]] = []
    for position, item in enumerate(value):
        where = f"{path}.{position}"
        numbers = _numbers(item, where)
        if len(numbers) != 2 or numbers[0] < 1 or (pairs and numbers[0] <= pairs[-1][0]):
            raise RuleSetError(f"{where}: must be [days, xp], with more days than the one before")
        pairs.append((numbers[0], numbers[1]))
    return tuple(pairs)
