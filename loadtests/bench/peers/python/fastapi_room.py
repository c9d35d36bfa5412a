"""The bench's room on FastAPI, with the connection manager of its manual."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI, WebSocket, WebSocketDisconnect


class ConnectionManager:
    def __init__(self) -> None:
        self.active: list[WebSocket] = []

    async def connect(self, websocket: WebSocket) -> None:
        await websocket.accept()
        self.active.append(websocket)

    async def broadcast(self, message: str) -> None:
        for connection in self.active:
            await connection.send_text(message)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool() as app.state.pool:
        yield


app = FastAPI(lifespan=lifespan)
manager = ConnectionManager()


@app.websocket("/")
async def room(websocket: WebSocket) -> None:
    await manager.connect(websocket)
    try:
        while True:
            text = await websocket.receive_text()
            if text[0] == "e":
                await websocket.send_text(text)
                continue
            if text[0] == "d":
                await app.state.pool.execute("INSERT INTO messages (room, body) VALUES ($1, $2)", "bench", text)
            await manager.broadcast(text)
    except WebSocketDisconnect:
        manager.active.remove(websocket)
