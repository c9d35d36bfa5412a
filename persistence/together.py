"""Several statements that change rows, sent as one: one round trip, and one transaction by itself.

They are parts of a `WITH`: all see the tables as they were before, and none may touch a row that another one changes.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

_PARAMETER = re.compile(r"\$(\d+)")


class Together:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._values: list[Any] = []

    def add(self, statement: str, *values: Any) -> None:
        """A statement with its parameters numbered from $1."""
        self._parts.append(_renumbered(statement, len(self._values)))
        self._values += values

    def add_rows(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """A statement whose parameters are arrays, one for each column of the rows. Nothing where there are none."""
        if rows:
            self.add(statement, *columns_of(rows))

    @property
    def statement(self) -> str:
        *before, last = self._parts
        return f"WITH {', '.join(f'p{n} AS ({part})' for n, part in enumerate(before))} {last}" if before else last

    @property
    def values(self) -> list[Any]:
        return self._values


def columns_of(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Rows → one sequence a column. There must be a row."""
    return list(zip(*rows, strict=True))


@lru_cache(maxsize=4096)
def _renumbered(statement: str, by: int) -> str:
    return _PARAMETER.sub(lambda found: f"${int(found[1]) + by}", statement)
