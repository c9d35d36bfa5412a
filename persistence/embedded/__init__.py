"""A PostgreSQL of our own, from a wheel, for machines that have none: private, password-protected, never root."""

from persistence.embedded.errors import EmbeddedError
from persistence.embedded.server import EmbeddedPostgres, running_url

__all__ = ["EmbeddedError", "EmbeddedPostgres", "running_url"]
