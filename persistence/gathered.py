"""Rows by id, many in a query: who asks while one is under way is answered by the next, together with all others.

A lone caller waits for nobody; a crowd that comes back at once costs a query for hundreds of its hellos, not one each.
"""

import asyncio

from persistence.queries import Queries, Row

AT_ONCE = 500  # ids in a query


class Gathered:
    def __init__(self, queries: Queries, query: str) -> None:
        """`query` takes the ids as `$1::uuid[]`, and gives at most one row for each, which names it `id`."""
        self._queries = queries
        self._query = query
        self._waiting: list[tuple[str, asyncio.Future[Row | None]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def row(self, id: str) -> Row | None:
        """As of a moment after this call. Raises DatabaseDown."""
        answer: asyncio.Future[Row | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((id, answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return await answer

    async def _ask(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            found: dict[str, Row] = {}
            problem: Exception | None = None
            try:
                rows = await self._queries.fetch(self._query, [id for id, _ in asked])
                found = {str(row["id"]): row for row in rows}
            except Exception as error:  # noqa: BLE001 - handed to everybody who waits
                problem = error
            for id, answer in asked:
                if answer.done():  # cancelled: whoever waited has gone
                    continue
                if problem is None:
                    answer.set_result(found.get(id))
                else:
                    answer.set_exception(problem)
        self._asking = None
