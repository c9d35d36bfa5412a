"""The energy a walk or run costs, from how far and how high it went.

After the metabolic equations of the American College of Sports Medicine (ACSM's Guidelines for Exercise Testing and
Prescription): a metre ahead takes 0.1 ml of oxygen per kilogram walking and 0.2 ml running, a metre up 1.8 ml walking and
0.9 ml running; a litre of oxygen yields 5 kcal. Net: what the body would have used at rest anyway is left out.
"""

from typing import Literal

USUAL_WEIGHT = 70.0  # kg; nobody is asked for theirs

_OXYGEN = {"walk": (0.1, 1.8), "run": (0.2, 0.9)}  # ml per kg and metre, ahead and up
_KCAL_PER_ML = 5 / 1000


def calories(kind: Literal["walk", "run"], distance: float, gain: float = 0.0, *, weight: float = USUAL_WEIGHT) -> int:
    """Whole kilocalories for metres over the ground and metres of climbing."""
    ahead, up = _OXYGEN[kind]
    return round((ahead * distance + up * gain) * weight * _KCAL_PER_ML)
