"""The standings of one huge challenge, in process: `leaderboard PARTICIPANTS ROUNDS`.

Everybody has a random score; a round is an update or a lookup of a random participant. A delta is what watchers get ten
times a second: here with 100 changes since the last, one of them in the top 100, and with 100 changes all in the top.
Prints one JSON object; times in µs, sizes in bytes.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import orjson

from actors.leaderboard import TOP, Leaderboard, TopRows
from rules.challenge.events import Mode
from rules.challenge.state import Participant
from rules.ids import UserId

CHANGES = 100  # between two deltas
MOST_STEPS = 30_000


def main(participants: int, rounds: int) -> None:
    random = Random(1)
    now = datetime(2026, 5, 1, tzinfo=UTC)
    ids = [UserId(str(UUID(int=random.getrandbits(128)))) for _ in range(participants)]
    people = {user_id: Participant(user_id, now, now, name=f"player {user_id[:8]}") for user_id in ids}
    for participant in people.values():
        participant.score = float(random.randrange(MOST_STEPS))
    begun = time.process_time()
    board = Leaderboard(Mode.MOST, people)
    built = time.process_time() - begun
    chosen = [random.choice(ids) for _ in range(rounds)]

    def update(user_id: UserId) -> None:
        people[user_id].score += 25.0
        board.put(user_id)

    print(
        json.dumps(
            {
                "build ms": built * 1e3,
                "update µs": _each(update, chosen),
                "rank µs": _each(board.rank_of, chosen),
                "page µs": _each(lambda user_id: board.rows(max(0, board.index_of(user_id) - 5), 11), chosen),
                **_delta(board, people, ids, random, max(3, rounds // 1000), "some", 1),
                **_delta(board, people, ids, random, max(3, rounds // 1000), "all", CHANGES),
            }
        )
    )


def _each(call: Callable[[UserId], Any], chosen: list[UserId]) -> float:
    begun = time.process_time()
    for user_id in chosen:
        call(user_id)
    return (time.process_time() - begun) / len(chosen) * 1e6


def _delta(
    board: Leaderboard,
    people: dict[UserId, Participant],
    ids: list[UserId],
    random: Random,
    rounds: int,
    name: str,
    in_top: int,
) -> dict[str, float]:
    top, seconds, size = TopRows(board), 0.0, 0
    for _ in range(rounds):
        leaders = random.sample(board.users(0, TOP), in_top)
        for user_id in (*leaders, *random.sample(ids, CHANGES - in_top)):
            before = people[user_id].score
            people[user_id].score += random.randrange(1, 50)
            board.put(user_id)
            top.note(user_id, before)
        begun = time.process_time()
        push = orjson.dumps(top.take())
        seconds += time.process_time() - begun
        size += len(push)
    return {f"delta of {name} µs": seconds / rounds * 1e6, f"delta of {name} bytes": size / rounds}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
