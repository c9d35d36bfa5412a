"""A line to PostgreSQL's socket that is cut at a chosen moment of a commit."""

import asyncio
from pathlib import Path
from typing import Literal, Self
from urllib.parse import parse_qs, quote, urlsplit

_BIND = b"B"  # the message that runs a prepared statement


class Relay:
    """Use as `async with Relay(database_url, folder) as relay`; connect to `relay.url`.

    While `down`, nobody gets through; `refused` counts them. With `cut` set, the next statement that is run loses the line:
    `before` PostgreSQL has heard of it, or `after` it has obeyed, and before its answer arrives.
    """

    def __init__(self, database_url: str, folder: Path) -> None:
        there = parse_qs(urlsplit(database_url).query)["host"][0]
        self.url = database_url.replace(quote(there), quote(str(folder))).replace(there, str(folder))
        self.cut: Literal["before", "after"] | None = None
        self.down = False
        self.refused = 0
        self._there = f"{there}/.s.PGSQL.5432"
        self._here = f"{folder}/.s.PGSQL.5432"
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._carry, self._here)
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._server is not None
        self._server.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            self.refused += 1
            writer.transport.abort()
            return
        line = asyncio.current_task()
        assert line is not None
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)
        answers, onward = await asyncio.open_unix_connection(self._there)
        back = asyncio.create_task(_pass_on(answers, writer))
        try:
            while data := await reader.read(65536):
                if self.cut is not None and data.startswith(_BIND):
                    cut, self.cut = self.cut, None
                    back.cancel()
                    await asyncio.gather(back, return_exceptions=True)
                    if cut == "after":
                        onward.write(data)
                        await answers.read(1)  # the answer, which nobody hears
                    break
                onward.write(data)
        except ConnectionError:
            pass  # hung up
        finally:
            back.cancel()
            writer.transport.abort()
            onward.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()
