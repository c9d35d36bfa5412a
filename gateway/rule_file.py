"""What the rules read from files: the rule set that is set, or the one shipped; the exercises shipped."""

from pathlib import Path

from rules import exercise_file
from rules.exercises import Catalogue
from rules.ruleset import RuleSet, parse

RULES = Path(__file__).parent.parent / "rules"
DEFAULT = RULES / "default.toml"


def read_rules(path: Path | None) -> RuleSet:
    """Raises OSError, or rules.ruleset.RuleSetError naming line and problem."""
    return parse((path or DEFAULT).read_text())


def own_exercises() -> Catalogue:
    """The exercises of the project's own, with nothing imported."""
    return exercise_file.parse((RULES / "exercises.toml").read_text(encoding="utf-8"))
