"""Rubbish for a server: commands that are nearly right, frames that are not, and bytes that are not even frames.

Everything comes out of one seeded `Random`, so a run can be repeated.
"""

import struct
from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from typing import Any

import msgpack
import orjson

from gateway.catalogue import CATALOGUE
from gateway.client.encoding import Encoding
from gateway.sockets.commands import Hello, Ping, Subscribe, TokenRefresh, Unsubscribe
from rules.fields import camel

OWN = {"hello": Hello, "ping": Ping, "subscribe": Subscribe, "unsubscribe": Unsubscribe, "token:refresh": TokenRefresh}
FIELDS: Mapping[str, list[str]] = {
    name: [camel(field) for field in (entry.command or OWN[name]).__dataclass_fields__]  # type: ignore[attr-defined]
    for name, entry in CATALOGUE.items()
}
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**53, 2**63 - 1, -(2**63), 1.5, -0.0, 1e-320, 1e308, 999_999_999),
    *("", " ", "x", "0", "-1", "null", "NaN", "2026-05-01", "2026-02-30", "9999-12-31", "2026-05-01T08:00:00Z"),
    *("0001-01-01T00:00:00+14:00", "me", "live", "user:", "challenge:", "cohost", "steps", "most", "race", "public"),
    *("UTC", "Europe/Berlin", "../../etc", "\u202e", "é" * 40, "𝕎" * 33, "😀", "\x7f", "\n", "a" * 3_000),
    *("{{7*7}}", "%s%n", "' OR 1=1 --", "https://x", "$ref", "__class__", "constructor"),
    *([], {}, [[]], {"": ""}, [None], {"$ne": None}, ["x"] * 200, {"from": "22:00", "to": "07:00"}),
)


class Rubbish:
    def __init__(self, random: Random, ids: Mapping[str, list[str]], token: str) -> None:
        """`ids` are real ones, by what they are of (user, challenge, …); `token` is a good access token."""
        self.random = random
        self._of = ids
        self._ids = [id for known in ids.values() for id in known]
        self._token = token
        self._number = 1_000

    # --- messages ---

    def message(self) -> Any:
        """A command that is nearly right, or something of another shape."""
        pick = self.random.random()
        if pick < 0.75:
            return self._mutated(self._command())
        if pick < 0.9:
            return {"id": self._id(), "type": self._type(), "data": self.value(3)}
        return self.value(4)

    def hello(self) -> dict[str, Any]:
        """Variants of the first command."""
        random = self.random
        start, _, end = self._token.rpartition(".")
        token = random.choice([self._token, start, f"{start}.{end[::-1]}", "", "a.b.c", self._token * 5, self.value(2)])
        data: dict[str, Any] = {"token": token, "device": random.choice(["phone", "", "d" * 65, self.value(1)])}
        if random.random() < 0.5:
            at = random.choice([{"epoch": "0" * 16, "offset": random.choice([0, 5, 2**63 - 1])}, self.value(2)])
            data["resume"] = random.choice([{self._topic(): at for _ in range(3)}, self.value(2)])
        return (
            self._mutated({"id": self._id(), "type": "hello", "data": data})
            if random.random() < 0.3
            else {
                "id": self._id(),
                "type": "hello",
                "data": data,
            }
        )

    def value(self, depth: int) -> Any:
        random = self.random
        pick = random.random()
        if depth <= 0 or pick < 0.6:
            return random.choice([*ODD, *self._ids, random.getrandbits(62), random.uniform(-1e6, 1e6)])
        if pick < 0.8:
            return [self.value(depth - 1) for _ in range(random.randrange(5))]
        names = ["id", "type", "data", "key", "challengeId", "userId", "date", "steps", "x" * random.randrange(9)]
        return {random.choice(names): self.value(depth - 1) for _ in range(random.randrange(5))}

    def _command(self) -> dict[str, Any]:
        name = self.random.choice(list(FIELDS))
        if name == "hello":
            name = "ping"  # a second hello ends the connection; `hello` has those
        data = {field: self._fitting(field) for field in FIELDS[name] if self.random.random() < 0.8}
        frame: dict[str, Any] = {"id": self._id(), "type": name, "data": data}
        if self.random.random() < 0.3:
            frame["key"] = self.random.choice(
                ["k", "x" * 64, "x" * 65, "", f"key-{self.random.randrange(20)}", self.value(1)]
            )
        return frame

    def _fitting(self, field: str) -> Any:
        """Often what belongs there, so that something gets through to the game."""
        random = self.random
        if random.random() < 0.2:
            return self.value(2)
        fitting: dict[str, Callable[[], Any]] = {
            **{f"{kind}Id": partial(random.choice, known) for kind, known in self._of.items()},
            "userIds": lambda: [random.choice(self._ids) for _ in range(random.randrange(1, 5))],
            "date": lambda: random.choice(["2026-05-01", "2026-04-20", "2026-05-02"]),
            "steps": lambda: random.randrange(90_000),
            "startsAt": lambda: f"2026-05-{random.randrange(1, 30):02}T08:00:00Z",
            "endsAt": lambda: f"2026-05-{random.randrange(1, 30):02}T09:00:00Z",
            "metric": lambda: random.choice(["steps", "distance", "puffs"]),
            "mode": lambda: random.choice(["most", "race", "least", "teams"]),
            "visibility": lambda: random.choice(["public", "invite"]),
            "role": lambda: random.choice(["cohost", "judge", None]),
            "name": lambda: random.choice(["A walk", "é\u202e", "x" * 100]),
            "text": lambda: "t" * random.randrange(1, 600),
            "reason": lambda: "because",
            "emoji": lambda: random.choice(["👏", "👩‍👩‍👧", "x" * 17, "\n"]),
            "topic": self._topic,
            "since": lambda: {"epoch": "0" * 16, "offset": random.randrange(9)},
            "token": lambda: self._token,
            "limit": lambda: random.randrange(120),
            "after": lambda: random.choice([0, 5, 10**9]),
        }
        return fitting.get(field, lambda: self.value(1))()

    def _mutated(self, frame: dict[str, Any]) -> dict[str, Any]:
        random = self.random
        data = frame["data"]
        match random.randrange(8):
            case 0 if isinstance(data, dict) and data:
                data.pop(random.choice(list(data)))
            case 1 if isinstance(data, dict):
                data[random.choice(["extra", "__proto__", "", "user_id", "hostId"])] = self.value(2)
            case 2 if isinstance(data, dict) and data:
                data[random.choice(list(data))] = self.value(3)
            case 3:
                frame["data"] = self.value(2)
            case 4 if random.random() < 0.1:
                frame[random.choice(["typ", "topic", "offset", "ok"])] = self.value(1)
            case 5:
                frame.pop(random.choice(["id", "data"]), None)
            case _:
                pass
        return frame

    def _id(self) -> Any:
        self._number += 1
        return self.random.choice([self._number, self._number, f"id-{self._number}", self._number + 0.5, "", "😀" * 50])

    def _type(self) -> Any:
        names = list(FIELDS)
        return self.random.choice([*names, "nonsense", "challenge:", "CHALLENGE:JOIN", "user:register", "", "x" * 900])

    def _topic(self) -> str:
        random = self.random
        kind = random.choice(["user", "challenge", "group", "session", "live", "", "x" * 20])
        return f"{kind}:{random.choice([*self._ids, '', '*', '..', 'x' * 30])}" if random.random() < 0.9 else "live"

    # --- payloads ---

    def payload(self, encoding: Encoding) -> bytes:
        """Of one message: as it should be, or cut, flipped, repeated, random."""
        random = self.random
        try:
            payload = self.encoded(self.message(), encoding)
        except (TypeError, ValueError, OverflowError):
            payload = b"?"
        pick = random.random()
        if pick < 0.8 or not payload:
            return payload
        if pick < 0.86:
            return payload[: random.randrange(len(payload))]
        if pick < 0.93:
            at = random.randrange(len(payload))
            return payload[:at] + random.randbytes(random.randrange(1, 4)) + payload[at + 1 :]
        if pick < 0.96:
            return payload + payload[: random.randrange(len(payload))]
        return random.randbytes(random.randrange(200))

    @staticmethod
    def encoded(message: Any, encoding: Encoding) -> bytes:
        return orjson.dumps(message) if encoding == "json" else bytes(msgpack.packb(message))

    # --- below the messages ---

    def websocket_bytes(self) -> bytes:
        """After a good handshake: frames that no client should send."""
        random = self.random
        opcode = random.randrange(16)
        fin, reserved = random.choice([0x80, 0x80, 0]), random.choice([0, 0, 0x10, 0x20, 0x40, 0x70])
        body = random.randbytes(random.choice([0, 1, 2, 20, 125, 126, 200, 1_000]))
        masked = random.random() < 0.8
        match random.randrange(4):
            case 0:
                claimed = random.choice([len(body) + 5, 70_000, 2**31, 2**62, 2**63, 2**64 - 1])
                size = struct.pack("!BQ", 127 | (0x80 if masked else 0), claimed)
            case 1:
                size = struct.pack("!BH", 126 | (0x80 if masked else 0), len(body))  # longer than it need be
            case _ if len(body) < 126:
                size = struct.pack("!B", len(body) | (0x80 if masked else 0))
            case _:
                size = struct.pack("!BH", 126 | (0x80 if masked else 0), len(body))
        frame = bytes([fin | reserved | opcode]) + size + (random.randbytes(4) if masked else b"") + body
        return frame * random.choice([1, 1, 1, 3, 50])

    def head(self) -> bytes:
        """Instead of a good handshake or request."""
        random = self.random
        first = (
            *(
                b"GET /ws HTTP/1.1",
                b"GET /ws HTTP/1.0",
                b"GET /ws HTTP/9.9",
                b"POST /ws HTTP/1.1",
                b"GET /ws?\xff HTTP/1.1",
            ),
            *(
                b"GET /ws ",
                b"GET / HTTP/1.1",
                b"BREW /pot HTTP/1.1",
                b"GET /api/v1/users/me HTTP/1.1",
                b"\x16\x03\x01\x02",
            ),
            *(b"PUT /api/v1/users/me HTTP/1.1", b"GET //// HTTP/1.1", b"OPTIONS * HTTP/1.1", b"get / http/1.1"),
            *(b"PRI * HTTP/2.0", random.randbytes(random.randrange(1, 60))),
        )
        lines = [random.choice(first)]
        headers = [
            *(b"Host: x", b"Host: y", b"Host:", b"Upgrade: websocket", b"Upgrade: h2c", b"Connection: Upgrade"),
            *(b"Connection: close", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", b"Sec-WebSocket-Key: x"),
            *(b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Version: 8", b"Sec-WebSocket-Protocol: gauntlet.v1+json"),
            *(b"Sec-WebSocket-Protocol: x, y", b"Sec-WebSocket-Extensions: permessage-deflate", b"Origin: null"),
            *(b"Origin: https://evil.example", b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 5, 6"),
            *(
                b"Transfer-Encoding: chunked",
                b"Transfer-Encoding: gzip",
                b"Content-Encoding: gzip",
                b"Expect: the best",
            ),
            *(b"Authorization: Bearer \xff\xfe", b"Authorization: Bearer a.b.c", b"X-Forwarded-For: 1.2.3.4, \xff"),
            *(b"X-Request-Id: \x01", b"Cookie: " + b"c" * 3_000, b"no colon", b" folded", b": empty", b"\x00: \x00"),
            *(b"Content-Type: application/json", b"X: " + b"y" * 9_000, b"If-Match: \xe9", b"Range: bytes=0-"),
        ]
        lines += random.choices(headers, k=random.randrange(12))
        head = random.choice([b"\r\n", b"\r\n", b"\r\n", b"\n"]).join(lines)
        return (
            head
            + random.choice([b"\r\n\r\n"] * 4 + [b"", b"\r\n", b"\n\n"])
            + random.randbytes(random.choice([0, 5, 90]))
        )
