"""The rule set of a running server: the file that is set, or the one shipped."""

from pathlib import Path

from rules.ruleset import RuleSet, parse

DEFAULT = Path(__file__).parent.parent / "rules" / "default.toml"


def read_rules(path: Path | None) -> RuleSet:
    """Raises OSError, or rules.ruleset.RuleSetError naming line and problem."""
    return parse((path or DEFAULT).read_text())
