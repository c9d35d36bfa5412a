"""From anyone to a user, in words."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NoticeTold:
    """Worth a notification of that type (`rules.notices.texts`), once for a `subject`. `data` holds what its text names."""

    type: str
    subject: str
    data: dict[str, Any]
