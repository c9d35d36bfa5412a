"""How often an actor may fail: at most 5 restarts in 60 s, with growing delay; past that it is quarantined."""

WINDOW = 60.0  # s
MAX_RESTARTS = 5
_FIRST_DELAY = 0.1  # s, doubled each time; the first restart is at once


def delay_before_restart(failures: list[float], now: float) -> float | None:
    """Note a failure at `now` (real seconds) in `failures`. Returns the delay in seconds, or None for quarantine."""
    failures[:] = [at for at in failures if at > now - WINDOW]
    failures.append(now)
    restarts = len(failures)
    if restarts > MAX_RESTARTS:
        return None
    return 0.0 if restarts == 1 else _FIRST_DELAY * 2.0 ** (restarts - 2)
