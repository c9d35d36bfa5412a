"""The bench's room on python-socketio, as an ASGI application."""

import asyncpg
import socketio

sio = socketio.AsyncServer(async_mode="asgi")
app = socketio.ASGIApp(sio)
pool: asyncpg.Pool | None = None


@sio.event
async def connect(sid: str, environ: dict, auth: object) -> None:
    global pool
    if pool is None:
        pool = asyncpg.create_pool()
        await pool


@sio.on("e")
async def echo(sid: str, text: str) -> None:
    await sio.emit("e", text, to=sid)


@sio.on("b")
async def broadcast(sid: str, text: str) -> None:
    await sio.emit("b", text)


@sio.on("d")
async def durable(sid: str, text: str) -> None:
    await pool.execute("INSERT INTO messages (room, body) VALUES ($1, $2)", "bench", text)
    await sio.emit("d", text)
