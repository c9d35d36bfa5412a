"""What people want of a group. Field by field as in the protocol's document."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from rules.fields import UNSET, Count, Day, Flag, Id, Limits, Name, Patch, Text, Wire, Zone
from rules.group.periods import Frequency

MOST_MEMBERS = 2_000

WhoInvites = Literal["admins", "members"]
RoleName = Literal["admin", "moderator", "member"]

Seats = Annotated[int, Limits((("ge", 2), ("le", MOST_MEMBERS)))]
PageSize = Annotated[int, Limits((("ge", 1), ("le", 100)))]
UserIds = Annotated[list[Id], Limits((("min_length", 1), ("max_length", 100)))]
AccessCode = Annotated[
    str, Limits((("min_length", 1), ("max_length", 64), ("strip_whitespace", True), ("to_lower", True)))
]
Message = Annotated[str, Limits((("min_length", 1), ("max_length", 2000), ("strip_whitespace", True)))]
Score = Annotated[int, Limits((("ge", 1), ("le", 10)))]
Energy = Annotated[int, Limits((("ge", 1), ("le", 5)))]
Mood = Annotated[str, Limits((("max_length", 40), ("strip_whitespace", True)))]

# --- the group ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Wire):
    """Found a group. You are its first admin."""

    name: Name
    description: Text | None = None
    is_private: Flag = True
    """Private: joined by access code or invitation, and unknown to everyone else."""
    max_members: Seats = 20
    who_invites: WhoInvites = "members"
    """`admins` are admins and moderators."""
    check_in_frequency: Frequency = "weekly"
    timezone: Zone | None = None
    """Of its check-in periods. Without it: yours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(Wire):
    """Change a group. What is left out stays as it is, null clears; frequency and time zone change with the next period."""

    group_id: Id
    name: Patch[Name] = UNSET
    description: Patch[Text | None] = UNSET
    is_private: Patch[Flag] = UNSET
    max_members: Patch[Seats] = UNSET
    who_invites: Patch[WhoInvites] = UNSET
    check_in_frequency: Patch[Frequency] = UNSET
    timezone: Patch[Zone] = UNSET
    new_access_code: Flag = False
    """The old one opens nothing any more."""


@dataclass(frozen=True, slots=True)
class Delete(Wire):
    """Close the group for good. What members checked in stays theirs."""

    group_id: Id


# --- membership ---


@dataclass(frozen=True, slots=True)
class Join(Wire):
    """Become a member: by the access code, or by the id of a group that is public or that you are invited to."""

    group_id: Id | None = None
    access_code: AccessCode | None = None


@dataclass(frozen=True, slots=True)
class Leave(Wire):
    """Be a member no longer. The last admin names another first; the last member's leaving closes the group."""

    group_id: Id


@dataclass(frozen=True, slots=True)
class Invite(Wire):
    """Ask others to join. An invitation by an admin or moderator lifts a ban."""

    group_id: Id
    user_ids: UserIds


@dataclass(frozen=True, slots=True)
class Remove(Wire):
    """Take a member out, or an invitation back. Who is banned can't join again until they are invited again."""

    group_id: Id
    user_id: Id
    ban: Flag = False


@dataclass(frozen=True, slots=True)
class Role(Wire):
    """Name an admin or moderator, or make one a member again. Moderators can only name moderators."""

    group_id: Id
    user_id: Id
    role: RoleName


# --- talking ---


@dataclass(frozen=True, slots=True)
class Post(Wire):
    """Say something to all members."""

    group_id: Id
    text: Message


@dataclass(frozen=True, slots=True)
class Typing(Wire):
    """You are writing, or no longer. Say it again every few seconds while you are: it fades by itself."""

    group_id: Id
    is_typing: Flag


# --- check-ins ---


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitCheckIn(Wire):
    """Say how you have been, once a period of the group."""

    group_id: Id
    productive: Score
    satisfied: Score
    body: Score
    care: Score
    note: Text | None = None
    """For yourself: the group never sees it."""
    mood: Mood | None = None
    energy: Energy | None = None
    is_private: Flag = False
    """Counts in the averages only: nobody is told, and your name is not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectCheckIn(Wire):
    """Correct a check-in, until its period is over. What is left out stays as it is; null clears what may be empty."""

    activity_id: Id
    productive: Patch[Score] = UNSET
    satisfied: Patch[Score] = UNSET
    body: Patch[Score] = UNSET
    care: Patch[Score] = UNSET
    note: Patch[Text | None] = UNSET
    mood: Patch[Mood | None] = UNSET
    energy: Patch[Energy | None] = UNSET
    is_private: Patch[Flag] = UNSET


# --- reads ---


@dataclass(frozen=True, slots=True)
class Get(Wire):
    """The group as it is."""

    group_id: Id


@dataclass(frozen=True, slots=True)
class Members(Wire):
    """A page of the members, in the order in which they joined."""

    group_id: Id
    status: Literal["active", "banned"] = "active"
    """The banned are shown to admins and moderators only."""
    after: Count = 0
    """The `next` of the page before."""
    limit: PageSize = 50


@dataclass(frozen=True, slots=True)
class Messages(Wire):
    """A page of the messages, the newest first."""

    group_id: Id
    before: Count | None = None
    """The `next` of the page before."""
    limit: PageSize = 50


@dataclass(frozen=True, slots=True)
class CheckIns(Wire):
    """Who has checked in, in the order in which they did; without the private ones."""

    group_id: Id
    period: Day | None = None
    """Any day of it. Without it: the present one."""
    after: Count = 0
    """The `next` of the page before."""
    limit: PageSize = 50


@dataclass(frozen=True, slots=True)
class Participation(Wire):
    """A page of the periods: how many checked in, and the averages of all of them. The present one first."""

    group_id: Id
    periods: PageSize = 1
    before: Day | None = None
    """The `next` of the page before: only periods that began before this day."""


@dataclass(frozen=True, slots=True)
class View(Wire):
    """The state behind the group's topic."""

    group_id: Id


Change: TypeAlias = Update | Delete | Join | Leave | Invite | Remove | Role | Post
Read: TypeAlias = Get | Members | Messages | CheckIns | Participation | View
