"""`gauntlet rules`: looks at a rule set before anyone applies it."""

import sys
from pathlib import Path

from gateway.rule_file import read_rules
from rules.ruleset import RuleSetError


def check(file: Path) -> int:
    """0 for a good rule set; 1 with line and problem for one that is not, 2 where there is no such file."""
    try:
        rules = read_rules(file)
    except OSError as problem:
        print(f"gauntlet rules: {file}: {problem.strerror}", file=sys.stderr)
        return 2
    except (RuleSetError, UnicodeDecodeError) as problem:
        print(problem if isinstance(problem, RuleSetError) else f"{file}: is no text in UTF-8", file=sys.stderr)
        return 1
    print(
        f"{file}: version {rules.version}, in force from {rules.starts_at:%Y-%m-%d %H:%M %Z}, {len(rules.badges)} badges"
    )
    return 0
