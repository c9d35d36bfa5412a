"""Good data for the social commands, as the walk through the catalogue asks for."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from tests.play.cast import Cast


def _of(person: str) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"userId": cast.id(person)}


def _post(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    """Of a post that nobody wrote; the walk names those that it means."""
    return lambda _: {"postId": str(uuid4()), **more}


def _cheer(cast: Cast) -> dict[str, Any]:
    return {"topic": f"challenge:{uuid4()}", "userId": cast.id("participant"), "emoji": "👏"}


EXAMPLES: Mapping[str, Callable[[Cast], dict[str, Any]]] = {
    "friend:request": _of("stranger"),
    "friend:accept": _of("stranger"),
    "friend:decline": _of("stranger"),
    "friend:remove": _of("stranger"),
    "friend:block": _of("stranger"),
    "friend:unblock": _of("stranger"),
    "friend:list": lambda _: {},
    "friend:requests": lambda _: {},
    "post:create": lambda _: {"text": "I walked"},
    "post:edit": _post(text="I ran"),
    "post:delete": _post(),
    "post:like": _post(),
    "post:unlike": _post(),
    "post:comment": _post(text="Well done"),
    "post:get": _post(),
    "post:comments": _post(),
    "cheer:send": _cheer,
}
