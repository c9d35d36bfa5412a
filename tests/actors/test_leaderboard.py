"""The live standings say what sorting everyone from scratch would say."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.leaderboard import TOP, Leaderboard, TopRows
from actors.rank_windows import SLICE, RankWindows
from rules.challenge.events import Mode
from rules.challenge.state import Participant
from rules.ranking import standings

T0 = datetime(2026, 5, 4, 8, tzinfo=UTC)


def name(index):
    return f"user{index:05}"


def people(*scores):
    """Who scored first got there first."""
    found = {}
    for index, score in enumerate(scores):
        found[name(index)] = Participant(name(index), T0, T0)
        set_score(found[name(index)], score, index)
    return found


def set_score(participant, score, minute):
    participant.score = float(score)
    participant.days = {T0.date(): float(score)} if score else {}
    participant.reached_at = T0 + timedelta(minutes=minute)


def everyone(_user_id):
    return True


def windows_of(board, target=None):
    return RankWindows("c", board, target)


def walk(windows, watching=everyone):
    """A whole round → what each watcher is told."""
    windows.begin()
    told = {}
    while windows.walking:
        told.update(windows.walk(watching))
    return told


changes = st.lists(st.tuples(st.integers(0, 9), st.integers(-1, 6), st.booleans()), max_size=40)


@given(changes, st.sampled_from(Mode))
def test_the_board_equals_a_sort_from_scratch(script, mode):
    """A score of -1 leaves."""
    participants = people()
    board = Leaderboard(mode, participants)
    for minute, (index, score, out) in enumerate(script):
        user = name(index)
        if score < 0:
            if participants.pop(user, None) is not None:
                board.remove(user)
            continue
        participant = participants.setdefault(user, Participant(user, T0, T0))
        set_score(participant, score, minute)
        participant.target_at = participant.reached_at if score >= 5 else None
        participant.disqualified = out
        board.put(user)

    listed = standings(mode, participants.values())

    assert [(row.rank, row.participant.user_id) for row in board.page(0, 99)] == listed
    for index, (rank, user) in enumerate(listed):
        assert (board.rank_of(user), board.index_of(user)) == (rank, index)
        assert [(row.rank, row.participant.user_id) for row in board.page(index, 3)] == listed[index : index + 3]


@given(changes)
@settings(max_examples=60)
def test_deltas_bring_a_client_to_the_same_top(script):
    """A client that applies every push shows what a fresh reader sees."""
    participants = people(*range(12))
    board = Leaderboard(Mode.MOST, participants)
    top = TopRows(board)
    shown = {row["userId"]: row for row in board.rows(0, TOP)}
    for minute, (index, score, push) in enumerate(script):
        participant = participants[name(index)]
        before = participant.score
        set_score(participant, abs(score), minute)
        board.put(participant.user_id)
        top.note(participant.user_id, before)
        if push:
            shown.update((row["userId"], row) for row in top.take())
    shown.update((row["userId"], row) for row in top.take())

    by_rank = sorted(shown.values(), key=lambda row: row["rank"])
    assert [(row["rank"], row["score"]) for row in by_rank] == [
        (row["rank"], row["score"]) for row in board.rows(0, TOP)
    ]


def test_a_delta_is_the_change_since_the_last_push():
    participants = people(10, 20)
    board = Leaderboard(Mode.MOST, participants)
    top = TopRows(board)
    for score in (12, 25):
        before = participants[name(0)].score
        set_score(participants[name(0)], score, score)
        board.put(name(0))
        top.note(name(0), before)

    changed = {row["userId"]: (row["rank"], row["score"], row["delta"]) for row in top.take()}

    assert changed == {name(0): (1, 25, 15), name(1): (2, 20, 0)}
    assert not top.dirty


def test_what_changes_below_the_top_is_not_in_the_delta():
    participants = people(*range(300, 0, -1))
    board = Leaderboard(Mode.MOST, participants)
    top = TopRows(board)
    before = participants[name(200)].score
    set_score(participants[name(200)], before + 0.5, 999)
    board.put(name(200))
    top.note(name(200), before)

    assert top.take() == []


def test_a_window_shows_five_above_and_five_below():
    participants = people(*range(20, 0, -1))
    board = Leaderboard(Mode.MOST, participants)
    windows = windows_of(board)
    set_score(participants[name(9)], 11.5, 99)
    windows.note(board.put(name(9)))

    mine = walk(windows)[name(9)]

    assert mine["me"]["rank"] == 10
    assert [row["rank"] for row in mine["above"]] == [5, 6, 7, 8, 9]
    assert [row["rank"] for row in mine["below"]] == [11, 12, 13, 14, 15]
    assert mine["gap"] == 0.5


def test_a_window_is_told_only_when_it_changes():
    participants = people(*range(40, 0, -1))
    board = Leaderboard(Mode.MOST, participants)
    windows = windows_of(board)
    for user in participants:
        windows.note(board.put(user))
    walk(windows)
    windows.note(board.put(name(0)))
    assert walk(windows) == {}

    set_score(participants[name(0)], 41, 50)
    windows.note(board.put(name(0)))

    assert set(walk(windows)) == {name(index) for index in range(6)}


def test_only_watchers_are_told():
    participants = people(3, 2, 1)
    board = Leaderboard(Mode.MOST, participants)
    windows = windows_of(board)
    windows.note(board.put(name(1)))

    assert set(walk(windows, lambda user: user == name(2))) == {name(2)}


def test_both_sides_hear_who_overtook_whom():
    participants = people(30, 20, 10)
    board = Leaderboard(Mode.MOST, participants)
    windows = windows_of(board)
    set_score(participants[name(2)], 25, 9)
    windows.note(board.put(name(2)))

    told = walk(windows)

    assert told[name(2)]["overtook"] == [name(1)]
    assert told[name(1)]["overtakenBy"] == [name(2)]
    assert "overtook" not in told[name(0)]
    assert "overtakenBy" not in told[name(0)]


def test_a_jump_far_past_is_still_told():
    """From the last place to the first: the one in between hears it, though the jumper is far out of sight."""
    participants = people(*range(30, 0, -1))
    board = Leaderboard(Mode.MOST, participants)
    windows = windows_of(board)
    for index in range(30):
        windows.note(board.put(name(index)))
    walk(windows)
    set_score(participants[name(29)], 99, 99)
    windows.note(board.put(name(29)))

    told = walk(windows)

    assert told[name(28)]["overtakenBy"] == [name(29)]
    assert told[name(29)]["me"]["rank"] == 1


def test_everyone_behind_sees_the_leader_get_away():
    """The gap of all who share the second rank changes, also of those out of sight of the leader."""
    participants = people(5, *[1] * 20)
    board = Leaderboard(Mode.MOST, participants)
    windows = windows_of(board)
    for user in participants:
        windows.note(board.put(user))
    walk(windows)
    set_score(participants[name(0)], 8, 99)
    windows.note(board.put(name(0)))

    told = walk(windows)

    assert {window.get("gap") for user, window in told.items() if user != name(0)} == {7}
    assert len(told) == 21


@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 8)), max_size=25), st.integers(1, 5))
@settings(max_examples=60)
def test_whoever_keeps_what_they_were_told_sees_the_truth(script, batch):
    """No change of anyone's window is missed, however changes fall into rounds."""
    participants = people(*[0] * 30)
    board = Leaderboard(Mode.MOST, participants)
    windows = windows_of(board)
    for user in participants:
        windows.note(board.put(user))
    seen = walk(windows)
    for number, (index, score) in enumerate(script):
        set_score(participants[name(index)], score, number + 1)
        windows.note(board.put(name(index)))
        if number % batch == 0:
            seen.update(walk(windows))
    seen.update(walk(windows))

    fresh = windows_of(board)
    for user in participants:
        fresh.note(board.put(user))
    truth = walk(fresh)
    for user in participants:
        for part in ("me", "above", "below", "gap"):
            kept, true = seen[user].get(part), truth[user].get(part)
            assert without_times(kept) == without_times(true), (user, part)


def without_times(part):
    if isinstance(part, list):
        return [without_times(row) for row in part]
    return {key: value for key, value in part.items() if key != "reachedAt"} if isinstance(part, dict) else part


def test_a_large_round_goes_in_slices():
    count = 2 * SLICE + 7
    participants = people(*range(count, 0, -1))
    board = Leaderboard(Mode.MOST, participants)
    windows = windows_of(board)
    set_score(participants[name(count - 1)], count + 1, count)
    windows.note(board.put(name(count - 1)))
    windows.begin()

    slices = []
    while windows.walking:
        slices.append(len(list(windows.walk(everyone))))

    assert slices == [SLICE, SLICE, 7]
