"""What actors say to each other. Handled in the same commit as what caused it."""

from rules.tells.challenge import (
    ChallengeEnded,
    ChallengeInvited,
    ChallengeJoined,
    ChallengeLeft,
    DayCounted,
    Introduced,
)

__all__ = [
    "ChallengeEnded",
    "ChallengeInvited",
    "ChallengeJoined",
    "ChallengeLeft",
    "DayCounted",
    "Introduced",
]
