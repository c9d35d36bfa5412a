"""A port for a server of our own that has to find it free again after a restart."""

import socket
from random import SystemRandom

_BELOW_OUTGOING = range(20_000, 32_000)  # where no outgoing connection takes its port from, so that it stays ours
_TRIES = 100


def free_port() -> int:
    """Raises OSError when no port is free."""
    random = SystemRandom()
    for _ in range(_TRIES):
        port = random.choice(_BELOW_OUTGOING)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port found on 127.0.0.1")
