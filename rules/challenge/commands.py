"""What people want of a challenge. Field by field as in the protocol's document."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from rules.fields import UNSET, Amount, Count, Either, Id, Limits, Line, Name, Patch, Text, Time, Wire

MOST_PARTICIPANTS = 100_000

MetricName = Literal[
    "steps",
    "distance",
    "calories",
    "activeMinutes",
    "duration",
    "elevationGain",
    "workouts",
    "volume",
    "puffs",
    "checkIns",
    "huCaresScore",
    "streakDays",
]
ModeName = Literal["race", "most", "least", "collective", "teams", "streak", "elimination"]
VisibilityName = Literal["public", "friends", "group", "invite"]
JoinPolicyName = Literal["beforeStart", "anytime"]
FairnessName = Literal["raw", "weighted", "baseline"]
RoleName = Literal["cohost", "judge", "announcer"]

Seats = Annotated[int, Limits((("ge", 2), ("le", MOST_PARTICIPANTS)))]
Minutes = Annotated[int, Limits((("ge", 0), ("le", 1440)))]
PageSize = Annotated[int, Limits((("ge", 1), ("le", 100)))]
BulkSize = Annotated[int, Limits((("ge", 1), ("le", 1000)))]
UserIds = Annotated[list[Id], Limits((("min_length", 1), ("max_length", 100)))]
TeamNames = Annotated[list[Name], Limits((("min_length", 2), ("max_length", 100)))]


BestMembers = Annotated[int, Limits((("ge", 1), ("le", 100)))]
DropOuts = Annotated[int, Limits((("ge", 1), ("le", 10_000)))]


@dataclass(frozen=True, slots=True)
class BestOf(Wire):
    best: BestMembers
    """The team's score is the sum of its n best members."""


@dataclass(frozen=True, slots=True)
class Elimination(Wire):
    every: Literal["day", "week"]
    lowest: DropOuts
    """How many drop out each round. Of equal scores, the one who got there last; where nobody scored, nobody."""


TeamScore = Annotated[Literal["sum", "average"] | BestOf, Either("must be sum, average or {best: n}, n 1 to 100")]

# --- the host's ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Wire):
    """Plan a challenge. You are its host; it stays a draft, seen by you alone, until you open it."""

    name: Name
    description: Text | None = None
    metric: MetricName
    mode: ModeName
    target: Amount | None = None
    """In the metric's unit, with baselines in usual days. `race`, `collective` and (a day) `streak` need one."""
    starts_at: Time
    ends_at: Time
    visibility: VisibilityName = "public"
    group_id: Id | None = None
    """A group that you are a member of."""
    join_policy: JoinPolicyName = "anytime"
    max_participants: Seats | None = None
    teams: TeamNames | None = None
    """For mode `teams`."""
    team_score: TeamScore | None = None
    """For mode `teams`; without it: the sum."""
    fairness: FairnessName = "raw"
    """`weighted`: by kind of activity (1 km run = 1,250 steps). `baseline`: scores are shares of one's own usual day."""
    eliminate: Elimination | None = None
    """For mode `elimination`. Rounds end at midnight in your time zone, and are decided when devices have settled."""
    settle_minutes: Minutes = 15
    """How long after the end offline devices may still sync."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(Wire):
    """Change a draft or open challenge. What is left out stays as it is; null clears what may be empty."""

    challenge_id: Id
    name: Patch[Name] = UNSET
    description: Patch[Text | None] = UNSET
    metric: Patch[MetricName] = UNSET
    mode: Patch[ModeName] = UNSET
    target: Patch[Amount | None] = UNSET
    starts_at: Patch[Time] = UNSET
    ends_at: Patch[Time] = UNSET
    visibility: Patch[VisibilityName] = UNSET
    group_id: Patch[Id | None] = UNSET
    join_policy: Patch[JoinPolicyName] = UNSET
    max_participants: Patch[Seats | None] = UNSET
    teams: Patch[TeamNames | None] = UNSET
    team_score: Patch[TeamScore | None] = UNSET
    fairness: Patch[FairnessName] = UNSET
    eliminate: Patch[Elimination | None] = UNSET
    settle_minutes: Patch[Minutes] = UNSET


@dataclass(frozen=True, slots=True)
class Open(Wire):
    """Let people in. It starts by itself at its time."""

    challenge_id: Id


@dataclass(frozen=True, slots=True)
class Start(Wire):
    """Go live now, before the planned time."""

    challenge_id: Id


@dataclass(frozen=True, slots=True)
class Pause(Wire):
    """Stop counting for a while. The end stays where it is."""

    challenge_id: Id


@dataclass(frozen=True, slots=True)
class Resume(Wire):
    """Count again."""

    challenge_id: Id


@dataclass(frozen=True, slots=True)
class Finish(Wire):
    """End it now and let devices sync; while it settles: make the results final now."""

    challenge_id: Id


@dataclass(frozen=True, slots=True)
class Cancel(Wire):
    """Call it off: nobody wins anything."""

    challenge_id: Id


@dataclass(frozen=True, slots=True)
class Extend(Wire):
    """Let it end later."""

    challenge_id: Id
    ends_at: Time


@dataclass(frozen=True, slots=True)
class Role(Wire):
    """Name a co-host, judge or announcer, or (null) take the role back."""

    challenge_id: Id
    user_id: Id
    role: RoleName | None


# --- the staff's ---


@dataclass(frozen=True, slots=True)
class Announce(Wire):
    """Say something to all who take part or watch."""

    challenge_id: Id
    text: Line


@dataclass(frozen=True, slots=True)
class Disqualify(Wire):
    """Take a participant out of the ranking. Their score goes on underneath, in case they are reinstated."""

    challenge_id: Id
    user_id: Id
    reason: Line


@dataclass(frozen=True, slots=True)
class Reinstate(Wire):
    """Undo a disqualification: everything counted is back."""

    challenge_id: Id
    user_id: Id
    reason: Line


# --- the participants' ---


@dataclass(frozen=True, slots=True)
class Join(Wire):
    """Take part."""

    challenge_id: Id
    team_id: Id | None = None
    """Where there are teams; without it: the smallest."""


@dataclass(frozen=True, slots=True)
class Leave(Wire):
    """Take part no longer. Your score goes away; joining again starts at 0."""

    challenge_id: Id


@dataclass(frozen=True, slots=True)
class Invite(Wire):
    """Ask others to take part: by anyone who does, and by the host."""

    challenge_id: Id
    user_ids: UserIds


# --- reads ---


@dataclass(frozen=True, slots=True)
class Get(Wire):
    """The challenge as it is."""

    challenge_id: Id


@dataclass(frozen=True, slots=True)
class Leaderboard(Wire):
    """A page of the standings."""

    challenge_id: Id
    after: Count | None = None
    """How many rows to skip: the rank of the last row seen, or where ranks are shared its place in the list."""
    around: Literal["me"] | None = None
    """The rows around your own."""
    limit: PageSize = 20


@dataclass(frozen=True, slots=True)
class View(Wire):
    """The challenge and the top of its standings; `code` is its spectator code."""

    challenge_id: Id
    code: Annotated[str, Limits((("max_length", 64),))] | None = None


@dataclass(frozen=True, slots=True)
class Timeline(Wire):
    """What happened, for replays and disputes."""

    challenge_id: Id


@dataclass(frozen=True, slots=True)
class Reviews(Wire):
    """What of the participants' is marked for review, as a judge sees it; in pages, by user."""

    challenge_id: Id
    after: Count = 0
    """How many to skip."""
    limit: PageSize = 100


@dataclass(frozen=True, slots=True)
class Results(Wire):
    """The whole standings, in large pages."""

    challenge_id: Id
    after: Count = 0
    limit: BulkSize = 1000


Change: TypeAlias = (
    Update
    | Open
    | Start
    | Pause
    | Resume
    | Finish
    | Cancel
    | Extend
    | Role
    | Announce
    | Disqualify
    | Reinstate
    | Join
    | Leave
    | Invite
)
Read: TypeAlias = Get | Leaderboard | View | Timeline | Reviews | Results
