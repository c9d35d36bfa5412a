"""What a process has used: CPU time to the microsecond where Linux tells it, and memory."""

import re
from pathlib import Path

import psutil

_PRIVATE = re.compile(r"^(?:Private_Clean|Private_Dirty):\s+(\d+) kB$", re.MULTILINE)


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads. From the scheduler's own nanoseconds, else from ticks of 10 ms."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    except (OSError, ValueError):
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)


def memory_bytes(pid: int) -> int:
    """Resident memory that is its own (USS where there is one): what goes away when the process does."""
    try:
        return sum(map(int, _PRIVATE.findall(Path(f"/proc/{pid}/smaps_rollup").read_text()))) * 1024
    except OSError:
        return int(psutil.Process(pid).memory_info().rss)
