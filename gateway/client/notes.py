"""What a tool must remember between its runs."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path


@dataclass(slots=True)
class Notes:
    """A file that only its owner may read, with a password for all accounts of the tool."""

    path: Path
    password: str = ""
    url: str = ""
    challenges: dict[str, str] = field(default_factory=dict)  # what for → id

    @classmethod
    def read(cls, path: Path) -> "Notes":
        """The notes of an earlier run, or new ones with a new password."""
        if path.exists():
            return cls(path, **json.loads(path.read_text()))
        notes = cls(path, password=f"Aa1{secrets.token_urlsafe(18)}")
        notes.write()
        return notes

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps({k: v for k, v in asdict(self).items() if k != "path"}, indent=2))
        new.replace(self.path)

    def device_id(self, name: str) -> str:
        """The secret device id of a guest that the tool plays; the same in every run."""
        return sha256(f"{self.password} {name}".encode()).hexdigest()
