"""What can keep the embedded PostgreSQL from running."""


class EmbeddedError(Exception):
    """It cannot run as things are. The text is for the operator and says what to do."""
