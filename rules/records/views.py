"""A user's records as they see them."""

from rules import resources
from rules.challenge_views import number
from rules.days import stamp
from rules.records.bests import NOTHING, Bests, Record, merged
from rules.records.state import Lift, Lifting

RECORDS_SHOWN = 20  # of an exercise


def records_view(lifting: Lifting | None, exercise_id: str | None) -> resources.Records:
    """Of every exercise, or of one. The session that goes on counts already."""
    lifting = lifting or Lifting()
    lifts: dict[str, list[tuple[str, Lift]]] = {each: [("", lift)] for each, lift in lifting.settled.items()}
    for session_id, session in lifting.sessions.items():
        for each, lift in session.items():
            lifts.setdefault(each, []).append((session_id, lift))
    shown = [_exercise(each, found) for each, found in lifts.items() if exercise_id in (None, each)]
    return {"exercises": sorted(shown, key=lambda view: (view["name"], view["exerciseId"]))}


def record_view(exercise_id: str, record: Record) -> resources.Record:
    view: resources.Record = {"exerciseId": exercise_id, "kind": record.kind.value, "value": number(record.value)}
    if record.at_weight is not None:
        view["weight"] = number(record.at_weight)
    if record.previous is not None:
        view["previous"] = number(record.previous)
        view["improvement"] = improvement(record.value, record.previous)
    return view


def improvement(value: float, previous: float) -> float:
    return number(round(value - previous, 2))


def _exercise(exercise_id: str, lifts: list[tuple[str, Lift]]) -> resources.ExerciseRecords:
    bests: Bests = NOTHING
    for _, lift in lifts:
        bests = merged(bests, lift.bests)
    newest = sorted(lifts, key=lambda found: found[1].at, reverse=True)
    records: list[resources.AchievedRecord] = [
        {**record_view(exercise_id, record), "sessionId": session_id, "at": stamp(lift.at)}
        for session_id, lift in newest
        for record in lift.records
    ]
    view: resources.ExerciseRecords = {
        "exerciseId": exercise_id,
        "name": newest[0][1].exercise,
        "maxReps": [{"weight": number(weight), "reps": reps} for weight, reps in bests.reps],
        "records": records[:RECORDS_SHOWN],
    }
    if bests.weight is not None:
        view["maxWeight"] = number(bests.weight)
    if bests.one_rep_max is not None:
        view["oneRepMax"] = number(bests.one_rep_max)
    if bests.volume is not None:
        view["maxVolume"] = number(bests.volume)
    return view
