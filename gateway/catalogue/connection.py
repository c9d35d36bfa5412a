"""What the connection answers itself."""

from actors.messages import Permission
from gateway.catalogue.entry import Entry


def _connection(name: str, summary: str) -> Entry:
    return Entry(name, None, "connection", Permission.USER, summary)


ENTRIES = (
    Entry("hello", None, "connection", Permission.ANYONE, "Open the connection: who you are, and where you were."),
    _connection("ping", "Ask whether anyone is there; answered with a `pong`."),
    _connection("subscribe", "Watch a topic; replies with where it is and the state behind it."),
    _connection("unsubscribe", "Watch a topic no longer."),
    _connection("token:refresh", "A new access token for this connection."),
)
