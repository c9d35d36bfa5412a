"""The bench's room on Channels: a consumer in a group, over the channel layer in memory."""

import asyncpg
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter
from django.conf import settings

settings.configure(
    SECRET_KEY="of a benchmark",
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 100_000}}},
)


class Room(AsyncWebsocketConsumer):
    pool: asyncpg.Pool | None = None

    async def connect(self) -> None:
        if Room.pool is None:
            Room.pool = asyncpg.create_pool()
            await Room.pool
        await self.channel_layer.group_add("bench", self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard("bench", self.channel_name)

    async def receive(self, text_data: str) -> None:
        if text_data[0] == "e":
            await self.send(text_data=text_data)
            return
        if text_data[0] == "d":
            await Room.pool.execute("INSERT INTO messages (room, body) VALUES ($1, $2)", "bench", text_data)
        await self.channel_layer.group_send("bench", {"type": "room.message", "text": text_data})

    async def room_message(self, event: dict) -> None:
        await self.send(text_data=event["text"])


app = ProtocolTypeRouter({"websocket": Room.as_asgi()})
