"""The standings of a live challenge, kept in order: O(log n) for a change, a rank or a page among 100,000."""

from collections.abc import Mapping
from typing import NamedTuple

from sortedcontainers import SortedList

from rules import resources
from rules.challenge.events import Mode
from rules.challenge.state import Participant
from rules.challenge_views import number, row_view
from rules.ids import UserId
from rules.ranking import Place, end_of_group, is_ranked, place, ranked, start_of_group

TOP = 100  # rows that every watcher is kept up to date about


class Move(NamedTuple):
    """Someone's row has changed: where it was and where it is now; None for not in the list."""

    user_id: UserId
    before: Place | None
    after: Place | None


class Standing(NamedTuple):
    rank: int | None
    participant: Participant


class Leaderboard:
    __slots__ = ("_order", "_participants", "_places", "mode")

    def __init__(self, mode: Mode, participants: Mapping[UserId, Participant]) -> None:
        """`participants` is the challenge's own: the board looks into it, and is told what changes there."""
        self.mode = mode
        self._participants = participants
        self._places = {user_id: place(mode, participant) for user_id, participant in participants.items()}
        self._order: SortedList[Place] = SortedList(self._places.values())

    def __len__(self) -> int:
        return len(self._order)

    def put(self, user_id: UserId) -> Move:
        """A participant is new, or has changed."""
        after = place(self.mode, self._participants[user_id])
        before = self._places.get(user_id)
        if before != after:
            if before is not None:
                self._order.remove(before)
            self._order.add(after)
            self._places[user_id] = after
        return Move(user_id, before, after)

    def remove(self, user_id: UserId) -> Move:
        """A participant has left."""
        before = self._places.pop(user_id)
        self._order.remove(before)
        return Move(user_id, before, None)

    def place_of(self, user_id: UserId) -> Place | None:
        return self._places.get(user_id)

    def index_of(self, user_id: UserId) -> int:
        """The place in the list, from 0. Raises KeyError for who takes no part."""
        return self._order.index(self._places[user_id])

    def rank_of(self, user_id: UserId) -> int | None:
        """None for the unranked. Raises KeyError for who takes no part."""
        mine = self._places[user_id]
        return self._order.bisect_left(start_of_group(mine)) + 1 if is_ranked(mine) else None

    def leader(self) -> UserId | None:
        """Who is listed first, once there is something to lead with."""
        first = self.at(0)
        return first.user_id if first is not None and first.score > 0 and is_ranked(self._order[0]) else None

    def at(self, index: int) -> Participant | None:
        return self._participants[self._order[index][3]] if 0 <= index < len(self._order) else None

    def users(self, start: int, stop: int) -> list[UserId]:
        """Who is listed from index `start` to before `stop`."""
        return [place[3] for place in self._order.islice(start, stop)]

    def page(self, start: int, count: int) -> list[Standing]:
        """`count` rows from index `start` on; fewer at the end."""
        places = list(self._order.islice(start, start + count))
        if not places:
            return []
        rank = self._order.bisect_left(start_of_group(places[0])) + 1
        return [Standing(rank, self._participants[user_id]) for rank, user_id in ranked(places, start, rank)]

    def rows(self, start: int, count: int) -> list[resources.Row]:
        """The same page for clients."""
        return [row_view(self.mode, standing.participant, standing.rank) for standing in self.page(start, count)]

    def row_of(self, user_id: UserId) -> resources.Row:
        return row_view(self.mode, self._participants[user_id], self.rank_of(user_id))

    def span(self, best: Place, worst: Place) -> tuple[int, int]:
        """From which index to before which rows show something else after moves between these places.

        Whoever shares the rank after the worst one sees the gap to it.
        """
        end = self._order.bisect_left(end_of_group(worst))
        if end < len(self._order):
            end = self._order.bisect_left(end_of_group(self._order[end]))
        return self._order.bisect_left(best), end


class TopRows:
    """Which of the top rows have changed since watchers last heard of them."""

    __slots__ = ("_board", "_shown", "_since", "dirty")

    def __init__(self, board: Leaderboard) -> None:
        self._board = board
        self._shown = {row["userId"]: row for row in board.rows(0, TOP)}
        self._since: dict[UserId, float] = {}  # scores at the last push, of those who have scored since
        self.dirty = False

    def look_at(self, board: Leaderboard) -> None:
        """Everyone stands anew."""
        self._board = board
        self._since.clear()
        self.dirty = True

    def note(self, user_id: UserId, score_before: float) -> None:
        """This participant's row has changed, or is gone."""
        self._since.setdefault(user_id, score_before)
        self.dirty = True

    def take(self) -> list[resources.Row]:
        """The changed rows, with the change of score in `delta`; from now on they count as shown."""
        changed: list[resources.Row] = []
        shown: dict[UserId, resources.Row] = {}
        for standing in self._board.page(0, TOP):
            participant = standing.participant
            row = shown[participant.user_id] = row_view(self._board.mode, participant, standing.rank)
            if self._shown.get(participant.user_id) != row:
                delta = participant.score - self._since.get(participant.user_id, participant.score)
                changed.append({**row, "delta": number(delta)})
        self._shown = shown
        self._since.clear()
        self.dirty = False
        return changed
