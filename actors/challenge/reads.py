"""What a challenge answers to reads."""

import hmac
from typing import Any

from actors.leaderboard import TOP
from actors.live_standings import LiveStandings
from rules import challenge as rules
from rules import resources
from rules.challenge.events import Mode
from rules.challenge.state import Phase
from rules.challenge_views import challenge_view, progress_view
from rules.ids import UserId
from rules.refusal import Refusal, invalid

VIEW_ROWS = TOP  # that come with a subscription: those that deltas are about


def page(
    challenge: rules.Challenge, live: LiveStandings, query: rules.Leaderboard, viewer: UserId
) -> resources.Leaderboard | Refusal:
    """`around: me` gives those who take no part the top."""
    start = query.after or 0
    if query.around is not None:
        if query.after is not None:
            return invalid("after", "goes not together with around: leave one of them out")
        if viewer in challenge.participants:
            # the last page is as long as the others
            start = max(0, min(live.board.index_of(viewer) - query.limit // 2, len(live.board) - query.limit))
    return standings(challenge, live, start, query.limit, viewer)


def results(challenge: rules.Challenge, live: LiveStandings, query: rules.Results, viewer: UserId) -> dict[str, Any]:
    return {
        "challenge": challenge_view(challenge, viewer),
        **standings(challenge, live, query.after, query.limit, viewer),
    }


def view(challenge: rules.Challenge, live: LiveStandings, viewer: UserId) -> dict[str, Any]:
    """What a subscription begins with: `{challenge, leaderboard, me?}`."""
    top = standings(challenge, live, 0, VIEW_ROWS, viewer)
    state: dict[str, Any] = {"challenge": challenge_view(challenge, viewer), "leaderboard": top}
    if "me" in top:
        state["me"] = top["me"]
    return state


def standings(
    challenge: rules.Challenge, live: LiveStandings, start: int, count: int, viewer: UserId
) -> resources.Leaderboard:
    answer: resources.Leaderboard = {
        "revision": challenge.revision,
        "provisional": challenge.phase is not Phase.FINISHED,
        "participants": len(live.board),
        "rows": live.board.rows(start, count),
    }
    if viewer in challenge.participants:
        answer["me"] = live.board.row_of(viewer)
    if live.teams is not None:
        answer["teams"] = live.teams.rows()
    if challenge.terms.mode is Mode.COLLECTIVE:
        answer["progress"] = progress_view(challenge)
    return answer


def opens(challenge: rules.Challenge, code: str | None) -> bool:
    """Is this the spectator code? It lets anyone watch who has it, once the challenge is open."""
    if code is None or challenge.phase is Phase.DRAFT:
        return False
    return hmac.compare_digest(code.encode(), challenge.spectator_code.encode())
