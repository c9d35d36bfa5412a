"""Fair play for walks and runs: what no human can do on foot is refused, what is only unlikely is marked for review."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Literal

from rules.days import stamp
from rules.fairplay import OK, Accepted, Verdict
from rules.refusal import Code, Refusal
from rules.route.fastest import KILOMETRE, Stretch, kmh
from rules.route.track import Track
from rules.ruleset import RuleSet

OnFoot = Literal["walk", "run"]


@dataclass(frozen=True, slots=True)
class _Outing:
    """What is judged. Without a route there is only what the client says; without an end it may have lasted until now."""

    kind: OnFoot
    track: Track | None
    started_at: datetime
    ended_at: datetime | None
    distance: float | None
    now: datetime
    at_most: timedelta  # what an outing lasts that nobody says the end of

    @property
    def metres(self) -> float:
        return max(self.distance or 0.0, self.track.distance if self.track else 0.0)

    @property
    def seconds(self) -> float:
        """As long as it can have lasted, so that nobody is refused for what they left out."""
        end = self.ended_at or (self.track and self.track.ended_at) or min(self.now, self.started_at + self.at_most)
        recorded = self.track.elapsed_seconds if self.track else None
        return max((end - self.started_at).total_seconds(), recorded or 0.0)


def judge_track(
    kind: OnFoot,
    track: Track | None,
    started_at: datetime,
    ended_at: datetime | None,
    now: datetime,
    rules: RuleSet,
    *,
    distance: float | None = None,
) -> Verdict:
    """Can a person have walked (or run) this?

    `track` is the measured route, `distance` the metres that the client says. The details of a refusal carry `limit` and
    `got`, in the limit's unit (km/h, m, or times); where waiting helps also `retryAfter`, in seconds.
    """
    outing = _Outing(kind, track, started_at, ended_at, distance, now, timedelta(hours=rules.fair_play.review_hours))
    refusal = (
        _in_the_future(outing, rules)
        or _backwards(outing)
        or _elsewhen(outing, rules)
        or _jump(outing, rules)
        or _too_fast(outing, rules)
    )
    if refusal is not None:
        return refusal
    review = _unlikely(outing, rules)
    return Accepted(review) if review else OK


# --- times ---


def _in_the_future(outing: _Outing, rules: RuleSet) -> Refusal | None:
    latest = max(outing.started_at, outing.ended_at or outing.started_at)
    limit = outing.now + timedelta(seconds=rules.activity.clock_skew)
    if latest <= limit:
        return None
    return _refused(
        f"{stamp(latest)} has not come yet, it is {stamp(outing.now)}; "
        f"correct the device's clock, or send the {outing.kind} when it is over",
        stamp(limit),
        stamp(latest),
        retryAfter=ceil((latest - limit).total_seconds()),
    )


def _backwards(outing: _Outing) -> Refusal | None:
    if outing.ended_at is None or outing.ended_at >= outing.started_at:
        return None
    start, end = stamp(outing.started_at), stamp(outing.ended_at)
    return _refused(f"the {outing.kind} ends at {end}, before its start at {start}; send its real times", start, end)


def _elsewhen(outing: _Outing, rules: RuleSet) -> Refusal | None:
    """The points of the route must lie between start and end; clocks may differ a little."""
    track, skew = outing.track, timedelta(seconds=rules.activity.clock_skew)
    if track is None or track.started_at is None or track.ended_at is None:
        return None
    if track.started_at < outing.started_at - skew:
        wrong, limit, side = track.started_at, outing.started_at, "before its start at"
    elif outing.ended_at is not None and track.ended_at > outing.ended_at + skew:
        wrong, limit, side = track.ended_at, outing.ended_at, "after its end at"
    elif track.ended_at > outing.now + skew:
        wrong, limit, side = track.ended_at, outing.now, "when it is only"
    else:
        return None
    return _refused(
        f"the route has a point at {stamp(wrong)}, {side} {stamp(limit)}; send the {outing.kind} with the times of its route",
        stamp(limit),
        stamp(wrong),
    )


# --- places and speeds ---


def _jump(outing: _Outing, rules: RuleSet) -> Refusal | None:
    limit = rules.fair_play.jump_metres
    got = round(outing.track.longest_leg) if outing.track else 0
    if got <= limit:
        return None
    return _refused(
        f"the route jumps {got:,} m from one point to the next, and a jump of over {limit:,} m is no {outing.kind}; "
        "leave out the wrong points, or send the parts as activities of their own",
        limit,
        got,
    )


def _too_fast(outing: _Outing, rules: RuleSet) -> Refusal | None:
    limit = _limit(outing.kind, rules)
    fastest = outing.track.fastest if outing.track else None
    if fastest is not None and _shown(fastest.kmh) > limit:
        got, what = _shown(fastest.kmh), _named(fastest, outing.kind)
    elif _shown(kmh(outing.metres, outing.seconds)) > limit:
        got = _shown(kmh(outing.metres, outing.seconds))
        what = f"{outing.metres:,.0f} m in {_lasted(outing.seconds)}"
    else:
        return None
    running = outing.kind == "walk" and got <= rules.fair_play.run_kmh
    return _refused(
        f"{what}: that is {got:g} km/h, and nobody {outing.kind}s faster than {limit} km/h; "
        + ("log it as a run if you ran" if running else "leave out what was not on foot"),
        limit,
        got,
    )


def _unlikely(outing: _Outing, rules: RuleSet) -> str | None:
    limits = rules.fair_play
    usual = limits.review_walk_kmh if outing.kind == "walk" else limits.review_run_kmh
    track = outing.track
    if track is not None and track.fastest is not None and _shown(track.fastest.kmh) > usual:
        return f"{_named(track.fastest, outing.kind)}: {_shown(track.fastest.kmh):g} km/h are fast for a {outing.kind}"
    average = _shown(kmh(outing.metres, outing.seconds))
    if average > usual:
        return f"{average:g} km/h on average are fast for a {outing.kind}"
    if track is not None and outing.distance is not None and _differ(outing.distance, track.distance, rules):
        return f"{outing.distance:,.0f} m were said, the route has {track.distance:,.0f} m"
    if outing.ended_at is not None and outing.seconds > limits.review_hours * 3600:
        return f"{_lasted(outing.seconds)} are long for a {outing.kind}"
    return None


def _differ(said: float, measured: float, rules: RuleSet) -> bool:
    """Routes and step counters never agree quite; over short ways they hardly agree at all."""
    limits = rules.fair_play
    return abs(said - measured) > limits.review_route_slack + measured * limits.review_route_percent / 100


def _limit(kind: OnFoot, rules: RuleSet) -> int:
    return rules.fair_play.walk_kmh if kind == "walk" else rules.fair_play.run_kmh


def _shown(speed: float) -> float:
    """Compared as it is shown, so that no message says that 12 is more than 12."""
    return round(speed, 2)


def _named(stretch: Stretch, kind: OnFoot) -> str:
    if stretch.metres < KILOMETRE:
        return f"the {kind}'s {stretch.metres:,.0f} m took {_lasted(stretch.seconds)}"
    return f"the kilometre from km {stretch.start / 1000:.1f} on took {_lasted(stretch.seconds)}"


def _lasted(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "no time"


def _refused(message: str, limit: object, got: object, **more: object) -> Refusal:
    return Refusal(Code.IMPLAUSIBLE_ACTIVITY, message, {"limit": limit, "got": got, **more})
