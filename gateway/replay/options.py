"""What the command line says of a replay."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    file: Path
    server: str | None = None  # None: one of our own
    admin_token: str | None = None
    admin_email: str | None = None
    admin_password: str | None = None
    home: Path | None = None
    resend: bool = False
    json: Path | None = None
