"""The commands that the connection answers itself. All others go to the game."""

from dataclasses import dataclass
from typing import Annotated

from rules.fields import Device, Limits, Wire

_Token = Annotated[str, Limits((("min_length", 1), ("max_length", 4096)))]
_Topic = Annotated[str, Limits((("min_length", 1), ("max_length", 128)))]
_Epoch = Annotated[str, Limits((("min_length", 1), ("max_length", 64)))]
_Offset = Annotated[int, Limits((("ge", 0),))]
_Code = Annotated[str, Limits((("min_length", 1), ("max_length", 64)))]


@dataclass(frozen=True, slots=True)
class Since(Wire):
    """Where a client stands in a topic."""

    epoch: _Epoch
    """the life of the topic, as the server told it"""
    offset: _Offset
    """of the last push that the client has seen"""


@dataclass(frozen=True, slots=True)
class Hello(Wire):
    """The first command of a connection: who is there."""

    device: Device
    """a name for this device, the same each time"""
    token: _Token | None = None
    """the access token; left out when the handshake carried it as Authorization: Bearer"""
    resume: Annotated[dict[_Topic, Since], Limits((("max_length", 200),))] | None = None
    """where the client stands in each topic that it watched"""


@dataclass(frozen=True, slots=True)
class TokenRefresh(Wire):
    """A new access token of the same user, for a connection that goes on."""

    token: _Token
    """the new access token"""


@dataclass(frozen=True, slots=True)
class Subscribe(Wire):
    """Watch a topic."""

    topic: _Topic
    """like challenge:<id>"""
    since: Since | None = None
    """send what was missed after this"""
    code: _Code | None = None
    """the spectator code, where the topic needs one"""


@dataclass(frozen=True, slots=True)
class Unsubscribe(Wire):
    """Watch a topic no longer."""

    topic: _Topic
    """as it was subscribed to"""


@dataclass(frozen=True, slots=True)
class Ping(Wire):
    """For clients that can't answer the pings of WebSocket."""
