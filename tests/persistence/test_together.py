"""Several statements as one: all of them happen, or none."""

import asyncpg
import pytest

from persistence.together import Together


@pytest.fixture
async def connection(database_url: str):
    connection = await asyncpg.connect(database_url)
    await connection.execute("CREATE TEMP TABLE a (n int PRIMARY KEY); CREATE TEMP TABLE b (n int PRIMARY KEY, t text)")
    yield connection
    await connection.close()


async def rows(connection, table):
    return [tuple(row) for row in await connection.fetch(f"SELECT * FROM {table} ORDER BY n")]


PUT_B = "INSERT INTO b SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT (n) DO UPDATE SET t = excluded.t"


async def test_one_statement_stands_alone(connection):
    together = Together()
    together.add("INSERT INTO a VALUES ($1)", 1)
    await connection.execute(together.statement, *together.values)
    assert await rows(connection, "a") == [(1,)]


async def test_all_parts_happen_each_with_its_own_parameters(connection):
    await connection.execute("INSERT INTO a VALUES (7)")
    together = Together()
    together.add("INSERT INTO a SELECT unnest($1::int[])", [1, 2])
    together.add_rows(PUT_B, [(1, "one"), (2, "two")])
    together.add_rows(PUT_B, [])
    together.add("DELETE FROM a WHERE n = $1", 7)
    await connection.execute(together.statement, *together.values)
    assert await rows(connection, "a") == [(1,), (2,)]
    assert await rows(connection, "b") == [(1, "one"), (2, "two")]


async def test_when_one_part_fails_nothing_happens(connection):
    await connection.execute("INSERT INTO a VALUES (1)")
    together = Together()
    together.add_rows(PUT_B, [(1, "one")])
    together.add("INSERT INTO a VALUES ($1)", 1)
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute(together.statement, *together.values)
    assert await rows(connection, "b") == []
