"""About the connection itself."""

from typing import TypedDict

from gateway.pushes.entry import Nothing, PushEntry


class Position(TypedDict):
    epoch: str
    offset: int


class Draining(TypedDict):
    within: float


ENTRIES = (
    PushEntry(
        "server:subscribed",
        ("challenge", "group", "session"),
        "This connection watches the topic from now on, because its user takes part; resume from here.",
        Position,
        ephemeral=True,
    ),
    PushEntry(
        "server:unsubscribed",
        ("challenge", "group", "session"),
        "This connection watches the topic no longer.",
        Nothing,
        ephemeral=True,
    ),
    PushEntry(
        "server:draining",
        ("connection",),
        "This node goes down: reconnect and resume at a random moment within so many seconds.",
        Draining,
        ephemeral=True,
    ),
)
