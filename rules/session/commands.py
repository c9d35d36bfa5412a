"""What people want of a workout session. Field by field as in the protocol's document."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from rules.fields import Amount, Count, Id, Limits, Line, Name, Wire

MOST_EXERCISES = 50  # of one athlete
MOST_SETS = 200  # of one athlete, planned or done
MOST_SETS_OF_ALL = 2_000  # athletes together: each push of the whole session has them all
MOST_PLANNED_SETS = 20  # of one exercise
LONGEST_REST = 3600  # s
LONGEST_SET = 24 * 3600  # s
FARTHEST_SET = 1_000_000  # m

VisibilityName = Literal["public", "friends", "private"]
ExerciseId = Annotated[str, Limits((("min_length", 1), ("max_length", 100)))]
Effort = Annotated[float, Limits((("ge", 1), ("le", 10), ("allow_inf_nan", False)))]
RestSeconds = Annotated[int, Limits((("ge", 1), ("le", LONGEST_REST)))]
SetSeconds = Annotated[float, Limits((("ge", 0), ("le", LONGEST_SET), ("allow_inf_nan", False)))]
SetMetres = Annotated[float, Limits((("ge", 0), ("le", FARTHEST_SET), ("allow_inf_nan", False)))]
UserIds = Annotated[list[Id], Limits((("min_length", 1), ("max_length", 50)))]


@dataclass(frozen=True, slots=True)
class SetGoal(Wire):
    """Kilograms, and a count."""

    weight: Amount | None = None
    reps: Count | None = None


@dataclass(frozen=True, slots=True)
class ExercisePlan(Wire):
    exercise_id: ExerciseId
    sets: Annotated[list[SetGoal], Limits((("max_length", MOST_PLANNED_SETS),))] | None = None


# --- the owner's ---


@dataclass(frozen=True, slots=True)
class Plan(Wire):
    """Plan a workout. You are its owner and first athlete."""

    name: Name
    exercises: Annotated[list[ExercisePlan], Limits((("max_length", MOST_EXERCISES),))] | None = None
    visibility: VisibilityName | None = None
    """Who may watch and join uninvited. Without it: as in your privacy settings."""
    template_id: Id | None = None
    location: Name | None = None
    """Where it is to be, in words: a gym, a park, home."""


@dataclass(frozen=True, slots=True)
class Start(Wire):
    """Begin what was planned. Without an id: plan an empty workout and begin it at once."""

    session_id: Id | None = None


@dataclass(frozen=True, slots=True)
class Pause(Wire):
    """Stop the clock for everyone. Rests go on."""

    session_id: Id


@dataclass(frozen=True, slots=True)
class Resume(Wire):
    """Let the clock run again."""

    session_id: Id


# --- the athletes' ---


@dataclass(frozen=True, slots=True)
class Complete(Wire):
    """The owner ends it for everyone; any other athlete ends their own part."""

    session_id: Id


@dataclass(frozen=True, slots=True)
class Cancel(Wire):
    """The owner calls it off for everyone; any other athlete leaves. Nothing of it counts."""

    session_id: Id


@dataclass(frozen=True, slots=True)
class Invite(Wire):
    """Ask others to train along."""

    session_id: Id
    user_ids: UserIds


@dataclass(frozen=True, slots=True)
class Join(Wire):
    """Train along, with the owner's plan as your own."""

    session_id: Id


@dataclass(frozen=True, slots=True)
class Select(Wire):
    """The exercise that your next sets are of. One that was not planned is added."""

    session_id: Id
    exercise_id: ExerciseId


@dataclass(frozen=True, slots=True)
class CompleteSet(Wire):
    """A set of your current exercise is done. Kilograms, seconds, metres; say at least one of the first four."""

    session_id: Id
    weight: Amount | None = None
    reps: Count | None = None
    seconds: SetSeconds | None = None
    distance: SetMetres | None = None
    rpe: Effort | None = None
    """Rate of perceived exertion, 1 to 10."""
    notes: Line | None = None


@dataclass(frozen=True, slots=True)
class UndoSet(Wire):
    """Take your last set back, whatever exercise it was of, and the records that it was."""

    session_id: Id


@dataclass(frozen=True, slots=True)
class StartRest(Wire):
    """Rest. A rest that is going on begins anew."""

    session_id: Id
    seconds: RestSeconds | None = None
    """Without it: as in your preferences."""


@dataclass(frozen=True, slots=True)
class SkipRest(Wire):
    """Rest no longer."""

    session_id: Id


# --- reads ---


@dataclass(frozen=True, slots=True)
class Get(Wire):
    """The session as it is."""

    session_id: Id


@dataclass(frozen=True, slots=True)
class View(Wire):
    """The state behind a session's topic."""

    session_id: Id


Change: TypeAlias = (
    Plan
    | Start
    | Pause
    | Resume
    | Complete
    | Cancel
    | Invite
    | Join
    | Select
    | CompleteSet
    | UndoSet
    | StartRest
    | SkipRest
)
Read: TypeAlias = Get | View
