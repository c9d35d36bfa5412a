"""The secret that signs tokens in development: made once, kept below the server's home, refused in production."""

import os
import secrets
from pathlib import Path

DEVELOPMENT_PREFIX = "dev-"  # how production mode recognises a secret that must not reach it


def is_development_secret(secret: str) -> bool:
    return secret.startswith(DEVELOPMENT_PREFIX)


def development_secret(home: Path) -> str:
    """The secret in `<home>/secret` (0600), made on first use. Two first uses at once agree on one."""
    path = home / "secret"
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f"secret.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(DEVELOPMENT_PREFIX + secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # unlike a rename, never replaces the one that somebody else just made
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
