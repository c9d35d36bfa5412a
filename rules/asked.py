"""What a decision may depend on beside the state and the command itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Asked:
    """`device` is the sender's, for commands that name none. `new_id` makes a fresh UUID as text."""

    now: datetime  # game time
    device: str
    rules: RuleSet
    new_id: Callable[[], str]
