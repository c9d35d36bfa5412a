"""The kernel's floor of a fan-out: a bare loop of non-blocking `send()`, over plain sockets, run by C (`map` in a `deque`).

send_loop PORT CONNECTIONS BYTES      each line of standard input sends BYTES to all of them
"""

import socket
import sys
from collections import deque
from itertools import repeat


def main(port: int, connections: int, size: int) -> None:
    listener = socket.create_server(("127.0.0.1", port), backlog=4096)
    listener.accept()[0].close()  # whoever asks whether we listen
    sends = []
    for _ in range(connections):
        accepted, _ = listener.accept()
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        accepted.setblocking(False)
        sends.append(accepted)
    data = bytes(size)
    for _ in sys.stdin.buffer:
        deque(map(socket.socket.send, sends, repeat(data)), maxlen=0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
