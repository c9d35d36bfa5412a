"""What a database that does not answer looks like from here, told apart from a mistake of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from asyncpg.exceptions import _base

OUTAGES = (
    # a closed or resetting connection; InternalClientError: one that broke in the middle of an exchange
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    # what PostgreSQL says when it stops, recovers, is full, or threw us out to save itself: later it may work
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
)
# values that can't be sent, which asyncpg counts among its interface errors: they never will be sent
_MISTAKES = (_base.DataError, _base.ClientConfigurationError)


class DatabaseDown(ConnectionError):
    """The database does not answer; the same may be tried again. A ConnectionError, so that others need no import."""


@contextmanager
def outages() -> Iterator[None]:
    """Around what asks the database. Raises DatabaseDown for every kind of outage."""
    try:
        yield
    except (DatabaseDown, *_MISTAKES):
        raise
    except OUTAGES as error:
        raise DatabaseDown(str(error) or type(error).__name__) from error
