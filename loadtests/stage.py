"""Where the people of a run meet: the challenge that is on."""

from gevent.event import AsyncResult


class Stage:
    def __init__(self) -> None:
        self._is_on: AsyncResult[str] = AsyncResult()

    def put_on(self, challenge_id: str) -> None:
        """From now on this is the one; who waits for it goes on."""
        waiting, self._is_on = self._is_on, AsyncResult()
        self._is_on.set(challenge_id)
        if not waiting.ready():
            waiting.set(challenge_id)

    def take_down(self) -> None:
        """There is none, until the next is put on."""
        self._is_on = AsyncResult()

    def challenge(self) -> str:
        """The id of the one that is on; waits for it."""
        return str(self._is_on.get())
