"""Personal records of an exercise: what a user's bests are, and which of them a new set beats."""

from rules.records.bests import NOTHING, Bests, Kind, Record, estimated_max, judge, merged, with_set

__all__ = ["NOTHING", "Bests", "Kind", "Record", "estimated_max", "judge", "merged", "with_set"]
