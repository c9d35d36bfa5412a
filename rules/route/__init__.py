"""The geometry of a walk or run: its points, what they add up to, and whether a person can have moved like that.

`points` and `gpx` read routes, `track.measure` sums them up, `fairplay.judge_track` judges them, `encoded` keeps them.
"""

from rules.route.points import Point, RoutePoint, Segments
from rules.route.track import Track, measure

__all__ = ["Point", "RoutePoint", "Segments", "Track", "measure"]
