"""How challenges even things out: what activities weigh, and what an ordinary day is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules import tables
from rules.metrics import Metric
from rules.tables import RuleSetError

_KINDS = ("walk", "run", "workout", "checkIn", "puff")
_METRICS = tuple(metric.value for metric in Metric)


@dataclass(frozen=True, slots=True)
class FairnessRules:
    """`weights[metric][kind]` is (metric of the activity, factor): what such an activity adds in a weighted challenge.

    `usual` is an ordinary day, by metric: the baseline of who has none. Nobody's baseline is below `least_share` of it.
    """

    weights: Mapping[str, Mapping[str, tuple[str, float]]]
    usual: Mapping[str, float]
    least_share: float


def read_fairness(value: Any) -> FairnessRules:
    """The table `fairness` of a rule set. Raises RuleSetError."""
    given = tables.table(value, "fairness")
    tables.only(given, ("weights", "usual", "least_share"), "fairness")
    weights = tables.table(tables.required(given, "weights", "fairness"), "fairness.weights")
    usual = tables.table(tables.required(given, "usual", "fairness"), "fairness.usual")
    tables.only(weights, _METRICS, "fairness.weights")
    tables.only(usual, _METRICS, "fairness.usual")
    return FairnessRules(
        weights={metric: _weights(kinds, f"fairness.weights.{metric}") for metric, kinds in weights.items()},
        usual={metric: _above_zero(day, f"fairness.usual.{metric}") for metric, day in usual.items()},
        least_share=_above_zero(tables.required(given, "least_share", "fairness"), "fairness.least_share"),
    )


def _weights(value: Any, path: str) -> dict[str, tuple[str, float]]:
    kinds = tables.table(value, path)
    tables.only(kinds, _KINDS, path)
    return {kind: _weight(weight, f"{path}.{kind}") for kind, weight in kinds.items()}


def _weight(value: Any, path: str) -> tuple[str, float]:
    if not isinstance(value, list) or len(value) != 2 or value[0] not in _METRICS:
        raise RuleSetError(f"{path}: must be [metric of the activity, factor]")
    return value[0], _above_zero(value[1], path)


def _above_zero(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
        raise RuleSetError(f"{path}: must be a number above 0")
    return float(value)
