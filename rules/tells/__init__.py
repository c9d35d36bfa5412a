"""What actors say to each other. Handled in the same commit as what caused it."""

from rules.tells.challenge import (
    ActivityCounted,
    ChallengeEnded,
    ChallengeInvited,
    ChallengeJoined,
    ChallengeLeft,
    DayCounted,
    Introduced,
)

__all__ = [
    "ActivityCounted",
    "ChallengeEnded",
    "ChallengeInvited",
    "ChallengeJoined",
    "ChallengeLeft",
    "DayCounted",
    "Introduced",
]
