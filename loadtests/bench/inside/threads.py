"""What an actor costs as Pykka ships it, a thread each: `threads COUNT`. Prints {"bytes", "microseconds"}, each per actor."""

import json
import os
import sys
import time

import pykka

from loadtests.bench.usage import memory_bytes


class Idle(pykka.ThreadingActor):
    def on_receive(self, message: object) -> object:
        return message


def main(count: int) -> None:
    Idle.start().ask(1)
    memory, begun = memory_bytes(os.getpid()), time.process_time()
    for ref in [Idle.start() for _ in range(count)]:
        ref.ask(1)
    seconds = time.process_time() - begun
    used = memory_bytes(os.getpid()) - memory
    print(json.dumps({"bytes": used / count, "microseconds": seconds / count * 1e6}), flush=True)
    os._exit(0)  # stopping them all one by one takes longer than all of this


if __name__ == "__main__":
    main(int(sys.argv[1]))
