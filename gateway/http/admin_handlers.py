"""What admins see and turn: game time where it is driven, live actors, dead letters."""

from gateway.http.call import Answer, Call, Handled
from gateway.http.queries import LettersQuery, SetClock
from rules.days import stamp
from rules.refusal import Code, Refusal

NOT_DRIVEN = Refusal(
    Code.NOT_FOUND, "game time follows the real clock here; start the server with GAUNTLET_CLOCK=driven"
)


async def clock(call: Call) -> Handled:
    driven = call.deps.game_clock
    return NOT_DRIVEN if driven is None else Answer({"now": stamp(driven.now())})


async def set_clock(call: Call) -> Handled:
    request: SetClock = call.body
    driven = call.deps.game_clock
    if driven is None:
        return NOT_DRIVEN
    moved = await driven.move(request.now)
    return moved if isinstance(moved, Refusal) else Answer({"now": stamp(moved)})


async def actors(call: Call) -> Handled:
    return Answer(list(call.deps.actors()))


async def dead_letters(call: Call) -> Handled:
    query: LettersQuery = call.query
    return Answer(list(await call.deps.dead_letters(query.limit)))
