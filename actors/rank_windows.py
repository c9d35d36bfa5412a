"""Everyone's own place in the standings: who hears `challenge:rank`, and what.

Changes are gathered; a round then walks the rows they touched, a slice at a time, and tells whoever watches and sees
something new.
"""

from collections.abc import Callable, Iterator
from typing import TypedDict

from actors.leaderboard import Leaderboard, Move, Standing
from rules import resources
from rules.challenge_views import number, row_view
from rules.ids import UserId
from rules.ranking import DISQUALIFIED, Place, gap, is_ranked

REACH = 5  # rows above and below one's own
SLICE = 500  # participants a turn, so that a round over 100,000 holds nobody up

_FIRST: Place = (-1, 0.0, 0.0, "")  # before everyone
_LAST: Place = (DISQUALIFIED + 1, 0.0, 0.0, "")  # behind everyone


class RankWindow(TypedDict, total=False):
    challengeId: str
    me: resources.Row
    above: list[resources.Row]
    below: list[resources.Row]
    gap: float
    overtook: list[UserId]
    overtakenBy: list[UserId]


class RankWindows:
    __slots__ = ("_at", "_before", "_board", "_dirty", "_end", "_id", "_moved", "_seen", "_target")

    def __init__(self, challenge_id: str, board: Leaderboard, target: float | None) -> None:
        self._id = challenge_id
        self._board = board
        self._target = target
        self._seen: dict[UserId, tuple[int, tuple[UserId, ...]]] = {}  # what watchers last saw: a digest, and of whom
        self._moved: dict[UserId, Place | None] = {}  # where those who moved were when the last round began
        self._dirty: tuple[Place, Place] | None = None  # best and worst place that saw a change since then
        self._before: dict[UserId, Place | None] = {}  # the same, of the round being walked
        self._at = self._end = 0

    @property
    def dirty(self) -> bool:
        return self._dirty is not None

    @property
    def walking(self) -> bool:
        return self._at < self._end

    def note(self, move: Move) -> None:
        """A row has changed."""
        self._moved.setdefault(move.user_id, move.before)
        before, after = move.before or _LAST, move.after or _LAST  # who comes or goes shifts all behind
        best, worst = (before, after) if before < after else (after, before)
        if self._dirty is not None:
            best, worst = min(best, self._dirty[0]), max(worst, self._dirty[1])
        self._dirty = (best, worst)

    def look_at(self, board: Leaderboard) -> None:
        """Everyone stands anew; nobody has overtaken anybody."""
        self._board = board
        self._moved, self._before = {}, {}
        self._dirty = (_FIRST, _LAST)

    def forget(self, user_id: UserId) -> None:
        self._seen.pop(user_id, None)

    def begin(self) -> None:
        """Start a round over all that has changed until now."""
        if self._dirty is not None:
            start, end = self._board.span(*self._dirty)
            self._at, self._end = max(0, start - REACH), end + REACH
        self._before, self._moved, self._dirty = self._moved, {}, None

    def walk(self, is_watching: Callable[[UserId], bool]) -> Iterator[tuple[UserId, RankWindow]]:
        """The next slice: what to tell whom."""
        start, stop = self._at, min(self._at + SLICE, self._end)
        users = self._board.users(start, stop)
        self._at = stop if len(users) == stop - start else self._end
        watching = [index for index, user_id in enumerate(users) if is_watching(user_id)]
        for user_id in self._seen.keys() & set(users) - {users[index] for index in watching}:
            del self._seen[user_id]
        if not watching:
            return
        offset = start - max(0, start - REACH)
        rows = self._board.page(start - offset, len(users) + offset + REACH)
        views: dict[int, resources.Row] = {}  # of these rows, as far as they are seen
        for index in watching:
            here = index + offset
            for near in range(max(0, here - REACH), min(here + 1 + REACH, len(rows))):
                if near not in views:
                    views[near] = row_view(self._board.mode, rows[near].participant, rows[near].rank)
            window = self._window(rows[here], here, views)
            if window is not None:
                yield users[index], window

    def _window(self, mine: Standing, here: int, views: dict[int, resources.Row]) -> RankWindow | None:
        """None when they see what they saw before."""
        me = mine.participant.user_id
        above = [views[index] for index in range(max(0, here - REACH), here)]
        below = [views[index] for index in range(here + 1, here + 1 + REACH) if index in views]
        near = (*above, views[here], *below)
        missing = self._gap(mine)
        digest = hash((missing, *(tuple(row.values()) for row in near)))
        saw, whom = self._seen.get(me, (None, ()))
        if saw == digest:
            return None
        now = tuple(row["userId"] for row in near)
        self._seen[me] = (digest, now)
        window: RankWindow = {"challengeId": self._id, "me": views[here], "above": above, "below": below}
        if missing is not None:
            window["gap"] = number(missing)
        overtook, overtaken_by = self._passed(me, dict.fromkeys((*whom, *now)))
        if overtook:
            window["overtook"] = overtook
        if overtaken_by:
            window["overtakenBy"] = overtaken_by
        return window

    def _gap(self, mine: Standing) -> float | None:
        if mine.rank is None or mine.rank < 2:
            return None
        better = self._board.at(mine.rank - 2)
        return None if better is None else gap(self._board.mode, self._target, mine.participant, better)

    def _passed(self, me: UserId, others: dict[UserId, None]) -> tuple[list[UserId], list[UserId]]:
        """Whom of these they have overtaken since the last round, and who has overtaken them."""
        overtook: list[UserId] = []
        overtaken_by: list[UserId] = []
        here, before = self._then_and_now(me)
        if here is None or before is None:
            return overtook, overtaken_by
        for other in others:
            there, earlier = self._then_and_now(other)
            if there is None or earlier is None:
                continue
            if earlier < before and here < there:
                overtook.append(other)
            elif before < earlier and there < here:
                overtaken_by.append(other)
        return overtook, overtaken_by

    def _then_and_now(self, user_id: UserId) -> tuple[Place | None, Place | None]:
        """Where they are and where they were at the last round; None when unranked or not there."""
        now = self._board.place_of(user_id)
        then = self._before.get(user_id, now)
        return (
            now if now is not None and is_ranked(now) else None,
            then if then is not None and is_ranked(then) else None,
        )
