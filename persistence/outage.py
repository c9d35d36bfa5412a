"""What a database that does not answer looks like from here."""

import asyncpg

# a closed or resetting connection shows as OSError or InterfaceError, a stopping server as one of the others
OUTAGES = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)


class DatabaseDown(ConnectionError):
    """The database does not answer; the same may be tried again. A ConnectionError, so that others need no import."""
