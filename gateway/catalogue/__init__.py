"""Everything a client may say, in one table. Sockets, HTTP, the documents, the permission tests and clients read it.

A command's fields are its dataclass in `rules/`; here stand its name, whom it addresses and who may send it.
"""

from gateway.catalogue import activity, challenge, connection, goals, group, notices, own, social, workout
from gateway.catalogue.entry import Entry

__all__ = ["CATALOGUE", "Entry"]

_ENTRIES = (
    *connection.ENTRIES,
    *activity.ENTRIES,
    *challenge.ENTRIES,
    *group.ENTRIES,
    *social.ENTRIES,
    *workout.ENTRIES,
    *goals.ENTRIES,
    *notices.ENTRIES,
    *own.ENTRIES,
)

CATALOGUE: dict[str, Entry] = {entry.name: entry for entry in _ENTRIES}
