"""Everything that a user is told of in words: which setting turns it off, and what it says.

A type that is turned off is neither stored nor pushed: what was not wanted then is not there later either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from rules.changes import ChallengeCompleted

MOST_QUOTED = 100  # characters

Group: TypeAlias = Literal["challenges", "social", "reminders", "rewards", "coach"]


class NoticeType(StrEnum):
    """Names are public API and stored: never rename one."""

    CHALLENGE_INVITED = "challengeInvited"
    CHALLENGE_STARTS_SOON = "challengeStartsSoon"
    CHALLENGE_ENDS_SOON = "challengeEndsSoon"
    CHALLENGE_FINISHED = "challengeFinished"
    CHALLENGE_CANCELLED = "challengeCancelled"
    FRIEND_REQUESTED = "friendRequested"
    FRIEND_ACCEPTED = "friendAccepted"
    GROUP_INVITED = "groupInvited"
    WORKOUT_INVITED = "workoutInvited"
    CHECK_IN_DUE = "checkInDue"
    POST_LIKED = "postLiked"
    POST_COMMENTED = "postCommented"
    BADGE_EARNED = "badgeEarned"
    LEVEL_UP = "levelUp"
    GOAL_ACHIEVED = "goalAchieved"
    GOAL_MILESTONE = "goalMilestone"
    STREAK_AT_RISK = "streakAtRisk"
    STREAK_BROKEN = "streakBroken"
    STREAK_FROZEN = "streakFrozen"


@dataclass(frozen=True, slots=True)
class Said:
    """`title` and `message` name fields of the notice's data in braces."""

    group: Group
    title: str
    message: str


SAID: Mapping[str, Said] = {
    NoticeType.CHALLENGE_INVITED: Said("challenges", "Invitation", "You are invited to the challenge {name}."),
    NoticeType.CHALLENGE_STARTS_SOON: Said("reminders", "Starting soon", "{name} starts soon. Get ready!"),
    NoticeType.CHALLENGE_ENDS_SOON: Said("reminders", "Ending soon", "{name} ends soon: what you do now still counts."),
    NoticeType.CHALLENGE_FINISHED: Said("challenges", "Challenge over", "{name} is over. {result}"),
    NoticeType.CHALLENGE_CANCELLED: Said("challenges", "Challenge off", "{name} was called off: nobody wins anything."),
    NoticeType.FRIEND_REQUESTED: Said("social", "Friend request", "{name} wants to be your friend."),
    NoticeType.FRIEND_ACCEPTED: Said("social", "New friend", "{name} said yes: you are friends now."),
    NoticeType.GROUP_INVITED: Said("social", "Invitation", "{byName} invites you to the group {name}."),
    NoticeType.WORKOUT_INVITED: Said("social", "Invitation", "You are invited to train along: {name}."),
    NoticeType.CHECK_IN_DUE: Said("reminders", "Check-in due", "{name} is waiting for your check-in."),
    NoticeType.POST_LIKED: Said("social", "New like", "{name} likes your post."),
    NoticeType.POST_COMMENTED: Said("social", "New comment", "{name} commented on your post: {text}"),
    NoticeType.BADGE_EARNED: Said("rewards", "New badge: {name}", "{description}"),
    NoticeType.LEVEL_UP: Said("rewards", "Level {level}", "You have reached level {level}."),
    NoticeType.GOAL_ACHIEVED: Said("rewards", "Goal achieved", "You did it: {title}."),
    NoticeType.GOAL_MILESTONE: Said("rewards", "Milestone reached", "{milestone} on your way to {title}."),
    NoticeType.STREAK_AT_RISK: Said(
        "reminders",
        "Streak at risk",
        "Your {streak} of {length} {unit} is still without today, which ends in a few hours.",
    ),
    NoticeType.STREAK_BROKEN: Said(
        "rewards", "Streak over", "Your {streak} of {length} {unit} is over. Start a new one!"
    ),
    NoticeType.STREAK_FROZEN: Said("rewards", "Streak saved", "A freeze has saved your {streak} of {length} {unit}."),
}


def texts(type: NoticeType, data: Mapping[str, Any]) -> tuple[str, str]:
    """Title and message."""
    said = SAID[type]
    return said.title.format_map(data), said.message.format_map(data)


def shortened(text: str) -> str:
    """What is quoted of a longer text."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_QUOTED else f"{line[: MOST_QUOTED - 1]}…"


def result(challenge: ChallengeCompleted) -> str:
    """How it went for the user, as a sentence."""
    if challenge.rank is None:
        if not challenge.ranked:
            return "You are not ranked in it."
        if challenge.reached_target:
            return "Together you have reached the target!"
        return "You have finished it, without a win."
    if not challenge.ranked:
        return "Nothing of yours counted in it."
    if challenge.rank == 1:
        return "You have won it!"
    return f"You came {challenge.rank}{_ending(challenge.rank)}."


def _ending(rank: int) -> str:
    if rank % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
