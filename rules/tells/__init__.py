"""What actors say to each other. Handled in the same commit as what caused it."""

from rules.tells.challenge import (
    ActivityCounted,
    Baseline,
    BaselineWanted,
    ChallengeEnded,
    ChallengeInvited,
    ChallengeJoined,
    ChallengeLeft,
    ChallengeSoon,
    DayCounted,
    Introduced,
    WatcherChanged,
)

__all__ = [
    "ActivityCounted",
    "Baseline",
    "BaselineWanted",
    "ChallengeEnded",
    "ChallengeInvited",
    "ChallengeJoined",
    "ChallengeLeft",
    "ChallengeSoon",
    "DayCounted",
    "Introduced",
    "WatcherChanged",
]
