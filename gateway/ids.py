"""Where ids and codes come from in a running server."""

import secrets
from uuid import uuid4

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is easily taken for another
_CODE_LENGTH = 10  # 31^10: nobody guesses one


class RandomIds:
    def new(self) -> str:
        return str(uuid4())

    def code(self) -> str:
        return "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
